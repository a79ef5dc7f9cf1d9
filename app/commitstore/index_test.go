package commitstore

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/crypto-org-chain/cronos/memiavl"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// indexed returns the index of a store that has keys from 0 to some count, all with their number as the value.
func indexed(t require.TestingT, dir string, count int) *index {
	tree := memiavl.New(0)
	var pairs []*memiavl.KVPair
	for i := range count {
		pairs = append(pairs, &memiavl.KVPair{Key: fmt.Append(nil, i), Value: fmt.Append(nil, i)})
	}
	tree.ApplyChangeSet(memiavl.ChangeSet{Pairs: pairs})
	_, _, err := tree.SaveVersion(true)
	require.NoError(t, err)
	require.NoError(t, tree.WriteSnapshot(filepath.Join(dir, "bank")))
	made, err := openIndex(dir, "bank")
	require.NoError(t, err)
	return made
}

// At every version since the last write of a key the index has what was written, or the snapshot's value, and for versions before that and
// keys that the snapshot does not have it knows nothing.
func TestIndex(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		count := rapid.SampledFrom([]int{1, 2, 63, 64, 65, 500}).Draw(t, "keys")
		x := indexed(t, filepath.Join(dir, fmt.Sprint(runs)), count)
		defer func() { require.NoError(t, x.close()) }()
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

// Stores without keys have no index, and a missing one is an error.
func TestOpenIndex(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, memiavl.New(0).WriteSnapshot(filepath.Join(dir, "empty")))
	made, err := openIndex(dir, "empty")
	require.NoError(t, err)
	require.Nil(t, made)
	_, known := made.get([]byte("key"), 1)
	require.False(t, known)
	made.note([]*memiavl.KVPair{{Key: []byte("key")}}, 1)

	_, err = openIndex(dir, "none")
	require.Error(t, err)
}
