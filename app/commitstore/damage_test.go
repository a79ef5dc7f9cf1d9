package commitstore_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

// openPlain opens a store of one tree.
func openPlain(t *testing.T, dir string, options commitstore.Options) (*commitstore.Store, *types.KVStoreKey, error) {
	t.Helper()
	store, key := commitstore.New(dir, log.NewNopLogger(), options), types.NewKVStoreKey("bank")
	store.MountStoreWithDB(key, types.StoreTypeIAVL, nil)
	return store, key, store.LoadLatestVersion()
}

// filled makes a store with snapshots at 3 and 6 and versions up to 8, and returns the hash of each version.
func filled(t *testing.T) (dir string, hashes map[int64][]byte) {
	t.Helper()
	dir, hashes = filepath.Join(t.TempDir(), "state"), map[int64][]byte{}
	store, key, err := openPlain(t, dir, commitstore.Options{})
	require.NoError(t, err)
	for version := int64(1); version <= 8; version++ {
		block(store.GetKVStore(key), version)
		hashes[version] = store.Commit().Hash
		if version%3 == 0 {
			require.NoError(t, store.RewriteSnapshot())
		}
	}
	require.NoError(t, store.Close())
	return dir, hashes
}

func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, change(content), 0o600))
}

func flip(at int) func([]byte) []byte {
	return func(content []byte) []byte {
		if at < 0 {
			at += len(content)
		}
		content[at] ^= 0x10
		return content
	}
}

func cut(bytes int) func([]byte) []byte {
	return func(content []byte) []byte { return content[:len(content)-bytes] }
}

const (
	newest   = "snapshot-00000000000000000006"
	lastLog  = "log-00000000000000000006"
	firstLog = "log-00000000000000000003"
)

// A torn end of the last log is dropped; whatever else is not as it was written is refused with an error that says what to do.
func TestDamagedFiles(t *testing.T) {
	for _, test := range []struct {
		name   string
		damage func(t *testing.T, dir string)
		// version is what is left, 0 if the state is refused.
		version int64
	}{
		{"nothing", func(*testing.T, string) {}, 8},
		{"last record short of a byte", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+lastLog, cut(1)) }, 7},
		{"last record's payload short of most", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+lastLog, cut(2_000)) }, 7},
		{"last record with another payload", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+lastLog, flip(-1)) }, 7},
		{"zeros behind the last record", func(t *testing.T, dir string) {
			t.Helper()
			edit(t, dir+"/"+lastLog, func(content []byte) []byte { return append(content, make([]byte, 4096)...) })
		}, 8},
		{"part of a header behind the last record", func(t *testing.T, dir string) {
			t.Helper()
			edit(t, dir+"/"+lastLog, func(content []byte) []byte { return append(content, 1, 2, 3) })
		}, 8},
		{"log without a whole header", func(t *testing.T, dir string) {
			t.Helper()
			edit(t, dir+"/"+lastLog, func(content []byte) []byte { return content[:5] })
		}, 6},
		{"no last log", func(t *testing.T, dir string) { t.Helper(); require.NoError(t, os.Remove(dir+"/"+lastLog)) }, 6},
		{"snapshot that was never finished", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Rename(dir+"/"+newest, dir+"/"+newest+"-tmp"))
		}, 8},
		{"log's header", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+lastLog, flip(3)) }, 0},
		{"record's length", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+lastLog, flip(20)) }, 0},
		{"record's payload", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+lastLog, flip(200)) }, 0},
		{"snapshot's keys", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+newest+"/bank/kvs", flip(500)) }, 0},
		{"snapshot's nodes", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+newest+"/bank/nodes", flip(-3)) }, 0},
		{"snapshot's leaves cut off", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+newest+"/bank/leaves", cut(48)) }, 0},
		{"snapshot's metadata", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+newest+"/__metadata", flip(0)) }, 0},
		{"snapshot without a file", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Remove(dir+"/"+newest+"/bank/nodes"))
		}, 0},
		{"snapshot's manifest", func(t *testing.T, dir string) { t.Helper(); edit(t, dir+"/"+newest+"/manifest.json", flip(30)) }, 0},
		{"no manifest", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Remove(dir+"/"+newest+"/manifest.json"))
		}, 0},
		{"snapshot of another version", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Rename(dir+"/"+newest, dir+"/snapshot-00000000000000000007"))
		}, 0},
		{"log between two others cut off", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.RemoveAll(dir+"/"+newest))
			edit(t, dir+"/"+firstLog, cut(1))
		}, 0},
		{"no log between", func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.RemoveAll(dir+"/"+newest))
			require.NoError(t, os.Remove(dir+"/"+firstLog))
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir, hashes := filled(t)
			test.damage(t, dir)
			store, key, err := openPlain(t, dir, commitstore.Options{})
			defer func() { require.NoError(t, store.Close()) }()
			if test.version == 0 {
				require.ErrorIs(t, err, commitstore.ErrDamaged)
				require.ErrorContains(t, err, "restore a backup")
				require.ErrorContains(t, err, dir)
				return
			}
			require.NoError(t, err)
			require.Equal(t, types.CommitID{Version: test.version, Hash: hashes[test.version]}, store.LastCommitID())
			// The blocks that were lost are replayed, and go on from there.
			for version := test.version + 1; version <= 8; version++ {
				block(store.GetKVStore(key), version)
				require.Equal(t, hashes[version], store.Commit().Hash)
			}
			require.NoError(t, store.Close())
			again, _, err := openPlain(t, dir, commitstore.Options{})
			require.NoError(t, err)
			require.Equal(t, types.CommitID{Version: 8, Hash: hashes[8]}, again.LastCommitID())
			require.NoError(t, again.Close())
		})
	}
}

// Two processes never write to one directory.
func TestOneProcessAtATime(t *testing.T) {
	dir, _ := filled(t)
	first, _, err := openPlain(t, dir, commitstore.Options{})
	require.NoError(t, err)
	_, _, err = openPlain(t, dir, commitstore.Options{})
	require.ErrorIs(t, err, commitstore.ErrInUse)
	require.NoError(t, first.Close())
	second, _, err := openPlain(t, dir, commitstore.Options{})
	require.NoError(t, err)
	require.NoError(t, second.Close())
}

// A store at an older version can be read, and is not committed upon; a rollback makes it the last one.
func TestOlderVersions(t *testing.T) {
	dir, hashes := filled(t)
	store, key := commitstore.New(dir, log.NewNopLogger(), commitstore.Options{}), types.NewKVStoreKey("bank")
	store.MountStoreWithDB(key, types.StoreTypeIAVL, nil)
	require.ErrorIs(t, store.LoadVersion(9), commitstore.ErrNotKept)
	require.NoError(t, store.LoadVersion(5))
	require.Equal(t, hashes[5], store.LastCommitID().Hash)
	block(store.GetKVStore(key), 6)
	require.Equal(t, hashes[6], store.WorkingHash())
	require.PanicsWithError(t, "commit version 6 to "+dir+": expected a store that was loaded at version 8, the last one, got version 5: "+
		"roll back to it first", func() { store.Commit() })

	require.NoError(t, store.RollbackToVersion(5))
	require.Equal(t, types.CommitID{Version: 5, Hash: hashes[5]}, store.LastCommitID())
	for version := int64(6); version <= 8; version++ {
		block(store.GetKVStore(key), version)
		require.Equal(t, hashes[version], store.Commit().Hash)
	}

	// Two snapshots stay, and the logs behind the older one.
	require.NoError(t, store.RewriteSnapshot())
	require.NoError(t, store.RewriteSnapshot(), "it is there already")
	store.Commit()
	require.NoError(t, store.RewriteSnapshot())
	require.ErrorIs(t, store.RollbackToVersion(7), commitstore.ErrNotKept)
	require.NoError(t, store.LoadLatestVersion())
	require.Equal(t, int64(9), store.LatestVersion())
	require.NoError(t, store.RollbackToVersion(8))
	require.Equal(t, hashes[8], store.LastCommitID().Hash)
	require.NoError(t, store.Close())
}
