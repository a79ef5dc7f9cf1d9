package types

import (
	"fmt"
	"regexp"

	"cosmossdk.io/math"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var referencePattern = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,64}$`)

// ValidateReference checks a reference of a reserve order or of a queued payment. It returns ErrInvalidOrder.
func ValidateReference(reference string) error {
	if !referencePattern.MatchString(reference) {
		return ErrInvalidOrder.Wrapf("expected a reference of 1 to 64 characters of A-Z a-z 0-9 . _ / -, got %q", reference)
	}
	return nil
}

// ValidateAmount checks an amount of reserve: 1 to MaxAmount. It returns ErrInvalidOrder.
func ValidateAmount(amount math.Int) error {
	if amount.IsNil() || !amount.IsPositive() || amount.GT(MaxAmount) {
		return ErrInvalidOrder.Wrapf("expected an amount from 1 to %s yen, got %s", MaxAmount, amount)
	}
	return nil
}

// IsOpen says whether the order still waits for a checker.
func (m ReserveOrder) IsOpen() bool {
	return m.Status == ReserveOrderStatusRequested
}

// Name returns how errors and findings name the order.
func (m ReserveOrder) Name() string {
	return fmt.Sprintf("reserve order %s of %s", m.Reference, m.Organization)
}

// Validate checks that the order is one that the module can have written.
func (m ReserveOrder) Validate() error {
	for _, id := range []string{m.Organization, m.Bank} {
		if err := membershiptypes.ValidateOrganizationID(id); err != nil {
			return fmt.Errorf("%s: %w", m.Name(), err)
		}
	}
	if err := ValidateReference(m.Reference); err != nil {
		return err
	}
	switch m.Kind {
	case ReserveOrderKindIssue, ReserveOrderKindRedeem, ReserveOrderKindPledge, ReserveOrderKindRelease:
		// A confirmation has the amount of its obligation, which other bounds keep small.
		if err := ValidateAmount(m.Amount); err != nil {
			return fmt.Errorf("%s: %w", m.Name(), err)
		}
	case ReserveOrderKindConfirm:
		if err := validatePositive(m.Name(), m.Amount); err != nil {
			return err
		}
	case ReserveOrderKindUnspecified:
		fallthrough
	default:
		return ErrInvalidOrder.Wrapf("%s: expected a kind, got %s", m.Name(), m.Kind)
	}
	if (m.Kind == ReserveOrderKindConfirm) != (m.ObligationId != 0) {
		return ErrInvalidOrder.Wrapf("%s: expected an obligation exactly for a confirmation, got %d", m.Name(), m.ObligationId)
	}
	if _, err := registrytypes.ParseAddress(m.RequestedBy); err != nil {
		return fmt.Errorf("%s: requested_by: %w", m.Name(), err)
	}
	if m.RequestedAt.IsZero() {
		return ErrInvalidOrder.Wrapf("%s: expected a time as requested_at, got none", m.Name())
	}
	return m.validateDecision()
}

// validateDecision checks that the order says who decided it, when and why, exactly when it is decided.
func (m ReserveOrder) validateDecision() error {
	switch m.Status {
	case ReserveOrderStatusRequested:
		if m.DecidedBy != "" || m.DecidedAt != nil || m.Reason != "" {
			return ErrInvalidOrder.Wrapf("%s: expected no decision while it is requested, got one by %q", m.Name(), m.DecidedBy)
		}
		return nil
	case ReserveOrderStatusApproved:
		if m.Reason != "" {
			return ErrInvalidOrder.Wrapf("%s: expected no reason for an approval, got %q", m.Name(), m.Reason)
		}
	case ReserveOrderStatusRejected:
		if err := registrytypes.ValidateReason(m.Reason); err != nil {
			return fmt.Errorf("%s: %w", m.Name(), err)
		}
	case ReserveOrderStatusUnspecified:
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
