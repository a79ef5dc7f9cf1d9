package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// AdmitDelivery checks and counts, when a party of a trade sets its coins aside, what it delivers of one denom to another
// party, because nothing is asked at the settlement any more. Both are active and their banks operate; yen is one payment, as in
// AdmitPayment, and incoming, all the yen that the trade brings the payee, fits under its limit of balance. It returns the banks of
// both, by which the settlement flows, and AdmitPayment's errors.
func (k *Keeper) AdmitDelivery(
	ctx context.Context, from, to sdk.AccAddress, amount sdk.Coin, incoming math.Int,
) (payerBank, payeeBank string, err error) {
	payer, payee, err := k.parties(ctx, from, to)
	if err != nil {
		return "", "", err
	}
	if yen, found := k.yenIn(ctx, sdk.Coins{amount}); found {
		if err := k.admitHeld(ctx, payer, payee, yen); err != nil {
			return "", "", err
		}
		if err := k.checkBalanceLimit(ctx, payee, sdk.NewCoin(yen.Denom, incoming)); err != nil {
			return "", "", err
		}
	}
	return payer.Bank, payee.Bank, nil
}

// ActiveBank returns the bank of an active account, which operates. It returns types.ErrNotRegistered, the errors of an account
// that is not active, or types.ErrBankPaused.
func (k *Keeper) ActiveBank(ctx context.Context, address sdk.AccAddress) (string, error) {
	account, err := k.activeParty(ctx, address)
	return account.Bank, err
}

// settle books what a leg of a trade brings from bank to bank. Statuses, limits and pauses were asked when its coins were set
// aside, and the room for the flow then: a settlement that its parties have confirmed never fails.
func (k *Keeper) settle(ctx context.Context, cause types.Cause, amount sdk.Coins) error {
	if cause.PayerBank == "" || cause.PayeeBank == "" {
		return errorsmod.Wrap(types.ErrCauseMissing, "expected the banks of a settlement, got none")
	}
	yen, found := k.yenIn(ctx, amount)
	if !found || cause.PayerBank == cause.PayeeBank {
		return nil
	}
	if k.reservedFlows == nil {
		return errorsmod.Wrapf(types.ErrNoFlowRecorder, "expected payer and payee of one bank, got %s and %s", cause.PayerBank, cause.PayeeBank)
	}
	return k.reservedFlows.RecordReservedFlow(ctx, cause.PayerBank, cause.PayeeBank, yen.Amount)
}
