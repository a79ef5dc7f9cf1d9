package types

import (
	errorsmod "cosmossdk.io/errors"
)

// Validate checks that the change is one that the module can have written. It returns ErrInvalidAccount,
// ErrInvalidReference, ErrInvalidReason or the account's errors.
func (c AccountChange) Validate() error {
	if _, known := ChangeKind_name[int32(c.Kind)]; !known || c.Kind == ChangeKindUnspecified {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected a kind of change, got %s", c.Kind)
	}
	if c.Height < 1 {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected height 1 or more, got %d", c.Height)
	}
	if c.Operator != "" {
		if _, err := ParseAddress(c.Operator); err != nil {
			return err
		}
	}
	if c.Reference != "" {
		if err := ValidateReference(c.Reference); err != nil {
			return err
		}
	}
	if c.Reason != "" {
		if err := ValidateReason(c.Reason); err != nil {
			return err
		}
	}
	return c.Account.Validate()
}
