package types

import (
	"regexp"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// IdentityHashLength is the length of an HMAC-SHA-256 in bytes.
	IdentityHashLength = 32
	// MaxReasonLength is the longest reason for a change of status, in bytes.
	MaxReasonLength = 256
)

var (
	// Ids of banks and zones: 2 to 32 characters.
	idPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)
	// References of requests and orders, as x/deposit's.
	referencePattern = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,64}$`)
)

// Validate checks an account of the Financial Zone.
// It returns ErrInvalidAccount, ErrInvalidLimits, ErrInvalidOrderKey, ErrInvalidLinks or ErrInvalidApprovals.
func (a Account) Validate() error {
	if err := a.validateCommon(); err != nil {
		return err
	}
	if a.Status == AccountStatusUnlinked {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected a status of the Financial Zone, got %s", a.Status)
	}
	if err := a.validateActivated(); err != nil {
		return err
	}
	if len(a.IdentityHash) != IdentityHashLength {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected identity hash of %d bytes, got %d", IdentityHashLength, len(a.IdentityHash))
	}
	if a.StatusReason != "" {
		if err := ValidateReason(a.StatusReason); err != nil {
			return err
		}
	}
	if a.Status == AccountStatusClosed && len(a.Links) > 0 {
		return errorsmod.Wrapf(ErrInvalidLinks, "expected no links of a closed account, got %d", len(a.Links))
	}
	if err := ValidateLinks(a.Links); err != nil {
		return err
	}
	if a.Approvals != nil {
		if err := a.Approvals.Validate(); err != nil {
			return err
		}
		if err := CheckApprovals(a.Approvals, a.Kind, a.Links); err != nil {
			return err
		}
	}
	if a.TierLimits {
		return nil // a tier may be lowered below what the links have
	}
	return CheckLinkedDayLimit(a.Limits, a.Links)
}

// validateActivated checks that an account that needs its holder's key had it shown, and that one that had not has none.
func (a Account) validateActivated() error {
	switch a.Status {
	case AccountStatusActive:
		if !a.Activated {
			return errorsmod.Wrapf(ErrInvalidAccount, "expected an active account to be activated, got %s", a.Address)
		}
	case AccountStatusApplied, AccountStatusOpen:
		if a.Activated {
			return errorsmod.Wrapf(ErrInvalidAccount, "expected an account that is %s not to be activated, got %s", a.Status, a.Address)
		}
	case AccountStatusFrozen, AccountStatusClosed, AccountStatusUnlinked, AccountStatusUnspecified:
	}
	return nil
}

// ValidateReplica checks an account as a Business Zone may know it: without identity, links and reasons.
// It returns ErrInvalidAccount, ErrInvalidLimits or ErrInvalidOrderKey.
func (a Account) ValidateReplica() error {
	if err := a.validateCommon(); err != nil {
		return err
	}
	if len(a.IdentityHash) > 0 || len(a.Links) > 0 || a.StatusReason != "" || a.Activated || a.TierLimits {
		return errorsmod.Wrapf(ErrInvalidAccount,
			"expected a replica without identity hash, links, status reason, activation and tier, got %d bytes, %d links, %q, %t and %t",
			len(a.IdentityHash), len(a.Links), a.StatusReason, a.Activated, a.TierLimits)
	}
	if a.Approvals != nil {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected a replica without approvals, got those of %d operators", len(a.Approvals.Operators))
	}
	if a.Status == AccountStatusApplied || a.Status == AccountStatusOpen {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected a status of a Business Zone, got %s", a.Status)
	}
	return nil
}

func (a Account) validateCommon() error {
	if _, err := ParseAddress(a.Address); err != nil {
		return err
	}
	if !idPattern.MatchString(a.Bank) {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected bank id of 2 to 32 characters (a-z, 0-9, -), got %q", a.Bank)
	}
	switch a.Status {
	case AccountStatusActive, AccountStatusFrozen, AccountStatusClosed, AccountStatusUnlinked,
		AccountStatusApplied, AccountStatusOpen:
	case AccountStatusUnspecified:
		return errorsmod.Wrapf(ErrInvalidAccount, "expected a status, got %s", a.Status)
	default:
		return errorsmod.Wrapf(ErrInvalidAccount, "expected a known status, got %s", a.Status)
	}
	if err := ValidateKind(a.Kind); err != nil {
		return err
	}
	if a.Revision == 0 {
		return errorsmod.Wrap(ErrInvalidAccount, "expected revision 1 or more, got 0")
	}
	if err := a.Limits.Validate(); err != nil {
		return err
	}
	return ValidateOrderKeys(a.OrderKeys)
}

// FinancialDayLimit is what the account may pay in one Japan-time day in this zone, in yen: its day limit less those of
// its links, which Business Zones enforce, and never below 0. A replica has no links, so there it is the link's own day
// limit.
func (a Account) FinancialDayLimit() math.Int {
	return math.MaxInt(a.Limits.PerDay.Sub(LinkedDayLimit(a.Links)), math.ZeroInt())
}

// CheckActive returns nil for an active account, else ErrAccountFrozen, ErrAccountClosed, ErrAccountUnlinked or
// ErrAccountNotActive.
func (a Account) CheckActive() error {
	if a.Status == AccountStatusActive {
		return nil
	}
	return errNotActive(a.Address, a.Bank, a.Status)
}

// CheckNotClosed returns ErrAccountClosed for a closed account, else nil.
func (a Account) CheckNotClosed() error {
	if a.Status == AccountStatusClosed {
		return errClosed(a.Address)
	}
	return nil
}

// IsFree says whether the address may be applied for again: its holder never activated the account, and it is closed.
func (a Account) IsFree() bool {
	return a.Status == AccountStatusClosed && !a.Activated
}

// Details returns the part of the account that no payment reads.
func (a Account) Details() AccountDetails {
	return AccountDetails{
		IdentityHash: a.IdentityHash, Links: a.Links,
		Revision: a.Revision, StatusReason: a.StatusReason, Activated: a.Activated, Approvals: a.Approvals,
	}
}

// ParseAddress decodes a bech32 address and refuses every spelling but the canonical one, so that equal addresses are
// equal strings. It returns ErrInvalidAccount.
func ParseAddress(text string) (sdk.AccAddress, error) {
	address, err := sdk.AccAddressFromBech32(text)
	if err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidAccount, "expected a bech32 address, got %q: %s", text, err)
	}
	if canonical := address.String(); canonical != text {
		return nil, errorsmod.Wrapf(ErrInvalidAccount, "expected address %q, got %q", canonical, text)
	}
	return address, nil
}

// ValidateKind returns ErrInvalidAccount unless the kind says who the holder is.
func ValidateKind(kind AccountKind) error {
	switch kind {
	case AccountKindIndividual, AccountKindBusiness, AccountKindBankOwn:
		return nil
	case AccountKindUnspecified:
	}
	return errorsmod.Wrapf(ErrInvalidAccount, "expected kind individual, business or bank own, got %s", kind)
}

// ValidateReason returns ErrInvalidReason unless the reason is 1 to MaxReasonLength bytes of UTF-8.
func ValidateReason(reason string) error {
	if len(reason) == 0 || len(reason) > MaxReasonLength {
		return errorsmod.Wrapf(ErrInvalidReason, "expected reason of 1 to %d bytes, got %d", MaxReasonLength, len(reason))
	}
	if !utf8.ValidString(reason) {
		return errorsmod.Wrapf(ErrInvalidReason, "expected reason in UTF-8, got %q", reason)
	}
	return nil
}

// ValidateReference returns ErrInvalidReference unless the reference is 1 to 64 characters of A-Z a-z 0-9 . _ / -.
func ValidateReference(reference string) error {
	if !referencePattern.MatchString(reference) {
		return errorsmod.Wrapf(ErrInvalidReference, "expected a reference of 1 to 64 characters of A-Z a-z 0-9 . _ / -, got %q", reference)
	}
	return nil
}
