package avl

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"sort"

	"github.com/crypto-org-chain/cronos/memiavl"
)

// NoLeaf is the number of a leaf that a snapshot does not have.
const NoLeaf = math.MaxUint32

// Tree is a tree at its newest version, and what was written since. One goroutine at a time may write it or ask for its hash; a copy may be
// read by any number of goroutines meanwhile.
type Tree struct {
	version uint32
	// shared is the last version whose nodes a copy may have: they are not changed any more.
	shared   uint32
	root     ref
	snapshot *Snapshot
}

// New returns an empty tree before its first version.
func New() *Tree { return &Tree{snapshot: &Snapshot{}} }

// FromSnapshot returns the tree of a snapshot, which must stay open as long as the tree is used.
func FromSnapshot(s *Snapshot) *Tree { return &Tree{version: s.at, root: s.root(), snapshot: s} }

// Copy returns the tree as it is. It does not change when the tree does, if nothing was written since SaveVersion; otherwise nobody may write
// the tree any more.
func (t *Tree) Copy() *Tree {
	t.shared = t.version
	clone := *t
	return &clone
}

// Version is the last version.
func (t *Tree) Version() int64 { return int64(t.version) }

// IsEmpty says whether the tree has no keys.
func (t *Tree) IsEmpty() bool { return t.root.kind == nothing }

// Apply writes to the next version, in order. The tree keeps the pairs, which must not change any more. For each pair, leaves has the number
// of the snapshot's leaf with its key, or NoLeaf, as for pairs behind the end of leaves: with it, a way through the tree compares numbers
// that the nodes have, instead of keys that are elsewhere.
func (t *Tree) Apply(pairs []*memiavl.KVPair, leaves []uint32) {
	for i, pair := range pairs {
		to := target{pair, NoLeaf}
		if i < len(leaves) {
			to.leaf = leaves[i]
		}
		if pair.Delete {
			t.root, _, _ = t.remove(t.root, to)
		} else {
			n, _ := t.set(t.root, to)
			t.root = refTo(n)
		}
	}
}

// target is a pair to be written, and the number of the snapshot's leaf with its key.
type target struct {
	pair *memiavl.KVPair
	leaf uint32
}

// compare says whether the target's key is below, at, or above another. The snapshot's leaves are in order of their keys.
func (t *Tree) compare(to target, with keyRef) int {
	if with.pair == nil && to.leaf != NoLeaf {
		return cmp.Compare(to.leaf, with.leaf)
	}
	return bytes.Compare(to.pair.Key, t.snapshot.keyBytes(with))
}

// SaveVersion makes what was written the next version. There are less than 2^32 of them.
func (t *Tree) SaveVersion() error {
	if t.version == math.MaxUint32 {
		return fmt.Errorf("expected a version below %d", t.version)
	}
	t.version++
	return nil
}

// Get returns a key's value, nil if it has none. It may be in the mapped files.
func (t *Tree) Get(key []byte) []byte {
	if found := t.find(key); found.kind != nothing {
		return t.snapshot.value(found)
	}
	return nil
}

// find returns a key's leaf.
func (t *Tree) find(key []byte) ref {
	at := t.root
	for at.kind == inMemory && at.node.height > 0 {
		if bytes.Compare(key, t.snapshot.key(at)) < 0 {
			at = at.node.leftRef()
		} else {
			at = at.node.rightRef()
		}
	}
	if at.kind == inner {
		// The leaves below lie in their order.
		first, last := t.snapshot.leavesBelow(at)
		number := sort.Search(int(last-first), func(i int) bool {
			return bytes.Compare(t.snapshot.LeafKey(first+uint32(i)), key) >= 0 // #nosec G115 -- at most the last
		})
		at = ref{number: first + uint32(number), kind: leaf} // #nosec G115 -- at most the last
	}
	if at.kind == nothing || !bytes.Equal(t.snapshot.key(at), key) {
		return ref{}
	}
	return at
}

// mutable returns a node that the next version may change: the node itself if it is of that version alone, or a copy of an inner node.
func (t *Tree) mutable(r ref) *node {
	n := r.node
	if r.kind == inMemory {
		if n.version <= t.shared {
			clone := *n
			n = &clone
		}
	} else {
		at := t.snapshot.nodes.Node(r.number)
		n = &node{keyLeaf: at.KeyLeaf(), size: at.Size(), height: at.Height()}
		left, right := t.snapshot.children(r)
		n.setLeft(left)
		n.setRight(right)
	}
	n.version, n.hashed = t.version+1, false
	return n
}

func (t *Tree) newLeaf(pair *memiavl.KVPair) *node {
	return &node{pair: pair, size: 1, version: t.version + 1}
}

// set writes a pair below a node. It says whether the key was there: then no node changed its place.
func (t *Tree) set(r ref, to target) (written *node, updated bool) {
	if r.kind == nothing {
		return t.newLeaf(to.pair), true
	}
	order := t.compare(to, t.snapshot.keyOf(r))
	if r.isLeaf() {
		return t.setLeaf(r, to.pair, order)
	}
	// The node is copied behind what is below it: a copy is not read before.
	left, right := t.snapshot.children(r)
	if order < 0 {
		child, updated := t.set(left, to)
		n := t.mutable(r)
		n.setLeft(refTo(child))
		return t.afterSet(n, updated)
	}
	child, updated := t.set(right, to)
	n := t.mutable(r)
	n.setRight(refTo(child))
	return t.afterSet(n, updated)
}

func (t *Tree) afterSet(n *node, updated bool) (*node, bool) {
	if updated {
		return n, true
	}
	t.measure(n)
	return t.balance(n), false
}

func (t *Tree) setLeaf(r ref, pair *memiavl.KVPair, order int) (written *node, updated bool) {
	if order == 0 {
		if r.kind == inMemory && r.node.version > t.shared {
			r.node.pair, r.node.version, r.node.hashed = pair, t.version+1, false
			return r.node, true
		}
		return t.newLeaf(pair), true
	}
	n := &node{size: 2, height: 1, version: t.version + 1}
	if order < 0 {
		n.setLeft(refTo(t.newLeaf(pair)))
		n.setRight(r)
		n.setKey(t.snapshot.keyOf(r))
	} else {
		n.setLeft(r)
		n.setRight(refTo(t.newLeaf(pair)))
		n.pair = pair
	}
	return n, false
}

// remove deletes a key below a node, and returns what is there then. If the smallest key below the node is another one now, it is smallest.
func (t *Tree) remove(r ref, to target) (left ref, smallest *keyRef, removed bool) {
	if r.kind == nothing {
		return r, nil, false
	}
	order := t.compare(to, t.snapshot.keyOf(r))
	if r.isLeaf() {
		if order == 0 {
			return ref{}, nil, true
		}
		return r, nil, false
	}
	onLeft, onRight := t.snapshot.children(r)
	if order < 0 {
		child, smallest, removed := t.remove(onLeft, to)
		switch {
		case !removed:
			return r, nil, false
		case child.kind == nothing:
			now := t.snapshot.keyOf(r)
			return onRight, &now, true
		}
		n := t.mutable(r)
		n.setLeft(child)
		t.measure(n)
		return refTo(t.balance(n)), smallest, true
	}
	child, smallest, removed := t.remove(onRight, to)
	switch {
	case !removed:
		return r, nil, false
	case child.kind == nothing:
		return onLeft, nil, true
	}
	n := t.mutable(r)
	n.setRight(child)
	if smallest != nil {
		n.setKey(*smallest)
	}
	t.measure(n)
	return refTo(t.balance(n)), nil, true
}

// measure computes a node's height and size from what is below it.
func (t *Tree) measure(n *node) {
	left, right := n.leftRef(), n.rightRef()
	n.height = max(t.snapshot.height(left), t.snapshot.height(right)) + 1
	n.size = t.snapshot.size(left) + t.snapshot.size(right)
}

// leaning is by how much the left side of an inner node is higher than its right side.
func (t *Tree) leaning(r ref) int {
	left, right := t.snapshot.children(r)
	return int(t.snapshot.height(left)) - int(t.snapshot.height(right))
}

// balance turns a node of the next version if one of its sides is higher by two.
func (t *Tree) balance(n *node) *node {
	switch leaning := t.leaning(refTo(n)); {
	case leaning > 1:
		if left := n.leftRef(); t.leaning(left) < 0 {
			n.setLeft(refTo(t.turnLeft(t.mutable(left))))
		}
		return t.turnRight(n)
	case leaning < -1:
		if right := n.rightRef(); t.leaning(right) > 0 {
			n.setRight(refTo(t.turnRight(t.mutable(right))))
		}
		return t.turnLeft(n)
	default:
		return n
	}
}

// turnRight puts the left child of a node of the next version in its place, and the node on its right.
func (t *Tree) turnRight(n *node) *node {
	top := t.mutable(n.leftRef())
	n.setLeft(top.rightRef())
	t.measure(n)
	top.setRight(refTo(n))
	t.measure(top)
	return top
}

// turnLeft is turnRight to the other side.
func (t *Tree) turnLeft(n *node) *node {
	top := t.mutable(n.rightRef())
	n.setRight(top.leftRef())
	t.measure(n)
	top.setLeft(refTo(n))
	t.measure(top)
	return top
}
