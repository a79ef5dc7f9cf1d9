package types

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"
)

// maxTotalBits bounds every running total in a genesis, so that sums of them cannot overflow the 256 bits of an Int.
const maxTotalBits = 128

// NewBook returns the book of a bank that has issued nothing and owes nothing.
func NewBook(bank string) BankBook {
	return BankBook{Bank: bank, Liability: math.ZeroInt(), Issued: math.ZeroInt(), Redeemed: math.ZeroInt(), Day: NewDayTotals()}
}

// NewDayTotals returns the totals of a date on which nothing was booked.
func NewDayTotals() DayTotals {
	return DayTotals{Issued: math.ZeroInt(), Redeemed: math.ZeroInt(), FlowsIn: math.ZeroInt(), FlowsOut: math.ZeroInt()}
}

// Issue books newly issued yen.
func (m *BankBook) Issue(amount math.Int) {
	m.Issued, m.Day.Issued = m.Issued.Add(amount), m.Day.Issued.Add(amount)
	m.Liability = m.Liability.Add(amount)
}

// Redeem books yen that became a deposit again.
func (m *BankBook) Redeem(amount math.Int) {
	m.Redeemed, m.Day.Redeemed = m.Redeemed.Add(amount), m.Day.Redeemed.Add(amount)
	m.Liability = m.Liability.Sub(amount)
}

// FlowIn books yen from customers of another bank.
func (m *BankBook) FlowIn(amount math.Int) {
	m.Day.FlowsIn, m.Liability = m.Day.FlowsIn.Add(amount), m.Liability.Add(amount)
}

// FlowOut books yen to customers of another bank.
func (m *BankBook) FlowOut(amount math.Int) {
	m.Day.FlowsOut, m.Liability = m.Day.FlowsOut.Add(amount), m.Liability.Sub(amount)
}

// EndOfDay returns the end of the book's date, which nobody has closed.
func (m BankBook) EndOfDay() BusinessDay {
	return BusinessDay{Bank: m.Bank, Date: m.Date, Liability: m.Liability, Totals: m.Day}
}

// Validate checks that the book names a bank, that each total is 0 or more, and that its dates go forward. Whether they
// agree with orders, flows and balances is for the laws of money.
func (m BankBook) Validate() error {
	if m.Bank == "" {
		return ErrInvalidGenesis.Wrap("expected a bank for each book, got none")
	}
	err := validateTotals([]namedTotal{{"liability", m.Liability}, {"issued", m.Issued}, {"redeemed", m.Redeemed}})
	if err == nil {
		err = m.Day.Validate()
	}
	if err != nil {
		return errorsmod.Wrapf(err, "book of %s", m.Bank)
	}
	for _, date := range []string{m.Date, m.ClosedThrough} {
		if date == "" {
			continue
		}
		if err := ValidateDate(date); err != nil {
			return errorsmod.Wrapf(err, "book of %s", m.Bank)
		}
	}
	if m.Date != "" && m.Date <= m.ClosedThrough {
		return ErrInvalidGenesis.Wrapf("book of %s: expected a date after %s, which is closed, got %s", m.Bank, m.ClosedThrough, m.Date)
	}
	if m.Date == "" && !m.Day.IsZero() {
		return ErrInvalidGenesis.Wrapf("book of %s: expected a date for what was booked on it, got none", m.Bank)
	}
	return nil
}

// IsZero tells whether nothing was booked.
func (m DayTotals) IsZero() bool {
	return m.Issued.IsZero() && m.Redeemed.IsZero() && m.FlowsIn.IsZero() && m.FlowsOut.IsZero()
}

// Validate checks that each total is 0 or more.
func (m DayTotals) Validate() error {
	return validateTotals([]namedTotal{
		{"issued of the date", m.Issued},
		{"redeemed of the date", m.Redeemed},
		{"flows in of the date", m.FlowsIn},
		{"flows out of the date", m.FlowsOut},
	})
}

// Validate checks that the end of a date names bank and date, that its totals are 0 or more, and who closed it and when.
func (m BusinessDay) Validate() error {
	if m.Bank == "" {
		return ErrInvalidGenesis.Wrap("expected a bank for each business day, got none")
	}
	if err := ValidateDate(m.Date); err != nil {
		return errorsmod.Wrapf(err, "business day of %s", m.Bank)
	}
	err := validateTotals([]namedTotal{{"liability", m.Liability}})
	if err == nil {
		err = m.Totals.Validate()
	}
	if err != nil {
		return errorsmod.Wrapf(err, "business day %s of %s", m.Date, m.Bank)
	}
	if m.ClosedAt == nil {
		if m.ClosedBy != "" || m.OpenOrders != 0 {
			return ErrInvalidGenesis.Wrapf("business day %s of %s: expected a time of the close by %q, got none", m.Date, m.Bank, m.ClosedBy)
		}
		return nil
	}
	return validateSigner("closer", m.ClosedBy, m.ClosedAt, fmt.Sprintf("business day %s of %s", m.Date, m.Bank))
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

// Validate checks that the ceiling names a bank and is 0 to 2^128-1.
func (m Ceiling) Validate() error {
	if m.Bank == "" || !inRange(m.Amount) {
		return ErrInvalidCeiling.Wrapf("expected a bank and 0 to 2^%d-1 yen, got %q and %s", maxTotalBits, m.Bank, m.Amount)
	}
	return nil
}

type namedTotal struct {
	name   string
	amount math.Int
}

func validateTotals(totals []namedTotal) error {
	for _, total := range totals {
		if !inRange(total.amount) {
			return ErrInvalidGenesis.Wrapf("%s: expected an amount of 0 to 2^%d-1, got %s", total.name, maxTotalBits, total.amount)
		}
	}
	return nil
}

func inRange(amount math.Int) bool {
	return !amount.IsNil() && !amount.IsNegative() && amount.BigInt().BitLen() <= maxTotalBits
}
