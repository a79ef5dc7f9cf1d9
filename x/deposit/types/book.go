package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// maxTotalBits bounds every running total in a genesis, so that sums of them cannot overflow the 256 bits of an Int.
const maxTotalBits = 128

// NewBook returns the book of a bank that has issued nothing and owes nothing.
func NewBook(bank string) BankBook {
	return BankBook{Bank: bank, Liability: math.ZeroInt(), Issued: math.ZeroInt(), Redeemed: math.ZeroInt()}
}

// Validate checks that the book names a bank and that each total is 0 or more. Whether they agree with orders,
// flows and balances is for the laws of money.
func (m BankBook) Validate() error {
	if m.Bank == "" {
		return ErrInvalidGenesis.Wrap("expected a bank for each book, got none")
	}
	totals := []struct {
		name   string
		amount math.Int
	}{{"liability", m.Liability}, {"issued", m.Issued}, {"redeemed", m.Redeemed}}
	for _, total := range totals {
		if err := validateTotal(total.amount); err != nil {
			return errorsmod.Wrapf(err, "book of %s: %s", m.Bank, total.name)
		}
	}
	return nil
}

// Validate checks that the flow is an amount of 1 to 2^128-1 between two different banks.
func (m Flow) Validate() error {
	if m.PayerBank == "" || m.PayeeBank == "" || m.PayerBank == m.PayeeBank {
		return ErrInvalidFlow.Wrapf("expected two different banks, got %q and %q", m.PayerBank, m.PayeeBank)
	}
	if m.Amount.IsNil() || !m.Amount.IsPositive() || m.Amount.BigInt().BitLen() > maxTotalBits {
		return ErrInvalidFlow.Wrapf("expected an amount of 1 to 2^%d-1 from %s to %s, got %s",
			maxTotalBits, m.PayerBank, m.PayeeBank, m.Amount)
	}
	return nil
}

func validateTotal(total math.Int) error {
	if total.IsNil() || total.IsNegative() || total.BigInt().BitLen() > maxTotalBits {
		return ErrInvalidGenesis.Wrapf("expected an amount of 0 to 2^%d-1, got %s", maxTotalBits, total)
	}
	return nil
}
