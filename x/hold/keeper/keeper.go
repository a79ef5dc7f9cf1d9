// Package keeper sets coins aside for their owners.
package keeper

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var _ registrytypes.CloseGuard = (*Keeper)(nil)

// Keeper owns holds; the coins are in the module's account.
type Keeper struct {
	bankKeeper types.BankKeeper
	// expiryRoutes are added by the app after construction, because those modules need holds themselves.
	expiryRoutes []types.ExpiryRoute

	schema       collections.Schema
	holds        collections.Map[uint64, types.Hold]
	holdsByOwner collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
	nextID       collections.Sequence
	// expiries lists holds that expire as (Unix time in nanoseconds, id).
	expiries collections.KeySet[collections.Pair[int64, uint64]]
}

// NewKeeper returns a keeper. It panics if the store's layout contradicts itself.
func NewKeeper(cdc codec.BinaryCodec, storeService corestore.KVStoreService, bankKeeper types.BankKeeper) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	keeper := &Keeper{
		bankKeeper: bankKeeper,
		holds: collections.NewMap(builder, types.HoldsPrefix, "holds",
			collections.Uint64Key, codec.CollValue[types.Hold](cdc)),
		holdsByOwner: collections.NewKeySet(builder, types.HoldsByOwnerPrefix, "holds_by_owner",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.Uint64Key)),
		nextID: collections.NewSequence(builder, types.NextIDPrefix, "next_id"),
		expiries: collections.NewKeySet(builder, types.ExpiriesPrefix, "expiries",
			collections.PairKeyCodec(collections.Int64Key, collections.Uint64Key)),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}

// AddExpiryRoutes says who must know when a hold expires; the first route whose prefix starts the hold's purpose is taken.
// It panics for a prefix that has a route.
func (k *Keeper) AddExpiryRoutes(routes ...types.ExpiryRoute) {
	for _, route := range routes {
		taken := slices.ContainsFunc(k.expiryRoutes, func(one types.ExpiryRoute) bool { return one.Prefix == route.Prefix })
		if taken {
			panic(fmt.Sprintf("hold: two expiry routes for %q", route.Prefix))
		}
		k.expiryRoutes = append(k.expiryRoutes, route)
	}
}

// Get returns an open hold. It returns types.ErrHoldNotFound if there is none.
func (k *Keeper) Get(ctx context.Context, id uint64) (types.Hold, error) {
	hold, err := k.holds.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Hold{}, errorsmod.Wrapf(types.ErrHoldNotFound, "expected an open hold, got id %d; it may have been released or captured", id)
	}
	return hold, err
}

// IterateHolds calls visit with every open hold in ascending order of id, until it returns stop or an error, which is
// returned. The visitor must not write holds.
func (k *Keeper) IterateHolds(ctx context.Context, visit func(hold types.Hold) (stop bool, err error)) error {
	return k.holds.Walk(ctx, nil, func(_ uint64, hold types.Hold) (bool, error) {
		return visit(hold)
	})
}

// HasHolds says whether an owner has an open hold.
func (k *Keeper) HasHolds(ctx context.Context, owner sdk.AccAddress) (bool, error) {
	_, found, err := k.firstHold(ctx, owner)
	return found, err
}

// MayClose refuses to close an account that owns an open hold, with registrytypes.ErrAccountInUse.
func (k *Keeper) MayClose(ctx context.Context, account registrytypes.Account) error {
	owner, err := registrytypes.ParseAddress(account.Address)
	if err != nil {
		return err
	}
	id, found, err := k.firstHold(ctx, owner)
	if err != nil {
		return err
	}
	if found {
		return errorsmod.Wrapf(registrytypes.ErrAccountInUse,
			"expected no open holds of %s, got hold %d; release or capture it first", account.Address, id)
	}
	return nil
}

func (k *Keeper) firstHold(ctx context.Context, owner sdk.AccAddress) (id uint64, found bool, err error) {
	ofOwner := collections.NewPrefixedPairRange[sdk.AccAddress, uint64](owner)
	err = k.holdsByOwner.Walk(ctx, ofOwner, func(key collections.Pair[sdk.AccAddress, uint64]) (bool, error) {
		id, found = key.K2(), true
		return true, nil
	})
	return id, found, err
}

func (k *Keeper) insert(ctx context.Context, owner sdk.AccAddress, hold types.Hold) error {
	if err := k.holdsByOwner.Set(ctx, collections.Join(owner, hold.Id)); err != nil {
		return err
	}
	if hold.ExpiresAt != nil {
		if err := k.expiries.Set(ctx, expiryKey(hold)); err != nil {
			return err
		}
	}
	return k.holds.Set(ctx, hold.Id, hold)
}

func (k *Keeper) remove(ctx context.Context, owner sdk.AccAddress, hold types.Hold) error {
	if err := k.holdsByOwner.Remove(ctx, collections.Join(owner, hold.Id)); err != nil {
		return err
	}
	if hold.ExpiresAt != nil {
		if err := k.expiries.Remove(ctx, expiryKey(hold)); err != nil {
			return err
		}
	}
	return k.holds.Remove(ctx, hold.Id)
}

func expiryKey(hold types.Hold) collections.Pair[int64, uint64] {
	return collections.Join(hold.ExpiresAt.UnixNano(), hold.Id)
}
