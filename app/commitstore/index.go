package commitstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math/bits"
	"sync/atomic"

	"github.com/crypto-org-chain/cronos/memiavl"
	"golang.org/x/sys/unix"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

const (
	// leavesMax bounds the leaves of a tree with an index: a slot has room for the number of a leaf and at least one bit of the hash.
	leavesMax = 1 << 30
	slotBytes = 4
	chunkLen  = 16
)

// index finds the value of a key without the way through the tree: from a snapshot's leaf, or from what was written to the leaf's key
// since. A way of twenty nodes through a tree of a million keys is some forty places in memory that no cache of the processor has; an index
// reads four. It knows only keys that the snapshot has; for others, and for versions before the last write of a key, the tree is asked.
// Any number of goroutines may read it while one writes. Hashes differ from process to process, and nothing that is read depends on them.
type index struct {
	leaves *avl.Snapshot
	seed   maphash.Seed
	// slots is a hash table with open addressing, outside of Go's heap, whose size would count several times in what the collector leaves
	// room for. A slot is free if 0, or else has a leaf's number plus one in the lower numberBits and bits of its key's hash above.
	slots      []byte
	count      uint64
	numberBits int
	// changes has the last write to each leaf's key since the snapshot, in chunks that are made at the first write.
	changes []atomic.Pointer[changeChunk]
	// stale says that the store has another tree than that of the snapshot.
	stale atomic.Bool
}

type changeChunk [chunkLen]atomic.Pointer[change]

// change is what a version wrote to a key.
type change struct {
	version int64
	// value is nil if the key was deleted.
	value []byte
}

// newIndex makes the index of one store of a snapshot, which must outlive it; nil if there is nothing to find, or too much.
func newIndex(leaves *avl.Snapshot) (*index, error) {
	number := leaves.Len()
	if number == 0 || number > leavesMax {
		return nil, nil //nolint:nilnil // a nil index knows nothing
	}
	x := &index{
		leaves: leaves, seed: maphash.MakeSeed(), numberBits: bits.Len32(number),
		count:   uint64(number) + uint64(number)/2 + 1, // a third stays free: two slots are read for a key
		changes: make([]atomic.Pointer[changeChunk], number/chunkLen+1),
	}
	size := int(x.count * slotBytes) // #nosec G115 -- at most 6 GiB
	var err error
	if x.slots, err = unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE); err != nil {
		return nil, fmt.Errorf("expected %d bytes of memory for the index: %w", size, err)
	}
	adviseTable(x.slots)
	for leaf := range number {
		x.add(leaf)
	}
	return x, nil
}

// close lets go of the memory.
func (x *index) close() error { return unix.Munmap(x.slots) }

func (x *index) slot(at uint64) uint32 { return binary.NativeEndian.Uint32(x.slots[at*slotBytes:]) }

// place returns where the search for a key begins, and the mark of its hash that its slot has.
func (x *index) place(key []byte) (at uint64, mark uint32) {
	hash := maphash.Bytes(x.seed, key)
	at, _ = bits.Mul64(hash, x.count)
	return at, uint32(hash) >> x.numberBits // #nosec G115 -- the lower half of the hash
}

func (x *index) next(at uint64) uint64 {
	if at++; at < x.count {
		return at
	}
	return 0
}

func (x *index) add(leaf uint32) {
	at, mark := x.place(x.leaves.LeafKey(leaf))
	for x.slot(at) != 0 {
		at = x.next(at)
	}
	binary.NativeEndian.PutUint32(x.slots[at*slotBytes:], mark<<x.numberBits|(leaf+1))
}

// find returns the number of a key's leaf.
func (x *index) find(key []byte) (leaf uint32, found bool) {
	at, mark := x.place(key)
	for {
		slot := x.slot(at)
		if slot == 0 {
			return 0, false
		}
		if slot>>x.numberBits == mark {
			leaf = slot&(1<<x.numberBits-1) - 1
			if bytes.Equal(x.leaves.LeafKey(leaf), key) {
				return leaf, true
			}
		}
		at = x.next(at)
	}
}

// get returns the value that a key has at a version, nil if it has none. It is not known for every key; see index.
func (x *index) get(key []byte, version int64) (value []byte, known bool) {
	if x == nil || x.stale.Load() {
		return nil, false
	}
	leaf, found := x.find(key)
	if !found {
		return nil, false
	}
	if chunk := x.changes[leaf/chunkLen].Load(); chunk != nil {
		if last := chunk[leaf%chunkLen].Load(); last != nil {
			return last.value, last.version <= version
		}
	}
	_, value = x.leaves.LeafKeyValue(leaf)
	return value, true
}

// note takes down what a version writes to the tree, and returns the numbers of the leaves that have the keys, as avl.Tree.Apply takes them.
// One goroutine at a time may do so, before readers get the version.
func (x *index) note(pairs []*memiavl.KVPair, version int64) (leaves []uint32) {
	if x == nil || x.stale.Load() {
		return nil
	}
	leaves = make([]uint32, len(pairs))
	for i, pair := range pairs {
		leaf, found := x.find(pair.Key)
		if !found {
			leaves[i] = avl.NoLeaf
			continue
		}
		leaves[i] = leaf
		last := &change{version: version, value: pair.Value}
		if pair.Delete {
			last.value = nil
		} else if last.value == nil {
			last.value = []byte{} // an empty value, read from a log
		}
		chunk := x.changes[leaf/chunkLen].Load()
		if chunk == nil {
			chunk = &changeChunk{}
			x.changes[leaf/chunkLen].Store(chunk)
		}
		chunk[leaf%chunkLen].Store(last)
	}
	return leaves
}
