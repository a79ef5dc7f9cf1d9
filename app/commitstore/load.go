package commitstore

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/crypto-org-chain/cronos/memiavl"

	"cosmossdk.io/store/mem"
	"cosmossdk.io/store/transient"
	"cosmossdk.io/store/types"
)

// LoadLatestVersion implements types.CommitMultiStore.
func (s *Store) LoadLatestVersion() error { return s.load(0, nil) }

// LoadLatestVersionAndUpgrade implements types.CommitMultiStore.
func (s *Store) LoadLatestVersionAndUpgrade(upgrades *types.StoreUpgrades) error {
	return s.load(0, upgrades)
}

// LoadVersion implements types.CommitMultiStore; 0 is the last one. A version before the last can be read, and not be committed
// upon: see RollbackToVersion.
func (s *Store) LoadVersion(version int64) error { return s.load(version, nil) }

// LoadVersionAndUpgrade implements types.CommitMultiStore; see LoadVersion.
func (s *Store) LoadVersionAndUpgrade(version int64, upgrades *types.StoreUpgrades) error {
	return s.load(version, upgrades)
}

// load opens the directory at a version, 0 for the last, and connects the mounted stores.
func (s *Store) load(target int64, upgrades *types.StoreUpgrades) error {
	if s.mountErr != nil {
		return s.mountErr
	}
	s.stopRewrite()
	s.work.Lock()
	defer s.work.Unlock()
	if s.lock == nil {
		lock, err := lockDir(s.dir)
		if err != nil {
			return err
		}
		s.lock = lock
	}
	if s.log != nil {
		if err := s.log.file.Close(); err != nil {
			return err
		}
		s.log = nil
	}
	if err := removeTemporary(s.dir); err != nil {
		return err
	}
	restored, err := s.recover(target)
	if err != nil {
		return fmt.Errorf("state in %s: %w", s.dir, err)
	}
	if s.log, err = restored.openLog(s.dir); err != nil {
		return err
	}
	s.state.Lock()
	defer s.state.Unlock()
	s.trees, s.gen, s.onDisk = restored.trees, restored.gen, restored.newest
	s.history, s.info, s.pinned = restored.versions, restored.info, map[int64]*version{}
	s.pending, s.removed, s.initial = nil, nil, 0
	return s.connect(upgrades)
}

// connect makes the stores that are mounted, after changing the trees as the upgrades say. Like rootmulti, it moves a renamed
// store's data by writing all of it anew; a deleted store stays mounted, empty, until the next commit.
func (s *Store) connect(upgrades *types.StoreUpgrades) error {
	s.live, s.private = map[types.StoreKey]*liveStore{}, map[types.StoreKey]types.CommitKVStore{}
	last := &version{info: s.info, trees: s.trees.Copy(), gen: s.gen}
	var adopted []string
	moved := map[string]*view{}
	for _, key := range s.sortedKeys() {
		name := key.Name()
		if s.types[key] == types.StoreTypeMemory {
			s.private[key] = mem.NewStore()
			continue
		}
		if s.types[key] == types.StoreTypeTransient {
			s.private[key] = transient.NewStore()
			continue
		}
		adopted = append(adopted, name)
		s.live[key] = &liveStore{name: name}
		from := upgrades.RenamedFrom(name)
		exists := s.trees.Tree(name) != nil
		switch {
		case from != "" && s.trees.Tree(from) == nil:
			return fmt.Errorf("expected store %s, which becomes %s, got none at version %d", from, name, s.info.Version)
		case from != "":
			moved[name] = last.store(from)
		case !exists && s.info.Version > 0 && !upgrades.IsAdded(name):
			return fmt.Errorf("expected store %s at version %d, got none: new stores are added by a software upgrade", name, s.info.Version)
		}
		if exists && (from != "" || upgrades.IsDeleted(name)) {
			s.pending = append(s.pending, &memiavl.TreeNameUpgrade{Name: name, Delete: true})
		}
		if !exists || from != "" {
			s.pending = append(s.pending, &memiavl.TreeNameUpgrade{Name: name})
		}
	}
	for _, tree := range last.trees.Trees() {
		if !slices.Contains(adopted, tree.Name) {
			s.pending = append(s.pending, &memiavl.TreeNameUpgrade{Name: tree.Name, Delete: true})
		}
	}
	if err := s.gen.upgrade(s.trees, s.pending); err != nil {
		return err
	}
	if err := s.empty(upgrades); err != nil {
		return err
	}
	s.publish(&version{info: s.info, trees: s.trees.Copy(), gen: s.gen})
	for _, name := range slices.Sorted(maps.Keys(moved)) {
		if err := move(moved[name], s.live[s.keys[name]]); err != nil {
			return fmt.Errorf("store %s: %w", name, err)
		}
	}
	return nil
}

// empty puts empty trees where stores were deleted that are still mounted. They are in no commit.
func (s *Store) empty(upgrades *types.StoreUpgrades) error {
	s.removed = map[string]bool{}
	var back []*memiavl.TreeNameUpgrade
	for _, store := range s.live {
		if !upgrades.IsDeleted(store.name) {
			continue
		}
		s.removed[store.name] = true
		if s.trees.Tree(store.name) == nil {
			back = append(back, &memiavl.TreeNameUpgrade{Name: store.name})
		}
	}
	return s.gen.upgrade(s.trees, back)
}

func move(from *view, to *liveStore) (err error) {
	all := from.Iterator(nil, nil)
	defer func() { err = errors.Join(err, all.Close()) }()
	for ; all.Valid(); all.Next() {
		to.Set(all.Key(), all.Value())
	}
	return nil
}

// SetInitialVersion implements types.CommitMultiStore: the first commit has this version. Call it after a load.
func (s *Store) SetInitialVersion(version int64) error {
	s.work.Lock()
	defer s.work.Unlock()
	if s.info.GetVersion() > 0 || s.trees == nil {
		return fmt.Errorf("expected a store that was loaded and has no version yet, got version %d", s.info.GetVersion())
	}
	if version < 1 || version >= math.MaxUint32 {
		return fmt.Errorf("expected a first version from 1 to %d, got %d", math.MaxUint32-1, version)
	}
	s.initial = version
	return s.trees.SetInitialVersion(version)
}
