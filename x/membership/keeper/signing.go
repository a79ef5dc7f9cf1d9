package keeper

import (
	"context"
	"errors"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	"cosmossdk.io/collections"
	"cosmossdk.io/core/comet"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// punish takes validators out that signed twice, for ever. Consensus has verified the evidence.
func (k *Keeper) punish(ctx context.Context) error {
	info := sdk.UnwrapSDKContext(ctx).CometInfo()
	if info == nil {
		return nil
	}
	evidence := info.GetEvidence()
	for i := range evidence.Len() {
		if err := k.tombstone(ctx, evidence.Get(i)); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) tombstone(ctx context.Context, evidence comet.Evidence) error {
	organization, key, err := k.accountable(ctx, evidence.Validator().Address())
	if err != nil || key == nil {
		return err
	}
	validator, err := k.validators.Get(ctx, key)
	switch {
	case errors.Is(err, collections.ErrNotFound):
		removed := types.RemovedValidator{Organization: organization, ConsensusKey: key, Tombstoned: true}
		removed.AccountableUntil = sdk.UnwrapSDKContext(ctx).BlockTime()
		if err := k.removedValidators.Set(ctx, key, removed); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		// The last validator stays: a chain without one cannot even decide what to do.
		if last := k.RemoveValidator(ctx, key); errors.Is(last, types.ErrLastValidator) {
			break
		} else if last != nil {
			return last
		}
		removed, err := k.removedValidators.Get(ctx, key)
		if err != nil {
			return err
		}
		removed.Tombstoned = true
		if err := k.removedValidators.Set(ctx, key, removed); err != nil {
			return err
		}
		organization = validator.Organization
	}
	return event.Emit(ctx, &types.EventValidatorTombstoned{
		Organization: organization, ConsensusKey: key, Height: evidence.Height(),
	})
}

// accountable finds the key with a consensus address among those that vote or were removed lately and not tombstoned. It
// returns none for a key of which the zone knows nothing any more.
func (k *Keeper) accountable(ctx context.Context, address []byte) (organization string, key []byte, err error) {
	matches := func(candidate []byte) bool { return string(ed25519.PubKey(candidate).Address()) == string(address) }
	err = k.validators.Walk(ctx, nil, func(candidate []byte, validator types.Validator) (bool, error) {
		if matches(candidate) {
			organization, key = validator.Organization, candidate
		}
		return key != nil, nil
	})
	if err != nil || key != nil {
		return organization, key, err
	}
	err = k.removedValidators.Walk(ctx, nil, func(candidate []byte, removed types.RemovedValidator) (bool, error) {
		if matches(candidate) && !removed.Tombstoned {
			organization, key = removed.Organization, candidate
		}
		return key != nil, nil
	})
	return organization, key, err
}

// countMissed counts the blocks that validators did not sign, and reports at the end of a window who was down. Nothing is
// written while everybody signs.
func (k *Keeper) countMissed(ctx context.Context) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if params.MissedWindow == 0 {
		return k.missedBlocks.Clear(ctx, nil)
	}
	absent := map[string]bool{}
	for _, vote := range sdkCtx.VoteInfos() {
		if vote.BlockIdFlag == cmtproto.BlockIDFlagAbsent {
			absent[string(vote.Validator.Address)] = true
		}
	}
	if len(absent) > 0 {
		if err := k.addMissed(ctx, absent); err != nil {
			return err
		}
	}
	if sdkCtx.BlockHeight()%int64(params.MissedWindow) != 0 {
		return nil
	}
	if err := k.reportDown(ctx, params); err != nil {
		return err
	}
	return k.missedBlocks.Clear(ctx, nil)
}

func (k *Keeper) addMissed(ctx context.Context, absent map[string]bool) error {
	var keys [][]byte
	err := k.validators.Walk(ctx, nil, func(key []byte, _ types.Validator) (bool, error) {
		if absent[string(ed25519.PubKey(key).Address())] {
			keys = append(keys, key)
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		count, err := k.missedBlocks.Get(ctx, key)
		if err != nil && !errors.Is(err, collections.ErrNotFound) {
			return err
		}
		if err := k.missedBlocks.Set(ctx, key, count+1); err != nil {
			return err
		}
	}
	return nil
}

func (k *Keeper) reportDown(ctx context.Context, params types.Params) error {
	type down struct {
		key   []byte
		count uint32
	}
	var all []down
	err := k.missedBlocks.Walk(ctx, nil, func(key []byte, count uint32) (bool, error) {
		if count >= params.MissedMax {
			all = append(all, down{key, count})
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, missing := range all {
		validator, err := k.validators.Get(ctx, missing.key)
		if errors.Is(err, collections.ErrNotFound) {
			continue // taken out meanwhile
		}
		if err != nil {
			return err
		}
		removed := false
		if params.DowntimeRemoves {
			err := k.RemoveValidator(ctx, missing.key)
			if err != nil && !errors.Is(err, types.ErrLastValidator) {
				return err
			}
			removed = err == nil
		}
		err = event.Emit(ctx, &types.EventValidatorDown{
			Organization: validator.Organization, ConsensusKey: missing.key, Missed: missing.count,
			Window: params.MissedWindow, Removed: removed,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
