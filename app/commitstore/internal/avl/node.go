package avl

import (
	"github.com/crypto-org-chain/cronos/memiavl"
)

// kind says what a ref refers to.
type kind uint8

const (
	nothing kind = iota
	inMemory
	inner // of the snapshot
	leaf  // of the snapshot
)

// ref refers to a node of a tree: to one in memory, or to one of the tree's snapshot by its number.
type ref struct {
	node   *node
	number uint32
	kind   kind
}

// node is a node in memory. One that an older version of the tree has is never changed. The order of its fields leaves no room between them.
type node struct {
	left, right *node // set if the kinds below are inMemory
	// pair is what a leaf has, and for an inner node that with the smallest key on its right; nil if that is a leaf of the snapshot, with the
	// number keyLeaf. Only its key counts: it may be older than the leaf.
	pair                             *memiavl.KVPair
	leftNumber, rightNumber, keyLeaf uint32
	size, version                    uint32
	height                           uint8
	leftKind, rightKind              kind
	hashed                           bool
	hash                             [hashBytes]byte
}

// keyRef refers to the key of an inner node.
type keyRef struct {
	pair *memiavl.KVPair
	leaf uint32
}

func refTo(n *node) ref { return ref{node: n, kind: inMemory} }

func (n *node) leftRef() ref  { return ref{node: n.left, number: n.leftNumber, kind: n.leftKind} }
func (n *node) rightRef() ref { return ref{node: n.right, number: n.rightNumber, kind: n.rightKind} }

func (n *node) setLeft(r ref)  { n.left, n.leftNumber, n.leftKind = r.node, r.number, r.kind }
func (n *node) setRight(r ref) { n.right, n.rightNumber, n.rightKind = r.node, r.number, r.kind }

func (n *node) key() keyRef      { return keyRef{n.pair, n.keyLeaf} }
func (n *node) setKey(to keyRef) { n.pair, n.keyLeaf = to.pair, to.leaf }

// isLeaf says whether a node is a leaf.
func (r ref) isLeaf() bool {
	return r.kind == leaf || r.kind == inMemory && r.node.height == 0
}

func (s *Snapshot) height(r ref) uint8 {
	switch r.kind {
	case inMemory:
		return r.node.height
	case inner:
		return s.nodes.Node(r.number).Height()
	case nothing, leaf:
	}
	return 0
}

// size is how many leaves a node has below it, itself for a leaf.
func (s *Snapshot) size(r ref) uint32 {
	switch r.kind {
	case inMemory:
		return r.node.size
	case inner:
		return s.nodes.Node(r.number).Size()
	case leaf:
		return 1
	case nothing:
	}
	return 0
}

func (s *Snapshot) version(r ref) uint32 {
	switch r.kind {
	case inMemory:
		return r.node.version
	case inner:
		return s.nodes.Node(r.number).Version()
	case nothing, leaf:
	}
	return s.leaves.Leaf(r.number).Version()
}

// keyOf refers to a node's key.
func (s *Snapshot) keyOf(r ref) keyRef {
	switch r.kind {
	case inMemory:
		return r.node.key()
	case inner:
		return keyRef{leaf: s.nodes.Node(r.number).KeyLeaf()}
	case nothing, leaf:
	}
	return keyRef{leaf: r.number}
}

// key returns a node's key: a leaf's own, or the smallest on the right of an inner node.
func (s *Snapshot) key(r ref) []byte { return s.keyBytes(s.keyOf(r)) }

func (s *Snapshot) keyBytes(of keyRef) []byte {
	if of.pair != nil {
		return of.pair.Key
	}
	return s.LeafKey(of.leaf)
}

// value returns a leaf's value, never nil.
func (s *Snapshot) value(r ref) []byte {
	if r.kind == leaf {
		_, value := s.LeafKeyValue(r.number)
		return value
	}
	if value := r.node.pair.Value; value != nil {
		return value
	}
	return []byte{} // an empty value, read from a log
}

// children returns what is below an inner node. Numbers follow from the order of a snapshot's files, which is that of a walk that comes to
// an inner node behind all that is below it.
func (s *Snapshot) children(r ref) (left, right ref) {
	if r.kind == inMemory {
		return r.node.leftRef(), r.node.rightRef()
	}
	at := s.nodes.Node(r.number)
	before, middle := uint32(at.PreTrees()), at.KeyLeaf()
	first, last := s.leavesBelow(r)
	left, right = ref{number: middle - before - 2, kind: inner}, ref{number: r.number - 1, kind: inner}
	if first+1 == middle {
		left = ref{number: first, kind: leaf}
	}
	if last == middle {
		right = ref{number: last, kind: leaf}
	}
	return left, right
}

// leavesBelow returns the numbers of the first and the last leaf below a node of the snapshot.
func (s *Snapshot) leavesBelow(r ref) (first, last uint32) {
	if r.kind == leaf {
		return r.number, r.number
	}
	at := s.nodes.Node(r.number)
	last = r.number + 1 + uint32(at.PreTrees())
	return last + 1 - at.Size(), last
}
