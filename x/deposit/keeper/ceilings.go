package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// GetCeiling returns the most that a bank may owe by issuing, or ErrCeilingNotFound if nothing bounds it.
func (k *Keeper) GetCeiling(ctx context.Context, bank string) (types.Ceiling, error) {
	amount, err := k.ceilings.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Ceiling{}, types.ErrCeilingNotFound.Wrapf("expected a bank with a ceiling, got %q, which may issue without bound", bank)
	}
	return types.Ceiling{Bank: bank, Amount: amount}, err
}

// checkCeiling refuses an issue that would lift what the bank owes above its ceiling.
func (k *Keeper) checkCeiling(ctx context.Context, bank string, amount math.Int) error {
	ceiling, err := k.GetCeiling(ctx, bank)
	if errors.Is(err, types.ErrCeilingNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	book, err := k.bookOrNew(ctx, bank)
	if err != nil {
		return err
	}
	if after := book.Liability.Add(amount); after.GT(ceiling.Amount) {
		return types.ErrCeilingExceeded.Wrapf("expected %s to owe at most %s afterwards, got %s; approve a part, or ask the members for more",
			bank, ceiling.Amount, after)
	}
	return nil
}

// setCeiling bounds what a member bank may owe by issuing. What it owes already stays.
func (k *Keeper) setCeiling(ctx context.Context, ceiling types.Ceiling) error {
	if err := ceiling.Validate(); err != nil {
		return err
	}
	organization, err := k.membership.GetOrganization(ctx, ceiling.Bank)
	if err != nil {
		return err
	}
	if organization.Kind != membershiptypes.OrganizationKindBank {
		return types.ErrInvalidCeiling.Wrapf("expected a bank, got %s, a %s", ceiling.Bank, organization.Kind.Word())
	}
	if err := k.ceilings.Set(ctx, ceiling.Bank, ceiling.Amount); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventCeilingSet{
		Bank: ceiling.Bank, Ceiling: sdk.NewCoin(registrytypes.YenDenom, ceiling.Amount),
	})
}

func (k *Keeper) removeCeiling(ctx context.Context, bank string) error {
	if _, err := k.GetCeiling(ctx, bank); err != nil {
		return err
	}
	if err := k.ceilings.Remove(ctx, bank); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventCeilingRemoved{Bank: bank})
}
