package avl

import (
	"context"
	"errors"

	"github.com/crypto-org-chain/cronos/memiavl"
)

// cancelEvery is after how many leaves a snapshot that is being written may end.
const cancelEvery = 1_000

// Walk visits all nodes, each behind all that is below it, as snapshots for state sync list them. What it hands over may be in the
// mapped files. It ends with the first error of visit, and returns it.
func (t *Tree) Walk(visit func(*memiavl.ExportNode) error) error {
	if t.IsEmpty() {
		return nil
	}
	return t.walk(t.root, func(r ref) error {
		one := &memiavl.ExportNode{
			Key: t.snapshot.key(r), Version: int64(t.snapshot.version(r)), Height: int8(t.snapshot.height(r)), // #nosec G115 -- below 64 in any tree that fits
		}
		if r.isLeaf() {
			one.Value = t.snapshot.value(r)
		}
		return visit(one)
	})
}

func (t *Tree) walk(r ref, visit func(ref) error) error {
	if !r.isLeaf() {
		left, right := t.snapshot.children(r)
		if err := t.walk(left, visit); err != nil {
			return err
		}
		if err := t.walk(right, visit); err != nil {
			return err
		}
	}
	return visit(r)
}

// WriteSnapshot writes the tree's files into a folder, and returns when they are on the disk. All hashes must be known.
func (t *Tree) WriteSnapshot(ctx context.Context, dir string) (err error) {
	files, err := createFiles(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, files.close()) }()
	w := &writer{files: files, tree: t, hasher: hasher{snapshot: t.snapshot}}
	if !t.IsEmpty() {
		if err := w.write(ctx, t.root); err != nil {
			return err
		}
	}
	return files.finish(t.version)
}

// writer writes a tree's nodes in the order of Walk.
type writer struct {
	files  *files
	tree   *Tree
	hasher hasher
}

func (w *writer) write(ctx context.Context, r ref) error {
	s, files := w.tree.snapshot, w.files
	if r.isLeaf() {
		if files.leafCount%cancelEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		return files.leaf(s.version(r), s.key(r), s.value(r), w.hasher.hash(r))
	}
	left, right := s.children(r)
	before := uint8(files.leafCount - files.nodeCount) // #nosec G115 -- trees that wait for their parents, not more than there are levels
	if err := w.write(ctx, left); err != nil {
		return err
	}
	middle := files.leafCount
	if err := w.write(ctx, right); err != nil {
		return err
	}
	return files.inner(s.height(r), before, s.version(r), s.size(r), middle, w.hasher.hash(r))
}
