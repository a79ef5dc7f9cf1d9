package types

import (
	"crypto/sha256"
	"encoding/hex"
	"unicode"
	"unicode/utf8"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Key is (notary, SHA-256 of the document), the key of a notarization.
type Key = collections.Pair[sdk.AccAddress, []byte]

// KeyCodec writes the key of a row so that each half can be found in it: the address with its length before it, then the hash.
var KeyCodec = collections.PairKeyCodec(sdk.AccAddressKey, collections.BytesKey)

// ParseHash returns the 32 bytes of a hash in hex, or ErrInvalidDocument. There is one text for one hash: lower case.
func ParseHash(text string) ([]byte, error) {
	hash, err := hex.DecodeString(text)
	if err != nil || len(hash) != sha256.Size || hex.EncodeToString(hash) != text {
		return nil, ErrInvalidDocument.Wrapf("expected SHA-256 in 64 characters of 0-9 a-f, got %q", text)
	}
	return hash, nil
}

// ValidateLabel returns ErrInvalidDocument unless the label is 0 to MaxLabelLength bytes of UTF-8 without control
// characters, which a terminal would obey.
func ValidateLabel(label string) error {
	if len(label) > MaxLabelLength {
		return ErrInvalidDocument.Wrapf("expected a label of 0 to %d bytes, got %d; shorten it", MaxLabelLength, len(label))
	}
	if !utf8.ValidString(label) {
		return ErrInvalidDocument.Wrapf("expected a label in UTF-8, got %q", label)
	}
	for _, char := range label {
		if unicode.IsControl(char) {
			return ErrInvalidDocument.Wrapf("expected a label without control characters, got %q", label)
		}
	}
	return nil
}

// ParseDocuments returns the hashes of 1 to MaxDocuments documents in their order, or ErrInvalidDocument if one of them
// cannot be or comes twice.
func ParseDocuments(documents []Document) ([][]byte, error) {
	if len(documents) == 0 || len(documents) > MaxDocuments {
		return nil, ErrInvalidDocument.Wrapf("expected 1 to %d documents, got %d; send the others in another message", MaxDocuments, len(documents))
	}
	hashes := make([][]byte, len(documents))
	before := make(map[string]int, len(documents))
	for i, document := range documents {
		hash, err := ParseHash(document.Hash)
		if err != nil {
			return nil, ErrInvalidDocument.Wrapf("documents[%d]: %s", i, err)
		}
		if err := ValidateLabel(document.Label); err != nil {
			return nil, ErrInvalidDocument.Wrapf("documents[%d]: %s", i, err)
		}
		if first, repeated := before[document.Hash]; repeated {
			return nil, ErrInvalidDocument.Wrapf("documents[%d]: expected a hash of its own, got that of documents[%d]", i, first)
		}
		before[document.Hash], hashes[i] = i, hash
	}
	return hashes, nil
}

// Key returns the notarization's key; an error says why it has none.
func (m Notarization) Key() (Key, error) {
	notary, err := registrytypes.ParseAddress(m.Notary)
	if err != nil {
		return Key{}, err
	}
	hash, err := ParseHash(m.Hash)
	return collections.Join(notary, hash), err
}

// Row returns what the store keeps of the notarization: what is not in the key.
func (m Notarization) Row() Notarization {
	row := m
	row.Notary, row.Hash = "", ""
	return row
}

// At returns the notarization of which the store keeps m under a key.
func (m Notarization) At(key Key) Notarization {
	whole := m
	whole.Notary, whole.Hash = key.K1().String(), hex.EncodeToString(key.K2())
	return whole
}

// Validate returns an error for a notarization that no message can have left.
func (m Notarization) Validate() error {
	if _, err := m.Key(); err != nil {
		return err
	}
	if err := ValidateLabel(m.Label); err != nil {
		return err
	}
	if m.Organization != "" {
		if err := membershiptypes.ValidateOrganizationID(m.Organization); err != nil {
			return err
		}
	}
	if m.Time.IsZero() {
		return ErrInvalidDocument.Wrap("expected the time of its block, got none")
	}
	if m.Height < 1 {
		return ErrInvalidDocument.Wrapf("expected the height of its block, 1 or more, got %d", m.Height)
	}
	return nil
}
