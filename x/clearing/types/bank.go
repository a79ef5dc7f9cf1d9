package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	// LossSharesMax is how many banks may share a loss.
	LossSharesMax = 1000
	// LossWeightMax is the highest weight of one bank.
	LossWeightMax = 1_000_000
)

// NewParticipant returns what clearing knows of a bank that it has no record of.
func NewParticipant(bank string) Participant {
	return Participant{Bank: bank, Status: BankStatusActive, Owed: math.ZeroInt()}
}

// Cap returns how far below zero the bank's position may go by the members' cap, its own, and what its pledge covers.
func (m Participant) Cap(params Params, pledge math.Int) math.Int {
	bound := params.DefaultNetDebitCap
	if m.NetDebitCap != nil {
		bound = *m.NetDebitCap
	}
	if m.OwnCap != nil {
		bound = math.MinInt(bound, *m.OwnCap)
	}
	if params.PledgeRatioPercent > 0 {
		bound = math.MinInt(bound, pledge.MulRaw(percentMax).QuoRaw(int64(params.PledgeRatioPercent)))
	}
	return bound
}

// IsFailed says whether the bank's outgoing payments are stopped.
func (m Participant) IsFailed() bool {
	return m.Status == BankStatusFailed
}

// Validate checks a record as the module can have written it.
func (m Participant) Validate() error {
	if err := membershiptypes.ValidateOrganizationID(m.Bank); err != nil {
		return err
	}
	if m.Status != BankStatusActive && m.Status != BankStatusFailed {
		return ErrInvalidGenesis.Wrapf("participant %s: expected status active or failed, got %s", m.Bank, m.Status)
	}
	for _, bound := range []*math.Int{m.NetDebitCap, m.OwnCap} {
		if err := ValidateOptionalCap(bound); err != nil {
			return errorsmod.Wrapf(err, "participant %s", m.Bank)
		}
	}
	return validateTotal("owed of "+m.Bank, m.Owed)
}

// ValidateLossShares checks a loss-sharing key. It returns ErrInvalidLossShares.
func ValidateLossShares(shares []LossShare) error {
	if len(shares) > LossSharesMax {
		return ErrInvalidLossShares.Wrapf("expected at most %d banks, got %d", LossSharesMax, len(shares))
	}
	for i, share := range shares {
		if share.Weight == 0 || share.Weight > LossWeightMax {
			return ErrInvalidLossShares.Wrapf("expected a weight of %s from 1 to %d, got %d", share.Bank, LossWeightMax, share.Weight)
		}
		if i > 0 && share.Bank <= shares[i-1].Bank {
			return ErrInvalidLossShares.Wrapf("expected banks in ascending order, got %s after %s", share.Bank, shares[i-1].Bank)
		}
	}
	return nil
}

// maxTotalBits bounds every running total in a genesis, so that sums of them cannot overflow the 256 bits of an Int.
const maxTotalBits = 128

// validateTotal checks an amount that is 0 or more.
func validateTotal(name string, amount math.Int) error {
	if amount.IsNil() || amount.IsNegative() || amount.BigInt().BitLen() > maxTotalBits {
		return ErrInvalidGenesis.Wrapf("%s: expected 0 to 2^%d-1, got %s", name, maxTotalBits, amount)
	}
	return nil
}

// validateSigned checks an amount that may be below zero.
func validateSigned(name string, amount math.Int) error {
	if amount.IsNil() || amount.BigInt().BitLen() > maxTotalBits {
		return ErrInvalidGenesis.Wrapf("%s: expected less than 2^%d on either side of 0, got %s", name, maxTotalBits, amount)
	}
	return nil
}

// validatePositive checks an amount above zero.
func validatePositive(name string, amount math.Int) error {
	if err := validateTotal(name, amount); err != nil {
		return err
	}
	if amount.IsZero() {
		return ErrInvalidGenesis.Wrapf("%s: expected more than 0, got 0", name)
	}
	return nil
}
