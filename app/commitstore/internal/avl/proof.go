package avl

import (
	"bytes"
	"slices"

	ics23 "github.com/cosmos/ics23/go"
)

// Prove returns the proof of a key's value, or of there being none, against the tree's hash (ics23.IavlSpec). It may point into the
// mapped files. All hashes must be known. As with IAVL, that of an empty tree proves nothing.
func (t *Tree) Prove(key []byte) *ics23.CommitmentProof {
	if t.find(key).kind != nothing {
		return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Exist{Exist: t.existence(key)}}
	}
	absence := &ics23.NonExistenceProof{Key: key}
	if before := t.Iterator(nil, key, false); before.Valid() {
		absence.Left = t.existence(before.Key())
	}
	if behind := t.Iterator(key, nil, true); behind.Valid() {
		absence.Right = t.existence(behind.Key())
	}
	return &ics23.CommitmentProof{Proof: &ics23.CommitmentProof_Nonexist{Nonexist: absence}}
}

// existence proves a key that the tree has.
func (t *Tree) existence(key []byte) *ics23.ExistenceProof {
	h := hasher{snapshot: t.snapshot}
	var path []*ics23.InnerOp
	at := t.root
	for !at.isLeaf() {
		op := &ics23.InnerOp{
			Hash:   ics23.HashOp_SHA256,
			Prefix: appendHead(nil, t.snapshot.height(at), t.snapshot.size(at), t.snapshot.version(at)),
		}
		left, right := t.snapshot.children(at)
		if bytes.Compare(key, t.snapshot.key(at)) < 0 {
			op.Prefix = append(op.Prefix, hashBytes)
			op.Suffix = append([]byte{hashBytes}, h.hash(right)...)
			at = left
		} else {
			op.Prefix = append(append(op.Prefix, hashBytes), h.hash(left)...)
			op.Prefix = append(op.Prefix, hashBytes)
			at = right
		}
		path = append(path, op)
	}
	slices.Reverse(path) // a proof goes up, from the leaf to the root
	return &ics23.ExistenceProof{
		Key: t.snapshot.key(at), Value: t.snapshot.value(at), Path: path,
		Leaf: &ics23.LeafOp{
			Hash: ics23.HashOp_SHA256, PrehashValue: ics23.HashOp_SHA256, Length: ics23.LengthOp_VAR_PROTO,
			Prefix: appendHead(nil, 0, 1, t.snapshot.version(at)),
		},
	}
}
