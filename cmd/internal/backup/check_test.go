package backup_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/util"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/cmd/internal/backup"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// A zone's backup is checked as it is, and after each of many changes that somebody could make to it, digests and all.
func TestCheckFindsEveryChange(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	manifest := devnet.DefaultManifest()
	manifest.Name, manifest.BlockTimeMS, manifest.Zones = "check", 200, nil
	manifest.Financial.Banks, manifest.Financial.Listeners = 1, 1
	network := devnet.Start(t, manifest)
	node := network.Financial().Node("listener-1")
	require.NoError(t, network.Financial().WaitHeight(t.Context(), 4))
	// The listener keeps its state in IAVL, and the validator in memiavl.
	voter := network.Financial().Node("bank-a")
	memiavl, err := backup.Create(t.Context(), voter.Endpoints().Home, filepath.Join(t.TempDir(), "memiavl"))
	require.NoError(t, err)
	home := node.Endpoints().Home
	running, err := backup.Create(t.Context(), home, filepath.Join(t.TempDir(), "running"))
	require.NoError(t, err)
	require.Equal(t, "fzd", running.Manifest.MadeBy, "the node itself made it")
	require.NoError(t, node.Stop())
	require.NoError(t, voter.Stop())
	standing, err := backup.Create(t.Context(), voter.Endpoints().Home, filepath.Join(t.TempDir(), "standing"))
	require.NoError(t, err)
	stopped, err := backup.Create(t.Context(), home, filepath.Join(t.TempDir(), "stopped"))
	require.NoError(t, err)

	last := running.Manifest.LastBlock
	for _, test := range []struct {
		name string
		from backup.Created
		// change changes the unpacked home; nil changes nothing.
		change func(t *testing.T, home string)
		want   string
	}{
		{name: "nothing", from: running},
		{name: "nothing, of a node that stands", from: stopped},
		{name: "nothing, of memiavl", from: memiavl},
		{name: "nothing, of memiavl that stands", from: standing},
		{"a log", memiavl, changeState("log-*", flipMiddle), "damaged state"},
		{"the end of a log", memiavl, changeState("log-*", func(log []byte) []byte { return log[:len(log)-1] }), "application at"},
		{"no log", standing, changeState("log-*", func([]byte) []byte { return nil }), "application at"},
		{"a balance", running, changeRecord("application", "s/k:bank/s", flip), "application at"},
		{"a lost node of a tree", running, changeRecord("application", "s/k:membership/s", remove), "store membership"},
		{"a balance, of a node that stands", stopped, changeRecord("application", "s/k:bank/s", flip), "application at"},
		{"a hash that was written down", running, changeRecord("application", fmt.Sprintf("s/%d", running.Manifest.StateHeight), remove), "no commit info found"},
		{"a block's content", running, changeRecord("blockstore", "P:2:0", flipMiddle), "block"},
		{"the proof of a block's part", running, changeRecord("blockstore", "P:2:0", flip), "block 2: part 0"},
		{"a lost block", running, changeRecord("blockstore", "H:3", remove), "expected block 3"},
		{"no signatures", running, changeRecord("blockstore", fmt.Sprintf("SC:%d", last), remove), "expected the signatures of block"},
		{"another signature", running, changeRecord("blockstore", fmt.Sprintf("SC:%d", last), flip), "damaged"},
		{"other validators", running, changeRecord("state", "validatorsKey:1", remove), "validators of block 1"},
		{"no consensus", running, changeRecord("state", "stateKey", remove), "consensus: expected financial-1"},
		{"another genesis", running, changeGenesis(`"chain_id": "financial-1"`, `"chain_id": "financial-2"`), "genesis: expected chain financial-1, got financial-2"},
		{"other members", running, changeGenesis(`"power": "10"`, `"power": "11"`), "genesis: expected the 1 validators that sign the first block"},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := t.TempDir()
			manifest, err := backup.Extract(test.from.File, home)
			require.NoError(t, err)
			if test.change != nil {
				test.change(t, home)
			}
			var checks []string
			err = backup.Check(t.Context(), home, manifest, func(finding backup.Finding) { checks = append(checks, finding.Check) })
			if test.change == nil {
				require.NoError(t, err)
				require.Equal(t, []string{"blocks", "genesis", "state", "consensus"}, checks)
				return
			}
			require.ErrorIs(t, err, backup.ErrDamaged)
			require.ErrorContains(t, err, test.want)
		})
	}

	t.Run("a manifest of another state", func(t *testing.T) {
		home := t.TempDir()
		manifest, err := backup.Extract(running.File, home)
		require.NoError(t, err)
		manifest.AppHash = bytes.Repeat([]byte{1}, 32)
		err = backup.Check(t.Context(), home, manifest, func(backup.Finding) {})
		require.ErrorIs(t, err, backup.ErrDamaged)
		require.ErrorContains(t, err, "expected hash 0101")
	})

	for name, from := range map[string]backup.Created{commitstore.KindMemIAVL: running, commitstore.KindIAVL: memiavl} {
		t.Run("a home that keeps its state in "+name, func(t *testing.T) {
			home := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Join(home, "config"), 0o700))
			app, comet := nodeconfig.DefaultApp(), nodeconfig.DefaultComet()
			app.State.Store = name
			comet.SetRoot(home)
			require.NoError(t, nodeconfig.Write(comet, app))
			require.NoError(t, restore(t, backup.Restore{File: from.File, Home: home}))
			kind, err := commitstore.KindOf(home)
			require.NoError(t, err)
			require.Equal(t, name, kind)
			// What was restored is as good as what was backed up.
			require.NoError(t, backup.Check(t.Context(), home, from.Manifest, func(backup.Finding) {}))
		})
	}

	t.Run("a home of another chain", func(t *testing.T) {
		home := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(home, "config"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(home, "config", "genesis.json"), []byte(`{"chain_id":"retail-1"}`), 0o600))
		require.ErrorContains(t, restore(t, backup.Restore{File: running.File, Home: home}), "expected chain financial-1, as in the backup, got retail-1")
		require.NoDirExists(t, filepath.Join(home, "data"))
	})

	t.Run("a home with data", func(t *testing.T) {
		home := t.TempDir()
		require.NoError(t, restore(t, backup.Restore{File: running.File, Home: home}))
		require.ErrorContains(t, restore(t, backup.Restore{File: running.File, Home: home}), "expected a home without data")
		memory := filepath.Join("data", "priv_validator_state.json")
		require.NoError(t, os.WriteFile(filepath.Join(home, memory), []byte(`{"height":"9999","round":0,"step":3}`), 0o600))
		require.ErrorIs(t, restore(t, backup.Restore{File: running.File, Home: home, Force: true, Halted: true, ResumeRound: 1}), backup.ErrSignedBeyond)
		require.NoError(t, restore(t, backup.Restore{File: running.File, Home: home, Force: true, RunningHeight: 1}))
		raw, err := os.ReadFile(filepath.Join(home, memory))
		require.NoError(t, err)
		require.Contains(t, string(raw), "9999", "the memory stays")
		aside, err := filepath.Glob(filepath.Join(home, "data.before-restore-*", "priv_validator_state.json"))
		require.NoError(t, err)
		require.Len(t, aside, 1)
		held, err := leveldb.OpenFile(filepath.Join(home, "data", "state.db"), nil)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, held.Close()) })
		require.ErrorContains(t, restore(t, backup.Restore{File: running.File, Home: home, Force: true}), "expected a node that does not run")
	})
}

func restore(t *testing.T, how backup.Restore) error {
	t.Helper()
	_, err := how.Run(t.Context(), func(backup.Finding) {}, func(string, backup.Manifest) error { return nil })
	return err
}

func flip(value []byte) []byte {
	value[len(value)-1] ^= 1
	return value
}

func flipMiddle(value []byte) []byte {
	value[len(value)/2] ^= 1
	return value
}

func remove([]byte) []byte { return nil }

// changeRecord changes the last record whose key begins with a prefix, or deletes it for nil.
func changeRecord(database, prefix string, change func([]byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, home string) {
		t.Helper()
		handle, err := leveldb.OpenFile(filepath.Join(home, "data", database+".db"), nil)
		require.NoError(t, err)
		defer func() { require.NoError(t, handle.Close()) }()
		records := handle.NewIterator(util.BytesPrefix([]byte(prefix)), nil)
		require.True(t, records.Last(), prefix)
		key, value := bytes.Clone(records.Key()), change(bytes.Clone(records.Value()))
		records.Release()
		if value == nil {
			require.NoError(t, handle.Delete(key, nil))
			return
		}
		require.NoError(t, handle.Put(key, value, nil))
	}
}

// changeState changes the last file of the state whose name fits.
func changeState(pattern string, change func([]byte) []byte) func(*testing.T, string) {
	return func(t *testing.T, home string) {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(home, "data", "state", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, found)
		last := found[len(found)-1]
		raw, err := os.ReadFile(last)
		require.NoError(t, err)
		if raw = change(raw); raw == nil {
			require.NoError(t, os.Remove(last))
			return
		}
		require.NoError(t, os.WriteFile(last, raw, 0o600))
	}
}

func changeGenesis(from, to string) func(*testing.T, string) {
	return func(t *testing.T, home string) {
		t.Helper()
		file := filepath.Join(home, "config", "genesis.json")
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, string(raw), from)
		require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(raw), from, to)), 0o600))
	}
}
