package types

import (
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"
)

// Validate checks that the frozen amount is one that the module can have written.
// It returns ErrInvalidAccount, ErrInvalidReference, ErrInvalidAmount or ErrInvalidReason.
func (f FrozenAmount) Validate() error {
	if _, err := ParseAddress(f.Account); err != nil {
		return err
	}
	if err := ValidateReference(f.OrderReference); err != nil {
		return err
	}
	if err := ValidateYen(f.Ordered); err != nil {
		return err
	}
	if f.Frozen.IsNil() || f.Frozen.IsNegative() || f.Frozen.GT(f.Ordered) {
		return errorsmod.Wrapf(ErrInvalidAmount, "expected 0 to %s yen frozen by order %s, got %s", f.Ordered, f.OrderReference, f.Frozen)
	}
	if err := ValidateReason(f.Reason); err != nil {
		return err
	}
	_, err := ParseAddress(f.FrozenBy)
	return err
}

// IsOpen says whether the forced transfer still waits for approvals, if its time is not over.
func (t ForcedTransfer) IsOpen() bool {
	return t.Status == ForcedTransferStatusRequested
}

// Validate checks that the forced transfer is one that the module can have written. It returns ErrInvalidForcedTransfer,
// ErrInvalidAccount, ErrInvalidReference, ErrInvalidAmount or ErrInvalidReason.
func (t ForcedTransfer) Validate() error {
	if !idPattern.MatchString(t.Bank) {
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected bank id of 2 to 32 characters (a-z, 0-9, -), got %q", t.Bank)
	}
	if err := ValidateReference(t.OrderReference); err != nil {
		return err
	}
	for _, address := range []string{t.From, t.To, t.RequestedBy} {
		if _, err := ParseAddress(address); err != nil {
			return err
		}
	}
	if t.From == t.To {
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected two accounts, got %s twice", t.From)
	}
	if err := ValidateYen(t.Amount); err != nil {
		return err
	}
	if len(t.DocumentHash) != sha256.Size {
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected document hash of %d bytes, got %d", sha256.Size, len(t.DocumentHash))
	}
	if t.FreezeOrderReference != "" {
		if err := ValidateReference(t.FreezeOrderReference); err != nil {
			return err
		}
	}
	if err := ValidateReason(t.Reason); err != nil {
		return err
	}
	return t.validateProgress()
}

func (t ForcedTransfer) validateProgress() error {
	if !t.ExpiresAt.After(t.RequestedAt) {
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected an expiry after the request at %s, got %s", t.RequestedAt, t.ExpiresAt)
	}
	most := forcedTransferApprovals - 1
	switch t.Status {
	case ForcedTransferStatusExecuted:
		if len(t.Approvals) != forcedTransferApprovals {
			return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected %d approvals of an executed transfer, got %d", forcedTransferApprovals, len(t.Approvals))
		}
		most = forcedTransferApprovals
	case ForcedTransferStatusRequested, ForcedTransferStatusCancelled, ForcedTransferStatusExpired:
	case ForcedTransferStatusUnspecified:
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected a status, got %s", t.Status)
	default:
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected a known status, got %s", t.Status)
	}
	if len(t.Approvals) > most {
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected at most %d approvals of a transfer that is %s, got %d", most, t.Status, len(t.Approvals))
	}
	own, others := 0, 0
	for _, approval := range t.Approvals {
		if _, err := ParseAddress(approval.Operator); err != nil {
			return err
		}
		if approval.Operator == t.RequestedBy {
			return errorsmod.Wrapf(ErrSameOperator, "expected approvals by others than the requester %s", t.RequestedBy)
		}
		if approval.Organization == t.Bank {
			own++
		} else {
			others++
		}
	}
	if own > 1 || others > 1 {
		return errorsmod.Wrapf(ErrInvalidForcedTransfer, "expected at most one approval of %s and one of another, got %d and %d", t.Bank, own, others)
	}
	return nil
}

// forcedTransferApprovals is how many organizations carry a forced transfer.
const forcedTransferApprovals = 2

// IsApproved says whether every organization that must has given its word.
func (t ForcedTransfer) IsApproved() bool {
	return len(t.Approvals) == forcedTransferApprovals
}
