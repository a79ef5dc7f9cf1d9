// Package backoff says how long to wait before a packet that failed is sent again.
package backoff

import (
	"time"

	errorsmod "cosmossdk.io/errors"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Wait returns base after the first failure in a row, twice as long after each further one, and at most limit.
func Wait(base, limit time.Duration, failures uint32) time.Duration {
	wait := base
	for doubled := uint32(1); doubled < failures && wait < limit; doubled++ {
		wait *= 2
	}
	return min(wait, limit)
}

// Validate checks the two waits of parameters, each from a second to zonelinktypes.MaxTimeout, the longest not below the
// first. It returns ErrInvalidParams.
func Validate(base, limit time.Duration) error {
	if err := ValidateDuration("backoff_base", base); err != nil {
		return err
	}
	if err := ValidateDuration("backoff_max", limit); err != nil {
		return err
	}
	if limit < base {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams, "expected backoff_max of at least backoff_base %s, got %s", base, limit)
	}
	return nil
}

// ValidateDuration checks that a parameter is from a second to zonelinktypes.MaxTimeout. It returns ErrInvalidParams.
func ValidateDuration(name string, duration time.Duration) error {
	if duration < time.Second || duration > zonelinktypes.MaxTimeout {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams, "expected %s from 1s to %s, got %s", name, zonelinktypes.MaxTimeout, duration)
	}
	return nil
}
