package types

import (
	"regexp"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// IdentityHashLength is the length of a salted SHA-256 in bytes.
	IdentityHashLength = 32
	// MaxReasonLength is the longest reason for a change of status, in bytes.
	MaxReasonLength = 256
)

// Ids of banks and zones: 2 to 32 characters.
var idPattern = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)

// Validate checks an account of the Financial Zone.
// It returns ErrInvalidAccount, ErrInvalidLimits, ErrInvalidOrderKey or ErrInvalidLinks.
func (a Account) Validate() error {
	if err := a.validateCommon(); err != nil {
		return err
	}
	if a.Status == AccountStatusUnlinked {
		return errorsmod.Wrapf(ErrInvalidAccount, "expected status active, frozen or closed, got %s", a.Status)
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
	return ValidateLinks(a.Limits, a.Links)
}

// ValidateReplica checks an account as a Business Zone may know it: without identity, links and reasons.
// It returns ErrInvalidAccount, ErrInvalidLimits or ErrInvalidOrderKey.
func (a Account) ValidateReplica() error {
	if err := a.validateCommon(); err != nil {
		return err
	}
	if len(a.IdentityHash) > 0 || len(a.Links) > 0 || a.StatusReason != "" {
		return errorsmod.Wrapf(ErrInvalidAccount,
			"expected a replica without identity hash, links and status reason, got %d bytes, %d links and %q",
			len(a.IdentityHash), len(a.Links), a.StatusReason)
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
	case AccountStatusActive, AccountStatusFrozen, AccountStatusClosed, AccountStatusUnlinked:
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
	return validateOrderKeys(a.OrderKeys)
}

// FinancialDayLimit is what the account may pay in one Japan-time day in this zone, in yen: its day limit less those of
// its links, which Business Zones enforce. A replica has no links, so there it is the link's own day limit.
func (a Account) FinancialDayLimit() math.Int {
	return a.Limits.PerDay.Sub(linkedDayLimit(a.Links))
}

// CheckActive returns nil for an active account, else ErrAccountFrozen, ErrAccountClosed or ErrAccountUnlinked.
func (a Account) CheckActive() error {
	switch a.Status {
	case AccountStatusActive:
		return nil
	case AccountStatusFrozen:
		return errorsmod.Wrapf(ErrAccountFrozen, "expected account %s active, got frozen; ask bank %s", a.Address, a.Bank)
	case AccountStatusUnlinked:
		return errorsmod.Wrapf(ErrAccountUnlinked,
			"expected account %s active, got unlinked; request a link on the Financial Zone", a.Address)
	case AccountStatusClosed, AccountStatusUnspecified:
	}
	return a.errClosed()
}

// CheckNotClosed returns ErrAccountClosed for a closed account, else nil.
func (a Account) CheckNotClosed() error {
	if a.Status == AccountStatusClosed {
		return a.errClosed()
	}
	return nil
}

func (a Account) errClosed() error {
	return errorsmod.Wrapf(ErrAccountClosed, "expected account %s open, got closed; a closed account never opens again", a.Address)
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
