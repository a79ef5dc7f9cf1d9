package keeper

import (
	"errors"

	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

const (
	reasonConnected = "both channels are open"
	reasonClosed    = "the zone closed a channel"
)

// CheckZonelinkConnection returns why no zonelink channel may open on a connection: its light client must be that of a
// registered zone without one. It returns ErrInvalidHandshake or ErrChannelExists.
func (k *Keeper) CheckZonelinkConnection(ctx sdk.Context, connectionID string) error {
	_, err := k.zoneWithoutZonelink(ctx, connectionID)
	return err
}

// BindZonelinkChannel makes an open channel the zonelink channel of its zone, and its connection the zone's only one.
// It returns what CheckZonelinkConnection returns.
func (k *Keeper) BindZonelinkChannel(ctx sdk.Context, channelID string) error {
	connectionID, err := k.ibc.ConnectionOf(ctx, zonelinktypes.PortID, channelID)
	if err != nil {
		return err
	}
	zone, err := k.zoneWithoutZonelink(ctx, connectionID)
	if err != nil {
		return err
	}
	zone.ConnectionId = connectionID
	zone.ZonelinkChannelId = channelID
	if err := k.zonesByChannel.Set(ctx, channelID, zone.Id); err != nil {
		return err
	}
	return k.zones.Set(ctx, zone.Id, zone)
}

func (k *Keeper) zoneWithoutZonelink(ctx sdk.Context, connectionID string) (types.Zone, error) {
	chainID, err := k.ibc.ChainID(ctx, connectionID)
	if err != nil {
		return types.Zone{}, err
	}
	zone, found, err := k.findZone(ctx, func(zone types.Zone) bool { return zone.ChainId == chainID })
	if err != nil {
		return types.Zone{}, err
	}
	if !found {
		return types.Zone{}, errorsmod.Wrapf(zonelinktypes.ErrInvalidHandshake,
			"expected a connection to a registered zone, got %s to chain %s; register the zone first", connectionID, chainID)
	}
	if err := k.ibc.CheckValidators(ctx, connectionID, zone.ValidatorsHash); err != nil {
		return types.Zone{}, err
	}
	if zone.ZonelinkChannelId != "" {
		return types.Zone{}, errorsmod.Wrapf(zonelinktypes.ErrChannelExists, "expected no zonelink channel of zone %s, got %s", zone.Id, zone.ZonelinkChannelId)
	}
	return zone, nil
}

// CheckTransferConnection returns why no ICS-20 channel may open on a connection: it must be that of a zone's zonelink
// channel, and the zone must have no ICS-20 channel. It returns ErrInvalidHandshake or ErrChannelExists.
func (k *Keeper) CheckTransferConnection(ctx sdk.Context, connectionID string) error {
	_, err := k.zoneWithoutTransfer(ctx, connectionID)
	return err
}

// BindTransferChannel makes an open channel the ICS-20 channel of its zone, which becomes active. It returns what
// CheckTransferConnection returns, or registrytypes.ErrReservedAddress if an account sits at the address of the escrow.
func (k *Keeper) BindTransferChannel(ctx sdk.Context, channelID string) error {
	connectionID, err := k.ibc.ConnectionOf(ctx, transfertypes.PortID, channelID)
	if err != nil {
		return err
	}
	zone, err := k.zoneWithoutTransfer(ctx, connectionID)
	if err != nil {
		return err
	}
	escrow := escrowOf(channelID)
	_, err = k.registry.GetAccount(ctx, escrow)
	if err == nil {
		return errorsmod.Wrapf(registrytypes.ErrReservedAddress, "expected no account at escrow %s of %s, got one; open another channel", escrow, channelID)
	}
	if !errors.Is(err, registrytypes.ErrAccountNotFound) {
		return err
	}
	zone.TransferChannelId = channelID
	if err := k.zonesByChannel.Set(ctx, channelID, zone.Id); err != nil {
		return err
	}
	// A zone that was suspended between its two handshakes stays suspended.
	if zone.Status != types.ZoneStatusRegistered {
		return k.zones.Set(ctx, zone.Id, zone)
	}
	return k.setStatus(ctx, zone, types.ZoneStatusActive, reasonConnected)
}

func (k *Keeper) zoneWithoutTransfer(ctx sdk.Context, connectionID string) (types.Zone, error) {
	zone, found, err := k.findZone(ctx, func(zone types.Zone) bool { return zone.ConnectionId == connectionID })
	if err != nil {
		return types.Zone{}, err
	}
	if !found {
		return types.Zone{}, errorsmod.Wrapf(zonelinktypes.ErrInvalidHandshake,
			"expected the connection of a zone's zonelink channel, got %s; open the zonelink channel first", connectionID)
	}
	if zone.TransferChannelId != "" {
		return types.Zone{}, errorsmod.Wrapf(zonelinktypes.ErrChannelExists, "expected no transfer channel of zone %s, got %s", zone.Id, zone.TransferChannelId)
	}
	return zone, nil
}

// ChannelClosed suspends the zone whose channel the other end has closed: it may hold yen that can no longer come home
// by itself, so the members must look at it.
func (k *Keeper) ChannelClosed(ctx sdk.Context, channelID string) error {
	zone, err := k.zoneByChannel(ctx, channelID)
	if errors.Is(err, zonelinktypes.ErrWrongChannel) {
		// The loser of two handshakes: no zone ever used it.
		return nil
	}
	if err != nil || zone.Status == types.ZoneStatusSuspended || zone.IsGone() {
		return err
	}
	return k.setStatus(ctx, zone, types.ZoneStatusSuspended, reasonClosed)
}

// ClaimChannel takes the capability of a zonelink channel whose handshake begins.
func (k *Keeper) ClaimChannel(ctx sdk.Context, capability *capabilitytypes.Capability, channelID string) error {
	return k.ibc.ClaimChannel(ctx, capability, channelID)
}
