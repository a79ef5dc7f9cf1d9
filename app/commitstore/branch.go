package commitstore

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"cosmossdk.io/store/listenkv"
	"cosmossdk.io/store/tracekv"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/internal/statebranch"
)

// CacheMultiStore implements types.MultiStore: a branch of the newest version and what was written since.
func (s *Store) CacheMultiStore() types.CacheMultiStore { return s.branch(newest{s}) }

func (s *Store) branch(of statebranch.Source) *statebranch.Multi {
	s.state.RLock()
	defer s.state.RUnlock()
	return statebranch.New(of, s.trace, s.context)
}

// newest are the stores with what was written since the last commit.
type newest struct{ *Store }

// GetKVStore implements statebranch.Source.
func (s newest) GetKVStore(key types.StoreKey) types.KVStore { return s.heard(key, s.mustGet(key)) }

// CacheMultiStoreWithVersion implements types.MultiStore: a branch of a version that is still kept. A store that the version
// did not have is empty in it.
func (s *Store) CacheMultiStoreWithVersion(height int64) (types.CacheMultiStore, error) {
	s.state.RLock()
	kept, err := s.version(height)
	s.state.RUnlock()
	if err != nil {
		return nil, err
	}
	return s.branch(past{s, kept}), nil
}

// past are the stores at a version.
type past struct {
	*Store

	kept *version
}

// GetKVStore implements statebranch.Source.
func (s past) GetKVStore(key types.StoreKey) types.KVStore {
	found := s.mustGet(key)
	if found.GetStoreType() == types.StoreTypeIAVL {
		return s.heard(key, s.kept.store(key.Name()))
	}
	return s.heard(key, found)
}

// heard returns a store that tells its listener, if it has one, what is written.
func (s *Store) heard(key types.StoreKey, store types.KVStore) types.KVStore {
	if listener := s.listeners[key]; listener != nil {
		return listenkv.NewStore(store, key, listener)
	}
	return store
}

// CacheWrap implements types.CacheWrapper.
func (s *Store) CacheWrap() types.CacheWrap { return s.CacheMultiStore() }

// CacheWrapWithTrace implements types.CacheWrapper, as rootmulti does: SetTracer decides.
func (s *Store) CacheWrapWithTrace(io.Writer, types.TraceContext) types.CacheWrap {
	return s.CacheWrap()
}

// GetStore implements types.MultiStore. It panics if the store is not mounted, as the interface says.
func (s *Store) GetStore(key types.StoreKey) types.Store { return s.mustGet(key) }

// GetKVStore implements types.MultiStore. It panics if the store is not mounted, as the interface says.
func (s *Store) GetKVStore(key types.StoreKey) types.KVStore {
	store := types.KVStore(s.mustGet(key))
	s.state.RLock()
	defer s.state.RUnlock()
	if s.trace != nil {
		store = tracekv.NewStore(store, s.trace, maps.Clone(s.context))
	}
	return s.heard(key, store)
}

func (s *Store) mustGet(key types.StoreKey) types.CommitKVStore {
	store := s.GetCommitKVStore(key)
	if store == nil {
		panic(fmt.Errorf("expected a mounted store, got %s, which is not", key.Name()))
	}
	return store
}

// TracingEnabled implements types.MultiStore.
func (s *Store) TracingEnabled() bool {
	s.state.RLock()
	defer s.state.RUnlock()
	return s.trace != nil
}

// SetTracer implements types.MultiStore.
func (s *Store) SetTracer(w io.Writer) types.MultiStore {
	s.state.Lock()
	defer s.state.Unlock()
	s.trace = w
	return s
}

// SetTracingContext implements types.MultiStore.
func (s *Store) SetTracingContext(context types.TraceContext) types.MultiStore {
	s.state.Lock()
	defer s.state.Unlock()
	s.context = s.context.Clone().Merge(context)
	return s
}

// ListeningEnabled implements types.CommitMultiStore.
func (s *Store) ListeningEnabled(key types.StoreKey) bool { return s.listeners[key] != nil }

// AddListeners implements types.CommitMultiStore. Call it before blocks are executed.
func (s *Store) AddListeners(keys []types.StoreKey) {
	for _, key := range keys {
		if s.listeners[key] == nil {
			s.listeners[key] = types.NewMemoryListener()
		}
	}
}

// PopStateCache implements types.CommitMultiStore: what the listeners heard, in order of store, which they forget.
func (s *Store) PopStateCache() []*types.StoreKVPair {
	var heard []*types.StoreKVPair
	for _, key := range s.sortedKeys() {
		if listener := s.listeners[key]; listener != nil {
			heard = append(heard, listener.PopStateCache()...)
		}
	}
	slices.SortStableFunc(heard, func(a, b *types.StoreKVPair) int { return strings.Compare(a.StoreKey, b.StoreKey) })
	return heard
}
