package types

import "time"

const (
	// MinUnbondingTime is the lowest unbonding time.
	MinUnbondingTime = time.Second
	// DefaultUnbondingTime is the unbonding time of a new genesis: three weeks.
	DefaultUnbondingTime = 21 * 24 * time.Hour
	// DefaultHistoricalEntries is the number of past headers that a new genesis keeps: a handshake may take as many
	// blocks.
	DefaultHistoricalEntries = 10_000
)

// DefaultParams returns the parameters of a new genesis.
func DefaultParams() Params {
	return Params{UnbondingTime: DefaultUnbondingTime, HistoricalEntries: DefaultHistoricalEntries}
}

// Validate checks ranges. It returns ErrInvalidParams.
func (p Params) Validate() error {
	if p.UnbondingTime < MinUnbondingTime {
		return ErrInvalidParams.Wrapf("unbonding_time: expected %s or more, got %s", MinUnbondingTime, p.UnbondingTime)
	}
	if p.HistoricalEntries == 0 {
		return ErrInvalidParams.Wrap("historical_entries: expected 1 or more, got 0")
	}
	return nil
}
