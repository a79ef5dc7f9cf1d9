package commitstore

import (
	"errors"
	"fmt"
	"os"
)

// RollbackToVersion implements types.CommitMultiStore: it removes every later version for good. The version must not be older than
// the oldest snapshot in the directory.
func (s *Store) RollbackToVersion(target int64) error {
	if target <= 0 {
		return fmt.Errorf("expected a version of 1 or more to roll back to, got %d", target)
	}
	// This proves that the version is there, and whole, before anything is removed.
	if err := s.LoadVersion(target); err != nil {
		return err
	}
	if err := s.removeAfter(target); err != nil {
		return fmt.Errorf("roll back to version %d: %w", target, err)
	}
	return s.LoadLatestVersion()
}

// removeAfter removes the newest first, so that a crash in between leaves some later version.
func (s *Store) removeAfter(target int64) (err error) {
	s.work.Lock()
	defer s.work.Unlock()
	found, err := list(s.dir)
	if err != nil {
		return err
	}
	for i := len(found.snapshots) - 1; i >= 0 && found.snapshots[i] > target; i-- {
		if err := removeSnapshot(s.dir, found.snapshots[i]); err != nil {
			return err
		}
	}
	last := len(found.logs) - 1
	for ; last >= 0 && found.logs[last] > target; last-- {
		if err := os.Remove(logPath(s.dir, found.logs[last])); err != nil {
			return err
		}
		if err := syncDir(s.dir); err != nil {
			return err
		}
	}
	if last < 0 {
		return nil
	}
	end, err := endOf(s.dir, found.logs[last], target)
	if err != nil {
		return err
	}
	cut, err := openLog(s.dir, found.logs[last], end)
	if err != nil {
		return err
	}
	return cut.file.Close()
}

// endOf returns where the record of a version ends in a log.
func endOf(dir string, base, target int64) (end int64, err error) {
	reader, err := readLog(dir, base)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, reader.close()) }()
	for reader.version < target {
		if err := reader.skip(); err != nil {
			return 0, err
		}
	}
	return reader.end, nil
}
