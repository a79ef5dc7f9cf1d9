package commitstore

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/crypto-org-chain/cronos/memiavl"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

// numbered writes a snapshot of a store that has keys from 0 to some count, all with their number as the value, and a last key with an
// empty value.
func numbered(t require.TestingT, dir string, count int) {
	tree := avl.New()
	var pairs []*memiavl.KVPair
	for i := range count {
		pairs = append(pairs, &memiavl.KVPair{Key: fmt.Append(nil, i), Value: fmt.Append(nil, i)})
	}
	pairs = append(pairs, &memiavl.KVPair{Key: []byte("last"), Value: []byte{}})
	tree.Apply(pairs, nil)
	require.NoError(t, tree.SaveVersion())
	tree.RootHash()
	require.NoError(t, tree.WriteSnapshot(context.Background(), dir))
}

// At every version since the last write of a key the index has what was written, or the snapshot's value, and for versions before that and
// keys that the snapshot does not have it knows nothing.
func TestIndex(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		count := rapid.SampledFrom([]int{1, 2, 63, 64, 65, 500}).Draw(t, "keys")
		files := filepath.Join(dir, fmt.Sprint(runs))
		numbered(t, files, count)
		snapshot, err := avl.OpenSnapshot(files)
		require.NoError(t, err)
		x, err := newIndex(snapshot)
		require.NoError(t, err)
		defer func() { require.NoError(t, errors.Join(x.close(), snapshot.Close())) }()
		written := map[string]change{}
		last := rapid.Int64Range(2, 6).Draw(t, "last version")
		for version := int64(2); version <= last; version++ {
			var pairs []*memiavl.KVPair
			for range rapid.IntRange(0, 40).Draw(t, "writes") {
				key := fmt.Sprint(rapid.IntRange(0, count+10).Draw(t, "key"))
				pair := &memiavl.KVPair{Key: []byte(key)}
				switch rapid.IntRange(0, 3).Draw(t, "write") {
				case 0:
					pair.Delete = true
					written[key] = change{version: version}
				case 1: // as an empty value is read from a log
					written[key] = change{version: version, value: []byte{}}
				default:
					pair.Value = fmt.Appendf(nil, "%s at %d", key, version)
					written[key] = change{version: version, value: pair.Value}
				}
				pairs = append(pairs, pair)
			}
			leaves := x.note(pairs, version)
			for i, pair := range pairs {
				number, err := strconv.Atoi(string(pair.Key))
				require.NoError(t, err)
				if number >= count {
					require.EqualValues(t, avl.NoLeaf, leaves[i])
				} else {
					require.Equal(t, string(pair.Key), string(snapshot.LeafKey(leaves[i])))
				}
			}
		}
		for i := range count + 20 {
			key := fmt.Sprint(i)
			for version := int64(1); version <= last; version++ {
				value, known := x.get([]byte(key), version)
				change, changed := written[key]
				switch {
				case i >= count:
					require.False(t, known, "%s is not in the snapshot", key)
				case !changed:
					require.True(t, known)
					require.Equal(t, key, string(value))
				default:
					require.Equal(t, change.version <= version, known, "%s was written at %d, asked at %d", key, change.version, version)
					if known {
						require.Equal(t, change.value, value)
					}
				}
			}
		}
		x.stale.Store(true)
		_, known := x.get([]byte("0"), last)
		require.False(t, known, "the store has another tree")
	})
}

// Stores without keys have no index, and a missing one is an error.
func TestMapSnapshot(t *testing.T) {
	dir := t.TempDir()
	trees := avl.NewSet()
	require.NoError(t, trees.Upgrade([]*memiavl.TreeNameUpgrade{{Name: "bank"}, {Name: "empty"}}))
	trees.Tree("bank").Apply([]*memiavl.KVPair{{Key: []byte("key"), Value: []byte("value")}}, nil)
	require.NoError(t, trees.SaveVersion())
	trees.Tree("bank").RootHash()
	require.NoError(t, trees.WriteSnapshot(context.Background(), dir))

	files, indexes, err := mapSnapshot(dir, 1)
	require.NoError(t, err)
	value, known := indexes["bank"].get([]byte("key"), 1)
	require.True(t, known)
	require.Equal(t, "value", string(value))
	require.Len(t, indexes, 1)
	_, known = indexes["empty"].get([]byte("key"), 1)
	require.False(t, known)
	require.Empty(t, indexes["empty"].note([]*memiavl.KVPair{{Key: []byte("key")}}, 1))
	require.NoError(t, errors.Join(indexes["bank"].close(), files.Close()))

	_, _, err = mapSnapshot(dir, 2)
	require.ErrorIs(t, err, ErrDamaged)
	require.ErrorIs(t, err, avl.ErrFormat)
	_, _, err = mapSnapshot(filepath.Join(dir, "none"), 1)
	require.ErrorIs(t, err, ErrDamaged)
}
