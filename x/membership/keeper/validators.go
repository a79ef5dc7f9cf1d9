package keeper

import (
	"context"
	"errors"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/membership/types"
)

// SetValidator admits a validator, or changes the power of one. Consensus learns of it at the end of the block.
//
// It returns ErrInvalidValidator, ErrOrganizationNotFound, ErrKeyReused if the key votes or is still accountable for
// another organization, or ErrTotalPower.
func (k *Keeper) SetValidator(ctx context.Context, validator types.Validator) error {
	if err := validator.Validate(); err != nil {
		return err
	}
	if _, err := k.GetOrganization(ctx, validator.Organization); err != nil {
		return err
	}
	if err := k.checkKeyOwner(ctx, validator); err != nil {
		return err
	}
	others, err := k.powerExcept(ctx, validator.ConsensusKey)
	if err != nil {
		return err
	}
	// Both terms are at most MaxTotalPower, so the sum cannot wrap around.
	if total := others + validator.Power; total > types.MaxTotalPower {
		return types.ErrTotalPower.Wrapf("expected %d or less, got %d with validator %X", types.MaxTotalPower, total, validator.ConsensusKey)
	}
	if err := k.validators.Set(ctx, validator.ConsensusKey, validator); err != nil {
		return err
	}
	if err := k.removedValidators.Remove(ctx, validator.ConsensusKey); err != nil {
		return err
	}
	return k.changedKeys.Set(ctx, validator.ConsensusKey)
}

// RemoveValidator takes a validator out. Its key stays accountable to its organization for the unbonding time.
// Consensus learns of it at the end of the block. It returns ErrValidatorNotFound or ErrLastValidator.
func (k *Keeper) RemoveValidator(ctx context.Context, consensusKey []byte) error {
	validator, err := k.validators.Get(ctx, consensusKey)
	if errors.Is(err, collections.ErrNotFound) {
		return types.ErrValidatorNotFound.Wrapf("expected the consensus key of a validator, got %X", consensusKey)
	}
	if err != nil {
		return err
	}
	others, err := k.powerExcept(ctx, consensusKey)
	if err != nil {
		return err
	}
	if others == 0 {
		return types.ErrLastValidator.Wrapf("expected at least one to stay, got the removal of %X: admit another validator first", consensusKey)
	}
	unbonding, err := k.UnbondingTime(ctx)
	if err != nil {
		return err
	}
	if err := k.validators.Remove(ctx, consensusKey); err != nil {
		return err
	}
	removed := types.RemovedValidator{
		Organization:     validator.Organization,
		ConsensusKey:     consensusKey,
		AccountableUntil: sdk.UnwrapSDKContext(ctx).BlockTime().Add(unbonding),
	}
	if err := k.removedValidators.Set(ctx, consensusKey, removed); err != nil {
		return err
	}
	return k.changedKeys.Set(ctx, consensusKey)
}

// EndBlock returns what changed since consensus was told last, in ascending order of key: each key at most once, and
// none whose power is again what consensus knows. It emits EventValidatorPowerChanged for each.
func (k *Keeper) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	keys, err := k.allChangedKeys(ctx)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	var updates []abci.ValidatorUpdate
	for _, key := range keys {
		update, changed, err := k.tellConsensus(ctx, key)
		if err != nil {
			return nil, err
		}
		if changed {
			updates = append(updates, update)
		}
	}
	return updates, k.changedKeys.Clear(ctx, nil)
}

// GenesisValidators returns the validators for the consensus part of an exported genesis, in ascending order of key.
// Their names are the ids of their organizations.
func (k *Keeper) GenesisValidators(ctx context.Context) ([]cmttypes.GenesisValidator, error) {
	var out []cmttypes.GenesisValidator
	err := k.validators.Walk(ctx, nil, func(key []byte, validator types.Validator) (bool, error) {
		public := ed25519.PubKey(key)
		out = append(out, cmttypes.GenesisValidator{
			Address: public.Address(), PubKey: public, Power: validator.Power, Name: validator.Organization,
		})
		return false, nil
	})
	return out, err
}

// tellConsensus compares the validator under a key with what consensus knows, and records it as told.
func (k *Keeper) tellConsensus(ctx context.Context, key []byte) (update abci.ValidatorUpdate, changed bool, err error) {
	told, known, err := find(ctx, k.consensusValidators, key)
	if err != nil {
		return abci.ValidatorUpdate{}, false, err
	}
	current, err := k.validators.Get(ctx, key)
	switch {
	case errors.Is(err, collections.ErrNotFound) && !known:
		// Admitted and removed within one block: consensus would refuse the removal of an unknown key.
		return abci.ValidatorUpdate{}, false, nil
	case errors.Is(err, collections.ErrNotFound):
		update, current = told.RemovalUpdate(), types.Validator{Organization: told.Organization}
		err = k.consensusValidators.Remove(ctx, key)
	case err != nil:
	case known && told.Power == current.Power:
		return abci.ValidatorUpdate{}, false, nil
	default:
		update = current.Update()
		err = k.consensusValidators.Set(ctx, key, current)
	}
	if err != nil {
		return abci.ValidatorUpdate{}, false, err
	}
	return update, true, sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventValidatorPowerChanged{
		Organization: current.Organization,
		ConsensusKey: key,
		Power:        current.Power,
	})
}

// checkKeyOwner refuses a key that votes, or is still accountable, for another organization.
func (k *Keeper) checkKeyOwner(ctx context.Context, validator types.Validator) error {
	current, err := k.validators.Get(ctx, validator.ConsensusKey)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err == nil && current.Organization != validator.Organization {
		return types.ErrKeyReused.Wrapf("expected a key of %s, got %X, which votes for %s: make a new key",
			validator.Organization, validator.ConsensusKey, current.Organization)
	}
	removed, found, err := find(ctx, k.removedValidators, validator.ConsensusKey)
	if err != nil {
		return err
	}
	if found && removed.Organization != validator.Organization {
		return types.ErrKeyReused.Wrapf("expected a key of %s, got %X, for which %s is accountable until %s: make a new key",
			validator.Organization, validator.ConsensusKey, removed.Organization, removed.AccountableUntil.UTC().Format(time.RFC3339))
	}
	return nil
}

// powerExcept sums the power of all validators but one; 0 means that there is no other.
func (k *Keeper) powerExcept(ctx context.Context, consensusKey []byte) (int64, error) {
	total := int64(0)
	err := k.validators.Walk(ctx, nil, func(key []byte, validator types.Validator) (bool, error) {
		if string(key) != string(consensusKey) {
			total += validator.Power
		}
		return false, nil
	})
	return total, err
}

func (k *Keeper) allChangedKeys(ctx context.Context) ([][]byte, error) {
	iterator, err := k.changedKeys.Iterate(ctx, nil)
	if err != nil {
		return nil, err
	}
	return iterator.Keys()
}

// pruneRemovedValidators drops the records of keys that are accountable no longer.
func (k *Keeper) pruneRemovedValidators(ctx context.Context) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	var expired [][]byte
	err := k.removedValidators.Walk(ctx, nil, func(key []byte, removed types.RemovedValidator) (bool, error) {
		if !now.Before(removed.AccountableUntil) {
			expired = append(expired, key)
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range expired {
		if err := k.removedValidators.Remove(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// find returns the value under a key, and false if there is none.
func find[V any](ctx context.Context, m collections.Map[[]byte, V], key []byte) (value V, found bool, err error) {
	value, err = m.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return value, false, nil
	}
	return value, err == nil, err
}
