package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// IterateShares visits shares in ascending order of zone, then bank, until it is told to stop.
func (k *Keeper) IterateShares(ctx context.Context, visit func(types.Share) (stop bool, err error)) error {
	return k.walkShares(ctx, nil, visit)
}

// sharesOf returns the shares in one zone, in ascending order of bank.
func (k *Keeper) sharesOf(ctx context.Context, zone string) ([]types.Share, error) {
	var shares []types.Share
	err := k.walkShares(ctx, collections.NewPrefixedPairRange[string, string](zone), func(share types.Share) (bool, error) {
		shares = append(shares, share)
		return false, nil
	})
	return shares, err
}

func (k *Keeper) walkShares(
	ctx context.Context, ranger collections.Ranger[zoneBank], visit func(types.Share) (stop bool, err error),
) error {
	return k.shares.Walk(ctx, ranger, func(key zoneBank, amount math.Int) (bool, error) {
		return visit(types.Share{Zone: key.K1(), Bank: key.K2(), Amount: amount})
	})
}

// bookCharge adds a charge that has just been sent to the bank's share, where it is unsettled until its outcome is known.
func (k *Keeper) bookCharge(ctx context.Context, zone, bank string, amount math.Int) error {
	if err := k.join(ctx, zone, bank); err != nil {
		return err
	}
	if err := add(ctx, k.shares, collections.Join(zone, bank), amount); err != nil {
		return err
	}
	return add(ctx, k.unsettled, collections.Join(zone, bank), amount)
}

// settleCharge makes a charge part of what the zone may discharge.
func (k *Keeper) settleCharge(ctx context.Context, zone, bank string, amount math.Int) error {
	return subtract(ctx, k.unsettled, collections.Join(zone, bank), amount)
}

// refundCharge takes a charge back out of the bank's share.
func (k *Keeper) refundCharge(ctx context.Context, zone, bank string, amount math.Int) error {
	if err := subtract(ctx, k.unsettled, collections.Join(zone, bank), amount); err != nil {
		return err
	}
	return subtract(ctx, k.shares, collections.Join(zone, bank), amount)
}

// bookDischarge takes a discharge out of the bank's share.
func (k *Keeper) bookDischarge(ctx context.Context, zone, bank string, amount math.Int) error {
	return subtract(ctx, k.shares, collections.Join(zone, bank), amount)
}

// checkDischarge returns ErrInsufficientShare if the zone discharges more than what has settled there of the bank's
// share. Charges in flight do not count: a zone that lies could else take them out before their refund, and a refund to
// the original owner never fails. An honest zone only meets this if it discharges a charge before the Financial Zone
// has seen that charge's acknowledgement.
func (k *Keeper) checkDischarge(ctx context.Context, zone, bank string, amount math.Int) error {
	settled, err := k.settledShare(ctx, zone, bank)
	if err != nil {
		return err
	}
	if amount.GT(settled) {
		return errorsmod.Wrapf(zonelinktypes.ErrInsufficientShare,
			"expected at most %s yen of %s's customers from zone %s, got %s; discharge again once charges have settled", settled, bank, zone, amount)
	}
	return nil
}

// settledShare returns a bank's share without its charges in flight, which may still come back.
func (k *Keeper) settledShare(ctx context.Context, zone, bank string) (math.Int, error) {
	share, err := amountAt(ctx, k.shares, collections.Join(zone, bank))
	if err != nil {
		return math.Int{}, err
	}
	unsettled, err := amountAt(ctx, k.unsettled, collections.Join(zone, bank))
	return share.Sub(unsettled), err
}

// amountAt returns an amount, zero if there is no entry.
func amountAt(ctx context.Context, amounts collections.Map[zoneBank, math.Int], key zoneBank) (math.Int, error) {
	amount, err := amounts.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return math.ZeroInt(), nil
	}
	return amount, err
}

func add(ctx context.Context, amounts collections.Map[zoneBank, math.Int], key zoneBank, amount math.Int) error {
	old, err := amountAt(ctx, amounts, key)
	if err != nil {
		return err
	}
	return amounts.Set(ctx, key, old.Add(amount))
}

// subtract removes the entry at zero, and never goes below.
func subtract(ctx context.Context, amounts collections.Map[zoneBank, math.Int], key zoneBank, amount math.Int) error {
	old, err := amountAt(ctx, amounts, key)
	if err != nil {
		return err
	}
	switch left := old.Sub(amount); {
	case left.IsNegative():
		return errorsmod.Wrapf(zonelinktypes.ErrInsufficientShare, "expected at most %s yen of %s in zone %s, got %s", old, key.K2(), key.K1(), amount)
	case left.IsZero():
		return amounts.Remove(ctx, key)
	default:
		return amounts.Set(ctx, key, left)
	}
}
