package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	basisPointsWhole = 10_000
	// BundleOrdersMax bounds bundle_orders_max and payer_orders_per_block.
	BundleOrdersMax = 10_000
	// GatewayOrdersMax bounds gateway_orders_per_block.
	GatewayOrdersMax = 1_000_000
)

// DefaultParams returns parameters without fees.
func DefaultParams() Params {
	return Params{
		Fees:                  FeeSchedule{Fixed: math.ZeroInt(), Maximum: math.ZeroInt()},
		BundleOrdersMax:       1_000,
		PayerOrdersPerBlock:   100,
		GatewayOrdersPerBlock: 10_000,
	}
}

// Validate checks every parameter's range. It returns ErrInvalidParams.
func (p Params) Validate() error {
	if err := p.Fees.Validate(); err != nil {
		return errorsmod.Wrap(err, "fees")
	}
	for _, bound := range []struct {
		name               string
		value, least, most uint32
	}{
		{"bundle_orders_max", p.BundleOrdersMax, 1, BundleOrdersMax},
		{"payer_orders_per_block", p.PayerOrdersPerBlock, 1, BundleOrdersMax},
		{"gateway_orders_per_block", p.GatewayOrdersPerBlock, max(1, p.BundleOrdersMax), GatewayOrdersMax},
	} {
		if bound.value < bound.least || bound.value > bound.most {
			return ErrInvalidParams.Wrapf("expected %s from %d to %d, got %d", bound.name, bound.least, bound.most, bound.value)
		}
	}
	return nil
}

// Validate checks the schedule's ranges, and that it says who bears the fees and who gets them exactly if there are any. It
// returns ErrInvalidParams.
func (s FeeSchedule) Validate() error {
	for _, part := range []struct {
		name  string
		value math.Int
	}{{"fixed", s.Fixed}, {"maximum", s.Maximum}} {
		if part.value.IsNil() || part.value.IsNegative() || part.value.GT(MaxAmount) {
			return ErrInvalidParams.Wrapf("expected %s from 0 to %s yen, got %s", part.name, MaxAmount, part.value)
		}
	}
	if s.BasisPoints > basisPointsWhole {
		return ErrInvalidParams.Wrapf("expected basis_points from 0 to %d, got %d", basisPointsWhole, s.BasisPoints)
	}
	if s.IsFree() {
		if s.Payer != FeePayerUnspecified || s.Collector != "" || s.Maximum.IsPositive() {
			return ErrInvalidParams.Wrap("expected no payer, collector or maximum in a schedule without fees; leave them out")
		}
		return nil
	}
	if s.Payer != FeePayerPayer && s.Payer != FeePayerPayee {
		return ErrInvalidParams.Wrapf("expected a fee payer, FEE_PAYER_PAYER or FEE_PAYER_PAYEE, got %s", s.Payer)
	}
	if _, err := registrytypes.ParseAddress(s.Collector); err != nil {
		return ErrInvalidParams.Wrapf("collector: %s", err)
	}
	return nil
}

// IsFree says whether no payment costs anything.
func (s FeeSchedule) IsFree() bool {
	return s.Fixed.IsZero() && s.BasisPoints == 0
}

// Fee returns the fee in yen for a payment of a positive amount of yen: fixed + amount × basis points / 10,000 rounded down,
// at most the maximum, and never more than the amount if the payee bears it.
func (s FeeSchedule) Fee(amount math.Int) math.Int {
	if s.IsFree() {
		return math.ZeroInt()
	}
	fee := s.Fixed.Add(amount.MulRaw(int64(s.BasisPoints)).QuoRaw(basisPointsWhole))
	if s.Maximum.IsPositive() {
		fee = math.MinInt(fee, s.Maximum)
	}
	if s.Payer == FeePayerPayee {
		fee = math.MinInt(fee, amount)
	}
	return math.MinInt(fee, MaxAmount)
}
