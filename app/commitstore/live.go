package commitstore

import (
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/crypto-org-chain/cronos/memiavl"

	pruningtypes "cosmossdk.io/store/pruning/types"
	"cosmossdk.io/store/tracekv"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
	"github.com/azukari-network/azukari/internal/statebranch"
)

var _ types.CommitKVStore = (*liveStore)(nil)

// treeLock guards an uncommitted tree.
type treeLock = sync.Mutex

// liveStore is one store at its newest version, and what was written since. Between commits nothing is written while blocks are
// executed: then any number of goroutines read the last version without a lock.
type liveStore struct {
	name string
	// clean is the last version, nil once something was written.
	clean atomic.Pointer[view]

	lock treeLock
	// tree is the uncommitted tree; gen holds its files.
	tree *avl.Tree
	gen  *generation
	// index is the store's, nil if there is none.
	index *index
	// written is what was written since the last commit, of which the tree has the first applied ones.
	written []*memiavl.KVPair
	applied int
	// hash is the tree's, nil if it has to be computed.
	hash []byte
}

// Set implements types.KVStore. The store keeps key and value, which must not change any more.
func (s *liveStore) Set(key, value []byte) {
	types.AssertValidKey(key)
	types.AssertValidValue(value)
	s.write(&memiavl.KVPair{Key: key, Value: value})
}

// Delete implements types.KVStore.
func (s *liveStore) Delete(key []byte) {
	types.AssertValidKey(key)
	s.write(&memiavl.KVPair{Key: key, Delete: true})
}

func (s *liveStore) write(pair *memiavl.KVPair) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.clean.Store(nil)
	s.hash = nil
	s.written = append(s.written, pair)
}

// apply brings the tree up to what was written. The caller has the lock.
func (s *liveStore) apply() {
	if s.applied == len(s.written) {
		return
	}
	pairs := s.written[s.applied:]
	s.tree.Apply(pairs, s.index.note(pairs, s.next()))
	s.applied = len(s.written)
}

// next is the version that is written.
func (s *liveStore) next() int64 { return s.tree.Version() + 1 }

// Get implements types.KVStore.
func (s *liveStore) Get(key []byte) []byte {
	if clean := s.clean.Load(); clean != nil {
		return clean.Get(key)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.apply()
	value := get(s.tree, s.index, s.next(), key)
	runtime.KeepAlive(s)
	return value
}

// Has implements types.KVStore.
func (s *liveStore) Has(key []byte) bool {
	if clean := s.clean.Load(); clean != nil {
		return clean.Has(key)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.apply()
	found := find(s.tree, s.index, s.next(), key) != nil
	runtime.KeepAlive(s)
	return found
}

// Iterator implements types.KVStore.
func (s *liveStore) Iterator(start, end []byte) types.Iterator { return s.iterate(start, end, true) }

// ReverseIterator implements types.KVStore.
func (s *liveStore) ReverseIterator(start, end []byte) types.Iterator {
	return s.iterate(start, end, false)
}

func (s *liveStore) iterate(start, end []byte, ascending bool) types.Iterator {
	if clean := s.clean.Load(); clean != nil {
		return newIterator(clean, nil, start, end, ascending)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	s.apply()
	return newIterator(&view{tree: s.tree, gen: s.gen}, &s.lock, start, end, ascending)
}

// WorkingHash implements types.Committer.
func (s *liveStore) WorkingHash() []byte {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.hash == nil {
		s.apply()
		s.hash = s.tree.RootHash()
	}
	return s.hash
}

// dirty is how much was written since the last commit.
func (s *liveStore) dirty() int {
	s.lock.Lock()
	defer s.lock.Unlock()
	return len(s.written)
}

// changes returns what was written since the last commit.
func (s *liveStore) changes() []*memiavl.KVPair {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.written
}

// committed makes a version the last one, of which tree is the uncommitted successor.
func (s *liveStore) committed(tree *avl.Tree, gen *generation, last *view) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.become(tree, gen, last)
}

// become is committed for a caller that has the lock.
func (s *liveStore) become(tree *avl.Tree, gen *generation, last *view) {
	s.tree, s.gen, s.index, s.written, s.applied = tree, gen, gen.indexes[s.name], nil, 0
	s.clean.Store(last)
}

// GetStoreType implements types.Store.
func (*liveStore) GetStoreType() types.StoreType { return types.StoreTypeIAVL }

// CacheWrap implements types.CacheWrapper.
func (s *liveStore) CacheWrap() types.CacheWrap { return statebranch.NewStore(s) }

// CacheWrapWithTrace implements types.CacheWrapper.
func (s *liveStore) CacheWrapWithTrace(w io.Writer, trace types.TraceContext) types.CacheWrap {
	return statebranch.NewStore(tracekv.NewStore(s, w, trace))
}

// LastCommitID implements types.Committer.
func (s *liveStore) LastCommitID() types.CommitID {
	s.lock.Lock()
	defer s.lock.Unlock()
	version := s.tree.Version()
	if clean := s.clean.Load(); clean != nil {
		return types.CommitID{Version: version, Hash: clean.tree.RootHash()}
	}
	return types.CommitID{Version: version}
}

var errOneAlone = errors.New("expected a commit of the whole multistore, got one of a single store")

// Commit implements types.Committer. It panics: all stores are committed together, by Store.Commit.
func (*liveStore) Commit() types.CommitID { panic(errOneAlone) }

// SetPruning implements types.Committer. It panics, as IAVL's does; see Store.SetPruning.
func (*liveStore) SetPruning(pruningtypes.PruningOptions) { panic(errOneAlone) }

// GetPruning implements types.Committer. It panics, as IAVL's does; see Store.GetPruning.
func (*liveStore) GetPruning() pruningtypes.PruningOptions { panic(errOneAlone) }
