package types

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// DefaultGenesis returns the genesis of a zone that is not linked yet.
func DefaultGenesis() *GenesisState {
	return &GenesisState{Params: DefaultParams()}
}

// Validate checks every entry, that discharges in flight are on the zone's channel, and that no flow and no report is newer
// than the flows' version.
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
	if err := g.validateBrought(); err != nil {
		return err
	}
	return g.validateFlows()
}

func (g GenesisState) validateBrought() error {
	var before sdk.AccAddress
	for _, brought := range g.Brought {
		address, err := registrytypes.ParseAddress(brought.Address)
		if err != nil {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "brought: %s", err)
		}
		if bytes.Compare(before, address) >= 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected what was brought in ascending order of address bytes, without repeats, got %s", brought.Address)
		}
		if brought.Amount.IsNil() || brought.Amount.IsZero() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "brought by %s: expected an amount, got %s", brought.Address, brought.Amount)
		}
		before = address
	}
	return nil
}

func (g GenesisState) validateFlows() error {
	state := g.ReportState
	if state.SentVersion > state.Version || state.AcknowledgedVersion > state.SentVersion || state.SentHeight < 0 {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
			"expected acknowledged_version up to sent_version, that up to version, and sent_height of 0 or more, got %d, %d, %d and %d",
			state.AcknowledgedVersion, state.SentVersion, state.Version, state.SentHeight)
	}
	if state.CapRevision == 0 && len(g.Caps) > 0 {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected no caps before the first revision, got %d", len(g.Caps))
	}
	if err := zonelinktypes.ValidateCaps(g.Caps); err != nil {
		return errorsmod.Wrap(zonelinktypes.ErrInvalidGenesis, err.Error())
	}
	var before zonelinktypes.Flow
	for _, total := range g.Flows {
		flow := zonelinktypes.Flow{PayerBank: total.PayerBank, PayeeBank: total.PayeeBank, Total: total.Total}
		if err := flow.Validate(); err != nil {
			return errorsmod.Wrap(zonelinktypes.ErrInvalidGenesis, err.Error())
		}
		if zonelinktypes.CompareFlows(before, flow) >= 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected flows in ascending order of payer bank, then payee bank, without repeats, got %s→%s", flow.PayerBank, flow.PayeeBank)
		}
		if total.Version == 0 || total.Version > state.Version {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "flow %s→%s: expected a version from 1 to %d, got %d",
				flow.PayerBank, flow.PayeeBank, state.Version, total.Version)
		}
		before = flow
	}
	return g.validateReserved()
}

func (g GenesisState) validateReserved() error {
	before := ""
	for _, reserved := range g.Reserved {
		if reserved.Bank <= before {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected what is reserved in ascending order of bank, without repeats, got %q after %q", reserved.Bank, before)
		}
		if reserved.Amount.IsNil() || !reserved.Amount.IsPositive() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "reserved for %s: expected a positive amount, got %s", reserved.Bank, reserved.Amount)
		}
		before = reserved.Bank
	}
	return nil
}
