package types

import (
	"crypto/sha256"
	"time"

	"cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// validateReference checks an id that becomes the start of others, and so must be shorter than a reference may be.
func validateReference(reference string, longest int, invalid *errors.Error) error {
	if err := registrytypes.ValidateReference(reference); err != nil {
		return err
	}
	if len(reference) > longest {
		return invalid.Wrapf("expected a reference of at most %d characters, got %d", longest, len(reference))
	}
	return nil
}

// validateDetails checks what a payment says to its payee.
func validateDetails(invoice string, memoHash []byte, invalid *errors.Error) error {
	if invoice != "" {
		if err := registrytypes.ValidateReference(invoice); err != nil {
			return errors.Wrap(err, "invoice")
		}
	}
	if len(memoHash) != 0 && len(memoHash) != sha256.Size {
		return invalid.Wrapf("expected a memo_hash of %d bytes or none, got %d", sha256.Size, len(memoHash))
	}
	return nil
}

// validateCoin checks a positive amount of a denom.
func validateCoin(coin sdk.Coin, invalid *errors.Error) error {
	if err := sdk.ValidateDenom(coin.Denom); err != nil {
		return invalid.Wrapf("amount: %s", err)
	}
	return validateAmount("amount", coin.Amount, 1, invalid)
}

// validateAmount checks a number of units from least to 10^15.
func validateAmount(name string, amount math.Int, least int64, invalid *errors.Error) error {
	if amount.IsNil() || amount.LT(math.NewInt(least)) || amount.GT(registrytypes.MaxLimit) {
		return invalid.Wrapf("expected %s of %d to %s, got %s", name, least, registrytypes.MaxLimit, amount)
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

func text(at time.Time) string { return at.UTC().Format(time.RFC3339) }
