package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/internal/backoff"
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
		// Banks decide how far they trust each other, as for the net debit cap that slices come out of.
		DefaultSlice: math.ZeroInt(),
	}
}

// Validate checks that durations are from a second to zonelinktypes.MaxTimeout, the longest wait not below the first, updates per
// block from 1 to MaxUpdatesPerBlock, and the default slice from 0 to registrytypes.MaxLimit yen. It returns ErrInvalidParams.
func (p Params) Validate() error {
	if err := backoff.ValidateDuration("packet_timeout", p.PacketTimeout); err != nil {
		return err
	}
	if p.UpdatesPerBlock == 0 || p.UpdatesPerBlock > MaxUpdatesPerBlock {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams,
			"expected updates_per_block from 1 to %d, got %d", MaxUpdatesPerBlock, p.UpdatesPerBlock)
	}
	if p.DefaultSlice.IsNil() || p.DefaultSlice.IsNegative() || p.DefaultSlice.GT(registrytypes.MaxLimit) {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams,
			"expected default_slice from 0 to %s yen, got %s", registrytypes.MaxLimit, p.DefaultSlice)
	}
	return backoff.Validate(p.BackoffBase, p.BackoffMax)
}

// Backoff returns how long to wait after so many failures in a row, 1 or more.
func (p Params) Backoff(failures uint32) time.Duration {
	return backoff.Wait(p.BackoffBase, p.BackoffMax, failures)
}
