package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	cmtbytes "github.com/cometbft/cometbft/libs/bytes"
)

// ending is how the name of a backup ends that was given a folder only.
const ending = ".backup.tar.zst"

// Created is a backup that was written.
type Created struct {
	Manifest Manifest `json:"manifest"`
	// File is its path, Size its bytes and SHA256 their digest.
	File   string            `json:"file"`
	Size   int64             `json:"size"`
	SHA256 cmtbytes.HexBytes `json:"sha256"`
}

// Create backs up the node of a home into a file, or into a folder under a name of its own, and reads the file back before it
// gets its name. It asks the node if it runs. An existing file is never overwritten.
func Create(ctx context.Context, home, out string) (created Created, err error) {
	folder := out
	if info, err := os.Stat(out); err == nil && !info.IsDir() {
		return Created{}, fmt.Errorf("expected a new file, got %s: a backup is never overwritten", out)
	} else if err != nil {
		folder = filepath.Dir(out)
	}
	file, err := os.CreateTemp(folder, ".backup-*")
	if err != nil {
		return Created{}, fmt.Errorf("--out: %w", err)
	}
	defer func() {
		if closeErr := file.Close(); err == nil && !errors.Is(closeErr, fs.ErrClosed) {
			err = closeErr
		}
		// After a success there is nothing of this name any more.
		_ = os.Remove(file.Name())
	}()
	if err := copyNode(ctx, home, file); err != nil {
		return Created{}, err
	}
	created, err = readBack(file)
	if err != nil {
		return Created{}, fmt.Errorf("read %s back: %w", file.Name(), err)
	}
	created.File = out
	if folder == out {
		m := created.Manifest
		created.File = filepath.Join(out, fmt.Sprintf("%s-%d-%.8s%s", m.ChainID, m.LastBlock, m.NodeID, ending))
	}
	// A link fails where a rename would overwrite.
	if err := os.Link(file.Name(), created.File); err != nil {
		return Created{}, err
	}
	return created, syncFolder(folder)
}

// copyNode writes the compressed archive of a node, and returns when it is on the disk.
func copyNode(ctx context.Context, home string, file *os.File) (err error) {
	compressed, err := Compress(file)
	if err != nil {
		return err
	}
	running, err := Fetch(ctx, home)
	switch {
	case errors.Is(err, ErrNotRunning):
		err = copyStopped(ctx, home, compressed)
	case err == nil:
		_, err = io.Copy(compressed, running)
		err = errors.Join(err, running.Close())
	}
	return errors.Join(err, compressed.Close(), file.Sync())
}

func copyStopped(ctx context.Context, home string, out io.Writer) error {
	frozen, err := FreezeStopped(home)
	if err != nil {
		return err
	}
	return errors.Join(frozen.Write(ctx, out), frozen.Release())
}

// readBack reads what was written, as a restore would.
func readBack(file *os.File) (Created, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return Created{}, err
	}
	sum := sha256.New()
	manifest, err := Inspect(io.TeeReader(file, sum))
	if err != nil {
		return Created{}, err
	}
	// The decompressor may leave the last bytes unread.
	if _, err := io.Copy(sum, file); err != nil {
		return Created{}, err
	}
	info, err := file.Stat()
	if err != nil {
		return Created{}, err
	}
	return Created{Manifest: manifest, Size: info.Size(), SHA256: sum.Sum(nil)}, nil
}

// syncFolder makes a new name last.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(opened.Sync(), opened.Close())
}

// Extract unpacks a backup's file into an empty folder.
func Extract(file, into string) (manifest Manifest, err error) {
	archive, err := os.Open(file)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { err = errors.Join(err, archive.Close()) }()
	return Unpack(archive, into)
}
