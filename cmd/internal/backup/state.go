package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/gogoproto/proto"

	snapshottypes "cosmossdk.io/store/snapshots/types"
	storetypes "cosmossdk.io/store/types"
)

// hashState computes the hash of a home's application at a height anew from every key and value, and returns how many stores and
// keys there are.
func hashState(ctx context.Context, home string, db dbm.DB, height int64) (hash []byte, stores, keys int64, err error) {
	store, _, done, err := openState(home, db, height)
	if err != nil {
		return nil, 0, 0, damaged("application at %d: %w", height, err)
	}
	hashed := &hasher{ctx: ctx}
	// A state hands its nodes over so that both children precede their parent, whichever store it is kept in.
	err = store.Snapshot(uint64(height), hashed) //nolint:gosec // heights are positive
	if err == nil {
		err = hashed.finish()
	}
	if err = errors.Join(err, done()); err != nil {
		return nil, 0, 0, damaged("application at %d: store %s: %w", height, hashed.name, err)
	}
	// The hashes that were written down are not asked: what counts is what the keys and values give.
	return hashed.info.Hash(), int64(len(hashed.info.StoreInfos)), hashed.keys, nil
}

// subtree is a part of a tree whose root is known.
type subtree struct {
	hash []byte
	size int64
}

// hasher takes the items of a state and computes the roots of its trees.
type hasher struct {
	ctx   context.Context
	name  string
	stack []subtree
	keys  int64
	info  storetypes.CommitInfo
}

// WriteMsg implements protoio.Writer.
func (h *hasher) WriteMsg(message proto.Message) error {
	if err := h.ctx.Err(); err != nil {
		return err
	}
	item, ok := message.(*snapshottypes.SnapshotItem)
	if !ok {
		return fmt.Errorf("expected an item of a state, got %T", message)
	}
	if store := item.GetStore(); store != nil {
		if err := h.finish(); err != nil {
			return err
		}
		h.name = store.Name
		return nil
	}
	node := item.GetIAVL()
	if node.GetHeight() == 0 {
		h.stack = append(h.stack, subtree{hashNode(node, 1, node.GetKey(), digest(node.GetValue())), 1})
		h.keys++
		return nil
	}
	count := len(h.stack)
	if count < 2 {
		return fmt.Errorf("expected two children of a node of height %d, got %d", node.Height, count)
	}
	left, right := h.stack[count-2], h.stack[count-1]
	size := left.size + right.size
	h.stack = append(h.stack[:count-2], subtree{hashNode(node, size, left.hash, right.hash), size})
	return nil
}

// finish ends a tree.
func (h *hasher) finish() error {
	if h.name == "" {
		return nil
	}
	root := digest(nil)
	switch len(h.stack) {
	case 0:
	case 1:
		root = h.stack[0].hash
	default:
		return fmt.Errorf("expected one root, got %d", len(h.stack))
	}
	h.info.StoreInfos = append(h.info.StoreInfos, storetypes.StoreInfo{Name: h.name, CommitId: storetypes.CommitID{Hash: root}})
	h.stack = nil
	return nil
}

// hashNode is IAVL's hash of a node: its height, size and version, then a leaf's key and the hash of its value, or the hashes
// of both children.
func hashNode(node *snapshottypes.SnapshotIAVLItem, size int64, first, second []byte) []byte {
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
