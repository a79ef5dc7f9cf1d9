package commitstore

import (
	"fmt"
	"math"
	"sync"

	"github.com/crypto-org-chain/cronos/memiavl"

	"cosmossdk.io/store/types"
)

// WorkingHash implements types.Committer: the hash that a commit now would have. What it computes is not computed again.
func (s *Store) WorkingHash() []byte {
	s.work.Lock()
	defer s.work.Unlock()
	return types.CommitInfo{StoreInfos: s.hashStores(0)}.Hash()
}

// hashStores returns the info of all stores, in order of name, for a version.
func (s *Store) hashStores(version int64) []types.StoreInfo {
	s.state.RLock()
	defer s.state.RUnlock()
	// One store's hash does not depend on another's.
	var group sync.WaitGroup
	const worthIt = 64
	for _, store := range s.live {
		if store.dirty() >= worthIt {
			group.Go(func() { store.WorkingHash() })
		}
	}
	group.Wait()
	infos := make([]types.StoreInfo, 0, len(s.live))
	for _, key := range s.sortedKeys() {
		if store := s.live[key]; store != nil && !s.removed[store.name] {
			infos = append(infos, types.StoreInfo{
				Name: store.name, CommitId: types.CommitID{Version: version, Hash: store.WorkingHash()},
			})
		}
	}
	return infos
}

// Commit implements types.Committer: it returns when the new version is on the disk. It panics if it cannot be written, or if the
// store was loaded at an older version than the last.
func (s *Store) Commit() types.CommitID {
	id, wait, err := s.commit()
	if err != nil {
		panic(fmt.Errorf("commit version %d to %s: %w", id.Version, s.dir, err))
	}
	if wait != nil {
		<-wait
	}
	return id
}

// commit returns what to wait for before the next block, if anything.
func (s *Store) commit() (id types.CommitID, wait <-chan struct{}, err error) {
	s.work.Lock()
	defer s.work.Unlock()
	last := s.info.GetVersion()
	info := &types.CommitInfo{Version: last + 1, Timestamp: s.time}
	if last == 0 && s.initial > 1 {
		info.Version = s.initial
	}
	id.Version = info.Version
	if s.log == nil || last != s.onDisk {
		return id, nil, fmt.Errorf("expected a store that was loaded at version %d, the last one, got version %d: roll back to it first", s.onDisk, last)
	}
	if info.Version > math.MaxUint32 { // trees have no more; the log must not have it either
		return id, nil, fmt.Errorf("expected a version up to %d, got %d", uint32(math.MaxUint32), info.Version)
	}
	info.StoreInfos = s.hashStores(info.Version)
	entry, changed := s.changes()
	if err := s.log.append(record{*info, entry}); err != nil {
		return id, nil, err
	}
	if err := s.advance(info, changed); err != nil {
		return id, nil, err
	}
	wait, err = s.considerRewrite(entry)
	id.Hash = info.Hash()
	return id, wait, err
}

// changes returns what was written and upgraded since the last commit.
func (s *Store) changes() (entry memiavl.WALEntry, changed int) {
	entry.Upgrades = s.pending
	for _, key := range s.sortedKeys() {
		store := s.live[key]
		if store == nil || s.removed[store.name] {
			continue
		}
		if pairs := store.changes(); len(pairs) > 0 {
			changed += len(pairs)
			entry.Changesets = append(entry.Changesets, &memiavl.NamedChangeSet{
				Name: store.name, Changeset: memiavl.ChangeSet{Pairs: pairs},
			})
		}
	}
	return entry, changed
}

// advance makes what was written the newest version.
func (s *Store) advance(info *types.CommitInfo, changed int) error {
	// Whoever reads a live store meanwhile reads the trees as they are, under its lock.
	trees := s.trees.Copy()
	if err := trees.SaveVersion(); err != nil {
		return err
	}
	s.trees = trees
	var gone []*memiavl.TreeNameUpgrade
	for name := range s.removed {
		gone = append(gone, &memiavl.TreeNameUpgrade{Name: name, Delete: true})
	}
	if err := s.gen.upgrade(s.trees, gone); err != nil {
		return err
	}
	s.state.Lock()
	defer s.state.Unlock()
	for name := range s.removed {
		key := s.keys[name]
		delete(s.live, key)
		delete(s.types, key)
		delete(s.keys, name)
	}
	for _, store := range s.private {
		store.Commit()
	}
	s.pending, s.removed, s.onDisk = nil, nil, info.Version
	newest := &version{info: info, trees: s.trees.Copy(), gen: s.gen, changed: changed}
	s.remember(newest)
	s.publish(newest)
	return nil
}

// publish shows the newest version to readers of the live stores. The caller has the state for writing.
func (s *Store) publish(newest *version) {
	for _, store := range s.live {
		store.committed(s.trees.Tree(store.name), s.gen, newest.store(store.name))
	}
}
