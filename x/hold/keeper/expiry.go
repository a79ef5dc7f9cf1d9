package keeper

import (
	"context"
	"math"
	"strings"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
)

// ReleaseExpired returns holds whose time is over to their owners, the oldest expiries first and at most
// types.MaxExpiriesPerBlock of them, and tells the modules that placed them. It is called once per block.
func (k *Keeper) ReleaseExpired(ctx context.Context) error {
	ids, err := k.expiredIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := k.expire(ctx, id); err != nil {
			return errorsmod.Wrapf(err, "release expired hold %d", id)
		}
	}
	return nil
}

func (k *Keeper) expiredIDs(ctx context.Context) ([]uint64, error) {
	now := sdk.UnwrapSDKContext(ctx).BlockTime().UnixNano()
	due := new(collections.Range[collections.Pair[int64, uint64]]).EndInclusive(collections.Join(now, uint64(math.MaxUint64)))
	var ids []uint64
	err := k.expiries.Walk(ctx, due, func(key collections.Pair[int64, uint64]) (bool, error) {
		ids = append(ids, key.K2())
		return len(ids) == types.MaxExpiriesPerBlock, nil
	})
	return ids, err
}

// expire returns one hold and then tells its module. The coins go back even if the module fails to take note: a release
// to the original owner never fails (law of money 9).
func (k *Keeper) expire(ctx context.Context, id uint64) error {
	hold, owner, err := k.find(ctx, id)
	if err != nil {
		return err
	}
	if err := k.release(ctx, owner, hold, true); err != nil {
		return err
	}
	handler := k.expiryHandler(hold.Purpose)
	if handler == nil {
		return nil
	}
	cached, write := branch.Begin(ctx)
	if err := handler.HoldExpired(cached, hold); err != nil {
		codespace, code, _ := errorsmod.ABCIInfo(err, false)
		sdk.UnwrapSDKContext(ctx).Logger().Error("expiry of a hold not handled", "hold", id, "purpose", hold.Purpose, "err", err)
		return event.Emit(ctx, &types.EventExpiryNotHandled{Id: id, Purpose: hold.Purpose, Codespace: codespace, Code: code})
	}
	write()
	return nil
}

func (k *Keeper) expiryHandler(purpose string) types.ExpiryHandler {
	for _, route := range k.expiryRoutes {
		if strings.HasPrefix(purpose, route.Prefix) {
			return route.Handler
		}
	}
	return nil
}
