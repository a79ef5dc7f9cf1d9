package commitstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"cosmossdk.io/store/types"
)

// Frozen is a store's files as they were at one moment. What is written or removed later does not change it.
type Frozen struct {
	// Files are the logs in order of version, and then those of a snapshot.
	Files []FrozenFile

	logs []int64
}

// FrozenFile is one file of a Frozen, of which the first Size bytes count.
type FrozenFile struct {
	// Name is below the store's directory, with slashes; Size is in bytes.
	Name string
	Size int64

	file *os.File
}

// Content reads the file from its start.
func (f FrozenFile) Content() io.Reader { return io.NewSectionReader(f.file, 0, f.Size) }

// Close lets go of the files.
func (f *Frozen) Close() error {
	var errs []error
	for _, one := range f.Files {
		errs = append(errs, one.file.Close())
	}
	f.Files = nil
	return errors.Join(errs...)
}

// Freeze holds what a store needs to be opened at its last version and the one before. It takes no longer than opening the files
// does. Call it while nothing is committed; a snapshot may be written in the background. A directory without versions has no files.
func Freeze(dir string) (*Frozen, error) {
	const tries = 5
	var err error
	for range tries {
		var frozen *Frozen
		// A new snapshot may take the place of an old one between the list and the files.
		if frozen, err = freeze(dir); !errors.Is(err, fs.ErrNotExist) {
			return frozen, err
		}
	}
	return nil, err
}

func freeze(dir string) (frozen *Frozen, err error) {
	found, err := list(dir)
	if err != nil {
		return nil, err
	}
	frozen = &Frozen{}
	defer func() {
		if err != nil {
			err = errors.Join(err, frozen.Close())
		}
	}()
	// The newest snapshot does if the last log goes beyond it, else the one before, if there is one.
	from, last := int64(0), len(found.snapshots)-1
	for ; last >= 0; last-- {
		from = found.snapshots[last]
		beyond, err := hasRecords(dir, found.logs, from)
		if err != nil {
			return nil, err
		}
		if beyond {
			break
		}
	}
	for i, base := range found.logs {
		if i+1 < len(found.logs) && found.logs[i+1] <= from {
			continue
		}
		if err := frozen.add(dir, logPath(dir, base)); err != nil {
			return nil, err
		}
		frozen.logs = append(frozen.logs, base)
	}
	if from == 0 {
		return frozen, nil
	}
	return frozen, filepath.WalkDir(snapshotPath(dir, from), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		return frozen.add(dir, path)
	})
}

// hasRecords says whether there is a log with records that begins behind a snapshot's version or later.
func hasRecords(dir string, logs []int64, from int64) (bool, error) {
	for _, base := range logs {
		if base < from {
			continue
		}
		info, err := os.Stat(logPath(dir, base))
		if err != nil {
			return false, err
		}
		if info.Size() > headerBytes {
			return true, nil
		}
	}
	return false, nil
}

func (f *Frozen) add(dir, path string) error {
	name, err := filepath.Rel(dir, path)
	if err != nil {
		return err
	}
	file, err := os.Open(path) // #nosec G304 -- a file of the state
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	f.Files = append(f.Files, FrozenFile{Name: filepath.ToSlash(name), Size: info.Size(), file: file})
	return nil
}

// Info reads the last version's commit info.
func (f *Frozen) Info() (*types.CommitInfo, error) {
	for i := len(f.logs) - 1; i >= 0; i-- {
		info, err := lastInfo(f.Files[i], f.logs[i])
		if info != nil || err != nil {
			return info, err
		}
	}
	for _, one := range f.Files {
		if path.Base(one.Name) == manifestName {
			_, info, err := decodeManifest(one.Content(), one.Name)
			return info, err
		}
	}
	return nil, fmt.Errorf("%w: expected a version, got none", ErrNotKept)
}

// lastInfo returns that of a log's last record, nil if it has none.
func lastInfo(file FrozenFile, base int64) (*types.CommitInfo, error) {
	reader, err := newLogReader(file.file, base, file.Size)
	if errors.Is(err, errTorn) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var last []byte
	for {
		_, payload, err := reader.next()
		if errors.Is(err, io.EOF) || errors.Is(err, errTorn) {
			break
		}
		if err != nil {
			return nil, err
		}
		last = payload
	}
	if last == nil {
		return nil, nil
	}
	decoded, err := decodeRecord(last)
	return &decoded.info, err
}
