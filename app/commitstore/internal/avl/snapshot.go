package avl

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/crypto-org-chain/cronos/memiavl"
	"golang.org/x/sys/unix"
)

// ErrFormat is returned for files that are not those of a tree's snapshot.
var ErrFormat = errors.New("not a snapshot of a tree")

// lengthBytes is what the length of a key or a value takes in a snapshot's file.
const lengthBytes = 4

// Snapshot is one version of a tree as it is in files, mapped into memory. Any number of trees and goroutines may read it until it is closed.
// Leaves are numbered in order of their keys.
type Snapshot struct {
	at     uint32
	count  uint32
	nodes  memiavl.Nodes
	leaves memiavl.Leaves
	kvs    []byte
	files  [][]byte
}

// OpenSnapshot maps a tree's files in a folder, all of them at once. It returns ErrFormat if they do not fit together; that their content
// is as it was written is the caller's to check.
func OpenSnapshot(dir string) (*Snapshot, error) {
	metadata, err := os.ReadFile(filepath.Join(dir, memiavl.FileNameMetadata)) // #nosec G304 -- a file of the state
	if err != nil {
		return nil, err
	}
	if len(metadata) != memiavl.SizeMetadata || binary.LittleEndian.Uint32(metadata) != memiavl.SnapshotFileMagic ||
		binary.LittleEndian.Uint32(metadata[4:]) != memiavl.SnapshotFormat {
		return nil, fmt.Errorf("%w: expected %s of format %d, got %X", ErrFormat, memiavl.FileNameMetadata, memiavl.SnapshotFormat, metadata)
	}
	s := &Snapshot{at: binary.LittleEndian.Uint32(metadata[8:])}
	if err := s.open(dir); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Snapshot) open(dir string) error {
	var sections [3][]byte
	for i, name := range []string{memiavl.FileNameNodes, memiavl.FileNameLeaves, memiavl.FileNameKVs} {
		section, err := mapFile(filepath.Join(dir, name))
		if section != nil {
			s.files = append(s.files, section)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		sections[i] = section
	}
	nodes, leaves := len(sections[0])/memiavl.SizeNode, len(sections[1])/memiavl.SizeLeaf
	if len(sections[0])%memiavl.SizeNode != 0 || len(sections[1])%memiavl.SizeLeaf != 0 || nodes != max(leaves-1, 0) || uint64(leaves) > 1<<32-1 {
		return fmt.Errorf("%w: expected one inner node less than leaves, got %d and %d bytes of them", ErrFormat, len(sections[0]), len(sections[1]))
	}
	var err error
	if s.nodes, err = memiavl.NewNodes(sections[0]); err != nil {
		return err
	}
	s.leaves, err = memiavl.NewLeaves(sections[1])
	s.kvs, s.count = sections[2], uint32(leaves) // #nosec G115 -- compared above
	return err
}

// mapFile maps a file, and has all of it in memory; nil for an empty one. If only the latter fails there are a mapping and an error.
func mapFile(path string) (mapped []byte, err error) {
	file, err := os.Open(path) // #nosec G304 -- a file of the state
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return nil, err
	}
	mapped, err = unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED) // #nosec G115 -- a descriptor
	if err != nil {
		return nil, fmt.Errorf("map %d bytes: %w", info.Size(), err)
	}
	return mapped, populate(mapped)
}

// Close unmaps the files. Nothing may read the snapshot, or what was read from it without a copy, any more.
func (s *Snapshot) Close() error {
	var failed error
	for _, one := range s.files {
		failed = errors.Join(failed, unix.Munmap(one))
	}
	*s = Snapshot{at: s.at}
	return failed
}

// Len is the number of leaves.
func (s *Snapshot) Len() uint32 { return s.count }

// Version is that of the tree.
func (s *Snapshot) Version() int64 { return int64(s.at) }

// LeafKey returns a leaf's key, in the mapped files.
func (s *Snapshot) LeafKey(number uint32) []byte {
	at := s.leaves.Leaf(number)
	begin := at.KeyOffset() + lengthBytes
	return s.kvs[begin : begin+uint64(at.KeyLength())]
}

// LeafKeyValue returns a leaf's key and value, in the mapped files.
func (s *Snapshot) LeafKeyValue(number uint32) (key, value []byte) {
	at := s.leaves.Leaf(number)
	begin := at.KeyOffset() + lengthBytes
	end := begin + uint64(at.KeyLength())
	length := uint64(binary.LittleEndian.Uint32(s.kvs[end:]))
	return s.kvs[begin:end], s.kvs[end+lengthBytes : end+lengthBytes+length]
}

// root refers to the snapshot's root.
func (s *Snapshot) root() ref {
	switch s.count {
	case 0:
		return ref{}
	case 1:
		return ref{kind: leaf}
	default:
		return ref{number: s.count - 2, kind: inner}
	}
}
