package commitstore_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	pruningtypes "cosmossdk.io/store/pruning/types"
	"cosmossdk.io/store/rootmulti"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

// names are all stores that a test may mount.
var names = []string{"a", "bank", "c", "d"}

// twins are the store under test and rootmulti, which get the same operations.
type twins struct {
	dir   string
	db    dbm.DB
	keys  map[string]*types.KVStoreKey
	memo  *types.MemoryStoreKey
	ours  *commitstore.Store
	iavl  *rootmulti.Store
	infos map[int64]*types.CommitInfo
	// seen are all keys that were ever written.
	seen map[string]bool
	// made counts the stores that upgrades made. Their names never come again: rootmulti leaves the nodes of a store that a rollback
	// takes away, and finds them under the name later.
	made int
}

// options make snapshots happen all the time.
var options = commitstore.Options{LogBytes: 5_000}

func newTwins(dir string) *twins {
	return &twins{dir: dir, db: dbm.NewMemDB(), infos: map[int64]*types.CommitInfo{}, seen: map[string]bool{}}
}

// open mounts stores and loads the last version of both.
func (w *twins) open(t require.TestingT, mounted []string, upgrades *types.StoreUpgrades) {
	w.close(t)
	w.keys, w.memo = map[string]*types.KVStoreKey{}, types.NewMemoryStoreKey("memory")
	w.ours = commitstore.New(w.dir, log.NewNopLogger(), options)
	w.iavl = rootmulti.NewStore(w.db, log.NewNopLogger(), metrics.NewNoOpMetrics())
	w.ours.SetPruning(pruningtypes.NewCustomPruningOptions(20, 10))
	for _, name := range mounted {
		w.keys[name] = types.NewKVStoreKey(name)
	}
	for _, store := range []types.CommitMultiStore{w.ours, w.iavl} {
		for _, key := range w.keys {
			store.MountStoreWithDB(key, types.StoreTypeIAVL, nil)
		}
		store.MountStoreWithDB(w.memo, types.StoreTypeMemory, nil)
		require.NoError(t, store.LoadLatestVersionAndUpgrade(upgrades))
	}
	require.Equal(t, w.iavl.LastCommitID(), w.ours.LastCommitID())
	w.sameReads(t, w.iavl, w.ours, mounted)
}

// sameReads compares the values of all keys that were ever written, each asked for by itself.
func (w *twins) sameReads(t require.TestingT, want, got types.MultiStore, stores []string) {
	for _, name := range stores {
		a, b := want.GetKVStore(w.keys[name]), got.GetKVStore(w.keys[name])
		for key := range w.seen {
			require.Equal(t, a.Get([]byte(key)), b.Get([]byte(key)), "key %x of %s", key, name)
		}
	}
}

func (w *twins) close(t require.TestingT) {
	if w.ours != nil {
		require.NoError(t, w.ours.Close())
		w.ours = nil
	}
}

// both calls a function with each of the stores.
func (w *twins) both(do func(types.CommitMultiStore)) {
	do(w.ours)
	do(w.iavl)
}

func (w *twins) commit(t require.TestingT) {
	require.Equal(t, w.iavl.WorkingHash(), w.ours.WorkingHash())
	want := w.iavl.Commit()
	require.Equal(t, want, w.ours.Commit())
	require.Equal(t, want, w.ours.LastCommitID())
	info, err := w.iavl.GetCommitInfo(want.Version)
	require.NoError(t, err)
	got, err := w.ours.GetCommitInfo(want.Version)
	require.NoError(t, err)
	require.Equal(t, info.StoreInfos, got.StoreInfos)
	w.infos[want.Version] = info
	w.sameReads(t, w.iavl, w.ours, sorted(w.keys))
}

// draw names a key; few of them, so that they meet.
func drawKey(t *rapid.T) []byte {
	return rapid.SliceOfN(rapid.ByteRange(0, 7), 1, 3).Draw(t, "key")
}

// write changes both, through a branch or directly, and reads in between.
func (w *twins) write(t *rapid.T) {
	mounted := sorted(w.keys)
	branch := rapid.Bool().Draw(t, "branch")
	ours, iavl := types.MultiStore(w.ours), types.MultiStore(w.iavl)
	if branch {
		ours, iavl = w.ours.CacheMultiStore(), w.iavl.CacheMultiStore()
	}
	for range rapid.IntRange(0, 12).Draw(t, "writes") {
		key := w.keys[rapid.SampledFrom(mounted).Draw(t, "store")]
		a, b := ours.GetKVStore(key), iavl.GetKVStore(key)
		at := drawKey(t)
		w.seen[string(at)] = true
		switch rapid.IntRange(0, 5).Draw(t, "operation") {
		case 0, 1, 2:
			value := rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "value")
			a.Set(at, bytes.Clone(value))
			b.Set(at, bytes.Clone(value))
		case 3:
			a.Delete(at)
			b.Delete(at)
		case 4:
			require.Equal(t, b.Get(at), a.Get(at))
			require.Equal(t, b.Has(at), a.Has(at))
		default:
			end := drawKey(t)
			sameItems(t, b.Iterator(at, end), a.Iterator(at, end))
			sameItems(t, b.ReverseIterator(nil, end), a.ReverseIterator(nil, end))
		}
	}
	if branch {
		for _, one := range []types.MultiStore{ours, iavl} {
			one.(types.CacheMultiStore).Write()
		}
	}
}

func sameItems(t require.TestingT, want, got types.Iterator) {
	for ; want.Valid(); want.Next() {
		require.True(t, got.Valid())
		require.Equal(t, want.Key(), got.Key())
		require.Equal(t, want.Value(), got.Value())
		got.Next()
	}
	require.False(t, got.Valid())
	require.NoError(t, want.Close())
	require.NoError(t, got.Close())
}

// query compares answers at some kept height, with and without proofs.
func (w *twins) query(t *rapid.T) {
	last := w.ours.LatestVersion()
	height := rapid.Int64Range(max(last-15, 0), last).Draw(t, "height")
	asked := height
	if asked == 0 {
		asked = max(last-1, 1) // what a query without a height is for, if it is kept
	}
	if _, err := w.ours.GetCommitInfo(asked); err != nil {
		require.ErrorIs(t, err, commitstore.ErrNotKept) // older than the snapshot that was opened last
		return
	}
	name := rapid.SampledFrom(sorted(w.keys)).Draw(t, "store")
	request := types.RequestQuery{
		Path: "/" + name + rapid.SampledFrom([]string{"/key", "/subspace"}).Draw(t, "path"), Data: drawKey(t), Height: height,
		Prove: rapid.Bool().Draw(t, "prove"),
	}
	one, two := request, request
	want, wantErr := w.iavl.Query(&one)
	got, gotErr := w.ours.Query(&two)
	require.Equal(t, wantErr == nil, gotErr == nil, "%v, %v", wantErr, gotErr)
	if wantErr == nil {
		require.Equal(t, want, got)
	}
	if height > 0 {
		w.past(t, height, name, request.Data)
	}
}

// past compares a branch of a past version.
func (w *twins) past(t *rapid.T, height int64, name string, at []byte) {
	had := false
	for _, one := range w.infos[height].StoreInfos {
		had = had || one.Name == name
	}
	ours, err := w.ours.CacheMultiStoreWithVersion(height)
	require.NoError(t, err)
	if !had {
		require.False(t, ours.GetKVStore(w.keys[name]).Has(at))
		return
	}
	iavl, err := w.iavl.CacheMultiStoreWithVersion(height)
	require.NoError(t, err)
	w.sameReads(t, iavl, ours, []string{name})
	sameItems(t, iavl.GetKVStore(w.keys[name]).Iterator(at, nil), ours.GetKVStore(w.keys[name]).Iterator(at, nil))
}

// upgrade reopens both with a random software upgrade.
func (w *twins) upgrade(t *rapid.T) {
	mounted := sorted(w.keys)
	var free []string
	for _, name := range names {
		if w.keys[name] == nil {
			free = append(free, name)
		}
	}
	upgrades := &types.StoreUpgrades{}
	kind := rapid.SampledFrom([]string{"add", "rename", "delete"}).Draw(t, "upgrade")
	w.made++
	switch {
	case kind == "add" && len(free) > 0:
		upgrades.Added = []string{free[0] + fmt.Sprint(w.made)}
		mounted = append(mounted, upgrades.Added...)
	case kind == "rename" && w.ours.LatestVersion() > 0:
		old, name := mounted[0], fmt.Sprintf("%s%d", names[0], w.made)
		upgrades.Renamed = []types.StoreRename{{OldKey: old, NewKey: name}}
		mounted = append(mounted[1:], name)
	case kind == "delete" && len(mounted) > 1 && w.ours.LatestVersion() > 0:
		if rapid.Bool().Draw(t, "still mounted") {
			upgrades.Deleted = mounted[:1]
		} else {
			mounted = mounted[1:]
		}
	}
	w.open(t, mounted, upgrades)
	for _, name := range upgrades.Deleted {
		delete(w.keys, name) // gone with the next commit
	}
	w.commit(t)
}

// Both stores have the same hashes, reads, iterators and proofs after any history.
func TestAgreesWithRootmulti(t *testing.T) {
	root, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		dir := filepath.Join(root, fmt.Sprint(runs))
		defer func() { require.NoError(t, os.RemoveAll(dir)) }()
		w := newTwins(dir)
		w.open(t, names[:rapid.IntRange(1, 3).Draw(t, "stores")], nil)
		if initial := rapid.SampledFrom([]int64{1, 7}).Draw(t, "first version"); initial > 1 {
			w.both(func(store types.CommitMultiStore) { require.NoError(t, store.SetInitialVersion(initial)) })
		}
		w.commit(t)
		t.Repeat(map[string]func(*rapid.T){
			"write":  w.write,
			"commit": func(t *rapid.T) { w.commit(t) },
			"blocks": func(t *rapid.T) {
				for range rapid.IntRange(1, 4).Draw(t, "blocks") {
					w.write(t)
					w.commit(t)
				}
			},
			"query":  w.query,
			"reopen": func(t *rapid.T) { w.open(t, sorted(w.keys), nil) },
			"rewrite": func(t *rapid.T) {
				w.commit(t)
				require.NoError(t, w.ours.RewriteSnapshot())
			},
			"upgrade":  w.upgrade,
			"rollback": w.rollback,
		})
		w.close(t)
	})
}

// rollback goes some versions back, if the files reach back so far.
func (w *twins) rollback(t *rapid.T) {
	w.open(t, sorted(w.keys), nil)
	last := w.ours.LatestVersion()
	target := last - rapid.Int64Range(0, 3).Draw(t, "back")
	info := w.infos[target]
	if info == nil || len(info.StoreInfos) != len(w.keys) {
		return
	}
	for _, one := range info.StoreInfos {
		if w.keys[one.Name] == nil {
			return
		}
	}
	if err := w.ours.RollbackToVersion(target); err != nil {
		require.ErrorIs(t, err, commitstore.ErrNotKept)
		w.open(t, sorted(w.keys), nil)
		require.Equal(t, last, w.ours.LatestVersion())
		return
	}
	require.NoError(t, w.iavl.RollbackToVersion(target))
	require.Equal(t, w.iavl.LastCommitID(), w.ours.LastCommitID())
}

func sorted(keys map[string]*types.KVStoreKey) []string {
	var found []string
	for name := range keys {
		found = append(found, name)
	}
	slices.Sort(found)
	return found
}
