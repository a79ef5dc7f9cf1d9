package types

import (
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	cmttypes "github.com/cometbft/cometbft/types"
)

// MaxTotalPower is the highest sum of voting powers that consensus accepts: 2^60 - 1.
const MaxTotalPower = cmttypes.MaxTotalVotingPower

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
	if r.AccountableUntil.IsZero() {
		return ErrInvalidValidator.Wrapf("accountable_until of %X: expected a time, got none", r.ConsensusKey)
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
