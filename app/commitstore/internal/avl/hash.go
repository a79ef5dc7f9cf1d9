package avl

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

const hashBytes = sha256.Size

var emptyHash = sha256.Sum256(nil)

// hasher computes hashes of nodes as IAVL does: SHA-256 of a node's height, size and version, and behind them of an inner node its children's
// hashes, of a leaf its key and the hash of its value, each with its length.
type hasher struct {
	snapshot *Snapshot
	sum      hash.Hash
	text     []byte
}

// hash returns a node's hash, in the tree's own memory. One goroutine at a time may ask a tree that has not all of its hashes.
func (h *hasher) hash(r ref) []byte {
	switch r.kind {
	case inner:
		return h.snapshot.nodes.Node(r.number).Hash()
	case leaf:
		return h.snapshot.leaves.Leaf(r.number).Hash()
	case nothing, inMemory:
	}
	n := r.node
	if n.hashed {
		return n.hash[:]
	}
	if n.height == 0 {
		h.ofLeaf(&n.hash, n.version, n.pair.Key, n.pair.Value)
	} else {
		left, right := h.hash(n.leftRef()), h.hash(n.rightRef())
		h.ofInner(&n.hash, n.height, n.size, n.version, left, right)
	}
	n.hashed = true
	return n.hash[:]
}

func (h *hasher) ofLeaf(to *[hashBytes]byte, version uint32, key, value []byte) {
	h.text = append(h.text[:0], value...)
	h.finish(to[:0])
	h.text = appendHead(h.text[:0], 0, 1, version)
	h.append(key)
	h.append(to[:]) // still the value's
	h.finish(to[:0])
}

func (h *hasher) ofInner(to *[hashBytes]byte, height uint8, size, version uint32, left, right []byte) {
	h.text = appendHead(h.text[:0], height, size, version)
	h.append(left)
	h.append(right)
	h.finish(to[:0])
}

func (h *hasher) append(field []byte) {
	h.text = append(binary.AppendUvarint(h.text, uint64(len(field))), field...)
}

// finish appends the hash of the text.
func (h *hasher) finish(to []byte) {
	if h.sum == nil {
		h.sum = sha256.New()
	}
	h.sum.Reset()
	h.sum.Write(h.text)
	h.sum.Sum(to)
}

func appendHead(to []byte, height uint8, size, version uint32) []byte {
	to = binary.AppendVarint(to, int64(height))
	to = binary.AppendVarint(to, int64(size))
	return binary.AppendVarint(to, int64(version))
}

// RootHash returns the hash of the tree, that of nothing for an empty one, and computes what is not known of it.
func (t *Tree) RootHash() []byte {
	if t.root.kind == nothing {
		return bytes.Clone(emptyHash[:])
	}
	h := hasher{snapshot: t.snapshot}
	return bytes.Clone(h.hash(t.root))
}
