package avl

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"

	"github.com/crypto-org-chain/cronos/memiavl"
)

const (
	writeBuffer = 1 << 20
	// cancelEvery is after how many leaves a snapshot that is being written may end.
	cancelEvery = 1_000
)

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
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var files []*output
	defer func() {
		for _, one := range files {
			err = errors.Join(err, one.file.Close())
		}
	}()
	for _, name := range []string{memiavl.FileNameNodes, memiavl.FileNameLeaves, memiavl.FileNameKVs} {
		made, err := create(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		files = append(files, made)
	}
	w := &writer{tree: t, hasher: hasher{snapshot: t.snapshot}, nodes: files[0], leaves: files[1], kvs: files[2]}
	if !t.IsEmpty() {
		if err := w.write(ctx, t.root); err != nil {
			return err
		}
	}
	for _, one := range files {
		if err := errors.Join(one.Flush(), one.file.Sync()); err != nil {
			return err
		}
	}
	metadata := binary.LittleEndian.AppendUint32(nil, memiavl.SnapshotFileMagic)
	metadata = binary.LittleEndian.AppendUint32(metadata, memiavl.SnapshotFormat)
	metadata = binary.LittleEndian.AppendUint32(metadata, t.version)
	return memiavl.WriteFileSync(filepath.Join(dir, memiavl.FileNameMetadata), metadata)
}

// output is a file that is written from its start. Its first error is kept, and told by Flush.
type output struct {
	*bufio.Writer

	file *os.File
}

func create(path string) (*output, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- a file of the state
	if err != nil {
		return nil, err
	}
	return &output{Writer: bufio.NewWriterSize(file, writeBuffer), file: file}, nil
}

// writer writes a tree's nodes in the order of Walk; memiavl.PersistedNode describes the files.
type writer struct {
	tree                 *Tree
	hasher               hasher
	nodes, leaves, kvs   *output
	nodeCount, leafCount uint32
	offset               uint64
	entry                []byte
}

func (w *writer) write(ctx context.Context, r ref) error {
	if r.isLeaf() {
		return w.writeLeaf(ctx, r)
	}
	s := w.tree.snapshot
	left, right := s.children(r)
	before := uint8(w.leafCount - w.nodeCount) // #nosec G115 -- trees that wait for their parents, not more than there are levels
	if err := w.write(ctx, left); err != nil {
		return err
	}
	middle := w.leafCount
	if err := w.write(ctx, right); err != nil {
		return err
	}
	w.entry = append(w.entry[:0], s.height(r), before, 0, 0)
	w.entry = binary.LittleEndian.AppendUint32(w.entry, s.version(r))
	w.entry = binary.LittleEndian.AppendUint32(w.entry, s.size(r))
	w.entry = binary.LittleEndian.AppendUint32(w.entry, middle)
	w.nodeCount++
	_, err := w.nodes.Write(append(w.entry, w.hasher.hash(r)...))
	return err
}

func (w *writer) writeLeaf(ctx context.Context, r ref) error {
	if w.leafCount%cancelEvery == 0 && ctx.Err() != nil {
		return ctx.Err()
	}
	s := w.tree.snapshot
	key, value := s.key(r), s.value(r)
	w.entry = binary.LittleEndian.AppendUint32(w.entry[:0], s.version(r))
	w.entry = binary.LittleEndian.AppendUint32(w.entry, uint32(len(key))) // #nosec G115 -- the SDK bounds keys and values
	w.entry = binary.LittleEndian.AppendUint64(w.entry, w.offset)
	if _, err := w.leaves.Write(append(w.entry, w.hasher.hash(r)...)); err != nil {
		return err
	}
	for _, field := range [][]byte{key, value} {
		w.entry = binary.LittleEndian.AppendUint32(w.entry[:0], uint32(len(field))) // #nosec G115 -- the SDK bounds keys and values
		if _, err := w.kvs.Write(append(w.entry, field...)); err != nil {
			return err
		}
		w.offset += uint64(len(w.entry) + len(field)) // #nosec G115 -- lengths
	}
	w.leafCount++
	return nil
}
