package commitstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"

	protoio "github.com/cosmos/gogoproto/io"
	"github.com/crypto-org-chain/cronos/memiavl"

	errorsmod "cosmossdk.io/errors"
	snapshottypes "cosmossdk.io/store/snapshots/types"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore/internal/avl"
)

// Snapshot implements snapshottypes.Snapshotter. It writes what rootmulti writes of the same state, byte for byte.
func (s *Store) Snapshot(height uint64, out protoio.Writer) error {
	s.state.RLock()
	kept, err := s.version(int64(height)) //nolint:gosec // heights are positive, and kinds small
	s.state.RUnlock()
	if err != nil {
		return errorsmod.Wrap(types.ErrLogic, err.Error())
	}
	for _, tree := range kept.trees.Trees() {
		if err := exportTree(tree, out); err != nil {
			return fmt.Errorf("store %s: %w", tree.Name, err)
		}
	}
	runtime.KeepAlive(kept)
	return nil
}

func exportTree(tree avl.Named, out protoio.Writer) error {
	if err := out.WriteMsg(&snapshottypes.SnapshotItem{Item: &snapshottypes.SnapshotItem_Store{
		Store: &snapshottypes.SnapshotStoreItem{Name: tree.Name},
	}}); err != nil {
		return err
	}
	return tree.Walk(func(node *memiavl.ExportNode) error {
		return out.WriteMsg(&snapshottypes.SnapshotItem{Item: &snapshottypes.SnapshotItem_IAVL{
			IAVL: &snapshottypes.SnapshotIAVLItem{Key: node.Key, Value: node.Value, Height: int32(node.Height), Version: node.Version},
		}})
	})
}

// Restore implements snapshottypes.Snapshotter for snapshots of this store and of rootmulti, into a store that has no version. It
// returns the first item that is not the multistore's.
func (s *Store) Restore(height uint64, _ uint32, in protoio.Reader) (snapshottypes.SnapshotItem, error) {
	if last := s.LatestVersion(); last != 0 {
		return snapshottypes.SnapshotItem{}, errorsmod.Wrapf(types.ErrLogic, "expected a store without a version to restore into, got version %d", last)
	}
	work := snapshotPath(s.dir, int64(height)) + temporaryEnd //nolint:gosec // heights are positive, and kinds small
	if err := os.RemoveAll(work); err != nil {
		return snapshottypes.SnapshotItem{}, err
	}
	next, err := s.importItems(work, int64(height), in) //nolint:gosec // heights are positive, and kinds small
	if err == nil {
		err = s.sealRestored(work, int64(height)) //nolint:gosec // heights are positive, and kinds small
	}
	if err != nil {
		return snapshottypes.SnapshotItem{}, errors.Join(err, os.RemoveAll(work))
	}
	return next, s.LoadLatestVersion()
}

// importItems writes the trees of a state-sync snapshot into a folder.
func (s *Store) importItems(work string, height int64, in protoio.Reader) (next snapshottypes.SnapshotItem, err error) {
	var tree *avl.Import
	finish := func() error {
		if tree == nil {
			return nil
		}
		done := tree
		tree = nil
		return errors.Join(done.Finish(), done.Close())
	}
	defer func() { err = errors.Join(err, finish()) }()
	for {
		item := snapshottypes.SnapshotItem{}
		if err := in.ReadMsg(&item); errors.Is(err, io.EOF) {
			return snapshottypes.SnapshotItem{}, nil
		} else if err != nil {
			return snapshottypes.SnapshotItem{}, errorsmod.Wrap(err, "invalid protobuf message")
		}
		switch content := item.Item.(type) {
		case *snapshottypes.SnapshotItem_Store:
			if err := finish(); err != nil {
				return snapshottypes.SnapshotItem{}, err
			}
			name := content.Store.Name
			if key, mounted := s.keys[name]; !mounted || s.types[key] != types.StoreTypeIAVL {
				return snapshottypes.SnapshotItem{}, errorsmod.Wrapf(types.ErrLogic, "cannot import into store %q, which has no tree", name)
			}
			folder := filepath.Join(work, name)
			if _, err := os.Stat(folder); err == nil {
				return snapshottypes.SnapshotItem{}, errorsmod.Wrapf(types.ErrLogic, "expected store %q once, got it twice", name)
			}
			if tree, err = avl.NewImport(folder, height); err != nil {
				return snapshottypes.SnapshotItem{}, err
			}
		case *snapshottypes.SnapshotItem_IAVL:
			if tree == nil {
				return snapshottypes.SnapshotItem{}, errorsmod.Wrap(types.ErrLogic, "received IAVL node item before store item")
			}
			if err := add(tree, content.IAVL); err != nil {
				return snapshottypes.SnapshotItem{}, errorsmod.Wrap(types.ErrLogic, err.Error())
			}
		default:
			return item, nil
		}
	}
}

func add(tree *avl.Import, item *snapshottypes.SnapshotIAVLItem) error {
	node := &memiavl.ExportNode{Key: item.Key, Version: item.Version, Height: int8(item.Height)} // #nosec G115 -- compared below
	if int32(node.Height) != item.Height {
		return fmt.Errorf("expected a node of a height up to %d, got %d", math.MaxInt8, item.Height)
	}
	if item.Height == 0 {
		node.Value = item.Value
	}
	return tree.Add(node)
}

// sealRestored makes a snapshot of the trees in a folder.
func (s *Store) sealRestored(work string, height int64) error {
	if err := os.MkdirAll(work, 0o700); err != nil {
		return err
	}
	trees, err := avl.OpenSet(work, height)
	if err != nil {
		return err
	}
	info := infoOf(height, trees)
	if err := trees.Close(); err != nil {
		return err
	}
	return sealSnapshot(context.Background(), s.dir, info)
}
