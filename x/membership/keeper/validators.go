package keeper

import (
	"bytes"
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// SetValidator admits a validator, or changes the power of one. Consensus learns of it at the end of the block.
//
// It returns ErrInvalidValidator, ErrOrganizationNotFound, ErrOrganizationStatus, ErrKeyReused if the key votes or is still
// accountable for another organization, ErrKeyTombstoned, or ErrTotalPower.
func (k *Keeper) SetValidator(ctx context.Context, validator types.Validator) error {
	if err := validator.Validate(); err != nil {
		return err
	}
	organization, err := k.GetOrganization(ctx, validator.Organization)
	if err != nil {
		return err
	}
	if err := requireStatus(organization, types.OrganizationStatusActive); err != nil {
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
	others := int64(0)
	err = k.walkVoting(ctx, func(other types.Validator) {
		if !bytes.Equal(other.ConsensusKey, consensusKey) {
			others += other.Power
		}
	})
	if err != nil {
		return err
	}
	if others == 0 {
		return types.ErrLastValidator.Wrapf("expected at least one to stay, got the removal of %X: admit another validator first", consensusKey)
	}
	return k.dropValidator(ctx, validator, false)
}

// dropValidator takes a validator out and keeps its key accountable, for ever if it signed twice.
func (k *Keeper) dropValidator(ctx context.Context, validator types.Validator, tombstoned bool) error {
	unbonding, err := k.UnbondingTime(ctx)
	if err != nil {
		return err
	}
	if err := k.validators.Remove(ctx, validator.ConsensusKey); err != nil {
		return err
	}
	removed := types.RemovedValidator{
		Organization: validator.Organization, ConsensusKey: validator.ConsensusKey, Tombstoned: tombstoned,
		AccountableUntil: sdk.UnwrapSDKContext(ctx).BlockTime().Add(unbonding),
	}
	if err := k.removedValidators.Set(ctx, validator.ConsensusKey, removed); err != nil {
		return err
	}
	return k.changedKeys.Set(ctx, validator.ConsensusKey)
}

// rotate moves a validator's power to a key that never voted. Consensus learns of both changes together or of the new key
// first, so that the organization is never without its power.
func (k *Keeper) rotate(ctx context.Context, organization string, oldKey, newKey []byte) error {
	validator, err := k.validators.Get(ctx, oldKey)
	if errors.Is(err, collections.ErrNotFound) || (err == nil && validator.Organization != organization) {
		return types.ErrValidatorNotFound.Wrapf("old_key: expected the consensus key of a validator of %s, got %X", organization, oldKey)
	}
	if err != nil {
		return err
	}
	for _, known := range []func() (bool, error){
		func() (bool, error) { return k.validators.Has(ctx, newKey) },
		func() (bool, error) { return k.removedValidators.Has(ctx, newKey) },
	} {
		used, err := known()
		if err != nil {
			return err
		}
		if used {
			return types.ErrKeyReused.Wrapf("new_key: expected a key that never voted, got %X: make a new key", newKey)
		}
	}
	if err := k.dropValidator(ctx, validator, false); err != nil {
		return err
	}
	validator.ConsensusKey = newKey
	if err := k.SetValidator(ctx, validator); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventValidatorKeyRotated{
		Organization: organization, OldKey: oldKey, NewKey: newKey,
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
	if found && removed.Tombstoned {
		return types.ErrKeyTombstoned.Wrapf("expected a key that never signed twice, got %X: make a new key", validator.ConsensusKey)
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

// pruneRemovedValidators drops the records of keys that are accountable no longer.
func (k *Keeper) pruneRemovedValidators(ctx context.Context) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	var expired [][]byte
	err := k.removedValidators.Walk(ctx, nil, func(key []byte, removed types.RemovedValidator) (bool, error) {
		if !removed.Tombstoned && !now.Before(removed.AccountableUntil) {
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
