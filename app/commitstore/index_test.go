package commitstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/crypto-org-chain/cronos/memiavl"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// numbered writes a snapshot of a store that has keys from 0 to some count, all with their number as the value, and a last key with an
// empty value.
func numbered(t require.TestingT, dir string, count int) {
	tree := memiavl.New(0)
	var pairs []*memiavl.KVPair
	for i := range count {
		pairs = append(pairs, &memiavl.KVPair{Key: fmt.Append(nil, i), Value: fmt.Append(nil, i)})
	}
	pairs = append(pairs, &memiavl.KVPair{Key: []byte("last"), Value: []byte{}})
	tree.ApplyChangeSet(memiavl.ChangeSet{Pairs: pairs})
	_, _, err := tree.SaveVersion(true)
	require.NoError(t, err)
	require.NoError(t, tree.WriteSnapshot(dir))
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
		tree := memiavl.New(0)
		x, err := mapTree(files, tree)
		require.NoError(t, err)
		defer func() { require.NoError(t, errors.Join(x.close(), tree.Close())) }()
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
			x.note(pairs, version)
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

// A tree and its index read the same files, each mapped once and whole.
func TestMapTree(t *testing.T) {
	for _, count := range []int{0, 1, 1_000} {
		dir := t.TempDir()
		numbered(t, dir, count)
		tree := memiavl.New(0)
		x, err := mapTree(dir, tree)
		require.NoError(t, err)
		sizes := map[int64]bool{}
		for _, region := range regionsOf(x.leaves) {
			sizes[int64(len(region))] = true
		}
		for _, name := range []string{memiavl.FileNameNodes, memiavl.FileNameLeaves, memiavl.FileNameKVs} {
			file, err := os.Stat(filepath.Join(dir, name))
			require.NoError(t, err)
			require.True(t, file.Size() == 0 || sizes[file.Size()], "%s has %d bytes, mapped are %v", name, file.Size(), sizes)
		}
		require.Equal(t, []byte{}, tree.Get([]byte("last")))
		require.NoError(t, errors.Join(x.close(), tree.Close()))
	}
}

// Stores without keys have no index, and a missing one is an error.
func TestMapTreeWithoutKeys(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, memiavl.New(0).WriteSnapshot(filepath.Join(dir, "empty")))
	tree := memiavl.New(0)
	made, err := mapTree(filepath.Join(dir, "empty"), tree)
	require.NoError(t, err)
	require.Nil(t, made)
	_, known := made.get([]byte("key"), 1)
	require.False(t, known)
	made.note([]*memiavl.KVPair{{Key: []byte("key")}}, 1)
	require.NoError(t, tree.Close())

	_, err = mapTree(filepath.Join(dir, "none"), tree)
	require.ErrorIs(t, err, ErrDamaged)
}
