package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Settle is Capture for a hold of a confirmed trade: whether payees may take it was asked when it was placed, and nothing is asked
// any more. Its yen flows from ownerBank to the payees' banks, as they were then. A hold that may expire could be gone
// before; so it has to be one without expiry. It returns types.ErrHoldNotFound, types.ErrInvalidHold for one with an expiry,
// types.ErrInvalidPayout, and nothing else while the laws of money hold.
func (k *Keeper) Settle(ctx context.Context, id uint64, ownerBank string, payouts ...types.SettledPayout) error {
	hold, owner, err := k.find(ctx, id)
	if err != nil {
		return err
	}
	if hold.ExpiresAt != nil {
		return errorsmod.Wrapf(types.ErrInvalidHold, "expected hold %d without expiry, got one that expires at %s", id, hold.ExpiresAt.UTC())
	}
	plain := make([]types.Payout, len(payouts))
	for i, payout := range payouts {
		plain[i] = payout.Payout
	}
	left, err := hold.CheckPayouts(plain)
	if err != nil {
		return err
	}
	cached, write := branch.Begin(ctx)
	err = k.pay(cached, owner, hold, plain, left, func(i int) registrytypes.Cause {
		return registrytypes.Cause{
			Kind: registrytypes.CauseSettlement, Owner: owner, PayerBank: ownerBank, PayeeBank: payouts[i].PayeeBank,
		}
	})
	if err != nil {
		return errorsmod.Wrapf(err, "settle hold %d", id)
	}
	write()
	return nil
}

// pay carries out payouts that have been checked, each for its cause.
func (k *Keeper) pay(
	ctx context.Context, owner sdk.AccAddress, hold types.Hold, payouts []types.Payout, left sdk.Coin,
	causeOf func(payout int) registrytypes.Cause,
) error {
	for i, payout := range payouts {
		paying := registrytypes.WithCause(ctx, causeOf(i))
		err := k.bankKeeper.SendCoinsFromModuleToAccount(paying, types.ModuleName, payout.Payee, sdk.NewCoins(payout.Amount))
		if err != nil {
			return err
		}
	}
	if err := k.reduce(ctx, owner, hold, left); err != nil {
		return err
	}
	for _, payout := range payouts {
		if err := event.Emit(ctx, captured(hold, payout.Payee, payout.Amount)); err != nil {
			return err
		}
	}
	return nil
}
