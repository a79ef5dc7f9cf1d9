// Package keeper implements the notary module: which documents existed when, and who said so.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/notary/types"
)

// Keeper owns notarizations.
type Keeper struct {
	membership types.MembershipKeeper
	registry   types.RegistryKeeper

	schema        collections.Schema
	notarizations collections.Map[types.Key, types.Notarization]
	// byDocument lists notarizations as (hash, notary).
	byDocument collections.KeySet[collections.Pair[[]byte, sdk.AccAddress]]
}

// NewKeeper returns a keeper on its own store. It panics if two collections share a prefix.
func NewKeeper(
	cdc codec.BinaryCodec, storeService corestore.KVStoreService, membership types.MembershipKeeper, registry types.RegistryKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	k := &Keeper{
		membership: membership,
		registry:   registry,
		notarizations: collections.NewMap(builder, types.NotarizationsPrefix, "notarizations",
			types.KeyCodec, codec.CollValue[types.Notarization](cdc)),
		byDocument: collections.NewKeySet(builder, types.ByDocumentPrefix, "notarizations_by_document",
			collections.PairKeyCodec(collections.BytesKey, sdk.AccAddressKey)),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

// GetNotarization returns what a notary said of a document, or ErrNotarizationNotFound.
func (k *Keeper) GetNotarization(ctx context.Context, notary sdk.AccAddress, hash []byte) (types.Notarization, error) {
	key := collections.Join(notary, hash)
	row, err := k.notarizations.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Notarization{}, types.ErrNotarizationNotFound.Wrapf("expected a document that %s has notarized, got %x", notary, hash)
	}
	return row.At(key), err
}

// add writes a notarization and its index entry.
func (k *Keeper) add(ctx context.Context, notarization types.Notarization) error {
	key, err := notarization.Key()
	if err != nil {
		return err
	}
	if err := k.byDocument.Set(ctx, collections.Join(key.K2(), key.K1())); err != nil {
		return err
	}
	return k.notarizations.Set(ctx, key, notarization.Row())
}
