package types

import (
	"cmp"
	"fmt"
)

// DefaultGenesis returns a genesis without recalls.
func DefaultGenesis() *GenesisState {
	return &GenesisState{}
}

// Validate checks each recall, that the list is in strictly ascending order, so that there is exactly one genesis for one
// state, that each hold serves one recall, and that no payment is recalled twice. Whether recalls and holds agree is for
// the laws of money.
func (m GenesisState) Validate() error {
	holds := make(map[uint64]string, len(m.Recalls))
	payments := make(map[string]string, len(m.Recalls))
	for i, recall := range m.Recalls {
		if err := recall.Validate(); err != nil {
			return fmt.Errorf("recalls[%d]: %w", i, err)
		}
		if i > 0 {
			before := m.Recalls[i-1]
			order := cmp.Or(cmp.Compare(before.PayerBank, recall.PayerBank), cmp.Compare(before.Reference, recall.Reference))
			if order >= 0 {
				return ErrInvalidGenesis.Wrapf("recalls[%d]: expected ascending (payer bank, reference), got %s after %s",
					i, recall.Name(), before.Name())
			}
		}
		if other, taken := holds[recall.HoldId]; taken && recall.HoldId != 0 {
			return ErrInvalidGenesis.Wrapf("recalls[%d]: expected a hold of its own, got hold %d of %s", i, recall.HoldId, other)
		}
		holds[recall.HoldId] = recall.Name()
		if !recall.BlocksAnother() {
			continue
		}
		payment := recall.Payer + "/" + PaymentName(recall.TxHash, recall.MessageIndex)
		if other, taken := payments[payment]; taken {
			return ErrInvalidGenesis.Wrapf("recalls[%d]: expected a payment that no other recall is about, got that of %s", i, other)
		}
		payments[payment] = recall.Name()
	}
	return nil
}
