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

// Series is a branch for works that come one after the other by the thousand, each kept or given up as a whole. Their events go to
// those of the context at once, and are taken back with a work that is given up.
type Series struct {
	parent sdk.Context
	ctx    context.Context //nolint:containedctx // a series lives no longer than its transaction's context
	stores *multiStore
	events int
}

// NewSeries returns a series of works whose state and events become those of the context.
func NewSeries(ctx context.Context) *Series {
	parent := sdk.UnwrapSDKContext(ctx)
	s := &Series{parent: parent, stores: &multiStore{MultiStore: parent.MultiStore()}}
	s.ctx = parent.WithMultiStore(s.stores)
	s.stores.begin()
	return s
}

// Begin begins a work, which Keep or Drop ends, and returns its context, which is that of every work of the series.
func (s *Series) Begin() context.Context {
	s.events = len(s.parent.EventManager().Events())
	return s.ctx
}

// Keep makes the work part of what the series began in.
func (s *Series) Keep() { s.stores.Write() }

// Drop gives up the work.
func (s *Series) Drop() {
	s.stores.begin()
	s.parent.EventManager().OverrideEvents(s.parent.EventManager().Events()[:s.events:s.events])
}

// multiStore branches a store of its parent when it is first asked for.
type multiStore struct {
	storetypes.MultiStore

	opened []opened
	// traced is the SDK's branch of all stores, in a series of works that are traced.
	traced storetypes.CacheMultiStore
}

// begin gives up what was not written, in a series.
func (s *multiStore) begin() {
	s.opened = nil
	if s.MultiStore.TracingEnabled() {
		s.traced = s.MultiStore.CacheMultiStore()
	}
}

type opened struct {
	key   storetypes.StoreKey
	store *cachekv.Store
}

var _ storetypes.CacheMultiStore = (*multiStore)(nil)

// GetKVStore implements storetypes.MultiStore.
func (s *multiStore) GetKVStore(key storetypes.StoreKey) storetypes.KVStore {
	if s.traced != nil {
		return s.traced.GetKVStore(key)
	}
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
	if s.traced != nil {
		s.traced.Write()
	}
	for _, one := range s.opened {
		one.store.Write()
	}
	s.opened = nil
}
