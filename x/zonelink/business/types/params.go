package types

import (
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/zonelink/internal/backoff"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// MaxReportInterval bounds the blocks between two flow reports.
const MaxReportInterval = 10_000

// DefaultParams returns parameters for blocks of about one second, without the Financial Zone's chain id: the founders
// of a zone set that.
func DefaultParams() Params {
	return Params{
		PacketTimeout: 10 * time.Minute, ReportIntervalBlocks: 5, BackoffBase: 5 * time.Second, BackoffMax: 10 * time.Minute,
	}
}

// Validate checks that the chain id is there, the hash of validators is one or absent, durations are from a second to zonelinktypes.MaxTimeout, the longest wait not
// below the first, and the blocks between reports from 1 to MaxReportInterval.
// It returns ErrInvalidParams.
func (p Params) Validate() error {
	if len(p.FinancialChainId) == 0 || len(p.FinancialChainId) > cmttypes.MaxChainIDLen {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams,
			"expected financial_chain_id of 1 to %d bytes, got %d; set the chain id of the Financial Zone", cmttypes.MaxChainIDLen, len(p.FinancialChainId))
	}
	if err := zonelinktypes.ValidateValidatorsHash(p.FinancialValidatorsHash); err != nil {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams, "financial_validators_hash: %s", err)
	}
	if err := backoff.ValidateDuration("packet_timeout", p.PacketTimeout); err != nil {
		return err
	}
	if p.ReportIntervalBlocks == 0 || p.ReportIntervalBlocks > MaxReportInterval {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams,
			"expected report_interval_blocks from 1 to %d, got %d", MaxReportInterval, p.ReportIntervalBlocks)
	}
	return backoff.Validate(p.BackoffBase, p.BackoffMax)
}
