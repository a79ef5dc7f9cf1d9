package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Windows that a rate limit may have.
const (
	MinWindow = time.Minute
	MaxWindow = 31 * 24 * time.Hour
)

// Validate checks amounts from 0 to registrytypes.MaxLimit yen and a window from MinWindow to MaxWindow. None is valid. It
// returns ErrInvalidTerms.
func (l *ZoneLimits) Validate() error {
	if l == nil {
		return nil
	}
	for name, amount := range map[string]math.Int{
		"ceiling": l.Ceiling, "bank_ceiling": l.BankCeiling,
		"charges_per_window": l.ChargesPerWindow, "discharges_per_window": l.DischargesPerWindow,
	} {
		if err := zonelinktypes.ValidateSlice(name, &amount); err != nil {
			return err
		}
	}
	if l.Window < MinWindow || l.Window > MaxWindow {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidTerms, "expected window from %s to %s, got %s", MinWindow, MaxWindow, l.Window)
	}
	return nil
}

// Unlimited says whether an amount bounds nothing, as the highest that can be given does.
func unlimited(amount math.Int) bool { return amount.GTE(registrytypes.MaxLimit) }

// NewThroughput returns what has passed to and from a zone before anything has.
func NewThroughput(zone string) Throughput {
	return Throughput{Zone: zone, Charged: math.ZeroInt(), Discharged: math.ZeroInt()}
}

// Charge counts a charge. It returns ErrRateLimit if it is too much for the window that a time is in.
func (t *Throughput) Charge(limits ZoneLimits, now time.Time, amount math.Int) error {
	window := windowOf(limits, now)
	if t.ChargeWindow != window {
		t.ChargeWindow, t.Charged = window, math.ZeroInt()
	}
	t.Charged = t.Charged.Add(amount)
	return checkRate("charges to", t.Zone, limits.ChargesPerWindow, t.Charged)
}

// Discharge counts a discharge. It returns ErrRateLimit if it is too much for the window that a time is in.
func (t *Throughput) Discharge(limits ZoneLimits, now time.Time, amount math.Int) error {
	window := windowOf(limits, now)
	if t.DischargeWindow != window {
		t.DischargeWindow, t.Discharged = window, math.ZeroInt()
	}
	t.Discharged = t.Discharged.Add(amount)
	return checkRate("discharges from", t.Zone, limits.DischargesPerWindow, t.Discharged)
}

func windowOf(limits ZoneLimits, now time.Time) int64 {
	return now.Unix() / int64(limits.Window/time.Second)
}

func checkRate(what, zone string, limit, passed math.Int) error {
	if !unlimited(limit) && passed.GT(limit) {
		return errorsmod.Wrapf(zonelinktypes.ErrRateLimit, "expected %s zone %s of at most %s yen in this window, got %s; wait for the next one",
			what, zone, limit, passed)
	}
	return nil
}

// Validate checks every field. It returns ErrInvalidGenesis.
func (t Throughput) Validate() error {
	if t.Charged.IsNil() || t.Charged.IsNegative() || t.Discharged.IsNil() || t.Discharged.IsNegative() {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "throughput of zone %s: expected amounts of 0 or more, got %s and %s",
			t.Zone, t.Charged, t.Discharged)
	}
	return nil
}
