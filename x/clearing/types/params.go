package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// CutOffsMax is how many cycles may close in one day.
	CutOffsMax = 24
	// QueueAttemptsMax bounds queue_attempts_per_block.
	QueueAttemptsMax = 1000
	// QueueOffsetMax bounds queue_offset_max.
	QueueOffsetMax = 1000

	shortestTime     = time.Minute
	obligationDueMax = 7 * 24 * time.Hour
	queueWaitMax     = 31 * 24 * time.Hour
	percentMax       = 100
)

// MaxAmount is the highest cap, threshold, order or payment, in yen: 10^15.
var MaxAmount = registrytypes.MaxLimit

// DefaultParams returns hybrid settlement with four cycles a day. The default cap is 0: the members decide how far they
// trust each other.
func DefaultParams() Params {
	return Params{
		Mode:                  SettlementModeHybrid,
		LargeValueThreshold:   math.NewInt(100_000_000),
		DefaultNetDebitCap:    math.ZeroInt(),
		PledgeRatioPercent:    0,
		CutOffs:               []uint32{9*60 + 30, 11*60 + 30, 15*60 + 30, 17*60 + 30},
		ObligationDue:         2 * time.Hour,
		QueueWaitMax:          7 * 24 * time.Hour,
		QueueAttemptsPerBlock: 200,
		QueueOffsetMax:        300,
	}
}

// Validate checks every parameter's range. It returns ErrInvalidParams.
func (p Params) Validate() error {
	switch p.Mode {
	case SettlementModeGross, SettlementModeNet, SettlementModeHybrid:
	case SettlementModeUnspecified:
		fallthrough
	default:
		return errorsmod.Wrapf(ErrInvalidParams, "expected mode gross, net or hybrid, got %s", p.Mode)
	}
	if p.LargeValueThreshold.IsNil() || !p.LargeValueThreshold.IsPositive() || p.LargeValueThreshold.GT(MaxAmount) {
		return errorsmod.Wrapf(ErrInvalidParams, "expected large_value_threshold from 1 to %s, got %s", MaxAmount, p.LargeValueThreshold)
	}
	if err := ValidateCap(p.DefaultNetDebitCap); err != nil {
		return errorsmod.Wrapf(ErrInvalidParams, "default_net_debit_cap: %s", err)
	}
	if p.PledgeRatioPercent > percentMax {
		return errorsmod.Wrapf(ErrInvalidParams, "expected pledge_ratio_percent from 0 to %d, got %d", percentMax, p.PledgeRatioPercent)
	}
	if err := p.validateCutOffs(); err != nil {
		return err
	}
	if p.ObligationDue < shortestTime || p.ObligationDue > obligationDueMax {
		return errorsmod.Wrapf(ErrInvalidParams, "expected obligation_due from %s to %s, got %s", shortestTime, obligationDueMax, p.ObligationDue)
	}
	if p.QueueWaitMax < shortestTime || p.QueueWaitMax > queueWaitMax {
		return errorsmod.Wrapf(ErrInvalidParams, "expected queue_wait_max from %s to %s, got %s", shortestTime, queueWaitMax, p.QueueWaitMax)
	}
	if p.QueueAttemptsPerBlock == 0 || p.QueueAttemptsPerBlock > QueueAttemptsMax {
		return errorsmod.Wrapf(ErrInvalidParams, "expected queue_attempts_per_block from 1 to %d, got %d", QueueAttemptsMax, p.QueueAttemptsPerBlock)
	}
	if p.QueueOffsetMax > QueueOffsetMax {
		return errorsmod.Wrapf(ErrInvalidParams, "expected queue_offset_max from 0 to %d, got %d", QueueOffsetMax, p.QueueOffsetMax)
	}
	return nil
}

func (p Params) validateCutOffs() error {
	if len(p.CutOffs) == 0 || len(p.CutOffs) > CutOffsMax {
		return errorsmod.Wrapf(ErrInvalidParams, "expected 1 to %d cut_offs, got %d", CutOffsMax, len(p.CutOffs))
	}
	for i, minute := range p.CutOffs {
		if minute >= minutesPerDay {
			return errorsmod.Wrapf(ErrInvalidParams, "expected cut_offs from 0 to %d minutes, got %d", minutesPerDay-1, minute)
		}
		if i > 0 && minute <= p.CutOffs[i-1] {
			return errorsmod.Wrapf(ErrInvalidParams, "expected ascending cut_offs, got %d after %d", minute, p.CutOffs[i-1])
		}
	}
	return nil
}

// ValidateCap checks that a net debit cap is from 0 to MaxAmount. It returns ErrInvalidCap.
func ValidateCap(bound math.Int) error {
	if bound.IsNil() || bound.IsNegative() || bound.GT(MaxAmount) {
		return errorsmod.Wrapf(ErrInvalidCap, "expected a cap from 0 to %s yen, got %s", MaxAmount, bound)
	}
	return nil
}

// ValidateOptionalCap is ValidateCap for a cap that may be absent.
func ValidateOptionalCap(bound *math.Int) error {
	if bound == nil {
		return nil
	}
	return ValidateCap(*bound)
}
