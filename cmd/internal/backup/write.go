package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/azukari-network/azukari/app/commitstore"
)

// chunkBytes is about how large one file of records gets. It bounds the memory that a backup takes.
const chunkBytes = 8 << 20

// Write writes everything that was frozen, as a tar stream that ends with the manifest. It may take long; the node goes on.
func (f *Frozen) Write(ctx context.Context, out io.Writer) error {
	w := &writer{archive: tar.NewWriter(out), manifest: f.manifest}
	if err := f.writeFiles(w); err != nil {
		return err
	}
	for _, one := range f.databases {
		if err := w.database(ctx, one); err != nil {
			return fmt.Errorf("database %s: %w", one.name, err)
		}
	}
	for _, file := range f.state.Files {
		if err := w.parts(ctx, file); err != nil {
			return fmt.Errorf("state %s: %w", file.Name, err)
		}
	}
	encoded, err := w.manifest.encode()
	if err != nil {
		return err
	}
	if err := w.file(manifestFile, encoded); err != nil {
		return err
	}
	return w.archive.Close()
}

func (f *Frozen) writeFiles(w *writer) error {
	for i, name := range configFiles {
		content, err := f.readConfig(name)
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			continue
		}
		if err != nil {
			return err
		}
		if err := w.file(path.Join(configFolder, name), content); err != nil {
			return err
		}
	}
	content, err := os.ReadFile(filepath.Join(f.home, dataFolder, upgradeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.file(path.Join(dataFolder, upgradeFile), content)
}

type writer struct {
	archive  *tar.Writer
	manifest Manifest
}

// file adds a file and remembers its digest.
func (w *writer) file(name string, content []byte) error {
	header := &tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o600, ModTime: w.manifest.Time, Format: tar.FormatPAX,
	}
	if err := w.archive.WriteHeader(header); err != nil {
		return err
	}
	if _, err := w.archive.Write(content); err != nil {
		return err
	}
	digest := sha256.Sum256(content)
	w.manifest.Files = append(w.manifest.Files, File{Name: name, Size: int64(len(content)), SHA256: digest[:]})
	return nil
}

// parts adds a file of the state in parts of chunkBytes. An empty one has one empty part.
func (w *writer) parts(ctx context.Context, file commitstore.FrozenFile) error {
	content := file.Content()
	chunk := make([]byte, min(chunkBytes, file.Size))
	for part := 0; ; part++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		size := min(int64(chunkBytes), file.Size-int64(part)*chunkBytes)
		if part > 0 && size <= 0 {
			return nil
		}
		if _, err := io.ReadFull(content, chunk[:size]); err != nil {
			return err
		}
		if err := w.file(fmt.Sprintf("%s.%08d", path.Join(dataFolder, stateFolder, file.Name), part), chunk[:size]); err != nil {
			return err
		}
	}
}

// database adds all records of a database in ascending order of key, in files of about chunkBytes.
func (w *writer) database(ctx context.Context, frozen database) error {
	records := frozen.snapshot.NewIterator(nil, nil)
	defer records.Release()
	var chunk []byte
	files := 0
	flush := func() error {
		// An empty database has one empty file, so that a restore makes it.
		if len(chunk) == 0 && files > 0 {
			return nil
		}
		err := w.file(path.Join(dataFolder, frozen.name+databaseEnd, fmt.Sprintf("%08d", files)), chunk)
		files++
		chunk = chunk[:0]
		return err
	}
	for records.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if frozen.name == Application && isFastIndex(records.Key()) {
			continue
		}
		chunk = appendBytes(appendBytes(chunk, records.Key()), records.Value())
		if len(chunk) >= chunkBytes {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := records.Error(); err != nil {
		return err
	}
	return flush()
}

// appendBytes appends a length and so many bytes.
func appendBytes(to, what []byte) []byte {
	return append(binary.AppendUvarint(to, uint64(len(what))), what...)
}

// isFastIndex says whether a record of the application is of the index by which IAVL answers queries without walking its
// tree. No hash covers it; so a backup leaves it out, and the node makes it anew from the tree when it starts.
func isFastIndex(key []byte) bool {
	const store = "s/k:"
	rest, found := bytes.CutPrefix(key, []byte(store))
	if !found {
		return false
	}
	_, inTree, found := bytes.Cut(rest, []byte("/"))
	return found && (bytes.HasPrefix(inTree, []byte("f")) || bytes.Equal(inTree, []byte("mstorage_version")))
}
