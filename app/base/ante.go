package base

import (
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"

	"github.com/azukari-network/azukari/app/base/txcache"
	membershipante "github.com/azukari-network/azukari/x/membership/ante"
)

// anteHandler checks transactions before they run. There is no fee deduction: nothing is paid for gas, and spam is kept
// out by admission instead. Admission stands before signature verification, so that a stranger costs no
// cryptography.
func (app *App) anteHandler(decorators ...sdk.AnteDecorator) sdk.AnteHandler {
	return sdk.ChainAnteDecorators(append([]sdk.AnteDecorator{
		ante.NewSetUpContextDecorator(),
		ante.NewExtensionOptionsDecorator(nil),
		ante.NewValidateBasicDecorator(),
		ante.NewTxTimeoutHeightDecorator(),
		ante.NewValidateMemoDecorator(app.Account),
		ante.NewConsumeGasForTxSizeDecorator(app.Account),
		membershipante.NewAdmissionDecorator(app.Encoding.Codec, app.Membership, app.Registry),
		ante.NewSetPubKeyDecorator(app.Account),
		ante.NewValidateSigCountDecorator(app.Account),
		ante.NewSigGasConsumeDecorator(app.Account, ante.DefaultSigVerificationGasConsumer),
		txcache.NewVerifyOnce(ante.NewSigVerificationDecorator(app.Account, app.Encoding.TxConfig.SignModeHandler()), app.Account),
		ante.NewIncrementSequenceDecorator(app.Account),
		newRelayDecorator(app.IBC.Core, &app.capabilities),
	}, decorators...)...)
}
