package types

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// DefaultGenesis returns a genesis without payments, without fees.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks each row, that each list is in strictly ascending order, so that there is exactly one genesis for one
// state, that each hold serves one recall, and that no payment is recalled twice. Whether recalls and holds agree is for
// the laws of money.
func (m GenesisState) Validate() error {
	if err := m.Params.Validate(); err != nil {
		return fmt.Errorf("params: %w", err)
	}
	if err := validateRecalls(m.Recalls); err != nil {
		return err
	}
	err := ascending("payments", m.Payments, PaymentRecord.Validate, func(a, b PaymentRecord) int {
		return compareReferences(a.Payer, a.Reference, b.Payer, b.Reference)
	})
	if err != nil {
		return err
	}
	err = ascending("order_nonces", m.OrderNonces, OrderNonces.Validate, func(a, b OrderNonces) int {
		return compareAddresses(a.Payer, b.Payer)
	})
	if err != nil {
		return err
	}
	err = ascending("gateway_loads", m.GatewayLoads, GatewayLoad.Validate, func(a, b GatewayLoad) int {
		return compareAddresses(a.Gateway, b.Gateway)
	})
	if err != nil {
		return err
	}
	err = ascending("usages", m.Usages, Usage.Validate, func(a, b Usage) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Organization, b.Organization))
	})
	if err != nil {
		return err
	}
	return m.validateProducts()
}

// ascending checks each row of a list and that each is above the one before.
func ascending[V any](name string, rows []V, validate func(V) error, compare func(a, b V) int) error {
	for i, row := range rows {
		if err := validate(row); err != nil {
			return fmt.Errorf("%s[%d]: %w", name, i, err)
		}
		if i > 0 && compare(rows[i-1], row) >= 0 {
			return ErrInvalidGenesis.Wrapf("%s[%d]: expected ascending order without repeats, got %v after %v", name, i, row, rows[i-1])
		}
	}
	return nil
}

// compareReferences compares (address, reference) as the store does: in a key that goes on behind the address its length comes first.
func compareReferences(a, aReference, b, bReference string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), compareAddresses(a, b), cmp.Compare(aReference, bReference))
}

// compareAddresses compares addresses by their bytes, as the store does. Both have been validated.
func compareAddresses(a, b string) int {
	left, leftErr := registrytypes.ParseAddress(a)
	right, rightErr := registrytypes.ParseAddress(b)
	if leftErr != nil || rightErr != nil {
		return strings.Compare(a, b)
	}
	return bytes.Compare(left, right)
}

// Validate checks a gateway's load. It returns ErrInvalidGenesis.
func (m GatewayLoad) Validate() error {
	if _, err := registrytypes.ParseAddress(m.Gateway); err != nil {
		return err
	}
	if m.Height < 0 || m.Count == 0 {
		return ErrInvalidGenesis.Wrapf("gateway %s: expected a height and orders, got %d orders at %d", m.Gateway, m.Count, m.Height)
	}
	return nil
}

func validateRecalls(recalls []Recall) error {
	holds := make(map[uint64]string, len(recalls))
	payments := make(map[string]string, len(recalls))
	err := ascending("recalls", recalls, Recall.Validate, func(a, b Recall) int {
		return cmp.Or(cmp.Compare(a.PayerBank, b.PayerBank), cmp.Compare(a.Reference, b.Reference))
	})
	if err != nil {
		return err
	}
	for i, recall := range recalls {
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
