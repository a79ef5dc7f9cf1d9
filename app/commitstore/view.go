package commitstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"

	"cosmossdk.io/store/tracekv"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
	"github.com/azukari-network/azukari/internal/statebranch"
)

var _ types.KVStore = (*view)(nil)

// view is one store at one committed version. Any number of goroutines may read it, while the newest version changes. What it
// returns is copied: trees point into mapped files, which go when the view has gone.
type view struct {
	tree *avl.Tree
	gen  *generation
	// index is the store's, nil if there is none.
	index *index
}

// Get implements types.KVStore.
func (v *view) Get(key []byte) []byte {
	value := get(v.tree, v.index, v.tree.Version(), key)
	runtime.KeepAlive(v)
	return value
}

// get returns a copy of a key's value at a version, which the tree has.
func get(tree *avl.Tree, index *index, version int64, key []byte) []byte {
	return bytes.Clone(find(tree, index, version, key))
}

// find is get without the copy.
func find(tree *avl.Tree, index *index, version int64, key []byte) []byte {
	if len(key) == 0 {
		return nil
	}
	if value, known := index.get(key, version); known {
		return value
	}
	return tree.Get(key)
}

// Has implements types.KVStore.
func (v *view) Has(key []byte) bool {
	found := find(v.tree, v.index, v.tree.Version(), key) != nil
	runtime.KeepAlive(v)
	return found
}

// Set implements types.KVStore. It panics, as IAVL's immutable trees do: the interface has no error.
func (*view) Set([]byte, []byte) {
	panic(errors.New("expected a branch for writing, got a committed version"))
}

// Delete implements types.KVStore; see Set.
func (v *view) Delete([]byte) { v.Set(nil, nil) }

// Iterator implements types.KVStore.
func (v *view) Iterator(start, end []byte) types.Iterator {
	return newIterator(v, nil, start, end, true)
}

// ReverseIterator implements types.KVStore.
func (v *view) ReverseIterator(start, end []byte) types.Iterator {
	return newIterator(v, nil, start, end, false)
}

// GetStoreType implements types.Store.
func (*view) GetStoreType() types.StoreType { return types.StoreTypeIAVL }

// CacheWrap implements types.CacheWrapper.
func (v *view) CacheWrap() types.CacheWrap { return statebranch.NewStore(v) }

// CacheWrapWithTrace implements types.CacheWrapper.
func (v *view) CacheWrapWithTrace(w io.Writer, trace types.TraceContext) types.CacheWrap {
	return statebranch.NewStore(tracekv.NewStore(v, w, trace))
}

// iterator goes through a view, or through a store's uncommitted tree.
type iterator struct {
	*avl.Iterator

	view *view
	// lock is that of the uncommitted tree, whose nodes change in place; nil for a view.
	lock       *treeLock
	key, value []byte
}

func newIterator(v *view, lock *treeLock, start, end []byte, ascending bool) *iterator {
	i := &iterator{Iterator: v.tree.Iterator(start, end, ascending), view: v, lock: lock}
	i.copy()
	return i
}

// Next implements types.Iterator.
func (i *iterator) Next() {
	if !i.Valid() {
		panic(errors.New("expected a valid iterator, got one at its end"))
	}
	if i.lock != nil {
		i.lock.Lock()
		defer i.lock.Unlock()
	}
	i.Iterator.Next()
	i.copy()
}

// copy takes what the iterator stands at out of the mapped files.
func (i *iterator) copy() {
	i.key, i.value = nil, nil
	if i.Valid() {
		i.key, i.value = bytes.Clone(i.Iterator.Key()), bytes.Clone(i.Iterator.Value())
	}
	runtime.KeepAlive(i)
}

// Key implements types.Iterator. It panics behind the end, as IAVL's iterators do.
func (i *iterator) Key() []byte {
	i.mustBeValid()
	return i.key
}

// Value implements types.Iterator; see Key.
func (i *iterator) Value() []byte {
	i.mustBeValid()
	return i.value
}

func (i *iterator) mustBeValid() {
	if !i.Valid() {
		panic(fmt.Errorf("expected a valid iterator, got one at its end"))
	}
}
