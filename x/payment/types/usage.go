package types

import (
	"time"

	"cosmossdk.io/math"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	monthsPerYear = 12
	monthDigits   = 100
)

// japan is Japan time: UTC+9 all year round.
var japan = time.FixedZone("JST", 9*60*60)

// MonthOf returns the month of Japan time that a block time is in, as year × 100 + month.
func MonthOf(t time.Time) uint32 {
	at := t.In(japan)
	return uint32(at.Year())*monthDigits + uint32(at.Month()) //nolint:gosec // block times are after 1970
}

// NewUsage returns a month's usage of an organization before the first payment.
func NewUsage(month uint32, organization string) Usage {
	return Usage{Month: month, Organization: organization, YenSent: math.ZeroInt(), YenReceived: math.ZeroInt(), Fees: math.ZeroInt()}
}

// Plus returns the sum of two usages of one organization in one month.
func (m Usage) Plus(more Usage) Usage {
	m.PaymentsSent += more.PaymentsSent
	m.PaymentsReceived += more.PaymentsReceived
	m.YenSent = m.YenSent.Add(more.YenSent)
	m.YenReceived = m.YenReceived.Add(more.YenReceived)
	m.Fees = m.Fees.Add(more.Fees)
	m.OrdersPaid += more.OrdersPaid
	m.OrdersFailed += more.OrdersFailed
	return m
}

// Validate checks month, organization and amounts. It returns ErrInvalidGenesis.
func (m Usage) Validate() error {
	if month := m.Month % monthDigits; month < 1 || month > monthsPerYear {
		return ErrInvalidGenesis.Wrapf("expected a month as 202604, got %d", m.Month)
	}
	if err := membershiptypes.ValidateOrganizationID(m.Organization); err != nil {
		return ErrInvalidGenesis.Wrapf("usage of %d: %s", m.Month, err)
	}
	for _, yen := range []math.Int{m.YenSent, m.YenReceived, m.Fees} {
		if yen.IsNil() || yen.IsNegative() {
			return ErrInvalidGenesis.Wrapf("usage of %s in %d: expected yen of 0 or more, got %s", m.Organization, m.Month, yen)
		}
	}
	return nil
}
