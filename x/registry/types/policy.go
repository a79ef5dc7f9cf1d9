package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"
)

// Defaults and ranges of the parameters.
const (
	DefaultForcedTransferExpiry = 14 * 24 * time.Hour

	minExpiry = time.Minute
	maxExpiry = 90 * 24 * time.Hour
)

// DefaultParams allow the highest limits that there are, and two weeks for the approvals of a forced transfer.
func DefaultParams() Params {
	return Params{ForcedTransferExpiry: DefaultForcedTransferExpiry}
}

// Validate returns ErrInvalidParams or ErrInvalidLimits.
func (p Params) Validate() error {
	if err := validateTiers(p.HighestTiers, ErrInvalidParams); err != nil {
		return err
	}
	return validateExpiry("forced_transfer_expiry", p.ForcedTransferExpiry)
}

func validateExpiry(name string, expiry time.Duration) error {
	if expiry < minExpiry || expiry > maxExpiry {
		return errorsmod.Wrapf(ErrInvalidParams, "expected %s from %s to %s, got %s", name, minExpiry, maxExpiry, expiry)
	}
	return nil
}

// Highest returns the highest limits that the members allow to accounts of a kind.
func (p Params) Highest(kind AccountKind) Bounds {
	for _, tier := range p.HighestTiers {
		if tier.Kind == kind {
			return BoundsOf(tier.Limits)
		}
	}
	highest := MaxLimit.Uint64()
	return Bounds{PerPayment: highest, PerDay: highest, Balance: highest}
}

// Validate returns ErrInvalidPolicy or ErrInvalidLimits.
func (p BankPolicy) Validate() error {
	return validateTiers(p.Tiers, ErrInvalidPolicy)
}

func validateTiers(tiers []Tier, invalid error) error {
	for i, tier := range tiers {
		if ValidateKind(tier.Kind) != nil {
			return errorsmod.Wrapf(invalid, "expected a tier of a kind of account, got %s", tier.Kind)
		}
		if i > 0 && tiers[i-1].Kind >= tier.Kind {
			return errorsmod.Wrapf(invalid, "expected tiers in ascending order of kind without repeats, got %s after %s", tier.Kind, tiers[i-1].Kind)
		}
		if err := tier.Limits.Validate(); err != nil {
			return errorsmod.Wrapf(err, "tier of %s", tier.Kind)
		}
	}
	return nil
}

// Validate returns ErrInvalidPolicy, ErrInvalidLimits or ErrInvalidReason.
func (s BankState) Validate() error {
	if !idPattern.MatchString(s.Bank) {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected bank id of 2 to 32 characters (a-z, 0-9, -), got %q", s.Bank)
	}
	if err := s.Policy.Validate(); err != nil {
		return err
	}
	if s.Paused {
		return ValidateReason(s.PauseReason)
	}
	if s.PauseReason != "" {
		return errorsmod.Wrapf(ErrInvalidPolicy, "expected no reason of a bank that is not paused, got %q", s.PauseReason)
	}
	return nil
}
