package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	dbm "github.com/cosmos/cosmos-db"
	iavltree "github.com/cosmos/iavl"

	"cosmossdk.io/log"
	"cosmossdk.io/store/iavl"
	"cosmossdk.io/store/metrics"
	"cosmossdk.io/store/rootmulti"
	storetypes "cosmossdk.io/store/types"
)

// hashState computes the application's hash at a height anew from every key and value, and returns how many stores and keys
// there are.
func hashState(ctx context.Context, db dbm.DB, height int64) (hash []byte, stores, keys int64, err error) {
	multi := rootmulti.NewStore(db, log.NewNopLogger(), metrics.NewNoOpMetrics())
	// The index beside the tree is not asked, and not made.
	multi.SetIAVLDisableFastNode(true)
	info, err := multi.GetCommitInfo(height)
	if err != nil {
		return nil, 0, 0, damaged("application at %d: %w", height, err)
	}
	names := map[string]*storetypes.KVStoreKey{}
	for _, one := range info.StoreInfos {
		names[one.Name] = storetypes.NewKVStoreKey(one.Name)
		multi.MountStoreWithDB(names[one.Name], storetypes.StoreTypeIAVL, nil)
	}
	if err := multi.LoadVersion(height); err != nil {
		return nil, 0, 0, damaged("application at %d: %w", height, err)
	}
	for i := range info.StoreInfos {
		one := &info.StoreInfos[i]
		store, ok := multi.GetCommitKVStore(names[one.Name]).(*iavl.Store)
		if !ok {
			return nil, 0, 0, damaged("store %s: expected a tree, got another kind of store", one.Name)
		}
		root, leaves, err := hashTree(ctx, store, height)
		if err != nil {
			return nil, 0, 0, damaged("store %s: %w", one.Name, err)
		}
		// The hash that was written down is not asked: what counts is what the keys and values give.
		one.CommitId.Hash = root
		keys += leaves
	}
	return info.Hash(), int64(len(info.StoreInfos)), keys, nil
}

// subtree is a part of a tree whose root is known.
type subtree struct {
	hash []byte
	size int64
}

// hashTree computes a tree's root from its leaves: IAVL hands the nodes over so that both children precede their parent.
func hashTree(ctx context.Context, store *iavl.Store, height int64) (root []byte, leaves int64, err error) {
	exporter, err := store.Export(height)
	if err != nil {
		return nil, 0, err
	}
	defer exporter.Close()
	var stack []subtree
	for {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		node, err := exporter.Next()
		if errors.Is(err, iavltree.ErrorExportDone) {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		if node.Height == 0 {
			stack = append(stack, subtree{hashNode(node, 1, node.Key, digest(node.Value)), 1})
			leaves++
			continue
		}
		if len(stack) < 2 {
			return nil, 0, fmt.Errorf("expected two children of a node of height %d, got %d", node.Height, len(stack))
		}
		left, right := stack[len(stack)-2], stack[len(stack)-1]
		size := left.size + right.size
		stack = append(stack[:len(stack)-2], subtree{hashNode(node, size, left.hash, right.hash), size})
	}
	switch len(stack) {
	case 0:
		return digest(nil), 0, nil
	case 1:
		return stack[0].hash, leaves, nil
	default:
		return nil, 0, fmt.Errorf("expected one root, got %d", len(stack))
	}
}

// hashNode is IAVL's hash of a node: its height, size and version, then a leaf's key and the hash of its value, or the hashes
// of both children.
func hashNode(node *iavltree.ExportNode, size int64, first, second []byte) []byte {
	var encoded bytes.Buffer
	for _, number := range []int64{int64(node.Height), size, node.Version} {
		encoded.Write(binary.AppendVarint(nil, number))
	}
	encoded.Write(appendBytes(nil, first))
	encoded.Write(appendBytes(nil, second))
	return digest(encoded.Bytes())
}

func digest(of []byte) []byte {
	sum := sha256.Sum256(of)
	return sum[:]
}
