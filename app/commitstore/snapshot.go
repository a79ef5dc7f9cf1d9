package commitstore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/crypto-org-chain/cronos/memiavl"
	"golang.org/x/sync/errgroup"

	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

const (
	manifestName   = "manifest.json"
	manifestFormat = 1
)

// manifest describes a snapshot. It is the last file that is written of one.
type manifest struct {
	Format int `json:"format"`
	// CommitInfo is that of the version, as protobuf: memiavl's own has no time.
	CommitInfo []byte         `json:"commit_info"`
	Files      []manifestFile `json:"files"`
}

type manifestFile struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	CRC32C uint32 `json:"crc32c"`
}

// generation is a set of files that trees are read from, mapped into memory. Everything that may read a tree of it holds it, and
// the files are unmapped when nothing holds it any more.
type generation struct {
	version int64
	// indexes are those of the stores that the snapshot has.
	indexes map[string]*index
}

func newGeneration(version int64, files *avl.Set, indexes map[string]*index) *generation {
	gen := &generation{version: version, indexes: indexes}
	runtime.AddCleanup(gen, func(files *avl.Set) {
		for _, one := range indexes {
			_ = one.close() //nolint:errcheck // nobody is left who could be told of an error, and nothing was written
		}
		_ = files.Close() //nolint:errcheck // as above
	}, files)
	return gen
}

// apply writes a commit's changes to the trees, and to the stores' indexes.
func (g *generation) apply(trees *avl.Set, changes []*memiavl.NamedChangeSet) error {
	for _, one := range changes {
		tree := trees.Tree(one.Name)
		if tree == nil {
			return fmt.Errorf("expected store %s, got none", one.Name)
		}
		pairs := one.Changeset.Pairs
		tree.Apply(pairs, g.indexes[one.Name].note(pairs, tree.Version()+1))
	}
	return nil
}

// upgrade adds, renames and deletes stores. They have no index until the next snapshot.
func (g *generation) upgrade(trees *avl.Set, upgrades []*memiavl.TreeNameUpgrade) error {
	for _, one := range upgrades {
		for _, name := range []string{one.Name, one.RenameFrom} {
			if of := g.indexes[name]; of != nil {
				of.stale.Store(true)
			}
		}
	}
	return trees.Upgrade(upgrades)
}

// writeSnapshot writes a version's trees. The snapshot has its name only once all of it is on the disk.
func writeSnapshot(ctx context.Context, dir string, trees *avl.Set, info *types.CommitInfo) error {
	final := snapshotPath(dir, info.Version)
	work := final + temporaryEnd
	if err := os.RemoveAll(work); err != nil {
		return err
	}
	if err := trees.WriteSnapshot(ctx, work); err != nil {
		return errors.Join(err, os.RemoveAll(work))
	}
	return sealSnapshot(ctx, dir, info)
}

// sealSnapshot gives a snapshot that was written under a temporary name its manifest, and then its name.
func sealSnapshot(ctx context.Context, dir string, info *types.CommitInfo) error {
	final := snapshotPath(dir, info.Version)
	work := final + temporaryEnd
	if err := writeMetadata(work, info.Version); err != nil {
		return err
	}
	encoded, err := info.Marshal()
	if err != nil {
		return err
	}
	described := manifest{Format: manifestFormat, CommitInfo: encoded}
	err = filepath.WalkDir(work, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return syncDir(path)
		}
		name, err := filepath.Rel(work, path)
		if err != nil {
			return err
		}
		size, sum, err := checksum(ctx, path)
		described.Files = append(described.Files, manifestFile{Name: name, Size: size, CRC32C: sum})
		return err
	})
	if err != nil {
		return err
	}
	text, err := json.Marshal(described)
	if err != nil {
		return err
	}
	text = fmt.Appendf(text, "\n%08x\n", crc32.Checksum(text, castagnoli))
	if err := memiavl.WriteFileSync(filepath.Join(work, manifestName), text); err != nil {
		return err
	}
	if err := syncDir(work); err != nil {
		return err
	}
	if err := os.Rename(work, final); err != nil {
		return err
	}
	return syncDir(dir)
}

// writeMetadata writes what memiavl's own glue asks of a snapshot, and so did nodes of before.
func writeMetadata(work string, version int64) error {
	encoded, err := (&memiavl.MultiTreeMetadata{CommitInfo: &memiavl.CommitInfo{Version: version}}).Marshal()
	if err != nil {
		return err
	}
	return memiavl.WriteFileSync(filepath.Join(work, memiavl.MetadataFileName), encoded)
}

// checksum reads a file through.
func checksum(ctx context.Context, path string) (size int64, sum uint32, err error) {
	file, err := os.Open(path) // #nosec G304 -- a file of the state
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	const chunk = 1 << 20
	buffer := make([]byte, chunk)
	for {
		if err := ctx.Err(); err != nil {
			return 0, 0, err
		}
		read, err := file.Read(buffer)
		sum = crc32.Update(sum, castagnoli, buffer[:read])
		size += int64(read)
		if errors.Is(err, io.EOF) {
			return size, sum, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

// readManifest returns what a snapshot is said to have.
func readManifest(path string) (manifest, *types.CommitInfo, error) {
	file, err := os.Open(filepath.Join(path, manifestName)) // #nosec G304 -- a file of the state
	if err != nil {
		return manifest{}, nil, damaged("%w", err)
	}
	described, info, err := decodeManifest(file, filepath.Base(path))
	return described, info, errors.Join(err, file.Close())
}

func decodeManifest(in io.Reader, of string) (manifest, *types.CommitInfo, error) {
	text, err := io.ReadAll(in)
	if err != nil {
		return manifest{}, nil, err
	}
	line, sum, _ := bytes.Cut(text, []byte("\n"))
	if strings.TrimSpace(string(sum)) != fmt.Sprintf("%08x", crc32.Checksum(line, castagnoli)) {
		return manifest{}, nil, damaged("%s of %s has another checksum than when it was written", manifestName, of)
	}
	var described manifest
	if err := json.Unmarshal(line, &described); err != nil {
		return manifest{}, nil, damaged("%s of %s: %w", manifestName, of, err)
	}
	if described.Format != manifestFormat {
		return manifest{}, nil, fmt.Errorf("%s: expected format %d, got %d: start the version of the node that wrote it", of, manifestFormat, described.Format)
	}
	info := &types.CommitInfo{}
	if err := info.Unmarshal(described.CommitInfo); err != nil {
		return manifest{}, nil, damaged("%s of %s: %w", manifestName, of, err)
	}
	return described, info, nil
}

// verifySnapshot compares every byte of a snapshot with its checksums.
func verifySnapshot(ctx context.Context, path string) (*types.CommitInfo, error) {
	described, info, err := readManifest(path)
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, file := range described.Files {
		group.Go(func() error {
			size, sum, err := checksum(ctx, filepath.Join(path, file.Name))
			if err != nil {
				return damaged("%w", err)
			}
			if size != file.Size || sum != file.CRC32C {
				return damaged("%s of %s: expected %d bytes with checksum %08x, got %d with %08x",
					file.Name, filepath.Base(path), file.Size, file.CRC32C, size, sum)
			}
			return nil
		})
	}
	return info, group.Wait()
}

// openSnapshot maps a snapshot's trees into memory, ready to be changed.
func openSnapshot(dir string, info *types.CommitInfo) (*avl.Set, *generation, error) {
	files, indexes, err := mapSnapshot(snapshotPath(dir, info.Version), info.Version)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", filepath.Base(snapshotPath(dir, info.Version)), err)
	}
	trees := files.Copy()
	gen := newGeneration(info.Version, files, indexes)
	if err := sameHashes(trees, info); err != nil {
		return nil, nil, damaged("%s: %w", filepath.Base(snapshotPath(dir, info.Version)), err)
	}
	return trees, gen, nil
}

// sameHashes computes the trees' hashes, and refuses trees that are not those of a commit.
func sameHashes(trees *avl.Set, info *types.CommitInfo) error {
	if got, want := len(trees.Trees()), len(info.StoreInfos); got != want {
		return fmt.Errorf("expected %d stores at version %d, got %d", want, info.Version, got)
	}
	for _, one := range info.StoreInfos {
		tree := trees.Tree(one.Name)
		if tree == nil {
			return fmt.Errorf("expected store %s at version %d, got none", one.Name, info.Version)
		}
		if got := tree.RootHash(); !bytes.Equal(got, one.CommitId.Hash) {
			return fmt.Errorf("store %s: expected hash %X at version %d, got %X", one.Name, one.CommitId.Hash, info.Version, got)
		}
	}
	return nil
}
