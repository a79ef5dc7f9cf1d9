package types

import (
	"cmp"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxBanks bounds how many banks one cap update names.
	MaxBanks = 256
	// MaxFlows bounds how many flows one report names.
	MaxFlows = MaxBanks * (MaxBanks - 1)
	// maxBankIDLength bounds a bank's id in a packet, in bytes; x/membership allows no longer ones.
	maxBankIDLength = 32
)

// MaxTotal is the most that a total since genesis may reach, in yen: far above all money, far below an overflow.
var MaxTotal = math.NewIntWithDecimal(1, 24)

// Validate checks every field. It returns ErrInvalidPacket.
func (r *FlowReport) Validate() error {
	if r.Version == 0 || r.Height < 1 {
		return errorsmod.Wrapf(ErrInvalidPacket, "expected version and height of 1 or more, got %d and %d", r.Version, r.Height)
	}
	if len(r.Flows) > MaxFlows {
		return errorsmod.Wrapf(ErrInvalidPacket, "expected at most %d flows, got %d", MaxFlows, len(r.Flows))
	}
	for i, flow := range r.Flows {
		if err := flow.Validate(); err != nil {
			return err
		}
		if i > 0 && CompareFlows(r.Flows[i-1], flow) >= 0 {
			return errorsmod.Wrapf(ErrInvalidPacket, "expected flows in ascending order of payer bank, then payee bank, without repeats, got %q→%q at %d",
				flow.PayerBank, flow.PayeeBank, i)
		}
	}
	return errorsmod.Wrap(ValidateCaps(r.Promised), "promised")
}

// CompareFlows orders flows by payer bank, then payee bank.
func CompareFlows(a, b Flow) int {
	return cmp.Or(cmp.Compare(a.PayerBank, b.PayerBank), cmp.Compare(a.PayeeBank, b.PayeeBank))
}

// Validate checks that a flow is between two banks and its total from 1 to MaxTotal. It returns ErrInvalidPacket.
func (f Flow) Validate() error {
	if err := validateBankID(f.PayerBank); err != nil {
		return err
	}
	if err := validateBankID(f.PayeeBank); err != nil {
		return err
	}
	if f.PayerBank == f.PayeeBank {
		return errorsmod.Wrapf(ErrInvalidPacket, "expected a flow between two banks, got one inside %q", f.PayerBank)
	}
	if f.Total.IsNil() || !f.Total.IsPositive() || f.Total.GT(MaxTotal) {
		return errorsmod.Wrapf(ErrInvalidPacket, "flow %q→%q: expected a total from 1 to %s yen, got %s", f.PayerBank, f.PayeeBank, MaxTotal, f.Total)
	}
	return nil
}

// Validate checks every field. It returns ErrInvalidPacket.
func (u *CapUpdate) Validate() error {
	if u.Revision == 0 {
		return errorsmod.Wrap(ErrInvalidPacket, "expected revision 1 or more of a cap update, got 0")
	}
	return ValidateCaps(u.Caps)
}

// ValidateCaps checks caps, and that they ascend by bank without repeats. It returns ErrInvalidPacket.
func ValidateCaps(caps []BankCap) error {
	if len(caps) > MaxBanks {
		return errorsmod.Wrapf(ErrInvalidPacket, "expected caps of at most %d banks, got %d", MaxBanks, len(caps))
	}
	for i, bankCap := range caps {
		if err := bankCap.validate(); err != nil {
			return err
		}
		if i > 0 && caps[i-1].Bank >= bankCap.Bank {
			return errorsmod.Wrapf(ErrInvalidPacket, "expected caps in ascending order of bank without repeats, got %q after %q",
				bankCap.Bank, caps[i-1].Bank)
		}
	}
	return nil
}

func (c BankCap) validate() error {
	if err := validateBankID(c.Bank); err != nil {
		return err
	}
	if c.Limit.IsNil() || c.Limit.Abs().GT(MaxTotal) {
		return errorsmod.Wrapf(ErrInvalidPacket, "cap of %q: expected a limit of at most %s yen either way, got %s", c.Bank, MaxTotal, c.Limit)
	}
	return nil
}

// Room returns how much more the bank may send, given what it has sent and received since genesis; below zero if its
// limit was lowered below that.
func (c BankCap) Room(sent, received math.Int) math.Int {
	return c.Limit.Sub(sent.Sub(received))
}

func validateBankID(id string) error {
	if id == "" || len(id) > maxBankIDLength {
		return errorsmod.Wrapf(ErrInvalidPacket, "expected a bank's id of 1 to %d bytes, got %d", maxBankIDLength, len(id))
	}
	for _, letter := range []byte(id) {
		if (letter < 'a' || letter > 'z') && (letter < '0' || letter > '9') && letter != '-' {
			return errorsmod.Wrapf(ErrInvalidPacket, "expected a bank's id of a-z, 0-9 and -, got %q", id)
		}
	}
	return nil
}

// ValidateSlice returns ErrInvalidTerms unless an amount that a bank sets is absent or from 0 to registrytypes.MaxLimit yen.
func ValidateSlice(name string, amount *math.Int) error {
	if amount == nil {
		return nil
	}
	if amount.IsNil() || amount.IsNegative() || amount.GT(registrytypes.MaxLimit) {
		return errorsmod.Wrapf(ErrInvalidTerms, "expected %s from 0 to %s yen, got %s", name, registrytypes.MaxLimit, amount)
	}
	return nil
}
