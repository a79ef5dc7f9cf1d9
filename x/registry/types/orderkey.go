package types

import (
	"crypto/elliptic"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"github.com/oasisprotocol/curve25519-voi/curve"

	errorsmod "cosmossdk.io/errors"
)

const (
	// MaxOrderKeys is how many order keys an account may have, so that no account makes a packet or a state row large.
	MaxOrderKeys = 16
	// MaxOrderKeyIDLength is the longest id of an order key in bytes.
	MaxOrderKeyIDLength = 64

	compressedECDSAKeyLength = 33
)

// Validate checks the id (1 to MaxOrderKeyIDLength bytes of printable ASCII) and that the public key is a usable point
// of its curve: an ECDSA key compressed and on the curve, an Ed25519 key of full order, because under ZIP-215 rules
// anybody can sign for a key of small order.
// It returns ErrInvalidOrderKey.
func (k OrderKey) Validate() error {
	if len(k.Id) == 0 || len(k.Id) > MaxOrderKeyIDLength {
		return errorsmod.Wrapf(ErrInvalidOrderKey, "expected id of 1 to %d bytes, got %d", MaxOrderKeyIDLength, len(k.Id))
	}
	for _, char := range []byte(k.Id) {
		if char < ' ' || char > '~' {
			return errorsmod.Wrapf(ErrInvalidOrderKey, "expected id of printable ASCII, got %q", k.Id)
		}
	}
	switch k.Type {
	case OrderKeyTypeEd25519:
		return k.validateEd25519()
	case OrderKeyTypeSecp256r1:
		if err := k.validateCompressedLength(); err != nil {
			return err
		}
		if x, _ := elliptic.UnmarshalCompressed(elliptic.P256(), k.PublicKey); x == nil {
			return errorsmod.Wrapf(ErrInvalidOrderKey, "expected key %q on the curve secp256r1, got %x", k.Id, k.PublicKey)
		}
		return nil
	case OrderKeyTypeSecp256k1:
		if err := k.validateCompressedLength(); err != nil {
			return err
		}
		if _, err := secp256k1.ParsePubKey(k.PublicKey); err != nil {
			return errorsmod.Wrapf(ErrInvalidOrderKey, "expected key %q on the curve secp256k1, got %x", k.Id, k.PublicKey)
		}
		return nil
	case OrderKeyTypeUnspecified:
	}
	return errorsmod.Wrapf(ErrInvalidOrderKey, "expected key %q of type ed25519, secp256r1 or secp256k1, got %s", k.Id, k.Type)
}

func (k OrderKey) validateCompressedLength() error {
	if len(k.PublicKey) != compressedECDSAKeyLength {
		return errorsmod.Wrapf(ErrInvalidOrderKey,
			"expected compressed public key %q of %d bytes, got %d", k.Id, compressedECDSAKeyLength, len(k.PublicKey))
	}
	return nil
}

func (k OrderKey) validateEd25519() error {
	if len(k.PublicKey) != curve.CompressedPointSize {
		return errorsmod.Wrapf(ErrInvalidOrderKey,
			"expected public key %q of %d bytes, got %d", k.Id, curve.CompressedPointSize, len(k.PublicKey))
	}
	var compressed curve.CompressedEdwardsY
	var point curve.EdwardsPoint
	if _, err := compressed.SetBytes(k.PublicKey); err != nil {
		return errorsmod.Wrapf(ErrInvalidOrderKey, "decode key %q: %s", k.Id, err)
	}
	if _, err := point.SetCompressedY(&compressed); err != nil {
		return errorsmod.Wrapf(ErrInvalidOrderKey, "expected key %q on the curve ed25519, got %x", k.Id, k.PublicKey)
	}
	if point.IsSmallOrder() {
		return errorsmod.Wrapf(ErrInvalidOrderKey, "expected key %q of full order, got a point of small order", k.Id)
	}
	return nil
}

// ValidateOrderKeys checks each key, their number, and that ids ascend without repeats. It returns ErrInvalidOrderKey.
func ValidateOrderKeys(keys []OrderKey) error {
	if len(keys) > MaxOrderKeys {
		return errorsmod.Wrapf(ErrInvalidOrderKey, "expected at most %d order keys, got %d", MaxOrderKeys, len(keys))
	}
	for i, key := range keys {
		if err := key.Validate(); err != nil {
			return err
		}
		if i > 0 && keys[i-1].Id >= key.Id {
			return errorsmod.Wrapf(ErrInvalidOrderKey,
				"expected ids in ascending order without repeats, got %q after %q", key.Id, keys[i-1].Id)
		}
	}
	return nil
}

// Validate returns ErrInvalidAccount, ErrInvalidReference, ErrInvalidOrderKey or ErrInvalidReason.
func (p PendingOrderKeys) Validate() error {
	for _, address := range []string{p.Account, p.ApprovedBy} {
		if _, err := ParseAddress(address); err != nil {
			return err
		}
	}
	if !idPattern.MatchString(p.Bank) {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected bank id of 2 to 32 characters (a-z, 0-9, -), got %q", p.Bank)
	}
	if err := ValidateReference(p.Reference); err != nil {
		return err
	}
	if err := ValidateOrderKeys(p.OrderKeys); err != nil {
		return err
	}
	return ValidateReason(p.Reason)
}
