package types

import (
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Decider returns the role that decides requests of the kind, or ErrInvalidRequest for no kind.
func (k RequestKind) Decider() (membershiptypes.Role, error) {
	switch k {
	case RequestKindOpen, RequestKindLimits, RequestKindPolicy:
		return membershiptypes.RoleChecker, nil
	case RequestKindUnfreeze, RequestKindReleaseAmount, RequestKindUnpause:
		return membershiptypes.RoleCompliance, nil
	case RequestKindUnspecified:
	}
	return 0, errorsmod.Wrapf(ErrInvalidRequest, "expected a kind of request, got %s", k)
}

// IsOpen says whether the request still waits for a decision.
func (r AccountRequest) IsOpen() bool {
	return r.Status == RequestStatusRequested
}

// Validate checks that the request is one that the module can have written.
// It returns ErrInvalidRequest, ErrInvalidReference, ErrInvalidReason, or the errors of what it asks.
func (r AccountRequest) Validate() error {
	if !idPattern.MatchString(r.Bank) {
		return errorsmod.Wrapf(ErrInvalidRequest, "expected bank id of 2 to 32 characters (a-z, 0-9, -), got %q", r.Bank)
	}
	if err := ValidateReference(r.Reference); err != nil {
		return err
	}
	if r.aboutBank() {
		if r.Account != "" {
			return errorsmod.Wrapf(ErrInvalidRequest, "expected no account in a request of kind %s, got %s", r.Kind, r.Account)
		}
	} else if _, err := ParseAddress(r.Account); err != nil {
		return err
	}
	if err := r.validatePayload(); err != nil {
		return err
	}
	if r.Kind == RequestKindOpen {
		if r.Reason != "" {
			return errorsmod.Wrapf(ErrInvalidRequest, "expected no reason in an application, got %q", r.Reason)
		}
	} else if err := ValidateReason(r.Reason); err != nil {
		return err
	}
	if _, err := ParseAddress(r.RequestedBy); err != nil {
		return err
	}
	return r.validateDecision()
}

func (r AccountRequest) aboutBank() bool {
	return r.Kind == RequestKindPolicy || r.Kind == RequestKindUnpause
}

func (r AccountRequest) validatePayload() error {
	var valid bool
	switch payload := r.Payload.(type) {
	case nil:
		valid = r.Kind == RequestKindUnfreeze || r.Kind == RequestKindUnpause
	case *AccountRequest_Application:
		if err := payload.Application.Validate(); err != nil {
			return err
		}
		valid = r.Kind == RequestKindOpen
	case *AccountRequest_Limits:
		if limits := payload.Limits.GetLimits(); limits != nil {
			if err := limits.Validate(); err != nil {
				return err
			}
		}
		valid = r.Kind == RequestKindLimits
	case *AccountRequest_Release:
		if err := ValidateReference(payload.Release.GetOrderReference()); err != nil {
			return err
		}
		valid = r.Kind == RequestKindReleaseAmount
	case *AccountRequest_Policy:
		if payload.Policy == nil {
			return errorsmod.Wrap(ErrInvalidRequest, "expected a policy, got none")
		}
		if err := payload.Policy.Validate(); err != nil {
			return err
		}
		valid = r.Kind == RequestKindPolicy
	}
	if !valid {
		return errorsmod.Wrapf(ErrInvalidRequest, "expected what a request of kind %s asks, got %T", r.Kind, r.Payload)
	}
	return nil
}

func (r AccountRequest) validateDecision() error {
	switch r.Status {
	case RequestStatusRequested:
		if r.DecidedBy != "" || r.DecidedAt != nil || r.RejectionReason != "" {
			return errorsmod.Wrapf(ErrInvalidRequest, "expected no decision of the open request %s, got one by %q", r.Reference, r.DecidedBy)
		}
		return nil
	case RequestStatusApproved:
		if r.RejectionReason != "" {
			return errorsmod.Wrapf(ErrInvalidRequest, "expected no rejection reason of the approved request %s, got %q", r.Reference, r.RejectionReason)
		}
	case RequestStatusRejected:
		if err := ValidateReason(r.RejectionReason); err != nil {
			return err
		}
	case RequestStatusUnspecified:
		return errorsmod.Wrapf(ErrInvalidRequest, "expected a status of request %s, got %s", r.Reference, r.Status)
	default:
		return errorsmod.Wrapf(ErrInvalidRequest, "expected a known status of request %s, got %s", r.Reference, r.Status)
	}
	if _, err := ParseAddress(r.DecidedBy); err != nil {
		return err
	}
	if r.DecidedBy == r.RequestedBy {
		return errorsmod.Wrapf(ErrSameOperator, "expected request %s decided by another operator than %s", r.Reference, r.RequestedBy)
	}
	if r.DecidedAt == nil {
		return errorsmod.Wrapf(ErrInvalidRequest, "expected the time of the decision of request %s, got none", r.Reference)
	}
	return nil
}

// Validate returns ErrInvalidRequest, ErrInvalidAccount, ErrInvalidLimits or ErrInvalidOrderKey.
func (a *Application) Validate() error {
	if a == nil {
		return errorsmod.Wrap(ErrInvalidRequest, "expected an application, got none")
	}
	if err := ValidateKind(a.Kind); err != nil {
		return err
	}
	if len(a.IdentityHash) != IdentityHashLength {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected identity hash of %d bytes, got %d", IdentityHashLength, len(a.IdentityHash))
	}
	if a.Limits != nil {
		if err := a.Limits.Validate(); err != nil {
			return err
		}
	}
	return validateOrderKeys(a.OrderKeys)
}

// SortOrderKeys returns the keys in ascending order of id, as accounts have them; a bank may send them in any order.
func SortOrderKeys(keys []OrderKey) []OrderKey {
	return slices.SortedFunc(slices.Values(keys), func(a, b OrderKey) int { return strings.Compare(a.Id, b.Id) })
}

// ValidateBatch returns ErrInvalidBatch unless a batch has 1 to MaxBatchLines lines.
func ValidateBatch(lines int) error {
	if lines < 1 || lines > MaxBatchLines {
		return errorsmod.Wrapf(ErrInvalidBatch, "expected 1 to %d lines, got %d; send several batches", MaxBatchLines, lines)
	}
	return nil
}
