package types

import (
	"fmt"
	"regexp"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// referencePattern keeps references readable, and the purpose of a redeem order's hold within what a hold may carry.
var referencePattern = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,64}$`)

// ValidateReference checks a bank's own id for an order: 1 to 64 characters of A-Z a-z 0-9 . _ / -.
func ValidateReference(reference string) error {
	if !referencePattern.MatchString(reference) {
		return ErrInvalidOrder.Wrapf("expected a reference of 1 to 64 characters of A-Z a-z 0-9 . _ / -, got %q", reference)
	}
	return nil
}

// ValidateAmount checks the amount of an order: 1 to 10^15 jpy, which is also the most that an account can hold.
func ValidateAmount(amount sdk.Coin) error {
	if amount.Denom != registrytypes.YenDenom {
		return ErrInvalidOrder.Wrapf("expected an amount in %s, got denom %q", registrytypes.YenDenom, amount.Denom)
	}
	if amount.Amount.IsNil() || !amount.Amount.IsPositive() || amount.Amount.GT(registrytypes.MaxLimit) {
		return ErrInvalidOrder.Wrapf("expected an amount of 1 to %s %s, got %s", registrytypes.MaxLimit, registrytypes.YenDenom, amount.Amount)
	}
	return nil
}

// IsOpen tells whether the order still waits for a checker.
func (m Order) IsOpen() bool {
	return m.Status == OrderStatusRequested
}

// Name returns how errors and findings name the order: kind, bank and reference.
func (m Order) Name() string {
	kind := "order"
	switch m.Kind {
	case OrderKindIssue:
		kind = "issue order"
	case OrderKindRedeem:
		kind = "redeem order"
	case OrderKindUnspecified:
	}
	return fmt.Sprintf("%s %s of %s", kind, m.Reference, m.Bank)
}

// Validate checks that the order is one that the module can have written.
func (m Order) Validate() error {
	if m.Bank == "" {
		return ErrInvalidOrder.Wrapf("expected a bank for order %q, got none", m.Reference)
	}
	if err := ValidateReference(m.Reference); err != nil {
		return err
	}
	if m.Kind != OrderKindIssue && m.Kind != OrderKindRedeem {
		return ErrInvalidOrder.Wrapf("%s: expected kind issue or redeem, got %s", m.Name(), m.Kind)
	}
	if err := ValidateAmount(m.Amount); err != nil {
		return fmt.Errorf("%s: %w", m.Name(), err)
	}
	if _, err := registrytypes.ParseAddress(m.Account); err != nil {
		return fmt.Errorf("%s: account: %w", m.Name(), err)
	}
	if _, err := registrytypes.ParseAddress(m.RequestedBy); err != nil {
		return fmt.Errorf("%s: requested_by: %w", m.Name(), err)
	}
	if m.RequestedAt.IsZero() {
		return ErrInvalidOrder.Wrapf("%s: expected a time as requested_at, got none", m.Name())
	}
	if err := m.validateHold(); err != nil {
		return err
	}
	return m.validateDecision()
}

// validateHold checks that the order names a hold exactly while it has one.
func (m Order) validateHold() error {
	held := m.Kind == OrderKindRedeem && m.IsOpen()
	if held != (m.HoldId != 0) {
		return ErrInvalidOrder.Wrapf("%s: expected a hold exactly while a redeem order waits, got hold %d at %s",
			m.Name(), m.HoldId, m.Status)
	}
	return nil
}

// validateDecision checks that the order says who decided it, when and why, exactly when it is decided.
func (m Order) validateDecision() error {
	switch m.Status {
	case OrderStatusRequested:
		if m.DecidedBy != "" || m.DecidedAt != nil || m.Reason != "" {
			return ErrInvalidOrder.Wrapf("%s: expected no decision while it is requested, got one by %q", m.Name(), m.DecidedBy)
		}
		return nil
	case OrderStatusApproved:
		if m.Reason != "" {
			return ErrInvalidOrder.Wrapf("%s: expected no reason for an approval, got %q", m.Name(), m.Reason)
		}
	case OrderStatusRejected:
		if err := registrytypes.ValidateReason(m.Reason); err != nil {
			return fmt.Errorf("%s: %w", m.Name(), err)
		}
	case OrderStatusUnspecified:
		fallthrough
	default:
		return ErrInvalidOrder.Wrapf("%s: expected status requested, approved or rejected, got %s", m.Name(), m.Status)
	}
	if _, err := registrytypes.ParseAddress(m.DecidedBy); err != nil {
		return fmt.Errorf("%s: decided_by: %w", m.Name(), err)
	}
	if m.DecidedBy == m.RequestedBy {
		return ErrInvalidOrder.Wrapf("%s: expected another address than the requester as decided_by, got %s", m.Name(), m.DecidedBy)
	}
	if m.DecidedAt == nil || m.DecidedAt.IsZero() {
		return ErrInvalidOrder.Wrapf("%s: expected a time as decided_at, got none", m.Name())
	}
	return nil
}
