package commitstore_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	protoio "github.com/cosmos/gogoproto/io"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/log"
	snapshottypes "cosmossdk.io/store/snapshots/types"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

// A snapshot that either store takes is the same, and either store restores it to the same state.
func TestStateSyncBothWays(t *testing.T) {
	root, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		dir := filepath.Join(root, fmt.Sprint(runs))
		defer func() { require.NoError(t, os.RemoveAll(dir)) }()
		w := newTwins(dir + "/from")
		w.open(t, names[:3], nil)
		for range rapid.IntRange(1, 5).Draw(t, "blocks") {
			w.write(t)
			w.commit(t)
		}
		if rapid.Bool().Draw(t, "rewritten") {
			require.NoError(t, w.ours.RewriteSnapshot())
		}
		height := uint64(w.ours.LatestVersion())
		taken := snapshotOf(t, w.iavl, height)
		require.Equal(t, taken, snapshotOf(t, w.ours, height))

		restored := newTwins(dir + "/to")
		restored.open(t, names[:3], nil)
		restored.both(func(store types.CommitMultiStore) {
			_, err := store.Restore(height, 3, protoio.NewDelimitedReader(bytes.NewReader(taken), 1<<20))
			require.NoError(t, err)
			require.Equal(t, w.iavl.LastCommitID(), store.LastCommitID())
		})
		restored.infos[int64(height)] = w.infos[int64(height)]
		restored.write(t)
		restored.commit(t)
		restored.open(t, names[:3], nil)
		restored.close(t)
		w.close(t)
	})
}

func snapshotOf(t require.TestingT, store types.CommitMultiStore, height uint64) []byte {
	var out bytes.Buffer
	require.NoError(t, store.Snapshot(height, protoio.NewDelimitedWriter(&out)))
	return out.Bytes()
}

// What a peer sends is refused before it can do harm: nodes that form no tree, stores that are not mounted, nodes without a store.
func TestRestoreRefusesNonsense(t *testing.T) {
	store := func(name string) *snapshottypes.SnapshotItem {
		return &snapshottypes.SnapshotItem{Item: &snapshottypes.SnapshotItem_Store{Store: &snapshottypes.SnapshotStoreItem{Name: name}}}
	}
	node := func(height int32, version int64) *snapshottypes.SnapshotItem {
		return &snapshottypes.SnapshotItem{Item: &snapshottypes.SnapshotItem_IAVL{
			IAVL: &snapshottypes.SnapshotIAVLItem{Key: []byte("key"), Value: []byte("value"), Height: height, Version: version},
		}}
	}
	for name, test := range map[string]struct {
		items []*snapshottypes.SnapshotItem
		want  string
	}{
		"node without a store":    {[]*snapshottypes.SnapshotItem{node(0, 1)}, "before store item"},
		"unknown store":           {[]*snapshottypes.SnapshotItem{store("other")}, `cannot import into store "other"`},
		"store out of its folder": {[]*snapshottypes.SnapshotItem{store("../bank")}, "cannot import into store"},
		"store twice":             {[]*snapshottypes.SnapshotItem{store("bank"), node(0, 1), store("bank")}, "once, got it twice"},
		"parent without children": {[]*snapshottypes.SnapshotItem{store("bank"), node(0, 1), node(1, 1)}, "expected children before their parent"},
		"wrong height":            {[]*snapshottypes.SnapshotItem{store("bank"), node(0, 1), node(0, 1), node(2, 1)}, "expected children before their parent"},
		"negative height":         {[]*snapshottypes.SnapshotItem{store("bank"), node(-1, 1)}, "expected children before their parent"},
		"height of no tree":       {[]*snapshottypes.SnapshotItem{store("bank"), node(200, 1)}, "expected a node of a height up to 127, got 200"},
		"two roots":               {[]*snapshottypes.SnapshotItem{store("bank"), node(0, 1), node(0, 1)}, "expected one root, got 2"},
		"version of the future":   {[]*snapshottypes.SnapshotItem{store("bank"), node(0, 8)}, "expected a node of a version from 1 to 7, got 8"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			restored, _, err := openPlain(t, dir, commitstore.Options{})
			require.NoError(t, err)
			var in bytes.Buffer
			writer := protoio.NewDelimitedWriter(&in)
			for _, item := range test.items {
				require.NoError(t, writer.WriteMsg(item))
			}
			_, err = restored.Restore(7, 3, protoio.NewDelimitedReader(&in, 1<<20))
			require.ErrorContains(t, err, test.want)
			require.NoError(t, restored.Close())
			again := commitstore.New(dir, log.NewNopLogger(), commitstore.Options{})
			require.NoError(t, again.LoadLatestVersion())
			require.Zero(t, again.LatestVersion())
			require.NoError(t, again.Close())
		})
	}
	restored, _, err := openPlain(t, t.TempDir(), commitstore.Options{})
	require.NoError(t, err)
	var in bytes.Buffer
	require.NoError(t, protoio.NewDelimitedWriter(&in).WriteMsg(store("bank")))
	_, err = restored.Restore(1<<32, 3, protoio.NewDelimitedReader(&in, 1<<20))
	require.ErrorContains(t, err, "expected a version from 1 to 4294967295, got 4294967296")
	require.NoError(t, restored.Close())
}
