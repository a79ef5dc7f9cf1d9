package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

const (
	// MaxUpdatesPerBlock bounds the work of one block for one zone.
	MaxUpdatesPerBlock = 1000
)

// DefaultParams returns parameters for blocks of about one second.
func DefaultParams() Params {
	return Params{
		PacketTimeout:   10 * time.Minute,
		UpdatesPerBlock: 100,
		BackoffBase:     5 * time.Second,
		BackoffMax:      10 * time.Minute,
	}
}

// Validate checks that durations are from a second to zonelinktypes.MaxTimeout, the longest wait not below the first, and updates
// per block from 1 to MaxUpdatesPerBlock. It returns ErrInvalidParams.
func (p Params) Validate() error {
	if err := validateDuration("packet_timeout", p.PacketTimeout); err != nil {
		return err
	}
	if p.UpdatesPerBlock == 0 || p.UpdatesPerBlock > MaxUpdatesPerBlock {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams,
			"expected updates_per_block from 1 to %d, got %d", MaxUpdatesPerBlock, p.UpdatesPerBlock)
	}
	if err := validateDuration("backoff_base", p.BackoffBase); err != nil {
		return err
	}
	if err := validateDuration("backoff_max", p.BackoffMax); err != nil {
		return err
	}
	if p.BackoffMax < p.BackoffBase {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams,
			"expected backoff_max of at least backoff_base %s, got %s", p.BackoffBase, p.BackoffMax)
	}
	return nil
}

// Backoff returns how long to wait after so many failures in a row, 1 or more.
func (p Params) Backoff(failures uint32) time.Duration {
	wait := p.BackoffBase
	for doubled := uint32(1); doubled < failures && wait < p.BackoffMax; doubled++ {
		wait *= 2
	}
	return min(wait, p.BackoffMax)
}

func validateDuration(name string, duration time.Duration) error {
	if duration < time.Second || duration > zonelinktypes.MaxTimeout {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams, "expected %s from 1s to %s, got %s", name, zonelinktypes.MaxTimeout, duration)
	}
	return nil
}
