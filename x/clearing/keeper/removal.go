package keeper

import (
	"context"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

var _ membershiptypes.RemovalGuard = (*Keeper)(nil)

// MayRemove refuses to remove a bank that has reserve, that owes or is owed in the open cycle, in obligations or in claims,
// or that has failed: others would have a claim on nobody, or it on others. It returns membershiptypes.ErrOrganizationInUse.
func (k *Keeper) MayRemove(ctx context.Context, organization string) error {
	position, err := k.Position(ctx, organization)
	if err != nil {
		return err
	}
	switch {
	case position.Reserve.IsPositive() || position.Pledge.IsPositive():
		return membershiptypes.ErrOrganizationInUse.Wrapf("expected no reserve and no pledge of %s, got %s and %s yen: redeem them first",
			organization, position.Reserve, position.Pledge)
	case !position.Position.IsZero() || position.QueuedCount > 0:
		return membershiptypes.ErrOrganizationInUse.Wrapf("expected no position and no queued payments of %s, got %s yen and %d: wait for the close",
			organization, position.Position, position.QueuedCount)
	case position.Owed.IsPositive():
		return membershiptypes.ErrOrganizationInUse.Wrapf("expected no open obligations of %s, got %s yen: settle or confirm them first",
			organization, position.Owed)
	}
	claims, err := k.claimsOn(ctx, organization)
	if err != nil {
		return err
	}
	if len(claims) > 0 {
		return membershiptypes.ErrOrganizationInUse.Wrapf("expected no claims on %s, got %d, the first of %s: repay them or write them off",
			organization, len(claims), claims[0].Creditor)
	}
	return k.requireNobodyOwes(ctx, organization)
}

// requireNobodyOwes refuses while a bank is the creditor of an open obligation or of a claim.
func (k *Keeper) requireNobodyOwes(ctx context.Context, organization string) error {
	claims, err := k.allClaims(ctx)
	if err != nil {
		return err
	}
	for _, claim := range claims {
		if claim.Creditor == organization {
			return membershiptypes.ErrOrganizationInUse.Wrapf("expected no claims of %s, got one on %s of %s yen: let it be repaid or written off",
				organization, claim.Debtor, claim.Amount)
		}
	}
	open, err := k.openObligations(ctx)
	if err != nil {
		return err
	}
	for _, obligation := range open {
		for _, credit := range obligation.Creditors {
			if credit.Bank == organization {
				return membershiptypes.ErrOrganizationInUse.Wrapf("expected no open obligation to %s, got %s: let it be met first",
					organization, obligation.Name())
			}
		}
	}
	return nil
}
