package types

import (
	errorsmod "cosmossdk.io/errors"
)

// IsOpen says whether the move can still be completed, if its time is not over.
func (m AccountMove) IsOpen() bool {
	return m.Status == MoveStatusOpen
}

// Validate checks that the move is one that the module can have written. It returns ErrInvalidMove, ErrInvalidAccount,
// ErrInvalidReference, ErrInvalidLimits or ErrInvalidReason.
func (m AccountMove) Validate() error {
	if !idPattern.MatchString(m.NewBank) || !idPattern.MatchString(m.OldBank) || m.NewBank == m.OldBank {
		return errorsmod.Wrapf(ErrInvalidMove, "expected ids of two banks, 2 to 32 characters (a-z, 0-9, -), got %q and %q", m.OldBank, m.NewBank)
	}
	if err := ValidateReference(m.Reference); err != nil {
		return err
	}
	if _, err := ParseAddress(m.Account); err != nil {
		return err
	}
	terms := MoveTerms{IdentityHash: m.IdentityHash, Limits: m.Limits}
	if err := terms.Validate(); err != nil {
		return err
	}
	if !m.SilenceAt.After(m.OpenedAt) || !m.ExpiresAt.After(m.SilenceAt) {
		return errorsmod.Wrapf(ErrInvalidMove, "expected an opening, the old bank's deadline and an expiry one after the other, got %s, %s and %s",
			m.OpenedAt, m.SilenceAt, m.ExpiresAt)
	}
	if m.AcknowledgedBy != "" {
		if _, err := ParseAddress(m.AcknowledgedBy); err != nil {
			return err
		}
	}
	return m.validateOutcome()
}

func (m AccountMove) validateOutcome() error {
	if m.Amount.IsNil() || m.Amount.IsNegative() || m.Status != MoveStatusCompleted && !m.Amount.IsZero() {
		return errorsmod.Wrapf(ErrInvalidMove, "expected 0 yen or more, and only with a completed move, got %s with one that is %s", m.Amount, m.Status)
	}
	if m.Status == MoveStatusRefused {
		return ValidateReason(m.RefusalReason)
	}
	if m.RefusalReason != "" {
		return errorsmod.Wrapf(ErrInvalidMove, "expected no reason of a move that is %s, got %q", m.Status, m.RefusalReason)
	}
	switch m.Status {
	case MoveStatusOpen, MoveStatusExpired:
		return nil
	case MoveStatusCompleted:
		if m.Consented {
			return nil
		}
		return errorsmod.Wrap(ErrInvalidMove, "expected the holder's consent to a completed move, got none")
	case MoveStatusUnspecified, MoveStatusRefused:
	}
	return errorsmod.Wrapf(ErrInvalidMove, "expected a known status, got %s", m.Status)
}

// Validate returns ErrInvalidRequest, ErrInvalidAccount or ErrInvalidLimits.
func (t *MoveTerms) Validate() error {
	if t == nil {
		return errorsmod.Wrap(ErrInvalidRequest, "expected terms of a move, got none")
	}
	if len(t.IdentityHash) != IdentityHashLength {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected identity hash of %d bytes, got %d", IdentityHashLength, len(t.IdentityHash))
	}
	if t.Limits == nil {
		return nil
	}
	return t.Limits.Validate()
}
