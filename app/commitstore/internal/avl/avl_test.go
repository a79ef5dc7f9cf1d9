package avl

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"testing"
	"unsafe"

	ics23 "github.com/cosmos/ics23/go"
	"github.com/crypto-org-chain/cronos/memiavl"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The memory of a node is why this package exists.
func TestSizeOfANode(t *testing.T) {
	require.EqualValues(t, 80, unsafe.Sizeof(node{}))
}

// both is a tree of ours and one of memiavl with the same history, and what all of it should have at each version.
type both struct {
	dir    string
	ours   *Tree
	theirs *memiavl.Tree
	// past are copies of ours, with what they should have and their hash.
	past []past
	now  map[string]string
}

type past struct {
	tree *Tree
	has  map[string]string
	hash []byte
}

func key(t *rapid.T) []byte {
	// Few keys, so that writes meet; some are prefixes of others.
	return []byte(fmt.Sprint(rapid.IntRange(0, 300).Draw(t, "key")))
}

func (b *both) write(t *rapid.T) {
	count := rapid.SampledFrom([]int{0, 1, 5, 50, 200}).Draw(t, "writes")
	var pairs []*memiavl.KVPair
	for range count {
		pair := &memiavl.KVPair{Key: key(t)}
		switch rapid.IntRange(0, 4).Draw(t, "write") {
		case 0, 1:
			pair.Delete = true
			delete(b.now, string(pair.Key))
		case 2: // an empty value, as it is read from a log
			b.now[string(pair.Key)] = ""
		default:
			pair.Value = fmt.Appendf(nil, "value %d", rapid.Uint16().Draw(t, "value"))
			b.now[string(pair.Key)] = string(pair.Value)
		}
		pairs = append(pairs, pair)
	}
	at := rapid.IntRange(0, count).Draw(t, "a hash is asked for after")
	b.ours.Apply(pairs[:at], b.leaves(t, pairs[:at]))
	b.ours.RootHash()
	b.ours.Apply(pairs[at:], b.leaves(t, pairs[at:]))
	b.theirs.ApplyChangeSet(memiavl.ChangeSet{Pairs: pairs})
}

// leaves are numbers of the snapshot's leaves, of which some are not told.
func (b *both) leaves(t *rapid.T, pairs []*memiavl.KVPair) (numbers []uint32) {
	files := b.ours.Snapshot()
	for _, pair := range pairs[:rapid.IntRange(0, len(pairs)).Draw(t, "known")] {
		at := sort.Search(int(files.Len()), func(i int) bool { return bytes.Compare(files.LeafKey(uint32(i)), pair.Key) >= 0 })
		if at == int(files.Len()) || !bytes.Equal(files.LeafKey(uint32(at)), pair.Key) || rapid.IntRange(0, 3).Draw(t, "not told") == 0 {
			at = NoLeaf
		}
		numbers = append(numbers, uint32(at))
	}
	return numbers
}

func (b *both) commit(t *rapid.T) {
	hash, version, err := b.theirs.SaveVersion(true)
	require.NoError(t, err)
	require.Equal(t, hash, b.ours.RootHash())
	require.NoError(t, b.ours.SaveVersion())
	require.Equal(t, version, b.ours.Version())
	b.past = append(b.past, past{b.ours.Copy(), maps.Clone(b.now), hash})
	b.theirs.Copy(0)
}

// reopen writes snapshots of both, which have the same bytes, and goes on with what is read of them.
func (b *both) reopen(t *rapid.T) {
	if b.ours.Version() == 0 {
		return
	}
	ours, theirs := filepath.Join(b.dir, fmt.Sprint(len(b.past), "-ours")), filepath.Join(b.dir, fmt.Sprint(len(b.past), "-theirs"))
	last := b.past[len(b.past)-1]
	require.NoError(t, last.tree.WriteSnapshot(context.Background(), ours))
	require.NoError(t, b.theirs.WriteSnapshot(theirs))
	for _, name := range []string{memiavl.FileNameNodes, memiavl.FileNameLeaves, memiavl.FileNameKVs, memiavl.FileNameMetadata} {
		want, err := os.ReadFile(filepath.Join(theirs, name))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(ours, name))
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, got), "%s", name)
	}
	files, err := OpenSnapshot(ours)
	require.NoError(t, err)
	others, err := memiavl.OpenSnapshot(theirs)
	require.NoError(t, err)
	b.ours, b.theirs = FromSnapshot(files), memiavl.NewFromSnapshot(others, true, 0)
	require.Equal(t, last.hash, b.ours.RootHash())
	for number := range files.Len() {
		key, value := files.LeafKeyValue(number)
		require.Equal(t, key, files.LeafKey(number))
		require.Equal(t, last.has[string(key)], string(value))
	}
	require.Len(t, last.has, int(files.Len()))
}

// check compares a tree with what it should have.
func (p past) check(t *rapid.T) {
	require.Equal(t, p.hash, p.tree.RootHash())
	keys := slices.Sorted(maps.Keys(p.has))
	probe := key(t)
	value, has := p.has[string(probe)]
	got := p.tree.Get(probe)
	require.Equal(t, has, got != nil)
	require.Equal(t, value, string(got))
	proof := p.tree.Prove(probe)
	switch {
	case has:
		require.True(t, ics23.VerifyMembership(ics23.IavlSpec, p.hash, proof, probe, got) || len(got) == 0) // ics23 takes no empty value
		require.Equal(t, probe, proof.GetExist().Key)
	case len(keys) > 0:
		require.True(t, ics23.VerifyNonMembership(ics23.IavlSpec, p.hash, proof, probe) || proofOfEmpty(proof))
	}
	var start, end []byte
	if rapid.Bool().Draw(t, "from") {
		start = key(t)
	}
	if rapid.Bool().Draw(t, "to") {
		end = key(t)
	}
	var want, visited []string
	for _, key := range keys {
		if (start == nil || key >= string(start)) && (end == nil || key < string(end)) {
			want = append(want, key+"="+p.has[key])
		}
	}
	ascending := rapid.Bool().Draw(t, "ascending")
	if !ascending {
		slices.Reverse(want)
	}
	all := p.tree.Iterator(start, end, ascending)
	for ; all.Valid(); all.Next() {
		visited = append(visited, string(all.Key())+"="+string(all.Value()))
	}
	require.Equal(t, want, visited)
	from, to := all.Domain()
	require.Equal(t, [][]byte{start, end}, [][]byte{from, to})
	require.NoError(t, all.Error())
	require.NoError(t, all.Close())
}

// proofOfEmpty says whether a neighbour in a proof has an empty value, which ics23 takes for none.
func proofOfEmpty(proof *ics23.CommitmentProof) bool {
	absence := proof.GetNonexist()
	return absence.Left != nil && len(absence.Left.Value) == 0 || absence.Right != nil && len(absence.Right.Value) == 0
}

// Random histories have the hashes, the nodes and the files of memiavl, also behind snapshots, and every copy stays as it was.
func TestAgreesWithMemiavl(t *testing.T) {
	dir := t.TempDir()
	runs := 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		b := &both{dir: filepath.Join(dir, fmt.Sprint(runs)), ours: New(), theirs: memiavl.New(0), now: map[string]string{}}
		for range rapid.IntRange(1, 12).Draw(t, "versions") {
			b.write(t)
			b.commit(t)
			if rapid.IntRange(0, 2).Draw(t, "snapshot") == 0 {
				b.reopen(t)
			}
		}
		for _, one := range b.past {
			one.check(t)
		}
		var want, got []memiavl.ExportNode
		b.theirs.ScanPostOrder(func(node memiavl.Node) bool {
			want = append(want, memiavl.ExportNode{Key: node.Key(), Value: node.Value(), Version: int64(node.Version()), Height: int8(node.Height())})
			return true
		})
		require.NoError(t, b.ours.Walk(func(node *memiavl.ExportNode) error {
			got = append(got, *node)
			return nil
		}))
		require.Len(t, got, len(want))
		for i := range want {
			if len(want[i].Value) == 0 && want[i].Height == 0 {
				want[i].Value = []byte{}
			}
			require.Equal(t, want[i], got[i])
		}
	})
}

func TestSet(t *testing.T) {
	write := func(s *Set, name, value string) {
		t.Helper()
		s.Tree(name).Apply([]*memiavl.KVPair{{Key: []byte("key"), Value: []byte(value)}}, nil)
	}
	s := NewSet()
	require.NoError(t, s.SetInitialVersion(7))
	require.NoError(t, s.Upgrade([]*memiavl.TreeNameUpgrade{{Name: "b"}, {Name: "a"}}))
	write(s, "b", "first")
	require.Error(t, s.SetInitialVersion(8), "it has keys")
	require.NoError(t, s.SaveVersion())
	require.Error(t, s.SetInitialVersion(8), "it has a version")
	require.EqualValues(t, 7, s.Tree("a").Version())
	before := s.Copy()
	require.NoError(t, s.Upgrade([]*memiavl.TreeNameUpgrade{{Name: "c", RenameFrom: "b"}, {Name: "a", Delete: true}, {Name: "b"}}))
	write(s, "c", "second")
	require.NoError(t, s.SaveVersion())
	var names []string
	for _, tree := range s.Trees() {
		names = append(names, tree.Name)
		require.EqualValues(t, 8, tree.Version())
	}
	require.Equal(t, []string{"b", "c"}, names)
	require.Nil(t, s.Tree("a"))
	require.True(t, s.Tree("b").IsEmpty())
	require.Equal(t, "second", string(s.Tree("c").Get([]byte("key"))))
	require.Equal(t, "first", string(before.Tree("b").Get([]byte("key"))))

	for _, one := range []*memiavl.TreeNameUpgrade{{Name: "b"}, {Name: "a", Delete: true}, {Name: "d", RenameFrom: "a"}, {Name: "c", RenameFrom: "b"}} {
		require.Error(t, s.Copy().Upgrade([]*memiavl.TreeNameUpgrade{one}))
	}

	dir := t.TempDir()
	s.Tree("c").RootHash()
	require.NoError(t, s.WriteSnapshot(t.Context(), dir))
	again, err := OpenSet(dir, 8)
	require.NoError(t, err)
	require.Equal(t, s.Tree("c").RootHash(), again.Tree("c").RootHash())
	require.EqualValues(t, 1, again.Tree("c").Snapshot().Len())
	require.NoError(t, again.SaveVersion())
	require.EqualValues(t, 9, again.Tree("c").Version())
	require.NoError(t, again.Close())
	_, err = OpenSet(dir, 9)
	require.ErrorIs(t, err, ErrFormat)
	require.NoError(t, os.Truncate(filepath.Join(dir, "c", memiavl.FileNameLeaves), 5))
	_, err = OpenSet(dir, 8)
	require.ErrorIs(t, err, ErrFormat)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.WriteSnapshot(ended, t.TempDir()), context.Canceled)
}
