package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

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

// MayClose refuses to close an account while an order of it is open.
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

// requireUnused refuses an id that the bank knows already, as the reference of an order of either kind and with whatever
// outcome, or as that of a debit: the core ledger has one entry for one id.
func (k *Keeper) requireUnused(ctx context.Context, bank, reference string) error {
	key := collections.Join(bank, reference)
	order, err := k.orders.Get(ctx, key)
	if err == nil {
		return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got that of %s (%s); choose a new one",
			bank, order.Name(), order.Status)
	}
	if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	debited, err := k.coreReferences.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got %s, the debit of order %s; choose a new one",
		bank, reference, debited)
}

// requireRoom refuses another order of a holder who has as many open orders of the holder's own as one may have.
func (k *Keeper) requireRoom(ctx context.Context, account registrytypes.Account, address sdk.AccAddress) error {
	count := 0
	err := k.openOrders.Walk(ctx, ownOrders(account, address), func(collections.Triple[sdk.AccAddress, string, string]) (bool, error) {
		count++
		return count >= types.MaxOpenOrdersOfHolder, nil
	})
	if err != nil {
		return err
	}
	if count >= types.MaxOpenOrdersOfHolder {
		return types.ErrTooManyOpenOrders.Wrapf("expected less than %d open orders of %s, got %d; wait for a decision or cancel one",
			types.MaxOpenOrdersOfHolder, account.Address, count)
	}
	return nil
}

// ownOrders is the range of open orders that the holder of an account requested: those whose references start with the
// account and the separator.
func ownOrders(account registrytypes.Account, address sdk.AccAddress) collections.Ranger[collections.Triple[sdk.AccAddress, string, string]] {
	// Sorts after every character of a reference.
	const last = "\x7f"
	return new(collections.Range[collections.Triple[sdk.AccAddress, string, string]]).
		StartInclusive(collections.Join3(address, account.Bank, types.HolderReference(account.Address, ""))).
		EndExclusive(collections.Join3(address, account.Bank, types.HolderReference(account.Address, last)))
}

// insertOrder writes an order that is new to the store, with its index entries and counts.
func (k *Keeper) insertOrder(ctx context.Context, order types.Order) error {
	address, err := accountOf(order)
	if err != nil {
		return err
	}
	dates := []string{order.BusinessDate}
	if order.DecidedDate != "" && order.DecidedDate != order.BusinessDate {
		dates = append(dates, order.DecidedDate)
	}
	for _, date := range dates {
		if err := k.ordersByAccount.Set(ctx, collections.Join4(address, date, order.Bank, order.Reference)); err != nil {
			return err
		}
	}
	if order.CoreReference != "" {
		if err := k.coreReferences.Set(ctx, collections.Join(order.Bank, order.CoreReference), order.Reference); err != nil {
			return err
		}
	}
	if order.IsOpen() {
		if err := k.openOrders.Set(ctx, collections.Join3(address, order.Bank, order.Reference)); err != nil {
			return err
		}
		if err := k.countOpen(ctx, order, func(count uint64) uint64 { return count + 1 }); err != nil {
			return err
		}
	}
	return k.setOrder(ctx, order)
}

// replaceOrder writes an open order anew, with what the index entries and counts must change.
func (k *Keeper) replaceOrder(ctx context.Context, open, order types.Order) error {
	if err := k.ordersByStatus.Remove(ctx, statusKey(open)); err != nil {
		return err
	}
	if order.CoreReference != open.CoreReference {
		if err := k.coreReferences.Set(ctx, collections.Join(order.Bank, order.CoreReference), order.Reference); err != nil {
			return err
		}
	}
	if order.IsOpen() {
		return k.setOrder(ctx, order)
	}
	address, err := accountOf(order)
	if err != nil {
		return err
	}
	if err := k.openOrders.Remove(ctx, collections.Join3(address, order.Bank, order.Reference)); err != nil {
		return err
	}
	if err := k.countOpen(ctx, order, func(count uint64) uint64 { return count - 1 }); err != nil {
		return err
	}
	if order.DecidedDate != order.BusinessDate {
		if err := k.ordersByAccount.Set(ctx, collections.Join4(address, order.DecidedDate, order.Bank, order.Reference)); err != nil {
			return err
		}
	}
	return k.setOrder(ctx, order)
}

func (k *Keeper) setOrder(ctx context.Context, order types.Order) error {
	if err := k.ordersByStatus.Set(ctx, statusKey(order)); err != nil {
		return err
	}
	return k.orders.Set(ctx, collections.Join(order.Bank, order.Reference), order)
}

// countOpen changes the number of open orders of the order's bank and of its batch.
func (k *Keeper) countOpen(ctx context.Context, order types.Order, change func(uint64) uint64) error {
	batches := []string{""}
	if order.Batch != "" {
		batches = append(batches, order.Batch)
	}
	for _, batch := range batches {
		key := collections.Join(order.Bank, batch)
		count, err := k.openCount(ctx, order.Bank, batch)
		if err != nil {
			return err
		}
		if count = change(count); count == 0 {
			err = k.openCounts.Remove(ctx, key)
		} else {
			err = k.openCounts.Set(ctx, key, count)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// openCount returns the number of open orders of a batch, or for batch "" of all of the bank.
func (k *Keeper) openCount(ctx context.Context, bank, batch string) (uint64, error) {
	count, err := k.openCounts.Get(ctx, collections.Join(bank, batch))
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return count, err
}

func statusKey(order types.Order) collections.Triple[string, int32, string] {
	return collections.Join3(order.Bank, int32(order.Status), order.Reference)
}

func accountOf(order types.Order) (sdk.AccAddress, error) {
	address, err := registrytypes.ParseAddress(order.Account)
	if err != nil {
		return nil, errorsmod.Wrapf(err, "%s", order.Name())
	}
	return address, nil
}
