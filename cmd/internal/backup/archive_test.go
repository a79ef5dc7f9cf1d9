package backup

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/syndtr/goleveldb/leveldb"
	"pgregory.net/rapid"
)

// frozenOf freezes databases that hold the records, without anything that Describe would read.
func frozenOf(t require.TestingT, home string, records map[string]map[string]string) *Frozen {
	require.NoError(t, os.MkdirAll(filepath.Join(home, configFolder), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(home, configFolder, "genesis.json"), []byte("{}"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(home, configFolder, "config.toml"), []byte("psql-conn = \"postgres://a:secret@b\"\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(home, configFolder, "priv_validator_key.json"), []byte("secret"), 0o600))
	handles := map[string]*leveldb.DB{}
	for _, name := range databaseNames {
		handle, err := leveldb.OpenFile(databaseFolder(home, name), nil)
		require.NoError(t, err)
		for key, value := range records[name] {
			require.NoError(t, handle.Put([]byte(key), []byte(value), nil))
		}
		handles[name] = handle
	}
	frozen, err := Freeze(home, handles)
	require.NoError(t, err)
	frozen.release = func() error { return closeAll(handles) }
	frozen.manifest = Manifest{Format: format, ChainID: "financial-1", FirstBlock: 1, LastBlock: 2, StateHeight: 1, Time: time.Unix(0, 0).UTC()}
	return frozen
}

func archiveOf(t require.TestingT, frozen *Frozen) []byte {
	var out bytes.Buffer
	compressed, err := Compress(&out)
	require.NoError(t, err)
	require.NoError(t, frozen.Write(testContext, compressed))
	require.NoError(t, compressed.Close())
	return out.Bytes()
}

// What is unpacked is what was frozen; no key file comes along, nor a password.
func TestUnpackIsWhatWasFrozen(t *testing.T) {
	// A few examples: each opens ten databases, and the disk sets the pace.
	generator := rapid.MapOfN(rapid.String(), rapid.String(), 0, 50)
	for example := range 4 {
		folder := t.TempDir()
		records := map[string]map[string]string{}
		for i, name := range databaseNames {
			records[name] = generator.Example(example*len(databaseNames) + i)
		}
		frozen := frozenOf(t, filepath.Join(folder, "node"), records)
		archive := archiveOf(t, frozen)
		require.NoError(t, frozen.Release())
		home := filepath.Join(folder, "restored")
		manifest, err := Unpack(bytes.NewReader(archive), home)
		require.NoError(t, err)
		require.Len(t, manifest.Files, 2+len(databaseNames))
		for _, name := range databaseNames {
			require.Equal(t, records[name], recordsOf(t, databaseFolder(home, name)), name)
		}
		require.NoFileExists(t, filepath.Join(home, configFolder, "priv_validator_key.json"))
		config, err := os.ReadFile(filepath.Join(home, configFolder, "config.toml"))
		require.NoError(t, err)
		require.Equal(t, "psql-conn = \"\"\n", string(config))
	}
}

func recordsOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	handle, err := leveldb.OpenFile(folder, nil)
	require.NoError(t, err)
	records := map[string]string{}
	all := handle.NewIterator(nil, nil)
	for all.Next() {
		records[string(all.Key())] = string(all.Value())
	}
	all.Release()
	require.NoError(t, handle.Close())
	return records
}

// What is written after the freeze is not in the backup.
func TestFreezeSeesNoLaterWrite(t *testing.T) {
	home := t.TempDir()
	require.NoError(t, frozenOf(t, home, map[string]map[string]string{Application: {"key": "before", "gone": "later"}}).Release())
	handles := map[string]*leveldb.DB{}
	for _, name := range databaseNames {
		handle, err := leveldb.OpenFile(databaseFolder(home, name), nil)
		require.NoError(t, err)
		handles[name] = handle
	}
	frozen, err := Freeze(home, handles)
	require.NoError(t, err)
	require.NoError(t, handles[Application].Put([]byte("key"), []byte("after"), nil))
	require.NoError(t, handles[Application].Delete([]byte("gone"), nil))
	archive := archiveOf(t, frozen)
	require.NoError(t, errors.Join(frozen.Release(), closeAll(handles)))
	restored := t.TempDir()
	// It has no manifest of a chain, but everything else is there.
	_, err = Unpack(bytes.NewReader(archive), restored)
	require.ErrorContains(t, err, "expected format")
	require.Equal(t, map[string]string{"key": "before", "gone": "later"}, recordsOf(t, databaseFolder(restored, Application)))
}

// Of what is no node, or one without blocks, no backup is made.
func TestFreezeOfNoNode(t *testing.T) {
	home := t.TempDir()
	_, err := FreezeStopped(home)
	require.ErrorContains(t, err, "expected a node's databases below")
	frozen := frozenOf(t, home, nil)
	_, err = FreezeStopped(home)
	require.ErrorContains(t, err, "the node runs but does not answer")
	require.NoError(t, frozen.Release())
	_, err = FreezeStopped(home)
	require.ErrorContains(t, err, "expected a node that has blocks, got none")
	_, err = Freeze(home, nil)
	require.ErrorContains(t, err, "expected database blockstore of a node, got none")
}

// Of a large database no file is larger than a chunk and a record; and IAVL's own index is left out.
func TestDatabaseIsWrittenInChunks(t *testing.T) {
	records := map[string]string{
		"s/k:bank/fkey": "index", "s/k:bank/mstorage_version": "1.1.0-5", "s/k:bank/s12345678abcd": "node", "s/latest": "5", "s/k:fake": "f",
	}
	large := strings.Repeat("x", 1<<20)
	for i := range 20 {
		records[fmt.Sprintf("s/k:bank/s%02d", i)] = large
	}
	frozen := frozenOf(t, t.TempDir(), map[string]map[string]string{Application: records})
	archive := archiveOf(t, frozen)
	require.NoError(t, frozen.Release())
	home := t.TempDir()
	manifest, err := Unpack(bytes.NewReader(archive), home)
	require.NoError(t, err)
	chunks := 0
	for _, file := range manifest.Files {
		if strings.HasPrefix(file.Name, "data/application.db/") {
			chunks++
			require.Less(t, file.Size, int64(chunkBytes+1<<20+100))
		}
	}
	require.Equal(t, 3, chunks)
	handle, err := leveldb.OpenFile(databaseFolder(home, Application), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, handle.Close()) })
	for key, want := range records {
		got, err := handle.Get([]byte(key), nil)
		if isFastIndex([]byte(key)) {
			require.ErrorIs(t, err, leveldb.ErrNotFound, key)
			continue
		}
		require.NoError(t, err, key)
		require.Equal(t, want, string(got), key)
	}
	require.True(t, isFastIndex([]byte("s/k:bank/fkey")))
	require.False(t, isFastIndex([]byte("s/k:bank/s12345678abcd")))
}

// pack writes a compressed tar of files, in order.
func pack(t *testing.T, files ...[2]string) []byte {
	t.Helper()
	var out bytes.Buffer
	compressed, err := Compress(&out)
	require.NoError(t, err)
	archive := tar.NewWriter(compressed)
	for _, file := range files {
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: file[0], Size: int64(len(file[1])), Mode: 0o600}))
		_, err := io.WriteString(archive, file[1])
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, compressed.Close())
	return out.Bytes()
}

func TestDamagedArchives(t *testing.T) {
	const good = `{"format":"azukari-backup-1","chain_id":"financial-1","first_block":1,"last_block":2,"state_height":1,"files":[]}`
	frozen := frozenOf(t, t.TempDir(), map[string]map[string]string{blockstore: {"key": "value"}})
	whole := archiveOf(t, frozen)
	require.NoError(t, frozen.Release())
	_, err := Inspect(bytes.NewReader(whole))
	require.NoError(t, err)
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, test := range map[string]struct {
		archive []byte
		want    string
	}{
		"empty":           {nil, "expected a manifest at the end"},
		"cut off":         {whole[:len(whole)*2/3], "damaged"},
		"one bit changed": {flipped, "damaged"},
		"another file":    {pack(t, [2]string{"data/application.db/../../../etc/passwd", "x"}), "expected files of a backup"},
		"another folder":  {pack(t, [2]string{"data/other.db/00000000", "x"}), "expected files of a backup"},
		"absolute":        {pack(t, [2]string{"/config/genesis.json", "{}"}), "expected files of a backup"},
		"a file too many": {pack(t, [2]string{"config/genesis.json", "{}"}, [2]string{"manifest.json", good}), "expected 0 files, got 1"},
		"two manifests":   {pack(t, [2]string{"manifest.json", good}, [2]string{"manifest.json", good}), "expected nothing behind the manifest"},
		"another content": {
			pack(t, [2]string{"config/genesis.json", "{}"}, [2]string{"manifest.json", strings.Replace(good, "[]", `[{"name":"config/genesis.json","size":2,"sha256":"00"}]`, 1)}),
			"expected config/genesis.json with 2 bytes and SHA-256 00",
		},
		"half a record":  {pack(t, [2]string{"data/state.db/00000000", "\x05ab"}), "a record ends too early"},
		"no value":       {pack(t, [2]string{"data/state.db/00000000", "\x01a"}), "a key without a value"},
		"endless record": {pack(t, [2]string{"data/state.db/00000000", "\xff\xff\xff\xff\xff\x0f"}), "expected at most"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Unpack(bytes.NewReader(test.archive), t.TempDir())
			require.ErrorIs(t, err, ErrDamaged)
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err = Unpack(bytes.NewReader(pack(t, [2]string{"manifest.json", strings.Replace(good, "backup-1", "backup-9", 1)})), t.TempDir())
	require.ErrorContains(t, err, `expected format azukari-backup-1, got "azukari-backup-9"`)
}
