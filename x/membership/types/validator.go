package types

import (
	"bytes"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	cmttypes "github.com/cometbft/cometbft/types"
)

// MaxTotalPower is the highest sum of voting powers: 2^59 - 1, half of what consensus accepts, because consensus also
// counts keys whose removal it is told of in the same block or a later one.
const MaxTotalPower = cmttypes.MaxTotalVotingPower / 2

// Validate checks organization id, key and power. It returns ErrInvalidOrganization or ErrInvalidValidator.
func (v Validator) Validate() error {
	if err := ValidateOrganizationID(v.Organization); err != nil {
		return err
	}
	if err := validateConsensusKey(v.ConsensusKey); err != nil {
		return err
	}
	if v.Power < 1 || v.Power > MaxTotalPower {
		return ErrInvalidValidator.Wrapf("power of %X: expected 1 to %d, got %d", v.ConsensusKey, MaxTotalPower, v.Power)
	}
	return nil
}

// Update returns the validator in the form that consensus takes.
func (v Validator) Update() abci.ValidatorUpdate {
	return validatorUpdate(v.ConsensusKey, v.Power)
}

// RemovalUpdate returns the removal of the validator in the form that consensus takes.
func (v Validator) RemovalUpdate() abci.ValidatorUpdate {
	return validatorUpdate(v.ConsensusKey, 0)
}

// Validate checks organization id, key and time. It returns ErrInvalidOrganization or ErrInvalidValidator.
func (r RemovedValidator) Validate() error {
	if err := ValidateOrganizationID(r.Organization); err != nil {
		return err
	}
	if err := validateConsensusKey(r.ConsensusKey); err != nil {
		return err
	}
	if !r.Tombstoned && r.AccountableUntil.IsZero() {
		return ErrInvalidValidator.Wrapf("accountable_until of %X: expected a time, got none", r.ConsensusKey)
	}
	return nil
}

// RotationBytes is what the new key of a rotation signs: it proves possession for this zone, organization and old key only.
func RotationBytes(chainID, organization string, oldKey, newKey []byte) []byte {
	text := fmt.Sprintf("azukari validator key rotation\x00%s\x00%s\x00%x\x00%x", chainID, organization, oldKey, newKey)
	return []byte(text)
}

// ValidateRotation checks both keys and that the new one signed the rotation. It returns ErrInvalidValidator or
// ErrInvalidProof.
func ValidateRotation(chainID, organization string, oldKey, newKey, proof []byte) error {
	for _, key := range [][]byte{oldKey, newKey} {
		if err := validateConsensusKey(key); err != nil {
			return err
		}
	}
	if bytes.Equal(oldKey, newKey) {
		return ErrInvalidValidator.Wrapf("new_key: expected another key than the old one, got %X", newKey)
	}
	if !ed25519.PubKey(newKey).VerifySignature(RotationBytes(chainID, organization, oldKey, newKey), proof) {
		return ErrInvalidProof.Wrapf("expected a signature of the new key %X over this rotation on %s, got another: sign it with that key",
			newKey, chainID)
	}
	return nil
}

func validateConsensusKey(key []byte) error {
	if len(key) != ed25519.PubKeySize {
		return ErrInvalidValidator.Wrapf("consensus_key: expected %d bytes of an ed25519 key, got %d bytes", ed25519.PubKeySize, len(key))
	}
	return nil
}

func validatorUpdate(key []byte, power int64) abci.ValidatorUpdate {
	return abci.ValidatorUpdate{
		PubKey: cmtcrypto.PublicKey{Sum: &cmtcrypto.PublicKey_Ed25519{Ed25519: key}},
		Power:  power,
	}
}
