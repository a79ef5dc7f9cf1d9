package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// GetFrozenAmount returns what an order froze of an account. It returns types.ErrFrozenAmountNotFound if it never did.
func (k *Keeper) GetFrozenAmount(ctx context.Context, address sdk.AccAddress, orderReference string) (types.FrozenAmount, error) {
	frozen, err := k.frozenAmounts.Get(ctx, collections.Join(address, orderReference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.FrozenAmount{}, errorsmod.Wrapf(types.ErrFrozenAmountNotFound,
			"expected an order that froze yen of %s, got %q", address, orderReference)
	}
	return frozen, err
}

// freezeAmount forbids to spend yen of an account.
func (k *Keeper) freezeAmount(ctx context.Context, address sdk.AccAddress, account types.Account, frozen types.FrozenAmount) error {
	if err := frozen.Validate(); err != nil {
		return err
	}
	if err := account.CheckNotClosed(); err != nil {
		return err
	}
	key := collections.Join(address, frozen.OrderReference)
	used, err := k.frozenAmounts.Has(ctx, key)
	if err != nil {
		return err
	}
	if used {
		return errorsmod.Wrapf(types.ErrReferenceUsed,
			"expected an order that froze nothing of %s yet, got %q; an order freezes once", address, frozen.OrderReference)
	}
	if err := k.addFrozen(ctx, address, frozen.Frozen.Uint64()); err != nil {
		return err
	}
	if err := k.frozenAmounts.Set(ctx, key, frozen); err != nil {
		return err
	}
	why := change{
		kind: types.ChangeKindAmountFrozen, operator: frozen.FrozenBy, reference: frozen.OrderReference, reason: frozen.Reason,
	}
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAmountFrozen{
		Address: account.Address, Bank: account.Bank, OrderReference: frozen.OrderReference, Amount: frozen.Frozen,
		Reason: frozen.Reason, Operator: frozen.FrozenBy,
	})
}

// openFrozenAmount returns what an order still freezes of an account.
func (k *Keeper) openFrozenAmount(ctx context.Context, address sdk.AccAddress, orderReference string) (types.FrozenAmount, error) {
	frozen, err := k.GetFrozenAmount(ctx, address, orderReference)
	if err != nil {
		return types.FrozenAmount{}, err
	}
	if frozen.Frozen.IsZero() {
		return types.FrozenAmount{}, errorsmod.Wrapf(types.ErrFrozenAmountNotFound,
			"expected an order that freezes yen of %s, got %q, of which nothing is left", address, orderReference)
	}
	return frozen, nil
}

// releaseAmount frees all that an order still freezes.
func (k *Keeper) releaseAmount(
	ctx context.Context, address sdk.AccAddress, account types.Account, orderReference string, why change,
) error {
	frozen, err := k.openFrozenAmount(ctx, address, orderReference)
	if err != nil {
		return err
	}
	return k.thaw(ctx, address, account, frozen, frozen.Frozen, why)
}

// thaw frees a part of what an order freezes.
func (k *Keeper) thaw(
	ctx context.Context, address sdk.AccAddress, account types.Account, frozen types.FrozenAmount, amount math.Int, why change,
) error {
	frozen.Frozen = frozen.Frozen.Sub(amount)
	if err := k.frozenAmounts.Set(ctx, collections.Join(address, frozen.OrderReference), frozen); err != nil {
		return err
	}
	standing, err := k.standing(ctx, address)
	if err != nil {
		return err
	}
	standing.Frozen -= amount.Uint64()
	if err := k.standings.Set(ctx, address, standing); err != nil {
		return err
	}
	why.kind = types.ChangeKindAmountReleased
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAmountReleased{
		Address: account.Address, Bank: account.Bank, OrderReference: frozen.OrderReference, Amount: amount,
		Reason: why.reason, Operator: why.operator,
	})
}

// addFrozen adds to the sum of what orders freeze of an account, which payments read.
func (k *Keeper) addFrozen(ctx context.Context, address sdk.AccAddress, amount uint64) error {
	standing, err := k.standing(ctx, address)
	if err != nil {
		return err
	}
	standing.Frozen += amount
	if most := types.MaxLimit.Uint64(); standing.Frozen > most {
		return errorsmod.Wrapf(types.ErrInvalidAmount, "expected at most %d yen frozen of %s, got %d", most, address, standing.Frozen)
	}
	return k.standings.Set(ctx, address, standing)
}
