package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// GetOrder returns the order of a bank with that reference, or ErrOrderNotFound.
func (k *Keeper) GetOrder(ctx context.Context, bank, reference string) (types.Order, error) {
	order, err := k.orders.Get(ctx, collections.Join(bank, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Order{}, types.ErrOrderNotFound.Wrapf("expected an order of %s, got reference %q; list the bank's orders for those in use",
			bank, reference)
	}
	return order, err
}

// MayClose refuses to close an account while an order of it waits for a checker.
func (k *Keeper) MayClose(ctx context.Context, account registrytypes.Account) error {
	address, err := registrytypes.ParseAddress(account.Address)
	if err != nil {
		return err
	}
	ofAccount := collections.NewPrefixedTripleRange[sdk.AccAddress, string, string](address)
	return k.openOrders.Walk(ctx, ofAccount, func(key collections.Triple[sdk.AccAddress, string, string]) (bool, error) {
		return true, registrytypes.ErrAccountInUse.Wrapf("expected no open order of %s, got %s of %s; let a checker approve or reject it",
			account.Address, key.K3(), key.K2())
	})
}

// requireUnused refuses a reference that the bank has used before, for either kind and with whatever outcome.
func (k *Keeper) requireUnused(ctx context.Context, bank, reference string) error {
	order, err := k.orders.Get(ctx, collections.Join(bank, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got that of %s (%s); choose a new one",
		bank, order.Name(), order.Status)
}

// addOrder writes a new order and its index entries.
func (k *Keeper) addOrder(ctx context.Context, order types.Order) error {
	if order.IsOpen() {
		key, err := openOrderKey(order)
		if err != nil {
			return err
		}
		if err := k.openOrders.Set(ctx, key); err != nil {
			return err
		}
	}
	if err := k.ordersByStatus.Set(ctx, statusKey(order)); err != nil {
		return err
	}
	return k.orders.Set(ctx, collections.Join(order.Bank, order.Reference), order)
}

// decideOrder replaces an open order by the same order with its decision.
func (k *Keeper) decideOrder(ctx context.Context, open, decided types.Order) error {
	key, err := openOrderKey(open)
	if err != nil {
		return err
	}
	if err := k.openOrders.Remove(ctx, key); err != nil {
		return err
	}
	if err := k.ordersByStatus.Remove(ctx, statusKey(open)); err != nil {
		return err
	}
	return k.addOrder(ctx, decided)
}

func statusKey(order types.Order) collections.Triple[string, int32, string] {
	return collections.Join3(order.Bank, int32(order.Status), order.Reference)
}

func openOrderKey(order types.Order) (collections.Triple[sdk.AccAddress, string, string], error) {
	address, err := registrytypes.ParseAddress(order.Account)
	if err != nil {
		return collections.Triple[sdk.AccAddress, string, string]{}, fmt.Errorf("%s: %w", order.Name(), err)
	}
	return collections.Join3(address, order.Bank, order.Reference), nil
}
