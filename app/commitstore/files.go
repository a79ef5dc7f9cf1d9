package commitstore

import (
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Names in a store's directory: each snapshot is a folder and each log a file, called by the version that it has or begins behind.
const (
	snapshotPrefix = "snapshot-"
	logPrefix      = "log-"
	temporaryEnd   = "-tmp"
	lockName       = "LOCK"
)

var (
	// ErrDamaged is returned for files that are not as they were written. A log's torn end is no damage: it is dropped.
	ErrDamaged = errors.New("damaged state")
	// ErrInUse is returned for a directory that another process has open.
	ErrInUse = errors.New("state in use")

	castagnoli = crc32.MakeTable(crc32.Castagnoli)
)

// remedy is what to do about damage; nothing in the directory can repair it.
const remedy = "move this directory and the node's other data aside, then restore a backup (`restore`) or begin with a snapshot of the zone " +
	"(`configure --state-from`)"

func damaged(format string, arguments ...any) error {
	return fmt.Errorf("%w: %w: %s", ErrDamaged, fmt.Errorf(format, arguments...), remedy)
}

func snapshotPath(dir string, version int64) string {
	return filepath.Join(dir, fmt.Sprintf("%s%020d", snapshotPrefix, version))
}

func logPath(dir string, base int64) string {
	return filepath.Join(dir, fmt.Sprintf("%s%020d", logPrefix, base))
}

// listing is what a store's directory has, in ascending order.
type listing struct {
	snapshots []int64
	logs      []int64
}

// list reads a directory; one that is not there is empty.
func list(dir string) (listing, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return listing{}, nil
	}
	if err != nil {
		return listing{}, err
	}
	var found listing
	for _, entry := range entries {
		if version, ok := versionOf(entry.Name(), snapshotPrefix); ok {
			found.snapshots = append(found.snapshots, version)
		}
		if version, ok := versionOf(entry.Name(), logPrefix); ok {
			found.logs = append(found.logs, version)
		}
	}
	slices.Sort(found.snapshots)
	slices.Sort(found.logs)
	return found, nil
}

func versionOf(name, prefix string) (int64, bool) {
	digits, found := strings.CutPrefix(name, prefix)
	if !found {
		return 0, false
	}
	version, err := strconv.ParseInt(digits, 10, 64)
	return version, err == nil && version >= 0
}

// removeTemporary removes what an interrupted write of a snapshot has left.
func removeTemporary(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), snapshotPrefix) && strings.HasSuffix(entry.Name(), temporaryEnd) {
			if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeSnapshot removes a snapshot so that no half of one is ever taken for one.
func removeSnapshot(dir string, version int64) error {
	path := snapshotPath(dir, version)
	if err := os.Rename(path, path+temporaryEnd); err != nil {
		return err
	}
	return errors.Join(syncDir(dir), os.RemoveAll(path+temporaryEnd))
}

// syncDir makes new names in a directory last.
func syncDir(path string) error {
	dir, err := os.Open(path) // #nosec G304 -- a file of the state
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// lockDir makes a directory and keeps other processes out of it until the file is closed, or the process ends in any way.
func lockDir(dir string) (*os.File, error) {
	const mode = 0o700
	if err := os.MkdirAll(dir, mode); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- a file of the state
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: expected %s for this process alone, got it open in another one: stop the node first: %w", ErrInUse, dir, err), file.Close())
	}
	return file, nil
}
