package keeper

import (
	"context"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

type hopKey struct{}

// Hop sends an account's yen to another account in another zone, by a discharge that says where it goes on to.
func (k *Keeper) Hop(ctx context.Context, holder sdk.AccAddress, amount math.Int, hop zonelinktypes.Hop) (sequence uint64, err error) {
	return k.Discharge(withHop(ctx, &hop), holder, amount)
}

func withHop(ctx context.Context, hop *zonelinktypes.Hop) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(hopKey{}, hop)
}

// hopOf returns where the discharge that is being sent goes on to. Only Hop says so: a memo that a holder wrote is refused.
func hopOf(ctx context.Context) *zonelinktypes.Hop {
	hop, found := ctx.Value(hopKey{}).(*zonelinktypes.Hop)
	if !found {
		return nil
	}
	return hop
}
