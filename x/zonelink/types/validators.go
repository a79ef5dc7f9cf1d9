package types

import (
	"github.com/cometbft/cometbft/crypto/tmhash"

	errorsmod "cosmossdk.io/errors"
)

// ValidateValidatorsHash checks a hash by which validators are pinned: that of a header, or none. It returns ErrInvalidZone.
func ValidateValidatorsHash(hash []byte) error {
	if length := len(hash); length != 0 && length != tmhash.Size {
		return errorsmod.Wrapf(ErrInvalidZone,
			"expected a hash of validators of %d bytes, or none, got %d bytes; it is next_validators_hash of a header of that chain",
			tmhash.Size, length)
	}
	return nil
}
