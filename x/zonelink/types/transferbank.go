package types

import (
	"context"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// TransferBank is x/bank as the ICS-20 transfer module sees it. It tells the registry why coins move, keeps the
// metadata of denoms that have some, and remembers why a receipt was refused.
type TransferBank struct {
	transfertypes.BankKeeper
}

var _ transfertypes.BankKeeper = TransferBank{}

// NewTransferBank wraps x/bank for the transfer module.
func NewTransferBank(bank transfertypes.BankKeeper) TransferBank {
	return TransferBank{BankKeeper: bank}
}

// SendCoins moves coins between an account and the escrow of a channel. The middleware gives the cause of what comes
// out of the escrow; what goes in without a cause is a charge.
func (b TransferBank) SendCoins(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error {
	return remember(ctx, b.BankKeeper.SendCoins(withDefaultCause(ctx, registrytypes.CauseCharge), from, to, amount))
}

// SendCoinsFromAccountToModule moves vouchers to the transfer module, which burns them: a discharge.
func (b TransferBank) SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amount sdk.Coins) error {
	return b.BankKeeper.SendCoinsFromAccountToModule(withDefaultCause(ctx, registrytypes.CauseDischarge), from, module, amount)
}

// SendCoinsFromModuleToAccount pays out vouchers that the transfer module has minted. The middleware gives the cause.
func (b TransferBank) SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amount sdk.Coins) error {
	return remember(ctx, b.BankKeeper.SendCoinsFromModuleToAccount(ctx, module, to, amount))
}

// SetDenomMetaData keeps metadata that is there: the transfer module writes its own over the yen's when it starts from
// a genesis.
func (b TransferBank) SetDenomMetaData(ctx context.Context, metadata banktypes.Metadata) {
	if !b.HasDenomMetaData(ctx, metadata.Base) {
		b.BankKeeper.SetDenomMetaData(ctx, metadata)
	}
}

func withDefaultCause(ctx context.Context, kind registrytypes.CauseKind) context.Context {
	if registrytypes.CauseOf(ctx).Kind != registrytypes.CausePayment {
		return ctx
	}
	return registrytypes.WithCause(ctx, registrytypes.Cause{Kind: kind})
}

type refusalKey struct{}

// Refusal keeps the error with which x/bank refused to pay out a received packet. The transfer module's own
// acknowledgement has only its code, without the codespace.
type Refusal struct {
	err error
}

// WithRefusal returns a context for the receipt of one packet, and where its refusal will be found.
func WithRefusal(ctx sdk.Context) (sdk.Context, *Refusal) {
	refusal := &Refusal{}
	return ctx.WithValue(refusalKey{}, refusal), refusal
}

// Err returns why x/bank refused, or nil if it did not.
func (r *Refusal) Err() error {
	return r.err
}

func remember(ctx context.Context, err error) error {
	if refusal, ok := ctx.Value(refusalKey{}).(*Refusal); ok && err != nil {
		refusal.err = err
	}
	return err
}
