package commitstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

// restored is what a directory has at a version.
type restored struct {
	trees    *avl.Set
	gen      *generation
	info     *types.CommitInfo
	versions []*version
	// newest is the directory's last version.
	newest int64
	// logBase and logEnd say where the newest log begins and ends; there is none if logEnd is 0.
	logBase, logEnd int64
}

// LatestVersion returns the last version that a store's directory has, 0 for a new one. It reads no more than it must.
func LatestVersion(dir string) (int64, error) {
	found, err := list(dir)
	if err != nil {
		return 0, err
	}
	newest, _, err := newestVersion(dir, found)
	return newest, err
}

// newestVersion returns the last version in a directory, and the end of its newest log's last whole record, 0 without a log.
func newestVersion(dir string, found listing) (newest, end int64, err error) {
	if len(found.snapshots) > 0 {
		newest = found.snapshots[len(found.snapshots)-1]
	}
	if len(found.logs) == 0 {
		return newest, 0, nil
	}
	base := found.logs[len(found.logs)-1]
	reader, err := readLog(dir, base)
	if errors.Is(err, errTorn) {
		return max(newest, base), 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, reader.close()) }()
	for {
		if err := reader.skip(); errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
			return max(newest, reader.version), reader.end, nil
		} else if err != nil {
			return 0, 0, err
		}
	}
}

// recover reads the directory at a version, 0 for the last: the newest snapshot that is not behind it, and then the logs.
func (s *Store) recover(target int64) (*restored, error) {
	found, err := list(s.dir)
	if err != nil {
		return nil, err
	}
	newest, end, err := newestVersion(s.dir, found)
	if err != nil {
		return nil, err
	}
	latest := target == 0
	if latest {
		target = newest
	}
	if target > newest {
		return nil, fmt.Errorf("%w: expected a version up to %d, got %d", ErrNotKept, newest, target)
	}
	r := &restored{newest: newest, logEnd: end, trees: avl.NewSet(), gen: &generation{}, info: &types.CommitInfo{}}
	if len(found.logs) > 0 {
		r.logBase = found.logs[len(found.logs)-1]
	}
	for i := len(found.snapshots) - 1; i >= 0; i-- {
		if found.snapshots[i] <= target {
			if err := r.open(s.dir, found.snapshots[i]); err != nil {
				return nil, err
			}
			break
		}
	}
	keep := func(height int64) bool { return height > target-int64(s.kept()) }
	if keep(r.info.Version) && r.info.Version > 0 {
		r.versions = append(r.versions, &version{info: r.info, trees: r.trees.Copy(), gen: r.gen})
	}
	for i, base := range found.logs {
		last := i == len(found.logs)-1
		if !last && found.logs[i+1] <= r.info.Version {
			continue
		}
		if base > r.info.Version {
			break // what is between is not here
		}
		if err := r.replay(s.dir, base, last, target, keep); err != nil {
			return nil, err
		}
		if r.info.Version == target {
			break
		}
		if !last && r.info.Version != found.logs[i+1] {
			return nil, damaged("%s: expected its last record to be version %d, got %d",
				filepath.Base(logPath(s.dir, base)), found.logs[i+1], r.info.Version)
		}
	}
	switch {
	case r.info.Version == target || latest && r.info.Version == r.newest:
		return r, nil
	case len(found.snapshots) > 0 && found.snapshots[0] > target:
		return nil, fmt.Errorf("%w: expected a version from %d on, got %d", ErrNotKept, found.snapshots[0], target)
	default:
		return nil, damaged("expected version %d at the end of the logs, got %d", target, r.info.Version)
	}
}

// open begins with a snapshot.
func (r *restored) open(dir string, height int64) error {
	info, err := verifySnapshot(context.Background(), snapshotPath(dir, height))
	if err != nil {
		return err
	}
	if info.Version != height {
		return damaged("%s: expected version %d, got %d", filepath.Base(snapshotPath(dir, height)), height, info.Version)
	}
	r.info = info
	r.trees, r.gen, err = openSnapshot(dir, info)
	return err
}

// replay carries out the records of a log up to a version. Only the last log may be torn.
func (r *restored) replay(dir string, base int64, last bool, target int64, keep func(int64) bool) (err error) {
	name := filepath.Base(logPath(dir, base))
	reader, err := readLog(dir, base)
	if errors.Is(err, errTorn) && last {
		return nil
	}
	if err != nil {
		return tornIsDamage(err, name)
	}
	defer func() { err = errors.Join(err, reader.close()) }()
	for r.info.Version < target {
		height, payload, err := reader.next()
		if errors.Is(err, io.EOF) || errors.Is(err, errTorn) && last {
			if last {
				// A payload that was cut off is found only when it is read: its version is none.
				r.newest, r.logEnd = max(r.info.Version, reader.version), reader.end
			}
			return nil
		}
		if err != nil {
			return tornIsDamage(err, name)
		}
		if height <= r.info.Version {
			continue
		}
		if height != r.info.Version+1 && r.info.Version > 0 {
			return damaged("%s: expected a record of version %d, got %d", name, r.info.Version+1, height)
		}
		if err := r.redo(height, payload, keep(height) || height == target); err != nil {
			return damaged("%s: %w", name, err)
		}
	}
	return nil
}

func tornIsDamage(err error, name string) error {
	if errors.Is(err, errTorn) {
		return damaged("%s ends within a record, and a later log is there", name)
	}
	return err
}

// redo carries out one commit, and compares its hashes if asked for.
func (r *restored) redo(height int64, payload []byte, compare bool) error {
	decoded, err := decodeRecord(payload)
	if err != nil {
		return err
	}
	if r.info.Version == 0 && height > 1 {
		if err := r.trees.SetInitialVersion(height); err != nil {
			return err
		}
	}
	if err := r.gen.upgrade(r.trees, decoded.entry.Upgrades); err != nil {
		return err
	}
	if err := r.gen.apply(r.trees, decoded.entry.Changesets); err != nil {
		return err
	}
	if compare {
		if err := sameHashes(r.trees, &decoded.info); err != nil {
			return err
		}
	}
	if err := r.trees.SaveVersion(); err != nil {
		return err
	}
	r.info = &decoded.info
	if compare {
		changed := 0
		for _, one := range decoded.entry.Changesets {
			changed += len(one.Changeset.Pairs)
		}
		r.versions = append(r.versions, &version{info: r.info, trees: r.trees.Copy(), gen: r.gen, changed: changed})
	}
	return nil
}

// openLog goes on with the newest log, or begins one if the newest version is not its last.
func (r *restored) openLog(dir string) (*logWriter, error) {
	if r.logEnd > 0 && r.logBase <= r.newest {
		return openLog(dir, r.logBase, r.logEnd)
	}
	return createLog(dir, r.newest)
}
