package types

import (
	"fmt"

	"cosmossdk.io/math"
)

// IsOpen says whether the obligation still waits to be met.
func (m Obligation) IsOpen() bool {
	return m.Status == ObligationStatusOpen
}

// Name returns how errors and findings name the obligation.
func (m Obligation) Name() string {
	return fmt.Sprintf("obligation %d of %s", m.Id, m.Debtor)
}

// Credits returns the creditors' amounts in their order.
func (m Obligation) Credits() []math.Int {
	credits := make([]math.Int, len(m.Creditors))
	for i, credit := range m.Creditors {
		credits[i] = credit.Amount
	}
	return credits
}

// Validate checks that the obligation is one that the module can have written.
func (m Obligation) Validate() error {
	if m.Id == 0 || m.Cycle == 0 || m.Debtor == "" {
		return ErrInvalidGenesis.Wrapf("%s: expected an id, a cycle and a debtor, got cycle %d", m.Name(), m.Cycle)
	}
	if err := validatePositive(m.Name()+": amount", m.Amount); err != nil {
		return err
	}
	for i, credit := range m.Creditors {
		if err := validatePositive(m.Name()+": credit of "+credit.Bank, credit.Amount); err != nil {
			return err
		}
		if credit.Bank == "" || credit.Bank == m.Debtor || i > 0 && credit.Bank <= m.Creditors[i-1].Bank {
			return ErrInvalidGenesis.Wrapf("%s: expected creditors other than the debtor in ascending order, got %q", m.Name(), credit.Bank)
		}
	}
	if sum := Sum(m.Credits()); !sum.Equal(m.Amount) {
		return ErrInvalidGenesis.Wrapf("%s: expected credits of %s, got %s", m.Name(), m.Amount, sum)
	}
	if m.CreatedAt.IsZero() || !m.DueAt.After(m.CreatedAt) {
		return ErrInvalidGenesis.Wrapf("%s: expected it due after %s, got %s", m.Name(), m.CreatedAt, m.DueAt)
	}
	return m.validateEnd()
}

func (m Obligation) validateEnd() error {
	switch m.Status {
	case ObligationStatusOpen, ObligationStatusSettled, ObligationStatusConfirmed, ObligationStatusDefaulted:
	case ObligationStatusUnspecified:
		fallthrough
	default:
		return ErrInvalidGenesis.Wrapf("%s: expected a status, got %s", m.Name(), m.Status)
	}
	if m.IsOpen() != (m.EndedAt == nil) {
		return ErrInvalidGenesis.Wrapf("%s: expected ended_at exactly when it has ended, got %v at %s", m.Name(), m.EndedAt, m.Status)
	}
	parts := []math.Int{m.FromReserve, m.FromPledge, m.Shared}
	for _, part := range parts {
		if err := validateTotal(m.Name()+": part of a default", part); err != nil {
			return err
		}
	}
	want := math.ZeroInt()
	if m.Status == ObligationStatusDefaulted {
		want = m.Amount
	}
	if sum := Sum(parts); !sum.Equal(want) {
		return ErrInvalidGenesis.Wrapf("%s: expected from_reserve, from_pledge and shared to sum to %s, got %s", m.Name(), want, sum)
	}
	return nil
}

// Validate checks a claim by itself.
func (m Claim) Validate() error {
	if m.Debtor == "" || m.Creditor == "" || m.Debtor == m.Creditor {
		return ErrInvalidGenesis.Wrapf("expected a claim between two banks, got %q on %q", m.Creditor, m.Debtor)
	}
	return validatePositive("claim of "+m.Creditor+" on "+m.Debtor, m.Amount)
}
