package receipt

import (
	"errors"
	"fmt"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	notarytypes "github.com/azukari-network/azukari/x/notary/types"
)

// NotarizationKey returns the store key of a notarization.
func NotarizationKey(notary sdk.AccAddress, hash []byte) ([]byte, error) {
	return collections.EncodeKeyWithPrefix(notarytypes.NotarizationsPrefix, notarytypes.KeyCodec, collections.Join(notary, hash))
}

// ParseNotarization reads a row of the notary's store. It returns an error for the rows of its index, and for bytes that the
// module cannot have written.
func ParseNotarization(key, value []byte) (Notarization, error) {
	prefix := notarytypes.NotarizationsPrefix.Bytes()
	if len(key) < len(prefix) || string(key[:len(prefix)]) != string(prefix) {
		return Notarization{}, fmt.Errorf("expected a row of notarizations, got key %X: it is of the notary's index, and says nothing by itself", key)
	}
	rest := key[len(prefix):]
	read, parsed, err := notarytypes.KeyCodec.Decode(rest)
	if err != nil || read != len(rest) {
		return Notarization{}, fmt.Errorf("expected the key of a notarization, got %X: %w", key, errors.Join(err))
	}
	var row notarytypes.Notarization
	if err := row.Unmarshal(value); err != nil {
		return Notarization{}, fmt.Errorf("expected a notarization as value: %w", err)
	}
	one := row.At(parsed)
	if err := one.Validate(); err != nil {
		return Notarization{}, err
	}
	return Notarization{
		Notary: one.Notary, Hash: one.Hash, Label: one.Label, Organization: one.Organization, Time: one.Time.UTC(), Height: one.Height,
	}, nil
}

// sameNotarization returns an error unless what the receipt tells people is what its row says.
func sameNotarization(told, proven *Notarization) error {
	switch {
	case told == nil && proven == nil:
		return nil
	case told == nil || proven == nil:
		return errors.New("expected what the row says, for a row of the notary and for no other, got the contrary")
	}
	same := told.Time.Equal(proven.Time)
	compared := *told
	compared.Time = proven.Time
	if !same || compared != *proven {
		return fmt.Errorf("expected what the row says, %s, got %s: somebody edited the receipt", proven, told)
	}
	return nil
}

// String tells it in one line.
func (n *Notarization) String() string {
	text := fmt.Sprintf("%s by %s in block %d at %s", n.Hash, n.Notary, n.Height, n.Time.Format(timeFormat))
	if n.Label != "" {
		text += fmt.Sprintf(" as %q", n.Label)
	}
	if n.Organization != "" {
		text += " for " + n.Organization
	}
	return text
}

const timeFormat = "2006-01-02T15:04:05.999999999Z07:00"
