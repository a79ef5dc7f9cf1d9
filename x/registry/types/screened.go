package types

import (
	errorsmod "cosmossdk.io/errors"
)

// IsWaiting says whether the payment still waits for compliance, if its time is not over.
func (p ScreenedPayment) IsWaiting() bool {
	return p.Status == ScreeningStatusWaiting
}

// Validate checks that the payment is one that the module can have written. It returns ErrInvalidScreening,
// ErrInvalidAccount, ErrInvalidAmount or ErrInvalidReason.
func (p ScreenedPayment) Validate() error {
	if p.Id == 0 {
		return errorsmod.Wrap(ErrInvalidScreening, "expected id 1 or more, got 0")
	}
	if !idPattern.MatchString(p.Bank) {
		return errorsmod.Wrapf(ErrInvalidScreening, "expected bank id of 2 to 32 characters (a-z, 0-9, -), got %q", p.Bank)
	}
	for _, address := range []string{p.Payer, p.Payee} {
		if _, err := ParseAddress(address); err != nil {
			return err
		}
	}
	if p.Payer == p.Payee {
		return errorsmod.Wrapf(ErrInvalidScreening, "expected a payee beside the payer %s, got itself", p.Payer)
	}
	if err := ValidateYen(p.Amount); err != nil {
		return err
	}
	if err := validateScreeningReasons(p.Reasons); err != nil {
		return err
	}
	if !p.ExpiresAt.After(p.ScreenedAt) {
		return errorsmod.Wrapf(ErrInvalidScreening, "expected an expiry after %s, got %s", p.ScreenedAt, p.ExpiresAt)
	}
	return p.validateDecision()
}

func validateScreeningReasons(reasons []ScreeningReason) error {
	if len(reasons) == 0 {
		return errorsmod.Wrap(ErrInvalidScreening, "expected a reason, got none")
	}
	for i, reason := range reasons {
		if _, known := ScreeningReason_name[int32(reason)]; !known || reason == ScreeningReasonUnspecified {
			return errorsmod.Wrapf(ErrInvalidScreening, "expected a known reason, got %s", reason)
		}
		if i > 0 && reasons[i-1] >= reason {
			return errorsmod.Wrapf(ErrInvalidScreening, "expected reasons in ascending order without repeats, got %s after %s", reason, reasons[i-1])
		}
	}
	return nil
}

func (p ScreenedPayment) validateDecision() error {
	decided := p.DecidedBy != "" || p.DecidedAt != nil || p.DecisionReason != ""
	switch p.Status {
	case ScreeningStatusWaiting, ScreeningStatusExpired:
		if decided {
			return errorsmod.Wrapf(ErrInvalidScreening, "expected no decision of payment %d, got one by %q", p.Id, p.DecidedBy)
		}
		return nil
	case ScreeningStatusReleased, ScreeningStatusReturned:
		if _, err := ParseAddress(p.DecidedBy); err != nil {
			return err
		}
		if p.DecidedAt == nil {
			return errorsmod.Wrapf(ErrInvalidScreening, "expected the time of the decision of payment %d, got none", p.Id)
		}
		return ValidateReason(p.DecisionReason)
	case ScreeningStatusUnspecified:
	}
	return errorsmod.Wrapf(ErrInvalidScreening, "expected a known status of payment %d, got %s", p.Id, p.Status)
}
