package types

import (
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"

	errorsmod "cosmossdk.io/errors"
)

// VerifyStored checks that a chain whose app hash is root had a value under a key of one of its stores, or nothing if the
// value is empty. The proof is an encoded commitmenttypes.MerkleProof. It returns ErrInvalidProof.
func VerifyStored(root []byte, store string, key, value, proof []byte) error {
	var merkle commitmenttypes.MerkleProof
	if err := merkle.Unmarshal(proof); err != nil {
		return errorsmod.Wrapf(ErrInvalidProof, "expected a Merkle proof, got %d other bytes", len(proof))
	}
	// A path keeps the bytes of a key as they are: nothing is escaped.
	path := commitmenttypes.NewMerklePath(store, string(key))
	hash := commitmenttypes.NewMerkleRoot(root)
	if len(value) == 0 {
		if err := merkle.VerifyNonMembership(commitmenttypes.GetSDKSpecs(), hash, path); err != nil {
			return errorsmod.Wrapf(ErrInvalidProof, "expected a proof that store %s has nothing at %X: %s", store, key, err)
		}
		return nil
	}
	if err := merkle.VerifyMembership(commitmenttypes.GetSDKSpecs(), hash, path, value); err != nil {
		return errorsmod.Wrapf(ErrInvalidProof, "expected a proof of %d bytes in store %s at %X: %s", len(value), store, key, err)
	}
	return nil
}
