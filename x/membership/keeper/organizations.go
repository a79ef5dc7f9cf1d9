package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// invite stores an organization that may now accept, with its first representative.
func (k *Keeper) invite(ctx context.Context, organization types.Organization, representative string) error {
	if err := organization.Validate(); err != nil {
		return err
	}
	existing, err := k.organizations.Get(ctx, organization.Id)
	if err == nil {
		return types.ErrOrganizationExists.Wrapf("expected a new id, got %s, which is %s (%s): choose another",
			organization.Id, existing.Name, existing.Status.Word())
	}
	if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if err := k.organizations.Set(ctx, organization.Id, organization); err != nil {
		return err
	}
	if err := k.addRepresentative(ctx, organization.Id, representative); err != nil {
		return err
	}
	return emitStatus(ctx, types.OrganizationStatusUnspecified, organization)
}

// setStatus changes an organization's status from one of those expected.
func (k *Keeper) setStatus(
	ctx context.Context, organization types.Organization, status types.OrganizationStatus, reason string, expected ...types.OrganizationStatus,
) error {
	if err := requireStatus(organization, expected...); err != nil {
		return err
	}
	before := organization.Status
	organization.Status, organization.Reason = status, reason
	if err := k.organizations.Set(ctx, organization.Id, organization); err != nil {
		return err
	}
	// A suspended organization's validators have no power, and a reinstated one's have theirs again.
	validators, err := k.validatorsOf(ctx, organization.Id)
	if err != nil {
		return err
	}
	for _, validator := range validators {
		if err := k.changedKeys.Set(ctx, validator.ConsensusKey); err != nil {
			return err
		}
	}
	return emitStatus(ctx, before, organization)
}

func requireStatus(organization types.Organization, expected ...types.OrganizationStatus) error {
	words := ""
	for i, status := range expected {
		if organization.Status == status {
			return nil
		}
		if i > 0 {
			words += " or "
		}
		words += status.Word()
	}
	return types.ErrOrganizationStatus.Wrapf("expected %s %s, got %s", organization.Id, words, organization.Status.Word())
}

// remove ends an organization's membership: its operators, validators, certificates and nodes go with it. What it owes, and what others
// still have of it, must be gone before.
func (k *Keeper) remove(ctx context.Context, organization types.Organization, reason string) error {
	for _, guard := range k.removalGuards {
		if err := guard.MayRemove(ctx, organization.Id); err != nil {
			return err
		}
	}
	if err := k.requireOtherPower(ctx, organization.Id); err != nil {
		return err
	}
	validators, err := k.validatorsOf(ctx, organization.Id)
	if err != nil {
		return err
	}
	for _, validator := range validators {
		if err := k.dropValidator(ctx, validator, false); err != nil {
			return err
		}
	}
	operators, err := k.operatorsOf(ctx, organization.Id)
	if err != nil {
		return err
	}
	for _, operator := range operators {
		operator.Roles = nil
		if err := k.writeOperator(ctx, operator); err != nil {
			return err
		}
	}
	if err := k.dropCertificates(ctx, organization.Id); err != nil {
		return err
	}
	if err := k.dismissAll(ctx, organization.Id); err != nil {
		return err
	}
	return k.setStatus(ctx, organization, types.OrganizationStatusRemoved, reason,
		types.OrganizationStatusInvited, types.OrganizationStatusActive, types.OrganizationStatusSuspended)
}

// requireOtherPower returns ErrLastValidator if nobody but one organization votes on blocks.
func (k *Keeper) requireOtherPower(ctx context.Context, organization string) error {
	others, own := false, false
	err := k.walkVoting(ctx, func(validator types.Validator) {
		if validator.Organization == organization {
			own = true
		} else {
			others = true
		}
	})
	if err != nil {
		return err
	}
	if own && !others {
		return types.ErrLastValidator.Wrapf("expected validators of others to stay, got %s, which has all: admit another validator first", organization)
	}
	return nil
}

// walkVoting visits the validators of active organizations in ascending order of key.
func (k *Keeper) walkVoting(ctx context.Context, visit func(validator types.Validator)) error {
	return k.validators.Walk(ctx, nil, func(_ []byte, validator types.Validator) (bool, error) {
		organization, err := k.GetOrganization(ctx, validator.Organization)
		if err != nil {
			return true, err
		}
		if organization.IsActive() {
			visit(validator)
		}
		return false, nil
	})
}

func emitStatus(ctx context.Context, before types.OrganizationStatus, organization types.Organization) error {
	return event.Emit(ctx, &types.EventOrganizationStatusChanged{
		Id: organization.Id, OldStatus: before, NewStatus: organization.Status, Reason: organization.Reason,
	})
}
