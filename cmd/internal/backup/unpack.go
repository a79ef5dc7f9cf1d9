package backup

import (
	"archive/tar"
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/opt"
)

const (
	// batchBytes is how much goes into a database at once.
	batchBytes = 4 << 20
	// valueBytesMax bounds one record, against an archive that names lengths that no node writes.
	valueBytesMax = 1 << 30
	// configBytesMax bounds a file of the configuration; a genesis may be large.
	configBytesMax = 1 << 30
)

// ErrDamaged says that an archive is not what its manifest says, or that it ends too early.
var ErrDamaged = errors.New("the backup is damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrDamaged, fmt.Errorf(format, args...))
}

// Compress returns a writer that compresses for an archive. Close it to end the archive.
func Compress(out io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(out) }

// Inspect reads a whole archive and compares every file with the manifest, without keeping anything.
func Inspect(archive io.Reader) (Manifest, error) { return walk(archive, discard{}) }

// Unpack makes a node's home of an archive in an empty folder: configuration and databases, and no keys. It returns
// [ErrDamaged] if a file is not as the manifest says; then what is in the folder is of no use.
func Unpack(archive io.Reader, home string) (manifest Manifest, err error) {
	for _, folder := range []string{configFolder, dataFolder} {
		if err := os.MkdirAll(filepath.Join(home, folder), 0o700); err != nil {
			return Manifest{}, err
		}
	}
	into := &unpacker{home: home}
	defer func() { err = errors.Join(err, into.close()) }()
	return walk(archive, into)
}

// sink takes the files of an archive in their order.
type sink interface {
	file(name string, content io.Reader) error
	records(database string, content *bufio.Reader) error
	// part is one part of a file of the state, in order.
	part(name string, first bool, content io.Reader) error
}

var (
	fileName = regexp.MustCompile(`^(?:config/(?:genesis\.json|config\.toml|app\.toml|client\.toml)|data/upgrade-info\.json)$`)
	// A part's file is a log, or in a snapshot, there perhaps in the folder of a store.
	partName    = regexp.MustCompile(`^data/state/(log-[0-9]{20}|snapshot-[0-9]{20}/(?:[A-Za-z0-9_-]+/)?[a-z_]+(?:\.json)?)\.([0-9]{8})$`)
	recordsName = regexp.MustCompile(`^data/([a-z_]+)\.db/[0-9]{8}$`)
)

// walk hands every file of an archive to a sink, and compares all of them with the manifest, which is the last.
func walk(archive io.Reader, into sink) (Manifest, error) {
	plain, err := zstd.NewReader(archive)
	if err != nil {
		return Manifest{}, err
	}
	defer plain.Close()
	files := tar.NewReader(plain)
	var seen []File
	for {
		header, err := files.Next()
		if err != nil {
			return Manifest{}, damaged("expected a manifest at the end of the archive, got %d files and then: %w", len(seen), err)
		}
		if header.Name == manifestFile {
			return closing(files, seen)
		}
		digest := sha256.New()
		content := bufio.NewReaderSize(io.TeeReader(files, digest), 1<<16)
		if match := recordsName.FindStringSubmatch(header.Name); match != nil && slices.Contains(databaseNames, match[1]) {
			err = into.records(match[1], content)
		} else if match := partName.FindStringSubmatch(header.Name); match != nil {
			err = into.part(match[1], match[2] == "00000000", content)
		} else if fileName.MatchString(header.Name) {
			err = into.file(header.Name, content)
		} else {
			err = damaged("expected files of a backup, got %q", header.Name)
		}
		if err != nil {
			return Manifest{}, fmt.Errorf("%s: %w", header.Name, err)
		}
		seen = append(seen, File{Name: header.Name, Size: header.Size, SHA256: digest.Sum(nil)})
	}
}

// closing reads the manifest and compares it with the files before it.
func closing(files *tar.Reader, seen []File) (Manifest, error) {
	raw, err := io.ReadAll(io.LimitReader(files, manifestBytesMax))
	if err != nil {
		return Manifest{}, damaged("%w", err)
	}
	manifest, err := decodeManifest(raw)
	if err != nil {
		return Manifest{}, err
	}
	if len(manifest.Files) != len(seen) {
		return Manifest{}, damaged("expected %d files, got %d", len(manifest.Files), len(seen))
	}
	for i, want := range manifest.Files {
		if got := seen[i]; got.Name != want.Name || got.Size != want.Size || !bytes.Equal(got.SHA256, want.SHA256) {
			return Manifest{}, damaged("expected %s with %d bytes and SHA-256 %s, got %s with %d bytes and %s",
				want.Name, want.Size, want.SHA256, got.Name, got.Size, got.SHA256)
		}
	}
	if _, err := files.Next(); !errors.Is(err, io.EOF) {
		return Manifest{}, damaged("expected nothing behind the manifest, got more (%w)", err)
	}
	return manifest, nil
}

// discard reads everything and keeps nothing.
type discard struct{}

func (discard) file(_ string, content io.Reader) error {
	_, err := io.Copy(io.Discard, content)
	return err
}

func (d discard) records(database string, content *bufio.Reader) error {
	return d.file(database, content)
}

func (d discard) part(name string, _ bool, content io.Reader) error { return d.file(name, content) }

// unpacker writes files and databases below a home.
type unpacker struct {
	home string
	// name and handle are of the database that is being written, and batch what is not yet in it.
	name   string
	handle *leveldb.DB
	batch  leveldb.Batch
	bytes  int
}

func (u *unpacker) file(name string, content io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(content, configBytesMax))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(u.home, filepath.FromSlash(name)), raw, 0o600)
}

// part appends to a file of the state; the first part begins it.
func (u *unpacker) part(name string, first bool, content io.Reader) (err error) {
	path := filepath.Join(u.home, dataFolder, stateFolder, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	how := os.O_WRONLY | os.O_APPEND
	if first {
		how |= os.O_CREATE | os.O_EXCL
	}
	file, err := os.OpenFile(path, how, 0o600) // #nosec G304 -- partName admits names within the folder only
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Sync(), file.Close()) }()
	_, err = io.Copy(file, content)
	return err
}

func (u *unpacker) records(name string, content *bufio.Reader) error {
	if u.name != name {
		if err := u.close(); err != nil {
			return err
		}
		handle, err := leveldb.OpenFile(databaseFolder(u.home, name), &opt.Options{ErrorIfExist: true})
		if err != nil {
			return err
		}
		u.name, u.handle = name, handle
	}
	for {
		key, err := readBytes(content)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		value, err := readBytes(content)
		if err != nil {
			return damaged("a key without a value: %w", err)
		}
		u.batch.Put(key, value)
		if u.bytes += len(key) + len(value); u.bytes >= batchBytes {
			if err := u.write(false); err != nil {
				return err
			}
		}
	}
}

func (u *unpacker) write(sync bool) error {
	err := u.handle.Write(&u.batch, &opt.WriteOptions{Sync: sync})
	u.batch.Reset()
	u.bytes = 0
	return err
}

// close ends the database that is being written, with all of it on the disk.
func (u *unpacker) close() error {
	if u.handle == nil {
		return nil
	}
	err := errors.Join(u.write(true), u.handle.Close())
	u.name, u.handle = "", nil
	return err
}

// readBytes reads a length and so many bytes; io.EOF where a length would begin.
func readBytes(from *bufio.Reader) ([]byte, error) {
	length, err := binary.ReadUvarint(from)
	if err != nil {
		return nil, err
	}
	if length > valueBytesMax {
		return nil, damaged("expected at most %d bytes in a record, got %d", valueBytesMax, length)
	}
	what := make([]byte, length)
	if _, err := io.ReadFull(from, what); err != nil {
		return nil, damaged("a record ends too early: %w", err)
	}
	return what, nil
}
