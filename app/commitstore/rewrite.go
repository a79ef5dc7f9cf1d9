package commitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/crypto-org-chain/cronos/memiavl"

	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

const (
	// snapshotsKept is how many snapshots stay, the newest included: the one before makes a rollback possible.
	snapshotsKept = 2
	// triesMax is how often a new snapshot tries to take over between two blocks, before the next block waits for it.
	triesMax = 20
	// tryPause is the pause between two such tries.
	tryPause = 5 * time.Millisecond
)

// rewrite is a snapshot that is written while blocks go on, and then takes over.
type rewrite struct {
	cancel context.CancelFunc
	done   chan struct{}
	err    error // once done
	// backlog are the commits since the snapshot's version that the new trees do not have yet, guarded by Store.work; bytes is
	// about what they take.
	backlog []memiavl.WALEntry
	start   int64
	// urgent says that blocks have to wait until the new snapshot has taken over.
	urgent bool
}

// considerRewrite begins a new snapshot if the log has grown large enough, and returns what the next block has to wait for. The
// caller has the work.
func (s *Store) considerRewrite(entry memiavl.WALEntry) (<-chan struct{}, error) {
	if s.rewrite == nil {
		if s.log.size < s.options.LogBytes {
			return nil, nil
		}
		return nil, s.beginRewrite()
	}
	select {
	case <-s.rewrite.done:
		failed := s.rewrite.err
		s.rewrite = nil
		if failed != nil {
			// The log has everything. The next attempt is a whole log away.
			s.logger.Error("no snapshot of the state was written; the log goes on growing", "err", failed)
		}
		return nil, nil
	default:
	}
	s.rewrite.backlog = append(s.rewrite.backlog, entry)
	if s.rewrite.urgent || s.log.size >= s.options.LogBytes {
		return s.rewrite.done, nil
	}
	return nil, nil
}

// beginRewrite begins a new log behind the newest version and, in the background, a snapshot of it.
func (s *Store) beginRewrite() error {
	if err := s.rotate(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &rewrite{cancel: cancel, done: make(chan struct{}), start: s.info.Version}
	s.rewrite = r
	s.state.RLock()
	from := s.history[len(s.history)-1]
	s.state.RUnlock()
	go func() {
		defer close(r.done)
		defer cancel()
		if r.err = s.replace(ctx, r, from); errors.Is(r.err, context.Canceled) {
			r.err = nil
		}
	}()
	return nil
}

// rotate begins a new log behind the newest version, unless the log has nothing yet.
func (s *Store) rotate() error {
	if s.log.size == headerBytes {
		return nil
	}
	next, err := createLog(s.dir, s.info.Version)
	if err != nil {
		return err
	}
	old := s.log
	s.log = next
	return old.file.Close()
}

// replace writes a version's snapshot, brings its trees up to the newest version, and lets them take over.
func (s *Store) replace(ctx context.Context, r *rewrite, from *version) error {
	if err := writeSnapshot(ctx, s.dir, from.trees, from.info); err != nil {
		return err
	}
	trees, gen, err := openSnapshot(s.dir, from.info)
	if err != nil {
		return errors.Join(err, removeSnapshot(s.dir, from.info.Version))
	}
	for tries := 0; ; tries++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		taken, backlog, err := s.takeOver(r, trees, gen, tries >= triesMax)
		if taken {
			break
		}
		if err = errors.Join(err, catchUp(trees, gen, backlog)); err != nil {
			return errors.Join(err, removeSnapshot(s.dir, from.info.Version))
		}
		time.Sleep(tryPause)
	}
	s.logger.Info("wrote a snapshot of the state", "version", from.info.Version)
	return s.pruneFiles()
}

// catchUp carries out commits, and computes the hashes.
func catchUp(trees *avl.Set, gen *generation, backlog []memiavl.WALEntry) error {
	for _, entry := range backlog {
		if err := gen.upgrade(trees, entry.Upgrades); err != nil {
			return err
		}
		if err := gen.apply(trees, entry.Changesets); err != nil {
			return err
		}
		if err := trees.SaveVersion(); err != nil {
			return err
		}
	}
	for _, tree := range trees.Trees() {
		tree.RootHash()
	}
	return nil
}

// takeOver replaces the trees by new ones if nothing was written since the last commit and the new ones have all of it. Otherwise
// it returns the commits that they lack. Once it is urgent, the next block waits.
func (s *Store) takeOver(r *rewrite, trees *avl.Set, gen *generation, urgent bool) (taken bool, backlog []memiavl.WALEntry, err error) {
	s.work.Lock()
	defer s.work.Unlock()
	r.urgent = urgent
	if len(r.backlog) > 0 {
		backlog, r.backlog = r.backlog, nil
		return false, backlog, nil
	}
	s.state.Lock()
	defer s.state.Unlock()
	if len(s.pending) > 0 {
		return false, nil, nil
	}
	if err := sameHashes(trees, s.info); err != nil {
		return false, nil, fmt.Errorf("the snapshot of version %d is not used: %w", r.start, err)
	}
	// A block writes its stores one by one and holds none of the locks above: all stores wait until they have the new trees, or none has
	// been written.
	release, unwritten := s.holdUnwritten()
	defer release()
	if !unwritten {
		return false, nil, nil
	}
	s.trees, s.gen = trees, gen
	old := s.history[len(s.history)-1]
	newest := &version{info: s.info, trees: trees.Copy(), gen: gen, changed: old.changed}
	s.history[len(s.history)-1] = newest
	for _, store := range s.live {
		store.become(trees.Tree(store.name), gen, newest.store(store.name))
	}
	return true, nil, nil
}

// holdUnwritten locks the live stores until release, if none was written since the last commit; otherwise it stops at one that was. Nobody
// else holds two of them at once.
func (s *Store) holdUnwritten() (release func(), unwritten bool) {
	var held []*liveStore
	release = func() {
		for _, store := range held {
			store.lock.Unlock()
		}
	}
	for _, store := range s.live {
		store.lock.Lock()
		held = append(held, store)
		if len(store.written) > 0 {
			return release, false
		}
	}
	return release, true
}

// pruneFiles removes the snapshots that are not kept, and the logs that only they need.
func (s *Store) pruneFiles() error {
	found, err := list(s.dir)
	if err != nil || len(found.snapshots) <= snapshotsKept {
		return err
	}
	gone := found.snapshots[:len(found.snapshots)-snapshotsKept]
	for _, height := range gone {
		if err := removeSnapshot(s.dir, height); err != nil {
			return err
		}
	}
	first := found.snapshots[len(gone)]
	for i, base := range found.logs[:max(len(found.logs)-1, 0)] {
		if found.logs[i+1] <= first {
			if err := os.Remove(logPath(s.dir, base)); err != nil {
				return err
			}
		}
	}
	return syncDir(s.dir)
}

// RewriteSnapshot writes a snapshot of the newest version and returns when it has taken over: what memory held of the state since
// the last one is free then. Use it when much is imported at once. Nothing may be written meanwhile.
func (s *Store) RewriteSnapshot() error {
	s.work.Lock()
	if s.log == nil || s.info.GetVersion() == 0 {
		s.work.Unlock()
		return errors.New("expected a store that was loaded and has a version, got none")
	}
	if s.rewrite != nil {
		running := s.rewrite
		s.work.Unlock()
		<-running.done
		s.work.Lock()
	}
	s.rewrite = nil
	if s.gen.version == s.info.Version { // the trees are those of a snapshot as it is
		s.work.Unlock()
		return nil
	}
	err := s.beginRewrite()
	begun := s.rewrite
	s.work.Unlock()
	if err != nil {
		return err
	}
	<-begun.done
	return begun.err
}

// stopRewrite ends a snapshot that is being written, and waits.
func (s *Store) stopRewrite() {
	s.work.Lock()
	running := s.rewrite
	s.rewrite = nil
	s.work.Unlock()
	if running != nil {
		running.cancel()
		<-running.done
	}
}

// infoOf returns a commit info of stores at a version, without a time.
func infoOf(height int64, trees *avl.Set) *types.CommitInfo {
	info := &types.CommitInfo{Version: height}
	for _, tree := range trees.Trees() {
		info.StoreInfos = append(info.StoreInfos, types.StoreInfo{
			Name: tree.Name, CommitId: types.CommitID{Version: height, Hash: tree.RootHash()},
		})
	}
	return info
}
