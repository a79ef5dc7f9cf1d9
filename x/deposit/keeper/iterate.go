package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/deposit/types"
)

// IterateOrders calls visit with every order in ascending order of bank, then reference, until it says stop.
func (k *Keeper) IterateOrders(ctx context.Context, visit func(types.Order) (stop bool, err error)) error {
	return k.orders.Walk(ctx, nil, func(_ collections.Pair[string, string], order types.Order) (bool, error) {
		return visit(order)
	})
}

// IterateBooks calls visit with every book in ascending order of bank, until it says stop.
func (k *Keeper) IterateBooks(ctx context.Context, visit func(types.BankBook) (stop bool, err error)) error {
	return k.books.Walk(ctx, nil, func(_ string, book types.BankBook) (bool, error) {
		return visit(book)
	})
}

// IterateFlows calls visit with every flow in ascending order of payer bank, then payee bank, until it says stop.
func (k *Keeper) IterateFlows(ctx context.Context, visit func(types.Flow) (stop bool, err error)) error {
	return k.flows.Walk(ctx, nil, func(banks collections.Pair[string, string], amount math.Int) (bool, error) {
		return visit(types.Flow{PayerBank: banks.K1(), PayeeBank: banks.K2(), Amount: amount})
	})
}

// IterateBatches calls visit with every batch in ascending order of bank, then id, until it says stop.
func (k *Keeper) IterateBatches(ctx context.Context, visit func(types.Batch) (stop bool, err error)) error {
	return k.batches.Walk(ctx, nil, func(_ collections.Pair[string, string], batch types.Batch) (bool, error) {
		return visit(batch)
	})
}

// IterateBusinessDays calls visit with the end of every business date in ascending order of bank, then date, until it says
// stop.
func (k *Keeper) IterateBusinessDays(ctx context.Context, visit func(types.BusinessDay) (stop bool, err error)) error {
	return k.businessDays.Walk(ctx, nil, func(_ collections.Pair[string, string], day types.BusinessDay) (bool, error) {
		return visit(day)
	})
}

// IterateOpenCounts calls visit with the stored number of open orders of every bank, as batch "", and of every batch, in
// ascending order of bank, then batch, until it says stop.
func (k *Keeper) IterateOpenCounts(ctx context.Context, visit func(bank, batch string, count uint64) (stop bool, err error)) error {
	return k.openCounts.Walk(ctx, nil, func(key collections.Pair[string, string], count uint64) (bool, error) {
		return visit(key.K1(), key.K2(), count)
	})
}
