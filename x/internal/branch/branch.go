// Package branch begins work that is kept or given up as a whole, within a message. It does what CacheContext of the SDK does, which
// branches all stores of the application each time; this one branches those that are used, which matters for work that comes by the
// thousand.
package branch

import (
	"context"
	"io"

	"cosmossdk.io/store/cachekv"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Begin returns a context whose state and events are kept only by write. Gas is used whatever becomes of the work.
func Begin(ctx context.Context) (branched context.Context, write func()) {
	parent := sdk.UnwrapSDKContext(ctx)
	if parent.MultiStore().TracingEnabled() {
		return parent.CacheContext() // which traces
	}
	stores := &multiStore{MultiStore: parent.MultiStore()}
	events := sdk.NewEventManager()
	return parent.WithMultiStore(stores).WithEventManager(events), func() {
		parent.EventManager().EmitEvents(events.Events())
		stores.Write()
	}
}

// multiStore branches a store of its parent when it is first asked for.
type multiStore struct {
	storetypes.MultiStore

	opened []opened
}

type opened struct {
	key   storetypes.StoreKey
	store *cachekv.Store
}

var _ storetypes.CacheMultiStore = (*multiStore)(nil)

// GetKVStore implements storetypes.MultiStore.
func (s *multiStore) GetKVStore(key storetypes.StoreKey) storetypes.KVStore {
	for _, one := range s.opened { // a handful
		if one.key == key {
			return one.store
		}
	}
	store := cachekv.NewStore(s.MultiStore.GetKVStore(key))
	s.opened = append(s.opened, opened{key, store})
	return store
}

// GetStore implements storetypes.MultiStore.
func (s *multiStore) GetStore(key storetypes.StoreKey) storetypes.Store { return s.GetKVStore(key) }

// CacheMultiStore implements storetypes.MultiStore.
func (s *multiStore) CacheMultiStore() storetypes.CacheMultiStore { return &multiStore{MultiStore: s} }

// CacheWrap implements storetypes.CacheWrapper.
func (s *multiStore) CacheWrap() storetypes.CacheWrap { return &multiStore{MultiStore: s} }

// CacheWrapWithTrace implements storetypes.CacheWrapper; work that is traced is not branched here.
func (s *multiStore) CacheWrapWithTrace(io.Writer, storetypes.TraceContext) storetypes.CacheWrap {
	return s.CacheWrap()
}

// Write implements storetypes.CacheWrap. Stores do not know of each other, so their order is of no consequence.
func (s *multiStore) Write() {
	for _, one := range s.opened {
		one.store.Write()
	}
	s.opened = nil
}
