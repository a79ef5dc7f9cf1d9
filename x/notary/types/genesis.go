package types

import (
	"bytes"
	"cmp"
	"fmt"
)

// DefaultGenesis returns a genesis without notarizations.
func DefaultGenesis() *GenesisState {
	return &GenesisState{}
}

// Validate checks each notarization, and that the list is in strictly ascending order, so that there is exactly one genesis
// for one state.
func (m GenesisState) Validate() error {
	var before Key
	for i, notarization := range m.Notarizations {
		if err := notarization.Validate(); err != nil {
			return fmt.Errorf("notarizations[%d]: %w", i, err)
		}
		key, err := notarization.Key()
		if err != nil {
			return fmt.Errorf("notarizations[%d]: %w", i, err)
		}
		if i > 0 && cmp.Or(bytes.Compare(before.K1(), key.K1()), bytes.Compare(before.K2(), key.K2())) >= 0 {
			return ErrInvalidGenesis.Wrapf("notarizations[%d]: expected ascending (notary, hash), got %s of %s", i, notarization.Hash, notarization.Notary)
		}
		before = key
	}
	return nil
}
