package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// bring counts yen that an account has brought into a zone or, below zero, taken out.
func (k *Keeper) bring(ctx context.Context, zone string, account sdk.AccAddress, amount math.Int) error {
	brought, err := k.broughtBy(ctx, zone, account)
	if err != nil {
		return err
	}
	if brought = brought.Add(amount); brought.IsZero() {
		return k.brought.Remove(ctx, collections.Join(zone, account))
	}
	return k.brought.Set(ctx, collections.Join(zone, account), brought)
}

func (k *Keeper) broughtBy(ctx context.Context, zone string, account sdk.AccAddress) (math.Int, error) {
	brought, err := k.brought.Get(ctx, collections.Join(zone, account))
	if errors.Is(err, collections.ErrNotFound) {
		return math.ZeroInt(), nil
	}
	return brought, err
}

// IterateBrought visits what accounts have brought into zones in ascending order of zone, then address bytes, until it is told
// to stop.
func (k *Keeper) IterateBrought(ctx context.Context, visit func(types.Brought) (stop bool, err error)) error {
	return k.brought.Walk(ctx, nil, func(key zoneAccount, amount math.Int) (bool, error) {
		return visit(types.Brought{Zone: key.K1(), Address: key.K2().String(), Amount: amount})
	})
}
