// Package keeper implements the deposit module: how deposit money becomes yen and back, and what each bank owes.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var _ registrytypes.FlowRecorder = (*Keeper)(nil)

// Keeper owns orders, books and flows.
type Keeper struct {
	// bankKeeper is x/bank; "bank" alone always means an organization here.
	bankKeeper types.BankKeeper
	registry   types.RegistryKeeper
	hold       types.HoldKeeper
	membership types.MembershipKeeper

	schema collections.Schema
	// orders maps (bank, reference) to the order.
	orders collections.Map[collections.Pair[string, string], types.Order]
	// ordersByStatus lists orders as (bank, status, reference).
	ordersByStatus collections.KeySet[collections.Triple[string, int32, string]]
	// openOrders lists orders that wait for a checker as (account, bank, reference).
	openOrders collections.KeySet[collections.Triple[sdk.AccAddress, string, string]]
	// books maps a bank to its book.
	books collections.Map[string, types.BankBook]
	// flows maps (payer bank, payee bank) to the sum of all yen that passed.
	flows collections.Map[collections.Pair[string, string], math.Int]
}

// NewKeeper returns a keeper on its own store. It panics if two collections share a prefix.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService corestore.KVStoreService,
	bankKeeper types.BankKeeper,
	registry types.RegistryKeeper,
	hold types.HoldKeeper,
	membership types.MembershipKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		bankKeeper: bankKeeper,
		registry:   registry,
		hold:       hold,
		membership: membership,
		orders: collections.NewMap(builder, types.OrdersPrefix, "orders",
			collections.PairKeyCodec(collections.StringKey, collections.StringKey), codec.CollValue[types.Order](cdc)),
		ordersByStatus: collections.NewKeySet(builder, types.OrdersByStatusPrefix, "orders_by_status",
			collections.TripleKeyCodec(collections.StringKey, collections.Int32Key, collections.StringKey)),
		openOrders: collections.NewKeySet(builder, types.OpenOrdersPrefix, "open_orders",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.StringKey, collections.StringKey)),
		books: collections.NewMap(builder, types.BooksPrefix, "books",
			collections.StringKey, codec.CollValue[types.BankBook](cdc)),
		flows: collections.NewMap(builder, types.FlowsPrefix, "flows",
			collections.PairKeyCodec(collections.StringKey, collections.StringKey), sdk.IntValue),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

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
