package statebranch_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/log"
	"cosmossdk.io/store/cachemulti"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

// mounted are the stores of a test's state, one of each kind beside two that are committed.
var mounted = map[types.StoreKey]types.StoreType{
	types.NewKVStoreKey("bank"):             types.StoreTypeIAVL,
	types.NewKVStoreKey("auth"):             types.StoreTypeIAVL,
	types.NewTransientStoreKey("transient"): types.StoreTypeTransient,
	types.NewMemoryStoreKey("memory"):       types.StoreTypeMemory,
}

// keyOf returns the key of a store's name.
func keyOf(name string) types.StoreKey {
	for key := range mounted {
		if key.Name() == name {
			return key
		}
	}
	return nil
}

func open(t require.TestingT, dir string) *commitstore.Store {
	store := commitstore.New(dir, log.NewNopLogger(), commitstore.Options{})
	for key, kind := range mounted {
		store.MountStoreWithDB(key, kind, nil)
	}
	require.NoError(t, store.LoadLatestVersion())
	return store
}

// sdkBranch is the SDK's branch of all stores.
func sdkBranch(of types.CommitMultiStore) types.CacheMultiStore {
	stores := map[types.StoreKey]types.CacheWrapper{}
	for key := range mounted {
		stores[key] = of.GetCommitKVStore(key)
	}
	return cachemulti.NewStore(dbm.NewMemDB(), stores, nil, nil, nil)
}

// pair is the same by the SDK and by us.
type pair[T any] struct{ sdk, ours T }

// tree is a branch with branches of branches, of which the innermost is worked on, and iterators that were made at any time.
type tree struct {
	roots     pair[types.CommitMultiStore]
	stack     []pair[types.CacheMultiStore]
	iterators []pair[types.Iterator]
}

func (w *tree) top() pair[types.CacheMultiStore] { return w.stack[len(w.stack)-1] }

// begin branches the roots.
func (w *tree) begin() {
	w.stack = []pair[types.CacheMultiStore]{{sdkBranch(w.roots.sdk), w.roots.ours.CacheMultiStore()}}
}

// stores returns a store of a branch: mostly the innermost's.
func (w *tree) stores(t *rapid.T) pair[types.KVStore] {
	name := rapid.SampledFrom([]string{"bank", "bank", "bank", "auth", "transient", "memory"}).Draw(t, "store")
	top := w.top()
	return pair[types.KVStore]{top.sdk.GetKVStore(keyOf(name)), top.ours.GetKVStore(keyOf(name))}
}

// drawKey names one of few keys, so that they meet; now and then none.
func drawKey(t *rapid.T) []byte {
	if rapid.IntRange(0, 40).Draw(t, "no key") == 0 {
		return rapid.SampledFrom([][]byte{nil, {}}).Draw(t, "key")
	}
	return rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 2, 0xFF}), 1, 3).Draw(t, "key")
}

// drawBound draws a bound of an iterator.
func drawBound(t *rapid.T) []byte {
	switch rapid.IntRange(0, 3).Draw(t, "bound") {
	case 0:
		return nil
	case 1:
		return types.PrefixEndBytes(drawKey(t))
	default:
		return drawKey(t)
	}
}

// both does the same to both and expects the same outcome, a panic included.
func both[S, T any](t *rapid.T, on pair[S], do func(S) T) {
	want, wantPanic := outcome(on.sdk, do)
	got, gotPanic := outcome(on.ours, do)
	require.Equal(t, wantPanic, gotPanic)
	require.Equal(t, want, got)
}

func outcome[S, T any](on S, do func(S) T) (result T, panicked bool) {
	defer func() { panicked = recover() != nil }()
	return do(on), false
}

func (w *tree) read(t *rapid.T) {
	on, key := w.stores(t), drawKey(t)
	both(t, on, func(s types.KVStore) []byte { return s.Get(key) })
	both(t, on, func(s types.KVStore) bool { return s.Has(key) })
}

func (w *tree) set(t *rapid.T) {
	on, key := w.stores(t), drawKey(t)
	value := rapid.SampledFrom([][]byte{nil, {}, {1}, {2}, {3, 4}, {5}, {6}}).Draw(t, "value")
	both(t, on, func(s types.KVStore) any { s.Set(bytes.Clone(key), bytes.Clone(value)); return nil })
}

func (w *tree) remove(t *rapid.T) {
	on, key := w.stores(t), drawKey(t)
	both(t, on, func(s types.KVStore) any { s.Delete(bytes.Clone(key)); return nil })
}

// many writes more than the SDK sorts at once.
func (w *tree) many(t *rapid.T) {
	if rapid.IntRange(0, 20).Draw(t, "many") > 0 {
		return
	}
	on, step := w.stores(t), rapid.IntRange(1, 3).Draw(t, "step")
	both(t, on, func(s types.KVStore) any {
		for i := 0; i < 1_500; i += step {
			s.Set([]byte{byte(i >> 8), byte(i)}, []byte{byte(i)})
		}
		return nil
	})
}

func (w *tree) newIterators(t *rapid.T) (made pair[types.Iterator], ok bool) {
	on, start, end, ascending := w.stores(t), drawBound(t), drawBound(t), rapid.Bool().Draw(t, "ascending")
	if on.sdk.GetStoreType() != types.StoreTypeIAVL && (start != nil && len(start) == 0 || end != nil && len(end) == 0) {
		return made, false // the SDK would leave the database locked
	}
	if on.sdk.GetStoreType() != types.StoreTypeIAVL {
		w.closeAll(t) // an in-memory database is locked by iterators; two at a time wait for each other's writes
	}
	open := func(s types.KVStore) types.Iterator {
		if ascending {
			return s.Iterator(start, end)
		}
		return s.ReverseIterator(start, end)
	}
	var panics pair[bool]
	made.sdk, panics.sdk = outcome(on.sdk, open)
	made.ours, panics.ours = outcome(on.ours, open)
	require.Equal(t, panics.sdk, panics.ours)
	return made, !panics.sdk
}

// look compares where two iterators are.
func look(t *rapid.T, at pair[types.Iterator]) {
	both(t, at, types.Iterator.Valid)
	both(t, at, types.Iterator.Key)
	both(t, at, types.Iterator.Value)
	both(t, at, func(i types.Iterator) bool { return i.Error() == nil })
	both(t, at, func(i types.Iterator) [2][]byte { start, end := i.Domain(); return [2][]byte{start, end} })
}

// iterate goes over everything between two bounds, and may write at the places where the iterator is.
func (w *tree) iterate(t *rapid.T) {
	made, ok := w.newIterators(t)
	if !ok {
		return
	}
	for made.sdk.Valid() {
		look(t, made)
		if rapid.IntRange(0, 3).Draw(t, "delete") == 0 {
			on, key := w.stores(t), made.sdk.Key()
			both(t, on, func(s types.KVStore) any { s.Delete(bytes.Clone(key)); return nil })
		}
		made.sdk.Next()
		made.ours.Next()
	}
	look(t, made)
	both(t, made, func(i types.Iterator) any { i.Next(); return nil })
	both(t, made, types.Iterator.Close)
}

// keep makes iterators that go on later.
func (w *tree) keep(t *rapid.T) {
	if made, ok := w.newIterators(t); ok {
		w.iterators = append(w.iterators, made)
	}
}

func (w *tree) goOn(t *rapid.T) {
	if len(w.iterators) == 0 {
		return
	}
	at := w.iterators[rapid.IntRange(0, len(w.iterators)-1).Draw(t, "iterator")]
	for range rapid.IntRange(1, 4).Draw(t, "steps") {
		look(t, at)
		both(t, at, func(i types.Iterator) any { i.Next(); return nil })
	}
	look(t, at)
}

func (w *tree) closeAll(t *rapid.T) {
	for _, one := range w.iterators {
		both(t, one, types.Iterator.Close)
	}
	w.iterators = nil
}

func (w *tree) branch(t *rapid.T) {
	top := w.top()
	if rapid.Bool().Draw(t, "wrap") {
		w.stack = append(w.stack, pair[types.CacheMultiStore]{top.sdk.CacheWrap().(types.CacheMultiStore), top.ours.CacheWrap().(types.CacheMultiStore)})
		return
	}
	w.stack = append(w.stack, pair[types.CacheMultiStore]{top.sdk.CacheMultiStore(), top.ours.CacheMultiStore()})
}

// end writes the innermost branch or drops it, and may go on with it after a write.
func (w *tree) end(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "kept") > 0 {
		if len(w.stack) == 1 {
			w.closeAll(t) // trees are not written while something iterates over them
		}
		both(t, w.top(), func(s types.CacheMultiStore) any { s.Write(); return nil })
		if rapid.Bool().Draw(t, "goes on") {
			return
		}
	}
	w.stack = w.stack[:len(w.stack)-1]
	if len(w.stack) == 0 {
		w.closeAll(t)
		w.begin()
	}
}

// commit drops the branches and compares what was written.
func (w *tree) commit(t *rapid.T) {
	w.closeAll(t)
	require.Equal(t, w.roots.sdk.WorkingHash(), w.roots.ours.WorkingHash())
	for key := range mounted {
		require.Equal(t, contents(t, w.roots.sdk.GetKVStore(key)), contents(t, w.roots.ours.GetKVStore(key)))
	}
	require.Equal(t, w.roots.sdk.Commit(), w.roots.ours.Commit())
	w.begin()
}

func contents(t require.TestingT, of types.KVStore) (items [][2][]byte) {
	all := of.Iterator(nil, nil)
	for ; all.Valid(); all.Next() {
		items = append(items, [2][]byte{bytes.Clone(all.Key()), bytes.Clone(all.Value())})
	}
	require.NoError(t, all.Close())
	return items
}

// Whatever is branched, read, written, deleted, iterated over, kept and dropped, a branch does as the SDK's does.
func TestAgreesWithTheSDK(t *testing.T) {
	dir, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		var dirs [2]string
		for i := range dirs {
			dirs[i] = filepath.Join(dir, fmt.Sprint(runs, i))
		}
		sdk, ours := open(t, dirs[0]), open(t, dirs[1])
		defer func() {
			for i, store := range []*commitstore.Store{sdk, ours} {
				require.NoError(t, store.Close())
				require.NoError(t, os.RemoveAll(dirs[i]))
			}
		}()
		w := &tree{roots: pair[types.CommitMultiStore]{sdk, ours}}
		w.begin()
		t.Repeat(map[string]func(*rapid.T){
			"read": w.read, "set": w.set, "set again": w.set, "set more": w.set, "remove": w.remove, "many": w.many, "iterate": w.iterate,
			"keep": w.keep, "go on": w.goOn, "branch": w.branch, "end": w.end, "commit": w.commit,
		})
		w.commit(t)
	})
}
