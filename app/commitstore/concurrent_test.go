package commitstore_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"cosmossdk.io/log"
	pruningtypes "cosmossdk.io/store/pruning/types"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

// Queries of any kept version go on while blocks are committed, and while snapshots take over and the files of old ones are unmapped.
// Each version has one key with its own number, so that a reader sees which version it reads.
func TestQueriesWhileSnapshotsTakeOver(t *testing.T) {
	store, key, err := openPlain(t, filepath.Join(t.TempDir(), "state"), commitstore.Options{LogBytes: 40 << 10})
	require.NoError(t, err)
	store.SetPruning(pruningtypes.NewCustomPruningOptions(12, 10))
	commit := func(version int64) {
		block(store.GetKVStore(key), version)
		store.GetKVStore(key).Set([]byte("version"), binary.BigEndian.AppendUint64(nil, uint64(version)))
		store.Commit()
	}
	commit(1)
	var group errgroup.Group
	end := make(chan struct{})
	for range 3 {
		group.Go(func() error {
			for {
				select {
				case <-end:
					return nil
				default:
				}
				if err := readSome(store, key); err != nil {
					return err
				}
			}
		})
	}
	for version := int64(2); version <= 200; version++ {
		commit(version)
		if version%10 == 0 {
			runtime.GC()
		}
	}
	close(end)
	require.NoError(t, group.Wait())
	require.NoError(t, store.Close())
}

func readSome(store *commitstore.Store, key types.StoreKey) error {
	last := store.LatestVersion()
	for _, version := range []int64{last, max(last-5, 1), max(last-11, 1)} {
		branch, err := store.CacheMultiStoreWithVersion(version)
		if errors.Is(err, commitstore.ErrNotKept) {
			continue // blocks were faster
		}
		if err != nil {
			return err
		}
		all, count := branch.GetKVStore(key).Iterator(nil, nil), 0
		for ; all.Valid(); all.Next() {
			count += len(all.Key()) + len(all.Value())
			if read := branch.GetKVStore(key).Get(all.Key()); !bytes.Equal(read, all.Value()) {
				return fmt.Errorf("expected %q of key %q at version %d, got %q", all.Value(), all.Key(), version, read)
			}
		}
		if err := all.Close(); err != nil {
			return err
		}
		read := branch.GetKVStore(key).Get([]byte("version"))
		if got := int64(binary.BigEndian.Uint64(read)); got != version || count == 0 {
			return errors.New("expected another version")
		}
		if _, err := store.Query(&types.RequestQuery{Path: "/bank/key", Data: []byte("version"), Height: version, Prove: true}); err != nil &&
			!errors.Is(err, types.ErrInvalidRequest) {
			return err
		}
	}
	if len(store.CacheMultiStore().GetKVStore(key).Get([]byte("version"))) == 0 {
		return errors.New("expected a version in the newest state")
	}
	return nil
}

// The history is as long as the pruning says, and shorter if versions changed much; a snapshot's version waits for it.
func TestHistory(t *testing.T) {
	store, key, err := openPlain(t, filepath.Join(t.TempDir(), "state"), commitstore.Options{})
	require.NoError(t, err)
	store.SetPruning(pruningtypes.NewCustomPruningOptions(14, 10))
	store.SetSnapshotInterval(10)
	for range 30 {
		store.Commit()
	}
	for version, want := range map[int64]error{30: nil, 16: nil, 15: commitstore.ErrNotKept, 10: nil, 9: commitstore.ErrNotKept, 31: commitstore.ErrNotKept} {
		_, err := store.CacheMultiStoreWithVersion(version)
		require.ErrorIs(t, err, want, "version %d", version)
	}
	store.PruneSnapshotHeight(10)
	_, err = store.CacheMultiStoreWithVersion(10)
	require.ErrorIs(t, err, commitstore.ErrNotKept)
	require.ErrorContains(t, err, "expected a height from 16 to 30, got 10")

	const many = 60_000 // ten versions of these are more than are kept beyond the tenth
	for version := range 12 {
		branch := store.CacheMultiStore()
		for i := range many {
			branch.GetKVStore(key).Set(binary.BigEndian.AppendUint32(nil, uint32(i)), []byte{byte(version)})
		}
		branch.Write()
		store.Commit()
	}
	_, err = store.GetCommitInfo(33)
	require.NoError(t, err)
	_, err = store.GetCommitInfo(32)
	require.ErrorIs(t, err, commitstore.ErrNotKept)
	require.NoError(t, store.Close())
}

// A node refuses data of the other kind of store, with the kind and the height that it found.
func TestChoose(t *testing.T) {
	home, db, logger := t.TempDir(), dbm.NewMemDB(), log.NewNopLogger()
	kind, err := commitstore.KindOf(home)
	require.NoError(t, err)
	require.Empty(t, kind)
	for _, iavl := range []string{commitstore.KindIAVL, ""} {
		store, err := commitstore.Choose(iavl, home, db, logger, commitstore.Options{})
		require.NoError(t, err)
		require.Nil(t, store)
	}
	_, err = commitstore.Choose("leveldb", home, db, logger, commitstore.Options{})
	require.EqualError(t, err, `state.store in app.toml: expected memiavl or iavl, got "leveldb"`)
	_, err = commitstore.Choose(commitstore.KindMemIAVL, "", db, logger, commitstore.Options{})
	require.ErrorContains(t, err, "name it with --home")

	store, err := commitstore.Choose(commitstore.KindMemIAVL, home, db, logger, commitstore.Options{})
	require.NoError(t, err)
	require.Equal(t, filepath.Join(home, "data", "state"), store.Dir())
	require.NoError(t, store.LoadLatestVersion())
	store.Commit()
	require.NoError(t, store.Close())
	kind, err = commitstore.KindOf(home)
	require.NoError(t, err)
	require.Equal(t, commitstore.KindMemIAVL, kind)
	_, err = commitstore.Choose(commitstore.KindIAVL, home, db, logger, commitstore.Options{})
	require.ErrorIs(t, err, commitstore.ErrOtherStore)
	require.ErrorContains(t, err, `got that of memiavl at height 1 in `+store.Dir()+`: set state.store to "memiavl"`)

	w := newTwins(filepath.Join(t.TempDir(), "twin"))
	w.open(t, names[:1], nil)
	w.commit(t)
	w.close(t)
	_, err = commitstore.Choose(commitstore.KindMemIAVL, t.TempDir(), w.db, logger, commitstore.Options{})
	require.ErrorIs(t, err, commitstore.ErrOtherStore)
	require.ErrorContains(t, err, "got that of iavl at height 1")
}
