package keeper

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// powerShare is the part of the total power that one block may change: light clients trust a header that more than a third
// of the power that they know has signed.
const powerShare = 3

// change is a validator's power as consensus knows it and as it should be; a power of 0 is none.
type change struct {
	key          []byte
	organization string
	told, wanted int64
}

func (c change) size() int64 { return max(c.wanted-c.told, c.told-c.wanted) }

// EndBlock returns what consensus has to learn, each key at most once, and none whose power is again what consensus knows.
// One block changes at most a third of the power, or one validator; the rest follows in the next blocks. Power is
// added before it is taken, so that somebody always votes. The updates are in ascending order of key. It emits
// EventValidatorPowerChanged for each change.
func (k *Keeper) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	changes, err := k.pendingChanges(ctx)
	if err != nil || len(changes) == 0 {
		return nil, err
	}
	total, err := k.toldPower(ctx)
	if err != nil {
		return nil, err
	}
	var updates []abci.ValidatorUpdate
	moved := int64(0)
	known := total
	for _, change := range changes {
		if moved > 0 && moved+change.size() > total/powerShare {
			break
		}
		// Consensus halts without any power, and above what it can count; both wait for the changes that make room.
		after := known + change.wanted - change.told
		if after < 1 || after > cmttypes.MaxTotalVotingPower {
			continue
		}
		known = after
		moved += change.size()
		if err := k.tell(ctx, change); err != nil {
			return nil, err
		}
		updates = append(updates, types.Validator{ConsensusKey: change.key, Power: change.wanted}.Update())
	}
	if moved == 0 {
		return nil, nil
	}
	slices.SortFunc(updates, func(a, b abci.ValidatorUpdate) int {
		return bytes.Compare(a.PubKey.GetEd25519(), b.PubKey.GetEd25519())
	})
	return updates, k.watchTrust(ctx, moved)
}

// pendingChanges lists what consensus does not know yet, additions first, and forgets what it knows again.
func (k *Keeper) pendingChanges(ctx context.Context) ([]change, error) {
	iterator, err := k.changedKeys.Iterate(ctx, nil)
	if err != nil {
		return nil, err
	}
	keys, err := iterator.Keys()
	if err != nil {
		return nil, err
	}
	var more, less []change
	for _, key := range keys {
		next, err := k.compare(ctx, key)
		switch {
		case err != nil:
			return nil, err
		case next.wanted > next.told:
			more = append(more, next)
		case next.wanted < next.told:
			less = append(less, next)
		default:
			if err := k.changedKeys.Remove(ctx, key); err != nil {
				return nil, err
			}
		}
	}
	return append(more, less...), nil
}

// compare returns the power under a key as consensus knows it and as the members want it.
func (k *Keeper) compare(ctx context.Context, key []byte) (change, error) {
	result := change{key: key}
	told, known, err := find(ctx, k.consensusValidators, key)
	if err != nil {
		return change{}, err
	}
	if known {
		result.told, result.organization = told.Power, told.Organization
	}
	wanted, err := k.validators.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return result, nil
	}
	if err != nil {
		return change{}, err
	}
	organization, err := k.GetOrganization(ctx, wanted.Organization)
	if err != nil {
		return change{}, err
	}
	result.organization = wanted.Organization
	if organization.IsActive() {
		result.wanted = wanted.Power
	}
	return result, nil
}

// tell records a change as known to consensus.
func (k *Keeper) tell(ctx context.Context, change change) error {
	var err error
	if change.wanted == 0 {
		err = errors.Join(k.consensusValidators.Remove(ctx, change.key), k.lastVotes.Set(ctx, change.organization))
	} else {
		err = k.consensusValidators.Set(ctx, change.key, types.Validator{
			Organization: change.organization, ConsensusKey: change.key, Power: change.wanted,
		})
	}
	if err != nil {
		return err
	}
	if err := k.changedKeys.Remove(ctx, change.key); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventValidatorPowerChanged{
		Organization: change.organization, ConsensusKey: change.key, Power: change.wanted,
	})
}

func (k *Keeper) toldPower(ctx context.Context) (int64, error) {
	total := int64(0)
	err := k.consensusValidators.Walk(ctx, nil, func(_ []byte, validator types.Validator) (bool, error) {
		total += validator.Power
		return false, nil
	})
	return total, err
}

// watchTrust keeps how much power changed in each block of the unbonding time, and warns when it is more than a third
// of the total altogether.
func (k *Keeper) watchTrust(ctx context.Context, moved int64) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	unbonding, err := k.UnbondingTime(ctx)
	if err != nil {
		return err
	}
	old := new(collections.Range[int64]).EndInclusive(now.Add(-unbonding).UnixNano())
	if err := k.powerChanges.Clear(ctx, old); err != nil {
		return err
	}
	if err := k.powerChanges.Set(ctx, now.UnixNano(), moved); err != nil {
		return err
	}
	changed, total, since, err := k.RecentPowerChange(ctx)
	if err != nil || changed <= total/powerShare {
		return err
	}
	return event.Emit(ctx, &types.EventTrustEndangered{
		Changed: changed, Total: total, Since: since,
	})
}

// RecentPowerChange returns how much power changed within the unbonding time, the power of all validators, both as consensus
// was told, and when the first of these changes was. A light client that trusts a header from before them needs every header
// in between once more than a third has changed.
func (k *Keeper) RecentPowerChange(ctx context.Context) (changed, total int64, since time.Time, err error) {
	unbonding, err := k.UnbondingTime(ctx)
	if err != nil {
		return 0, 0, time.Time{}, err
	}
	recent := new(collections.Range[int64]).StartExclusive(sdk.UnwrapSDKContext(ctx).BlockTime().Add(-unbonding).UnixNano())
	err = k.powerChanges.Walk(ctx, recent, func(at, power int64) (bool, error) {
		if changed == 0 {
			since = time.Unix(0, at).UTC()
		}
		changed += power
		return false, nil
	})
	if err != nil {
		return 0, 0, time.Time{}, err
	}
	total, err = k.toldPower(ctx)
	return changed, total, since, err
}

// IterateValidators calls visit with every validator that consensus knows, in ascending order of key, and how many blocks of
// the current window it did not sign, until it returns an error, which is returned.
func (k *Keeper) IterateValidators(ctx context.Context, visit func(validator types.Validator, missed uint32) error) error {
	return k.consensusValidators.Walk(ctx, nil, func(key []byte, validator types.Validator) (bool, error) {
		missed, err := k.missedBlocks.Get(ctx, key)
		if err != nil && !errors.Is(err, collections.ErrNotFound) {
			return true, err
		}
		return false, visit(validator, missed)
	})
}

// GenesisValidators returns the validators for the consensus part of an exported genesis, in ascending order of key.
// Their names are the ids of their organizations.
func (k *Keeper) GenesisValidators(ctx context.Context) ([]cmttypes.GenesisValidator, error) {
	var out []cmttypes.GenesisValidator
	err := k.walkVoting(ctx, func(validator types.Validator) {
		public := ed25519.PubKey(validator.ConsensusKey)
		out = append(out, cmttypes.GenesisValidator{
			Address: public.Address(), PubKey: public, Power: validator.Power, Name: validator.Organization,
		})
	})
	return out, err
}
