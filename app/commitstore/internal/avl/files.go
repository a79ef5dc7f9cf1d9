package avl

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/crypto-org-chain/cronos/memiavl"
)

const writeBuffer = 1 << 20

// files are those of a tree that is being written, node by node, each behind all that is below it; memiavl.PersistedNode describes them.
type files struct {
	dir                  string
	nodes, leaves, kvs   *output
	nodeCount, leafCount uint32
	offset               uint64
	entry                []byte
}

// output is a file that is written from its start. Its first error is kept, and told by Flush.
type output struct {
	*bufio.Writer

	file *os.File
}

func createFiles(dir string) (*files, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f := &files{dir: dir}
	for _, one := range []struct {
		name string
		to   **output
	}{{memiavl.FileNameNodes, &f.nodes}, {memiavl.FileNameLeaves, &f.leaves}, {memiavl.FileNameKVs, &f.kvs}} {
		path := filepath.Join(dir, one.name)
		file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- a file of the state
		if err != nil {
			return nil, errors.Join(err, f.close())
		}
		*one.to = &output{Writer: bufio.NewWriterSize(file, writeBuffer), file: file}
	}
	return f, nil
}

func (f *files) leaf(version uint32, key, value, hash []byte) error {
	if f.leafCount == math.MaxUint32-1 {
		return fmt.Errorf("expected fewer than %d keys in a tree", f.leafCount+1)
	}
	f.entry = binary.LittleEndian.AppendUint32(f.entry[:0], version)
	f.entry = binary.LittleEndian.AppendUint32(f.entry, uint32(len(key))) // #nosec G115 -- the SDK bounds keys and values
	f.entry = binary.LittleEndian.AppendUint64(f.entry, f.offset)
	if _, err := f.leaves.Write(append(f.entry, hash...)); err != nil {
		return err
	}
	for _, field := range [][]byte{key, value} {
		f.entry = binary.LittleEndian.AppendUint32(f.entry[:0], uint32(len(field))) // #nosec G115 -- the SDK bounds keys and values
		if _, err := f.kvs.Write(append(f.entry, field...)); err != nil {
			return err
		}
		f.offset += uint64(len(f.entry) + len(field)) // #nosec G115 -- lengths
	}
	f.leafCount++
	return nil
}

// inner writes an inner node: before is how many subtrees wait for their parents before its own, middle the first leaf of its right side.
func (f *files) inner(height, before uint8, version, size, middle uint32, hash []byte) error {
	f.entry = append(f.entry[:0], height, before, 0, 0)
	f.entry = binary.LittleEndian.AppendUint32(f.entry, version)
	f.entry = binary.LittleEndian.AppendUint32(f.entry, size)
	f.entry = binary.LittleEndian.AppendUint32(f.entry, middle)
	f.nodeCount++
	_, err := f.nodes.Write(append(f.entry, hash...))
	return err
}

// finish returns when the files of a version are on the disk.
func (f *files) finish(version uint32) error {
	for _, one := range []*output{f.nodes, f.leaves, f.kvs} {
		if err := errors.Join(one.Flush(), one.file.Sync()); err != nil {
			return err
		}
	}
	metadata := binary.LittleEndian.AppendUint32(nil, memiavl.SnapshotFileMagic)
	metadata = binary.LittleEndian.AppendUint32(metadata, memiavl.SnapshotFormat)
	metadata = binary.LittleEndian.AppendUint32(metadata, version)
	return memiavl.WriteFileSync(filepath.Join(f.dir, memiavl.FileNameMetadata), metadata)
}

func (f *files) close() error {
	var failed error
	for _, one := range []*output{f.nodes, f.leaves, f.kvs} {
		if one != nil {
			failed = errors.Join(failed, one.file.Close())
		}
	}
	return failed
}
