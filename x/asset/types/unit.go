package types

import (
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxAttributes bounds the attributes of one unit.
	MaxAttributes = 16
	// MaxAttributeKeyLength is the longest key of an attribute in bytes.
	MaxAttributeKeyLength = 32
	// MaxAttributeValueLength is the longest value of an attribute in bytes.
	MaxAttributeValueLength = 128
	// MaxNoteLength is the longest note in bytes.
	MaxNoteLength = 256
)

// Denom returns the denom of the unit.
func (u Unit) Denom() string {
	return UnitDenom(u.Class, u.Id)
}

// IsLive says whether the unit is there.
func (u Unit) IsLive() bool {
	return u.Status == UnitStatusLive
}

// Validate checks a unit by itself. It returns ErrInvalidUnit.
func (u Unit) Validate() error {
	if !classPattern.MatchString(u.Class) {
		return ErrInvalidUnit.Wrapf("expected the id of a class, got %q", u.Class)
	}
	if !unitPattern.MatchString(u.Id) {
		return ErrInvalidUnit.Wrapf("expected a unit of 1 to 64 characters of A-Z a-z 0-9 . _ -, got %q", u.Id)
	}
	switch u.Status {
	case UnitStatusLive, UnitStatusRedeemed, UnitStatusRecalled, UnitStatusExpired:
	case UnitStatusUnspecified:
		return ErrInvalidUnit.Wrapf("unit %s: expected a status, got none", u.Id)
	default:
		return ErrInvalidUnit.Wrapf("unit %s: expected a known status, got %s", u.Id, u.Status)
	}
	if _, err := registrytypes.ParseAddress(u.Holder); err != nil {
		return ErrInvalidUnit.Wrapf("unit %s: holder: %s", u.Id, err)
	}
	if err := checkText(ErrInvalidUnit, "uri", u.Uri, 0, MaxURILength); err != nil {
		return err
	}
	if err := checkHash(ErrInvalidUnit, "uri hash", u.UriHash); err != nil {
		return err
	}
	if u.Freeze != nil {
		if !u.IsLive() {
			return ErrInvalidUnit.Wrapf("unit %s: expected no freeze of a unit that ended, got one", u.Id)
		}
		if err := u.Freeze.Validate(); err != nil {
			return err
		}
	}
	if err := validateAttributes(u.Attributes); err != nil {
		return err
	}
	return validateExpiry(ErrInvalidUnit, u.ExpiresAt)
}

func validateAttributes(attributes []Attribute) error {
	if len(attributes) > MaxAttributes {
		return ErrInvalidUnit.Wrapf("expected at most %d attributes, got %d", MaxAttributes, len(attributes))
	}
	for i, attribute := range attributes {
		if err := checkText(ErrInvalidUnit, "key of an attribute", attribute.Key, 1, MaxAttributeKeyLength); err != nil {
			return err
		}
		if err := checkText(ErrInvalidUnit, "value of an attribute", attribute.Value, 0, MaxAttributeValueLength); err != nil {
			return err
		}
		if i > 0 && attribute.Key <= attributes[i-1].Key {
			return ErrInvalidUnit.Wrapf("expected attributes in ascending order of key, got %q after %q", attribute.Key, attributes[i-1].Key)
		}
	}
	return nil
}

// Statement is what a signer writes beside an operation.
type Statement struct {
	// Reference is the signer's own id of the operation; may be empty.
	Reference string
	// Note goes into the history of unique units; may be empty.
	Note string
	// DocumentHash is a SHA-256; may be empty.
	DocumentHash []byte
}

// Validate returns ErrInvalidOperation, or the registry's ErrInvalidReference.
func (s Statement) Validate() error {
	if s.Reference != "" {
		if err := registrytypes.ValidateReference(s.Reference); err != nil {
			return err
		}
	}
	if err := checkText(ErrInvalidOperation, "note", s.Note, 0, MaxNoteLength); err != nil {
		return err
	}
	return checkHash(ErrInvalidOperation, "document hash", s.DocumentHash)
}
