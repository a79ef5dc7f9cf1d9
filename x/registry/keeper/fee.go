package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// checkFee checks the fee for a payment that has been checked just before: who bears it may, and it counts in no limit.
// The collector gets it frozen or above its limit of balance too, so that no bank stops a zone's payments with one account.
func (k *Keeper) checkFee(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error {
	bearer, err := k.activeParty(ctx, from)
	if err != nil {
		return errorsmod.Wrap(err, "fee")
	}
	collector, err := k.collector(ctx, to)
	if err != nil {
		return err
	}
	yen, found := k.yenIn(ctx, amount)
	if !found || from.Equals(to) {
		return nil
	}
	if err := k.checkSpendable(ctx, bearer, yen); err != nil {
		return err
	}
	if bearer.Bank == collector.Bank {
		return nil
	}
	return k.recordFlow(ctx, bearer.Bank, collector.Bank, yen.Amount)
}

// checkHeldFee is checkFee for a payment that was held, whose owner was checked when it was.
func (k *Keeper) checkHeldFee(ctx context.Context, owner, to sdk.AccAddress, amount sdk.Coins) error {
	collector, err := k.collector(ctx, to)
	if err != nil {
		return err
	}
	bearer, err := k.party(ctx, owner)
	if err != nil {
		return errorsmod.Wrap(err, "owner of the hold")
	}
	yen, found := k.yenIn(ctx, amount)
	if !found || bearer.Bank == collector.Bank {
		return nil
	}
	return k.recordFlow(ctx, bearer.Bank, collector.Bank, yen.Amount)
}

// collector returns the account that gets the zone's fees.
func (k *Keeper) collector(ctx context.Context, address sdk.AccAddress) (party, error) {
	collector, err := k.party(ctx, address)
	if err != nil {
		return party{}, errorsmod.Wrap(err, "collector of fees")
	}
	if collector.Status == types.AccountStatusFrozen {
		return collector, nil
	}
	return collector, errorsmod.Wrap(collector.CheckActive(address), "collector of fees")
}
