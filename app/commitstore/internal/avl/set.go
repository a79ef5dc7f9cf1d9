package avl

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/crypto-org-chain/cronos/memiavl"
)

// Named is a tree of a set.
type Named struct {
	*Tree

	Name string
}

// Set is the trees of a state, all at one version.
type Set struct {
	version int64
	// initial is the first version, if it is not 1.
	initial uint32
	trees   []Named // in order of their names
}

// NewSet returns a set without trees, before its first version.
func NewSet() *Set { return &Set{} }

// OpenSet maps the trees of a version that Set.WriteSnapshot, or memiavl, wrote to a folder: each has a folder of its name there.
func OpenSet(dir string, version int64) (*Set, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := &Set{version: version}
	for _, entry := range entries { // in order of their names
		if !entry.IsDir() {
			continue
		}
		files, err := OpenSnapshot(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("store %s: %w", entry.Name(), err), s.Close())
		}
		s.trees = append(s.trees, Named{FromSnapshot(files), entry.Name()})
		if files.Version() != version {
			return nil, errors.Join(fmt.Errorf("%w: expected store %s at version %d, got %d", ErrFormat, entry.Name(), version, files.Version()), s.Close())
		}
	}
	return s, nil
}

// Close closes the snapshots of a set that OpenSet returned.
func (s *Set) Close() error {
	var failed error
	for _, tree := range s.trees {
		failed = errors.Join(failed, tree.snapshot.Close())
	}
	s.trees = nil
	return failed
}

// Snapshot returns the files that the tree reads, empty ones if it has none.
func (t *Tree) Snapshot() *Snapshot { return t.snapshot }

// Copy returns the set as it is; see Tree.Copy.
func (s *Set) Copy() *Set {
	clone := &Set{version: s.version, initial: s.initial, trees: make([]Named, len(s.trees))}
	for i, tree := range s.trees {
		clone.trees[i] = Named{tree.Copy(), tree.Name}
	}
	return clone
}

// Trees returns the trees in order of their names.
func (s *Set) Trees() []Named { return s.trees }

// Tree returns the tree with a name, nil if there is none.
func (s *Set) Tree(name string) *Tree {
	if at, found := s.find(name); found {
		return s.trees[at].Tree
	}
	return nil
}

func (s *Set) find(name string) (int, bool) {
	return slices.BinarySearchFunc(s.trees, name, func(tree Named, name string) int { return cmp.Compare(tree.Name, name) })
}

// next is the version behind the last.
func (s *Set) next() int64 {
	if s.version == 0 && s.initial > 1 {
		return int64(s.initial)
	}
	return s.version + 1
}

// SetInitialVersion says which version the first one is, below 2^32. The set must not have one, nor any keys.
func (s *Set) SetInitialVersion(version int64) error {
	if version < 0 || version >= math.MaxUint32 {
		return fmt.Errorf("expected a first version from 0 to %d, got %d", uint32(math.MaxUint32)-1, version)
	}
	if s.version != 0 {
		return fmt.Errorf("expected trees without a version, got version %d", s.version)
	}
	for _, tree := range s.trees {
		if !tree.IsEmpty() {
			return fmt.Errorf("expected trees without keys, got some in store %s", tree.Name)
		}
	}
	s.initial = uint32(version)
	for _, tree := range s.trees {
		tree.version = uint32(s.next() - 1) // #nosec G115 -- below the initial version
	}
	return nil
}

// Upgrade adds, renames and deletes trees for the next version.
func (s *Set) Upgrade(upgrades []*memiavl.TreeNameUpgrade) error {
	for _, one := range upgrades {
		from := one.Name
		if !one.Delete && one.RenameFrom != "" {
			from = one.RenameFrom
		}
		at, found := s.find(from)
		isNew := !one.Delete && one.RenameFrom == ""
		if found == isNew {
			return fmt.Errorf("expected store %s to exist before an upgrade: %t, got %t", from, !isNew, found)
		}
		tree := &Tree{version: uint32(s.next() - 1), snapshot: &Snapshot{}} // #nosec G115 -- versions are below 2^32
		if found {
			tree = s.trees[at].Tree
			s.trees = slices.Delete(s.trees, at, at+1)
		}
		if one.Delete {
			continue
		}
		at, found = s.find(one.Name)
		if found {
			return fmt.Errorf("expected no store %s before %s is renamed, got one", one.Name, from)
		}
		s.trees = slices.Insert(s.trees, at, Named{tree, one.Name})
	}
	return nil
}

// SaveVersion makes what was written the next version.
func (s *Set) SaveVersion() error {
	for _, tree := range s.trees {
		if err := tree.SaveVersion(); err != nil {
			return err
		}
	}
	s.version = s.next()
	return nil
}

// WriteSnapshot writes all trees into a folder, one after the other; see Tree.WriteSnapshot.
func (s *Set) WriteSnapshot(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, tree := range s.trees {
		if err := tree.WriteSnapshot(ctx, filepath.Join(dir, tree.Name)); err != nil {
			return fmt.Errorf("store %s: %w", tree.Name, err)
		}
	}
	return nil
}
