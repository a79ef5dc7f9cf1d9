package types

import (
	"cmp"
	"fmt"
)

// DefaultGenesis returns a genesis without orders.
func DefaultGenesis() *GenesisState {
	return &GenesisState{}
}

// Validate checks each order, book and flow, and that each list is in strictly ascending order, so that there is
// exactly one genesis for one state. Whether orders, books and balances agree is for the laws of money.
func (m GenesisState) Validate() error {
	for i, order := range m.Orders {
		if err := order.Validate(); err != nil {
			return fmt.Errorf("orders[%d]: %w", i, err)
		}
		if i > 0 {
			before := m.Orders[i-1]
			if comparePairs(before.Bank, before.Reference, order.Bank, order.Reference) >= 0 {
				return ErrInvalidGenesis.Wrapf("orders[%d]: expected ascending (bank, reference), got %s/%s after %s/%s",
					i, order.Bank, order.Reference, before.Bank, before.Reference)
			}
		}
	}
	if err := m.validateHolds(); err != nil {
		return err
	}
	for i, book := range m.Books {
		if err := book.Validate(); err != nil {
			return fmt.Errorf("books[%d]: %w", i, err)
		}
		if i > 0 && m.Books[i-1].Bank >= book.Bank {
			return ErrInvalidGenesis.Wrapf("books[%d]: expected ascending banks, got %s after %s", i, book.Bank, m.Books[i-1].Bank)
		}
	}
	for i, flow := range m.Flows {
		if err := flow.Validate(); err != nil {
			return fmt.Errorf("flows[%d]: %w", i, err)
		}
		if i > 0 {
			before := m.Flows[i-1]
			if comparePairs(before.PayerBank, before.PayeeBank, flow.PayerBank, flow.PayeeBank) >= 0 {
				return ErrInvalidGenesis.Wrapf("flows[%d]: expected ascending (payer bank, payee bank), got %s/%s after %s/%s",
					i, flow.PayerBank, flow.PayeeBank, before.PayerBank, before.PayeeBank)
			}
		}
	}
	return nil
}

// validateHolds checks that no two orders name the same hold: the second decision would find it gone.
func (m GenesisState) validateHolds() error {
	holders := make(map[uint64]string, len(m.Orders))
	for i, order := range m.Orders {
		if order.HoldId == 0 {
			continue
		}
		if other, taken := holders[order.HoldId]; taken {
			return ErrInvalidGenesis.Wrapf("orders[%d]: expected a hold of its own, got hold %d of %s", i, order.HoldId, other)
		}
		holders[order.HoldId] = order.Name()
	}
	return nil
}

func comparePairs(first1, second1, first2, second2 string) int {
	return cmp.Or(cmp.Compare(first1, first2), cmp.Compare(second1, second2))
}
