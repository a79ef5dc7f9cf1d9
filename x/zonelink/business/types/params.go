package types

import (
	"time"

	cmttypes "github.com/cometbft/cometbft/types"

	errorsmod "cosmossdk.io/errors"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// DefaultParams returns parameters for blocks of about one second, without the Financial Zone's chain id: the founders
// of a zone set that.
func DefaultParams() Params {
	return Params{PacketTimeout: 10 * time.Minute}
}

// Validate checks that the chain id is there and the timeout from a second to zonelinktypes.MaxTimeout.
// It returns ErrInvalidParams.
func (p Params) Validate() error {
	if len(p.FinancialChainId) == 0 || len(p.FinancialChainId) > cmttypes.MaxChainIDLen {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams,
			"expected financial_chain_id of 1 to %d bytes, got %d; set the chain id of the Financial Zone", cmttypes.MaxChainIDLen, len(p.FinancialChainId))
	}
	if p.PacketTimeout < time.Second || p.PacketTimeout > zonelinktypes.MaxTimeout {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidParams, "expected packet_timeout from 1s to %s, got %s", zonelinktypes.MaxTimeout, p.PacketTimeout)
	}
	return nil
}
