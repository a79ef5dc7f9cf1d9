package types

import (
	"time"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// validateShortReference checks an id that becomes the start of others, and so must be shorter than a reference may be.
func validateShortReference(reference string, longest int, invalid *errors.Error) error {
	if err := registrytypes.ValidateReference(reference); err != nil {
		return err
	}
	if len(reference) > longest {
		return invalid.Wrapf("expected a reference of at most %d characters, got %d", longest, len(reference))
	}
	return nil
}

// validateDetails checks what the payments of a product say to their payee.
func validateDetails(reference, invoice string, memoHash []byte) error {
	if err := ValidateReferences(reference, invoice); err != nil {
		return err
	}
	return ValidateMemoHash(memoHash)
}

// validateUnits checks a number of units from least to MaxAmount.
func validateUnits(name string, units math.Int, least int64, invalid *errors.Error) error {
	if units.IsNil() || units.LT(math.NewInt(least)) || units.GT(MaxAmount) {
		return invalid.Wrapf("expected %s of %d to %s, got %s", name, least, MaxAmount, units)
	}
	return nil
}

// validateParties checks the two addresses of a payment.
func validateParties(payer, payee string, invalid *errors.Error) error {
	if _, err := registrytypes.ParseAddress(payer); err != nil {
		return errors.Wrap(err, "payer")
	}
	if _, err := registrytypes.ParseAddress(payee); err != nil {
		return errors.Wrap(err, "payee")
	}
	if payer == payee {
		return invalid.Wrapf("expected another payee than the payer, got %s", payee)
	}
	return nil
}

// validateTime checks a time that the store keeps in nanoseconds.
func validateTime(name string, at time.Time, invalid *errors.Error) error {
	if at.Unix() <= 0 || at.After(maxExpiry) {
		return invalid.Wrapf("expected %s from 1970 to 2262, got %s", name, text(at))
	}
	return nil
}

// OrNone returns an amount that a message may leave out: 0 then.
func OrNone(amount math.Int) math.Int {
	if amount.IsNil() {
		return math.ZeroInt()
	}
	return amount
}

func text(at time.Time) string { return at.UTC().Format(time.RFC3339) }
