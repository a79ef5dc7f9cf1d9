package types

import (
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// NewZoneBank returns a bank in a zone in which it has done nothing yet.
func NewZoneBank(zone, bank string) ZoneBank {
	zero := math.ZeroInt()
	return ZoneBank{
		Zone: zone, Bank: bank, Sent: zero, Received: zero, SettledSent: zero, SettledReceived: zero, Limit: zero, LimitMax: zero,
	}
}

// Net returns by how much what the bank's customers sent exceeds what they received, as reported.
func (b ZoneBank) Net() math.Int {
	return b.Sent.Sub(b.Received)
}

// Settled returns the same up to the end of the cycle before the given one.
func (b ZoneBank) Settled(cycle uint64) math.Int {
	if b.Cycle != cycle {
		return b.Net()
	}
	return b.SettledSent.Sub(b.SettledReceived)
}

// In returns what the bank's customers sent and received in a cycle.
func (b ZoneBank) In(cycle uint64) (sent, received math.Int) {
	if b.Cycle != cycle {
		return math.ZeroInt(), math.ZeroInt()
	}
	return b.Sent.Sub(b.SettledSent), b.Received.Sub(b.SettledReceived)
}

// Book adds a flow of a cycle.
func (b ZoneBank) Book(cycle uint64, sent, received math.Int) ZoneBank {
	if b.Cycle != cycle {
		b.Cycle, b.SettledSent, b.SettledReceived = cycle, b.Sent, b.Received
	}
	b.Sent, b.Received = b.Sent.Add(sent), b.Received.Add(received)
	return b
}

// Reserved returns what the zone may still send before it reports, by the most generous cap that it may go by.
func (b ZoneBank) Reserved() math.Int {
	return math.MaxInt(b.LimitMax.Sub(b.Net()), math.ZeroInt())
}

// Slack returns the part of it that the newest cap takes away.
func (b ZoneBank) Slack() math.Int {
	return b.Reserved().Sub(math.MaxInt(b.Limit.Sub(b.Net()), math.ZeroInt()))
}

// SliceOr returns how much of its cap the bank gives to the zone.
func (b ZoneBank) SliceOr(other math.Int) math.Int {
	if b.Slice == nil {
		return other
	}
	return *b.Slice
}

// Validate checks every field. It returns ErrInvalidGenesis: nothing but a genesis brings one from outside.
func (b ZoneBank) Validate() error {
	if b.Bank == "" {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected a bank in zone %q, got none", b.Zone)
	}
	if err := zonelinktypes.ValidateSlice("slice", b.Slice); err != nil {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "bank %s in zone %s: %s", b.Bank, b.Zone, err)
	}
	if err := zonelinktypes.ValidateSlice("ceiling", b.Ceiling); err != nil {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "bank %s in zone %s: %s", b.Bank, b.Zone, err)
	}
	for _, amount := range []math.Int{b.Sent, b.Received, b.SettledSent, b.SettledReceived} {
		if amount.IsNil() || amount.IsNegative() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "bank %s in zone %s: expected totals of 0 or more, got %s", b.Bank, b.Zone, amount)
		}
	}
	if b.Limit.IsNil() || b.LimitMax.IsNil() || b.SettledSent.GT(b.Sent) || b.SettledReceived.GT(b.Received) || b.Limit.GT(b.LimitMax) {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
			"bank %s in zone %s: expected settled totals up to all and limit up to limit_max, got %s of %s, %s of %s, %s and %s",
			b.Bank, b.Zone, b.SettledSent, b.Sent, b.SettledReceived, b.Received, b.Limit, b.LimitMax)
	}
	return nil
}
