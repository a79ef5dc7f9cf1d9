// Package keeper keeps classes of assets and the rules under which their units move.
package keeper

import (
	"context"
	"time"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/asset/types"
)

// Keeper owns classes, their rules, and the records of unique units. The units are coins in x/bank.
type Keeper struct {
	bankKeeper types.BankKeeper
	registry   types.RegistryKeeper

	schema   collections.Schema
	classes  collections.Map[string, types.Class]
	metadata collections.Map[string, types.Metadata]
	books    collections.Map[string, types.Book]
	// managers, allowed and frozenHolders have (class, account) as keys.
	managers      collections.Map[classAccount, types.Manager]
	allowed       collections.KeySet[classAccount]
	frozenHolders collections.Map[classAccount, types.Freeze]
	// classesByIssuer and outstanding have (issuer, class); outstanding those classes only that have units.
	classesByIssuer collections.KeySet[issuerClass]
	outstanding     collections.KeySet[issuerClass]
	// units has (class, unit), unitsByHolder (holder, class, unit), history (class, unit, sequence).
	units         collections.Map[unitID, types.Unit]
	unitsByHolder collections.KeySet[collections.Triple[sdk.AccAddress, string, string]]
	history       collections.Map[collections.Triple[string, string, uint64], types.Custody]
	// operations has (signer, reference).
	operations collections.Map[operationID, types.Operation]
	// expiries lists what ends by itself as (Unix time in nanoseconds, denom, holder): all units of a class or one unit, without
	// a holder; or what came back to one holder when its time was over already.
	expiries collections.KeySet[expiry]
	// cursors has the last unit that was looked at of each class whose units are being destroyed.
	cursors collections.Map[string, string]
}

type (
	classAccount = collections.Pair[string, sdk.AccAddress]
	issuerClass  = collections.Pair[sdk.AccAddress, string]
	unitID       = collections.Pair[string, string]
	operationID  = collections.Pair[sdk.AccAddress, string]
	expiry       = collections.Triple[int64, string, string]
)

// NewKeeper returns a keeper. Its SendRestriction must guard x/bank, behind the registry's. It panics if the store's layout
// contradicts itself.
func NewKeeper(
	cdc codec.BinaryCodec, storeService corestore.KVStoreService, bankKeeper types.BankKeeper, registry types.RegistryKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	byAccount := collections.PairKeyCodec(collections.StringKey, sdk.AccAddressKey)
	byIssuer := collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey)
	keeper := &Keeper{
		bankKeeper: bankKeeper,
		registry:   registry,
		classes:    collections.NewMap(builder, types.ClassesPrefix, "classes", collections.StringKey, codec.CollValue[types.Class](cdc)),
		metadata: collections.NewMap(builder, types.MetadataPrefix, "metadata",
			collections.StringKey, codec.CollValue[types.Metadata](cdc)),
		books:    collections.NewMap(builder, types.BooksPrefix, "books", collections.StringKey, codec.CollValue[types.Book](cdc)),
		managers: collections.NewMap(builder, types.ManagersPrefix, "managers", byAccount, codec.CollValue[types.Manager](cdc)),
		allowed:  collections.NewKeySet(builder, types.AllowedPrefix, "allowed", byAccount),
		frozenHolders: collections.NewMap(builder, types.FrozenHoldersPrefix, "frozen_holders",
			byAccount, codec.CollValue[types.Freeze](cdc)),
		classesByIssuer: collections.NewKeySet(builder, types.ClassesByIssuerPrefix, "classes_by_issuer", byIssuer),
		outstanding:     collections.NewKeySet(builder, types.OutstandingPrefix, "outstanding", byIssuer),
		units: collections.NewMap(builder, types.UnitsPrefix, "units",
			collections.PairKeyCodec(collections.StringKey, collections.StringKey), codec.CollValue[types.Unit](cdc)),
		unitsByHolder: collections.NewKeySet(builder, types.UnitsByHolderPrefix, "units_by_holder",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.StringKey, collections.StringKey)),
		history: collections.NewMap(builder, types.HistoryPrefix, "history",
			collections.TripleKeyCodec(collections.StringKey, collections.StringKey, collections.Uint64Key), codec.CollValue[types.Custody](cdc)),
		operations: collections.NewMap(builder, types.OperationsPrefix, "operations",
			byIssuer, codec.CollValue[types.Operation](cdc)),
		expiries: collections.NewKeySet(builder, types.ExpiriesPrefix, "expiries",
			collections.TripleKeyCodec(collections.Int64Key, collections.StringKey, collections.StringKey)),
		cursors: collections.NewMap(builder, types.CursorsPrefix, "cursors", collections.StringKey, collections.StringValue),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}

// IterateClasses calls visit with every class and its book in ascending order of id, until it returns stop or an error, which is
// returned.
func (k *Keeper) IterateClasses(ctx context.Context, visit func(class types.Class, book types.Book) (stop bool, err error)) error {
	return k.classes.Walk(ctx, nil, func(id string, class types.Class) (bool, error) {
		book, err := k.books.Get(ctx, id)
		if err != nil {
			return true, err
		}
		return visit(class, book)
	})
}

// IterateUnits calls visit with every unit, also those that ended and have a history, in ascending order of class and id, until it
// returns stop or an error, which is returned.
func (k *Keeper) IterateUnits(ctx context.Context, visit func(unit types.Unit) (stop bool, err error)) error {
	return k.units.Walk(ctx, nil, func(_ unitID, unit types.Unit) (bool, error) { return visit(unit) })
}

// count writes what became of units of a class, and whether it has any.
func (k *Keeper) count(ctx context.Context, class types.Class, change func(book *types.Book)) error {
	book, err := k.books.Get(ctx, class.Id)
	if err != nil {
		return err
	}
	had := book.Supply().IsPositive()
	change(&book)
	if err := k.books.Set(ctx, class.Id, book); err != nil {
		return err
	}
	has := book.Supply().IsPositive()
	if had == has {
		return nil
	}
	return k.setOutstanding(ctx, class, has)
}

func (k *Keeper) setOutstanding(ctx context.Context, class types.Class, has bool) error {
	key, err := issuerKey(class.Issuer, class.Id)
	if err != nil {
		return err
	}
	if has {
		return k.outstanding.Set(ctx, key)
	}
	return k.outstanding.Remove(ctx, key)
}

func issuerKey(issuer, class string) (issuerClass, error) {
	address, err := sdk.AccAddressFromBech32(issuer)
	return collections.Join(address, class), err
}

func blockTime(ctx context.Context) time.Time { return sdk.UnwrapSDKContext(ctx).BlockTime() }
