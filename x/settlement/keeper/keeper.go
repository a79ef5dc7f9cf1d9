// Package keeper implements the settlement module: trades whose legs are carried out together or not at all.
package keeper

import (
	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/settlement/types"
)

// Keeper owns trades; what is set aside for them is in holds, and the room for their yen in the zone link.
type Keeper struct {
	registry types.RegistryKeeper
	asset    types.AssetKeeper
	hold     types.HoldKeeper
	bank     types.BankKeeper
	link     types.LinkKeeper

	schema collections.Schema
	trades collections.Map[uint64, types.Trade]
	// parties and deliveries are by (trade, address): a confirmation reads its own deliveries only.
	parties    collections.Map[partyKey, types.Party]
	deliveries collections.Map[partyKey, types.Deliveries]
	// references maps (reference, creator) to the trade.
	references collections.Map[referenceKey, uint64]
	// byStatus lists trades as (status, id), byAccount as (account, status, id).
	byStatus  collections.KeySet[collections.Pair[int32, uint64]]
	byAccount collections.KeySet[accountKey]
	// committed lists open trades that a party has confirmed, as (party, id).
	committed collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
	// deadlines lists open trades that are not ready as (Unix time in nanoseconds, id), due those that wait for their time only.
	deadlines collections.KeySet[queueKey]
	due       collections.KeySet[queueKey]
	nextID    collections.Sequence
}

type (
	partyKey     = collections.Pair[uint64, sdk.AccAddress]
	referenceKey = collections.Pair[string, sdk.AccAddress]
	accountKey   = collections.Triple[sdk.AccAddress, int32, uint64]
	queueKey     = collections.Pair[int64, uint64]
)

// NewKeeper returns a keeper on its own store. It panics if two collections share a prefix.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService corestore.KVStoreService,
	registry types.RegistryKeeper,
	asset types.AssetKeeper,
	hold types.HoldKeeper,
	bank types.BankKeeper,
	link types.LinkKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	party := collections.PairKeyCodec(collections.Uint64Key, sdk.AccAddressKey)
	queue := collections.PairKeyCodec(collections.Int64Key, collections.Uint64Key)
	k := &Keeper{
		registry: registry, asset: asset, hold: hold, bank: bank, link: link,
		trades:     collections.NewMap(builder, types.TradesPrefix, "trades", collections.Uint64Key, codec.CollValue[types.Trade](cdc)),
		parties:    collections.NewMap(builder, types.PartiesPrefix, "parties", party, codec.CollValue[types.Party](cdc)),
		deliveries: collections.NewMap(builder, types.DeliveriesPrefix, "deliveries", party, codec.CollValue[types.Deliveries](cdc)),
		references: collections.NewMap(builder, types.ReferencesPrefix, "references",
			collections.PairKeyCodec(collections.StringKey, sdk.AccAddressKey), collections.Uint64Value),
		byStatus: collections.NewKeySet(builder, types.TradesByStatusPrefix, "trades_by_status",
			collections.PairKeyCodec(collections.Int32Key, collections.Uint64Key)),
		byAccount: collections.NewKeySet(builder, types.TradesByAccountPrefix, "trades_by_account",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.Int32Key, collections.Uint64Key)),
		committed: collections.NewKeySet(builder, types.CommittedPrefix, "committed",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.Uint64Key)),
		deadlines: collections.NewKeySet(builder, types.DeadlinesPrefix, "deadlines", queue),
		due:       collections.NewKeySet(builder, types.DuePrefix, "due", queue),
		nextID:    collections.NewSequence(builder, types.NextIDPrefix, "next_id"),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}
