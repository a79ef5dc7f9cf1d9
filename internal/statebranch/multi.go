package statebranch

import (
	"errors"
	"io"
	"sync"

	"cosmossdk.io/store/tracekv"
	"cosmossdk.io/store/types"
)

// Source is where a branch's stores come from. It panics for a store that is not mounted, as types.MultiStore does.
type Source interface {
	GetKVStore(key types.StoreKey) types.KVStore
}

var _ types.CacheMultiStore = (*Multi)(nil)

// Multi is a branch of many stores, each of which it branches when it is first asked for. Any number of goroutines may use it.
type Multi struct {
	parent Source

	lock    sync.Mutex
	opened  []opened
	trace   io.Writer
	context types.TraceContext
}

// opened is a store that was asked for.
type opened struct {
	key   types.StoreKey
	store *Store
}

// New returns a branch of a source's stores, which tells a writer, unless it is nil, what it reads and writes there.
func New(parent Source, trace io.Writer, context types.TraceContext) *Multi {
	return &Multi{parent: parent, trace: trace, context: context}
}

// GetKVStore implements types.MultiStore. It panics if the store is not mounted, as the interface says.
func (m *Multi) GetKVStore(key types.StoreKey) types.KVStore {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, one := range m.opened { // a handful in a transaction, some dozens in a block
		if one.key == key {
			return one.store
		}
	}
	parent := m.parent.GetKVStore(key)
	if m.trace != nil {
		parent = tracekv.NewStore(parent, m.trace, m.context.Clone().Merge(types.TraceContext{"store_name": key.Name()}))
	}
	store := NewStore(parent)
	m.opened = append(m.opened, opened{key, store})
	return store
}

// GetStore implements types.MultiStore; see GetKVStore.
func (m *Multi) GetStore(key types.StoreKey) types.Store { return m.GetKVStore(key) }

// Write implements types.CacheMultiStore. Stores do not know of each other, so their order is of no consequence.
func (m *Multi) Write() {
	m.lock.Lock()
	all := m.opened
	m.lock.Unlock()
	for _, one := range all {
		one.store.Write()
	}
}

// CacheMultiStore implements types.MultiStore.
func (m *Multi) CacheMultiStore() types.CacheMultiStore {
	m.lock.Lock()
	defer m.lock.Unlock()
	return New(m, m.trace, m.context)
}

// CacheWrap implements types.CacheWrapper.
func (m *Multi) CacheWrap() types.CacheWrap { return m.CacheMultiStore() }

// CacheWrapWithTrace implements types.CacheWrapper, as the SDK's does: SetTracer decides.
func (m *Multi) CacheWrapWithTrace(io.Writer, types.TraceContext) types.CacheWrap {
	return m.CacheWrap()
}

// GetStoreType implements types.Store.
func (*Multi) GetStoreType() types.StoreType { return types.StoreTypeMulti }

// TracingEnabled implements types.MultiStore.
func (m *Multi) TracingEnabled() bool {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.trace != nil
}

// SetTracer implements types.MultiStore, for stores that are asked for from now on and for branches of this one.
func (m *Multi) SetTracer(w io.Writer) types.MultiStore {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.trace = w
	return m
}

// SetTracingContext implements types.MultiStore; see SetTracer.
func (m *Multi) SetTracingContext(context types.TraceContext) types.MultiStore {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.context = m.context.Clone().Merge(context)
	return m
}

var errNoVersions = errors.New("expected a multistore that is committed, got a branch, which has no versions")

// CacheMultiStoreWithVersion implements types.MultiStore. It always fails: a branch has no versions.
func (*Multi) CacheMultiStoreWithVersion(int64) (types.CacheMultiStore, error) {
	return nil, errNoVersions
}

// LatestVersion implements types.MultiStore. It panics, as the SDK's does: a branch has no versions.
func (*Multi) LatestVersion() int64 { panic(errNoVersions) }
