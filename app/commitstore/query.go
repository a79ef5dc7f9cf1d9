package commitstore

import (
	"runtime"
	"strings"

	"github.com/cometbft/cometbft/proto/tendermint/crypto"
	"github.com/cosmos/iavl"
	ics23 "github.com/cosmos/ics23/go"
	"google.golang.org/protobuf/encoding/protowire"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/store/types"
)

// Query implements types.Queryable as rootmulti does: /<store>/key with or without a proof, and /<store>/subspace. Height 0 is the
// version before the last, whose proof the last header verifies. Proofs begin with IAVL's for the key in its store, and
// end with that of the store in the commit.
func (s *Store) Query(request *types.RequestQuery) (*types.ResponseQuery, error) {
	path, found := strings.CutPrefix(request.Path, "/")
	if !found {
		return &types.ResponseQuery{}, errorsmod.Wrapf(types.ErrUnknownRequest, "invalid path: %s", request.Path)
	}
	name, subpath, _ := strings.Cut(path, "/")
	s.state.RLock()
	key, mounted := s.keys[name]
	live := s.live[key]
	s.state.RUnlock()
	switch {
	case !mounted:
		return &types.ResponseQuery{}, errorsmod.Wrapf(types.ErrUnknownRequest, "no such store: %s", name)
	case live == nil:
		return &types.ResponseQuery{}, errorsmod.Wrapf(types.ErrUnknownRequest, "store %s has no tree and doesn't support queries", name)
	case len(request.Data) == 0:
		return &types.ResponseQuery{}, errorsmod.Wrap(types.ErrTxDecode, "query cannot be zero length")
	}
	response := &types.ResponseQuery{Key: request.Data, Height: s.queryHeight(request.Height, name)}
	switch subpath {
	case "key":
		return response, s.queryKey(response, name, request.Prove)
	case "subspace":
		return response, querySubspace(response, live)
	default:
		return &types.ResponseQuery{}, errorsmod.Wrapf(types.ErrUnknownRequest, "unexpected query path: /%s", subpath)
	}
}

// queryHeight is the height that a query without one is for.
func (s *Store) queryHeight(height int64, name string) int64 {
	if height != 0 {
		return height
	}
	s.state.RLock()
	defer s.state.RUnlock()
	last := s.info.GetVersion()
	if before, err := s.version(last - 1); err == nil && before.trees.Tree(name) != nil {
		return last - 1
	}
	return last
}

func (s *Store) queryKey(response *types.ResponseQuery, name string, prove bool) error {
	s.state.RLock()
	kept, err := s.version(response.Height)
	s.state.RUnlock()
	if err != nil || kept.trees.Tree(name) == nil {
		response.Log = iavl.ErrVersionDoesNotExist.Error()
		if err != nil && prove {
			return errorsmod.Wrap(types.ErrInvalidRequest, err.Error())
		}
		if prove {
			return errorsmod.Wrapf(types.ErrInvalidRequest, "expected a height at which store %s exists, got %d", name, response.Height)
		}
		return nil
	}
	store := kept.store(name)
	defer runtime.KeepAlive(store)
	response.Value = store.Get(response.Key)
	if !prove {
		return nil
	}
	proof, err := proveKey(store, response.Key)
	if err != nil {
		return err
	}
	response.ProofOps = &crypto.ProofOps{Ops: []crypto.ProofOp{
		types.NewIavlCommitmentOp(response.Key, proof).ProofOp(), kept.info.ProofOp(name),
	}}
	return nil
}

func proveKey(store *view, key []byte) (*ics23.CommitmentProof, error) {
	// What the proof has may be in the mapped files.
	encoded, err := store.tree.Prove(key).Marshal()
	if err != nil {
		return nil, err
	}
	runtime.KeepAlive(store)
	owned := &ics23.CommitmentProof{}
	return owned, owned.Unmarshal(encoded)
}

// querySubspace answers with the protobuf that rootmulti answers with: field 1 repeats pairs of key, 1, and value, 2.
func querySubspace(response *types.ResponseQuery, store types.KVStore) error {
	all := types.KVStorePrefixIterator(store, response.Key)
	response.Value = []byte{}
	for ; all.Valid(); all.Next() {
		var pair []byte
		pair = appendField(pair, 1, all.Key())
		pair = appendField(pair, 2, all.Value())
		response.Value = protowire.AppendBytes(protowire.AppendTag(response.Value, 1, protowire.BytesType), pair)
	}
	return all.Close()
}

// appendField appends a field of bytes, unless it is empty.
func appendField(to []byte, number protowire.Number, field []byte) []byte {
	if len(field) == 0 {
		return to
	}
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), field)
}
