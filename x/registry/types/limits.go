package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// MaxLimit is the highest value of any limit, in yen: 10^15.
var MaxLimit = math.NewInt(1_000_000_000_000_000)

// Validate checks that every limit is there and from 0 to MaxLimit.
// It returns ErrInvalidLimits.
func (l Limits) Validate() error {
	if err := validateLimit("per_payment", l.PerPayment); err != nil {
		return err
	}
	if err := validateLimit("per_day", l.PerDay); err != nil {
		return err
	}
	return validateLimit("balance", l.Balance)
}

func validateLimit(name string, limit math.Int) error {
	if limit.IsNil() {
		return errorsmod.Wrapf(ErrInvalidLimits, "expected %s from 0 to %s yen, got none", name, MaxLimit)
	}
	if limit.IsNegative() || limit.GT(MaxLimit) {
		return errorsmod.Wrapf(ErrInvalidLimits, "expected %s from 0 to %s yen, got %s", name, MaxLimit, limit)
	}
	return nil
}
