package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/zonelink/business/types"
)

// bring counts yen that an account has brought into this zone or, below zero, taken out. Should this zone end, the Financial
// Zone compares it with its own count and so finds what was in flight between them.
func (k *Keeper) bring(ctx context.Context, account sdk.AccAddress, amount math.Int) error {
	brought, err := k.brought.Get(ctx, account)
	if errors.Is(err, collections.ErrNotFound) {
		brought = math.ZeroInt()
	} else if err != nil {
		return err
	}
	if brought = brought.Add(amount); brought.IsZero() {
		return k.brought.Remove(ctx, account)
	}
	return k.brought.Set(ctx, account, brought)
}

// IterateBrought visits what accounts have brought in ascending order of address bytes, until it is told to stop.
func (k *Keeper) IterateBrought(ctx context.Context, visit func(types.Brought) (stop bool, err error)) error {
	return k.brought.Walk(ctx, nil, func(account sdk.AccAddress, amount math.Int) (bool, error) {
		return visit(types.Brought{Address: account.String(), Amount: amount})
	})
}
