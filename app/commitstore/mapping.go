package commitstore

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

// mapSnapshot maps the files of a snapshot's trees into memory, and makes the stores' indexes over the same mapping.
func mapSnapshot(snapshot string, version int64) (*avl.Set, map[string]*index, error) {
	files, err := avl.OpenSet(snapshot, version)
	switch {
	case errors.Is(err, avl.ErrFormat), errors.Is(err, fs.ErrNotExist):
		return nil, nil, damaged("%w", err)
	case err != nil: // of the machine: no memory, too many open files
		return nil, nil, err
	}
	indexes := map[string]*index{}
	for _, tree := range files.Trees() {
		made, err := newIndex(tree.Snapshot())
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
