package commitstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"unsafe"

	"github.com/crypto-org-chain/cronos/memiavl"
)

// mapSnapshot maps the files of a snapshot's trees into memory, and makes the stores' indexes over the same mapping.
func mapSnapshot(snapshot string) (*memiavl.MultiTree, map[string]*index, error) {
	files, err := memiavl.LoadMultiTree(snapshot, true, 0)
	if err != nil {
		return nil, nil, damaged("%w", err)
	}
	indexes := map[string]*index{}
	for _, tree := range files.Trees() {
		made, err := mapTree(filepath.Join(snapshot, tree.Name), tree.Tree)
		if err != nil {
			err = fmt.Errorf("store %s: %w", tree.Name, err)
			for _, one := range indexes {
				err = errors.Join(err, one.close())
			}
			return nil, nil, errors.Join(err, files.Close())
		}
		if made != nil {
			indexes[tree.Name] = made
		}
	}
	return files, indexes, nil
}

// mapTree gives a tree another mapping of its files: one that is known here, too. The tree closes it.
func mapTree(dir string, tree *memiavl.Tree) (*index, error) {
	if err := tree.Close(); err != nil {
		return nil, err
	}
	mapped, err := memiavl.OpenSnapshot(dir)
	if err != nil {
		return nil, damaged("%w", err)
	}
	*tree = *memiavl.NewFromSnapshot(mapped, true, 0)
	for _, region := range regionsOf(mapped) {
		if err := adviseFiles(region); err != nil {
			return nil, err
		}
	}
	return newIndex(mapped)
}

// regionsOf returns what a snapshot has mapped of its files: leaves, keys with values, nodes. memiavl tells none of it, but each file begins
// with what its first entry has, within a page, and ends with what its last one has.
func regionsOf(mapped *memiavl.Snapshot) [][]byte {
	if mapped.IsEmpty() {
		return nil
	}
	last := uint32(mapped.RootNode().Size() - 1) // #nosec G115 -- memiavl counts leaves in 32 bits
	key, value := mapped.LeafKeyValue(last)
	const lengthBytes = 4 // before the value, which may be empty: a slice of nothing is nowhere
	regions := [][]byte{
		region(mapped.Leaf(0).Hash(), mapped.Leaf(last).Hash(), 0),
		region(mapped.LeafKey(0), key, lengthBytes+len(value)),
	}
	if last > 0 {
		regions = append(regions, region(mapped.Node(0).Hash(), mapped.Node(last-1).Hash(), 0))
	}
	return regions
}

// region returns the memory from the page that first is in to so many bytes behind the end of last.
func region(first, last []byte, behind int) []byte {
	begin, end := unsafe.Pointer(unsafe.SliceData(first)), uintptr(unsafe.Pointer(unsafe.SliceData(last)))+uintptr(len(last)+behind) // #nosec G103,G115 -- both are of one mapping
	within := uintptr(begin) % uintptr(os.Getpagesize())
	return unsafe.Slice((*byte)(unsafe.Add(begin, -int(within))), end-uintptr(begin)+within) // #nosec G103,G115 -- less than a page before it, where the mapping begins
}
