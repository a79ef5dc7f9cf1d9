package types

import (
	errorsmod "cosmossdk.io/errors"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// DefaultGenesis returns the genesis of a zone that is not linked yet.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks every entry, and that discharges in flight are on the zone's channel.
// It returns ErrInvalidParams, ErrInvalidZone or ErrInvalidGenesis.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	if err := g.FinancialZone.Validate(); err != nil {
		return err
	}
	if err := zonelinktypes.ValidateTransfers(g.Transfers); err != nil {
		return err
	}
	for _, transfer := range g.Transfers {
		if transfer.ChannelId != g.FinancialZone.TransferChannelId {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected transfers on channel %q, got %s/%d",
				g.FinancialZone.TransferChannelId, transfer.ChannelId, transfer.Sequence)
		}
	}
	return nil
}
