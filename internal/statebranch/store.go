package statebranch

import (
	"errors"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/tidwall/btree"

	"cosmossdk.io/store/tracekv"
	"cosmossdk.io/store/types"
)

var _ types.CacheKVStore = (*Store)(nil)

// Store is a branch of one store. Any number of goroutines may use it: each call sees what the calls before it left. Set keeps the
// value, which must not change any more.
type Store struct {
	parent types.KVStore

	lock sync.Mutex
	// writes are what is written and not yet in the parent; nil stands for a deleted key.
	writes map[string][]byte
	// sorted are the writes in order of keys, nil until something iterates over them. Iterators have copies of it.
	sorted *btree.Map[string, []byte]
}

// NewStore returns a branch of a store.
func NewStore(parent types.KVStore) *Store { return &Store{parent: parent} }

// GetStoreType implements types.Store.
func (s *Store) GetStoreType() types.StoreType { return s.parent.GetStoreType() }

// Get implements types.KVStore. It panics for an empty key, as the interface says.
func (s *Store) Get(key []byte) []byte {
	types.AssertValidKey(key)
	if value, written := s.written(key); written {
		return value
	}
	return s.parent.Get(key)
}

// Has implements types.KVStore. It panics for an empty key, as the interface says.
func (s *Store) Has(key []byte) bool {
	types.AssertValidKey(key)
	if value, written := s.written(key); written {
		return value != nil
	}
	return s.parent.Has(key)
}

func (s *Store) written(key []byte) (value []byte, written bool) {
	s.lock.Lock()
	defer s.lock.Unlock()
	value, written = s.writes[string(key)]
	return value, written
}

// Set implements types.KVStore. It panics for an empty key and for no value, as the interface says.
func (s *Store) Set(key, value []byte) {
	types.AssertValidKey(key)
	types.AssertValidValue(value)
	s.lock.Lock()
	defer s.lock.Unlock()
	s.put(string(key), value)
}

// Delete implements types.KVStore. It panics for an empty key, as the interface says.
func (s *Store) Delete(key []byte) {
	types.AssertValidKey(key)
	s.lock.Lock()
	defer s.lock.Unlock()
	s.put(string(key), nil)
}

// put writes. The caller has the lock.
func (s *Store) put(key string, value []byte) {
	if s.writes == nil {
		s.writes = map[string][]byte{}
	}
	s.writes[key] = value
	if s.sorted != nil {
		s.sorted.Set(key, value)
	}
}

// Write implements types.CacheKVStore: it brings what was written to the parent, in ascending order of keys. The branch may be used
// on, and iterators stay at what they saw.
func (s *Store) Write() {
	s.lock.Lock()
	defer s.lock.Unlock()
	if parent, ok := s.parent.(*Store); ok {
		parent.take(s.writes, s.sorted) // which keeps no order
	} else {
		for _, key := range slices.Sorted(maps.Keys(s.writes)) {
			if value := s.writes[key]; value != nil {
				s.parent.Set([]byte(key), value)
			} else {
				s.parent.Delete([]byte(key))
			}
		}
	}
	s.writes, s.sorted = nil, nil
}

// take adds what a branch of this one wrote, and keeps its maps if there was nothing before.
func (s *Store) take(writes map[string][]byte, sorted *btree.Map[string, []byte]) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if len(s.writes) == 0 {
		s.writes, s.sorted = writes, sorted
		return
	}
	for key, value := range writes {
		s.put(key, value)
	}
}

// Iterator implements types.KVStore. Unlike the interface's contract, it may be written meanwhile, also where the iterator is: the
// iterator goes over what was there when it was made. It panics for an empty bound that is not nil.
func (s *Store) Iterator(start, end []byte) types.Iterator { return s.iterate(start, end, true) }

// ReverseIterator implements types.KVStore; see Iterator.
func (s *Store) ReverseIterator(start, end []byte) types.Iterator {
	return s.iterate(start, end, false)
}

var errEmptyBound = errors.New("expected a bound with bytes, or nil for none, got an empty one")

func (s *Store) iterate(start, end []byte, ascending bool) types.Iterator {
	if (start != nil && len(start) == 0) || (end != nil && len(end) == 0) {
		panic(errEmptyBound)
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	var parent types.Iterator
	if ascending {
		parent = s.parent.Iterator(start, end)
	} else {
		parent = s.parent.ReverseIterator(start, end)
	}
	if !s.writtenWithin(start, end, ascending) {
		if _, same := s.parent.(*Store); same {
			return parent
		}
		return &iterator{parent: parent}
	}
	// What is written from now on goes into nodes of its own.
	merged := &iterator{parent: parent, writes: newCursor(s.sorted.Copy(), start, end, ascending)}
	merged.settle()
	return merged
}

// writtenWithin tells whether an iterator has to look at the writes, which it puts in order. The caller has the lock.
func (s *Store) writtenWithin(start, end []byte, ascending bool) bool {
	if len(s.writes) == 0 {
		return false
	}
	if s.sorted == nil {
		s.sorted = &btree.Map[string, []byte]{}
		for _, key := range slices.Sorted(maps.Keys(s.writes)) {
			s.sorted.Load(key, s.writes[key])
		}
	}
	return newCursor(s.sorted, start, end, ascending).valid
}

// CacheWrap implements types.CacheWrapper.
func (s *Store) CacheWrap() types.CacheWrap { return NewStore(s) }

// CacheWrapWithTrace implements types.CacheWrapper.
func (s *Store) CacheWrapWithTrace(w io.Writer, trace types.TraceContext) types.CacheWrap {
	return NewStore(tracekv.NewStore(s, w, trace))
}
