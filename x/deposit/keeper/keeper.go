// Package keeper implements the deposit module: how deposit money becomes yen and back, and what each bank owes.
package keeper

import (
	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/overlay"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var _ registrytypes.FlowRecorder = (*Keeper)(nil)

// Keeper owns orders, batches, books, flows, ceilings, attestations and business days.
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
	// openOrders lists open orders as (account, bank, reference).
	openOrders collections.KeySet[collections.Triple[sdk.AccAddress, string, string]]
	// ordersByAccount lists orders as (account, date, bank, reference), by the dates of their request and their decision.
	ordersByAccount collections.KeySet[accountKey]
	// coreReferences maps (bank, core reference) to the reference of the order whose debit it is.
	coreReferences collections.Map[collections.Pair[string, string], string]
	// openCounts maps (bank, "") to the number of the bank's open orders, and (bank, batch) to that of a batch.
	openCounts collections.Map[collections.Pair[string, string], uint64]
	// batches maps (bank, id) to the batch.
	batches collections.Map[collections.Pair[string, string], types.Batch]
	// batchLines maps (bank, id, number) to a line.
	batchLines collections.Map[collections.Triple[string, string, uint32], types.BatchLine]
	// books maps a bank to its book.
	books *overlay.Map[string, types.BankBook]
	// flows maps (payer bank, payee bank) to the sum of all yen that passed.
	flows *overlay.Map[collections.Pair[string, string], math.Int]
	// ceilings maps a bank to the most that it may owe by issuing.
	ceilings collections.Map[string, math.Int]
	// attestations maps (bank, reference) to the attestation.
	attestations collections.Map[collections.Pair[string, string], types.Attestation]
	// confirmed lists confirmed attestations as (bank, seconds since 1970 of their moment, reference).
	confirmed collections.KeySet[collections.Triple[string, int64, string]]
	// businessDays maps (bank, date) to the end of the date.
	businessDays collections.Map[collections.Pair[string, string], types.BusinessDay]
}

// accountKey is account, date, bank and reference.
type accountKey = collections.Quad[sdk.AccAddress, string, string, string]

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
	bankAndText := collections.PairKeyCodec(collections.StringKey, collections.StringKey)
	k := &Keeper{
		bankKeeper: bankKeeper,
		registry:   registry,
		hold:       hold,
		membership: membership,
		orders:     collections.NewMap(builder, types.OrdersPrefix, "orders", bankAndText, codec.CollValue[types.Order](cdc)),
		ordersByStatus: collections.NewKeySet(builder, types.OrdersByStatusPrefix, "orders_by_status",
			collections.TripleKeyCodec(collections.StringKey, collections.Int32Key, collections.StringKey)),
		openOrders: collections.NewKeySet(builder, types.OpenOrdersPrefix, "open_orders",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.StringKey, collections.StringKey)),
		ordersByAccount: collections.NewKeySet(builder, types.OrdersByAccountPrefix, "orders_by_account",
			collections.QuadKeyCodec(sdk.AccAddressKey, collections.StringKey, collections.StringKey, collections.StringKey)),
		coreReferences: collections.NewMap(builder, types.CoreReferencesPrefix, "core_references",
			bankAndText, collections.StringValue),
		openCounts: collections.NewMap(builder, types.OpenCountsPrefix, "open_counts", bankAndText, collections.Uint64Value),
		batches:    collections.NewMap(builder, types.BatchesPrefix, "batches", bankAndText, codec.CollValue[types.Batch](cdc)),
		batchLines: collections.NewMap(builder, types.BatchLinesPrefix, "batch_lines",
			collections.TripleKeyCodec(collections.StringKey, collections.StringKey, collections.Uint32Key),
			codec.CollValue[types.BatchLine](cdc)),
		books: overlay.NewMap(collections.NewMap(builder, types.BooksPrefix, "books",
			collections.StringKey, codec.CollValue[types.BankBook](cdc))),
		flows:    overlay.NewMap(collections.NewMap(builder, types.FlowsPrefix, "flows", bankAndText, sdk.IntValue)),
		ceilings: collections.NewMap(builder, types.CeilingsPrefix, "ceilings", collections.StringKey, sdk.IntValue),
		attestations: collections.NewMap(builder, types.AttestationsPrefix, "attestations",
			bankAndText, codec.CollValue[types.Attestation](cdc)),
		confirmed: collections.NewKeySet(builder, types.ConfirmedPrefix, "confirmed_attestations",
			collections.TripleKeyCodec(collections.StringKey, collections.Int64Key, collections.StringKey)),
		businessDays: collections.NewMap(builder, types.BusinessDaysPrefix, "business_days",
			bankAndText, codec.CollValue[types.BusinessDay](cdc)),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}
