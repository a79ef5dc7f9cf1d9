package commitstore

import (
	"errors"
	"fmt"
	"slices"

	pruningtypes "cosmossdk.io/store/pruning/types"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

const (
	// VersionsDefault is how many versions are kept for queries and proofs, the newest included, unless the pruning says how many.
	VersionsDefault = 100
	// VersionsMax bounds what the pruning may ask for.
	VersionsMax = 1_000
	// versionsMin are kept whatever they hold: relayers prove what the last blocks did.
	versionsMin = 10
	// changesMax bounds how many keys all versions but the newest may have changed. One takes about 0.8 KiB of nodes that only an
	// old version needs.
	changesMax = 500_000
)

// ErrNotKept is returned for a version that is not in memory any more, or not yet.
var ErrNotKept = errors.New("state not kept")

// version is a committed version. Its trees are never changed.
type version struct {
	info  *types.CommitInfo
	trees *avl.Set
	gen   *generation
	// changed is how many keys it wrote.
	changed int
}

// store returns one store of the version, empty if it had none of the name.
func (v *version) store(name string) *view {
	if tree := v.trees.Tree(name); tree != nil {
		return &view{tree: tree, gen: v.gen, index: v.gen.indexes[name]}
	}
	return &view{tree: avl.New(), gen: v.gen}
}

// SetPruning implements types.Committer. The strategy custom says how many versions are kept, everything keeps 2, and all others
// keep VersionsDefault; old ones go at every commit.
func (s *Store) SetPruning(options pruningtypes.PruningOptions) {
	s.state.Lock()
	defer s.state.Unlock()
	s.pruning = options
}

// GetPruning implements types.Committer.
func (s *Store) GetPruning() pruningtypes.PruningOptions {
	s.state.RLock()
	defer s.state.RUnlock()
	return s.pruning
}

// kept is how many versions the pruning asks for.
func (s *Store) kept() int {
	if s.pruning.Strategy == pruningtypes.PruningCustom {
		return int(max(min(s.pruning.KeepRecent, VersionsMax-1), 1)) + 1 // #nosec G115 -- below VersionsMax
	}
	if s.pruning.Strategy == pruningtypes.PruningEverything {
		return 2
	}
	return VersionsDefault
}

// remember adds the newest version and forgets old ones. The caller has the state for writing.
func (s *Store) remember(newest *version) {
	s.history = append(s.history, newest)
	s.info = newest.info
	if s.snapshots > 0 && newest.info.Version%int64(s.snapshots) == 0 { //nolint:gosec // an interval of blocks; one beyond 2^63 never comes
		s.pinned[newest.info.Version] = newest
	}
	first, changed := len(s.history)-1, newest.changed
	for first > 0 && len(s.history)-first < s.kept() {
		changed += s.history[first-1].changed
		if len(s.history)-first >= versionsMin && changed > changesMax {
			break
		}
		first--
	}
	s.history = slices.Delete(s.history, 0, first)
}

// version returns a version that is kept. The caller has the state for reading.
func (s *Store) version(height int64) (*version, error) {
	if len(s.history) > 0 {
		first := s.history[0].info.Version
		if at := height - first; at >= 0 && at < int64(len(s.history)) {
			return s.history[at], nil
		}
		if pinned := s.pinned[height]; pinned != nil {
			return pinned, nil
		}
		return nil, fmt.Errorf("%w: expected a height from %d to %d, got %d: ask for one of these, or a node that keeps past states",
			ErrNotKept, first, s.info.GetVersion(), height)
	}
	return nil, fmt.Errorf("%w: expected a height of a block, got %d before the first block", ErrNotKept, height)
}

// GetCommitInfo returns the commit info of a version that is kept, with its block's time.
func (s *Store) GetCommitInfo(height int64) (*types.CommitInfo, error) {
	s.state.RLock()
	defer s.state.RUnlock()
	kept, err := s.version(height)
	if err != nil {
		return nil, err
	}
	return kept.info, nil
}

// SetSnapshotInterval implements snapshottypes.Snapshotter. Each version that is a multiple of the interval is kept until
// PruneSnapshotHeight lets go of it.
func (s *Store) SetSnapshotInterval(interval uint64) {
	s.state.Lock()
	defer s.state.Unlock()
	s.snapshots = interval
}

// PruneSnapshotHeight implements snapshottypes.Snapshotter: a snapshot of the version was taken, or given up.
func (s *Store) PruneSnapshotHeight(height int64) {
	s.state.Lock()
	defer s.state.Unlock()
	for pinned := range s.pinned {
		if pinned <= height {
			delete(s.pinned, pinned)
		}
	}
}
