package keeper

import (
	"context"
	"errors"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/azukari-network/azukari/x/membership/types"
)

// IBC asks its questions about this zone's own headers here, as it would ask x/staking.
var _ clienttypes.StakingKeeper = (*Keeper)(nil)

// BeginBlock keeps the header of the block, drops headers older than the newest Params.HistoricalEntries, and drops
// removed validators whose accountability ended.
func (k *Keeper) BeginBlock(ctx context.Context) error {
	if err := k.trackHeader(ctx); err != nil {
		return err
	}
	if err := k.pruneRemovedValidators(ctx); err != nil {
		return err
	}
	if err := k.partNodes(ctx); err != nil {
		return err
	}
	if err := k.punish(ctx); err != nil {
		return err
	}
	if err := k.countMissed(ctx); err != nil {
		return err
	}
	return k.expireProposals(ctx)
}

// GetHistoricalInfo returns the header at a height, or ErrHistoricalInfoNotFound. Its validators are left out: IBC
// reads the header only, and staking validators do not exist here.
func (k *Keeper) GetHistoricalInfo(ctx context.Context, height int64) (stakingtypes.HistoricalInfo, error) {
	header, err := k.historicalHeaders.Get(ctx, height)
	if errors.Is(err, collections.ErrNotFound) {
		return stakingtypes.HistoricalInfo{}, types.ErrHistoricalInfoNotFound.Wrapf(
			"expected the height of a recent block, got %d: retry with a newer height", height)
	}
	if err != nil {
		return stakingtypes.HistoricalInfo{}, err
	}
	return stakingtypes.HistoricalInfo{Header: header}, nil
}

// UnbondingTime returns how long a removed validator's key stays accountable. IBC clients of this zone trust headers
// for a shorter time.
func (k *Keeper) UnbondingTime(ctx context.Context) (time.Duration, error) {
	params, err := k.params.Get(ctx)
	return params.UnbondingTime, err
}

func (k *Keeper) trackHeader(ctx context.Context) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	header := sdk.UnwrapSDKContext(ctx).BlockHeader()
	if err := k.historicalHeaders.Set(ctx, header.Height, header); err != nil {
		return err
	}
	oldest := header.Height - int64(params.HistoricalEntries)
	return k.historicalHeaders.Clear(ctx, new(collections.Range[int64]).EndInclusive(oldest))
}
