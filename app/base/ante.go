package base

import (
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/base/txcache"
	membershipante "github.com/azukari-network/azukari/x/membership/ante"
)

// anteHandler checks transactions before they run. There is no fee deduction: nothing is paid for gas, and spam is kept
// out by admission instead. Admission stands before signature verification, so that a stranger costs no
// cryptography.
func (app *App) anteHandler(decorators ...sdk.AnteDecorator) sdk.AnteHandler {
	accounts := newAnteAccounts(app.Account, app.Encoding.Codec, runtime.NewKVStoreService(app.keys[authtypes.StoreKey]))
	return sdk.ChainAnteDecorators(append([]sdk.AnteDecorator{
		ante.NewSetUpContextDecorator(),
		accounts,
		ante.NewExtensionOptionsDecorator(nil),
		ante.NewValidateBasicDecorator(),
		ante.NewTxTimeoutHeightDecorator(),
		ante.NewValidateMemoDecorator(accounts),
		ante.NewConsumeGasForTxSizeDecorator(accounts),
		membershipante.NewAdmissionDecorator(app.Encoding.Codec, app.Membership, app.Registry),
		ante.NewSetPubKeyDecorator(accounts),
		ante.NewValidateSigCountDecorator(accounts),
		ante.NewSigGasConsumeDecorator(accounts, ante.DefaultSigVerificationGasConsumer),
		txcache.NewVerifyOnce(ante.NewSigVerificationDecorator(accounts, app.Encoding.TxConfig.SignModeHandler()), accounts),
		ante.NewIncrementSequenceDecorator(accounts),
		newRelayDecorator(app.IBC.Core, &app.capabilities),
	}, decorators...)...)
}
