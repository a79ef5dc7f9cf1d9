package types

import (
	cmttypes "github.com/cometbft/cometbft/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"

	errorsmod "cosmossdk.io/errors"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Validate checks every field, and that the status fits the channels. It returns ErrInvalidZone.
func (z Zone) Validate() error {
	if err := zonelinktypes.ValidateZoneID(z.Id); err != nil {
		return err
	}
	if len(z.ChainId) == 0 || len(z.ChainId) > cmttypes.MaxChainIDLen {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected chain_id of 1 to %d bytes, got %d",
			z.Id, cmttypes.MaxChainIDLen, len(z.ChainId))
	}
	if (z.ConnectionId == "") != (z.ZonelinkChannelId == "") || z.ZonelinkChannelId == "" && z.TransferChannelId != "" {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone,
			"zone %s: expected connection and zonelink channel together, then the transfer channel, got %q, %q and %q",
			z.Id, z.ConnectionId, z.ZonelinkChannelId, z.TransferChannelId)
	}
	if z.ConnectionId != "" {
		if err := host.ConnectionIdentifierValidator(z.ConnectionId); err != nil {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected a connection id, got %q", z.Id, z.ConnectionId)
		}
	}
	for _, channelID := range z.Channels() {
		if err := host.ChannelIdentifierValidator(channelID); err != nil {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected a channel id, got %q", z.Id, channelID)
		}
	}
	if err := z.Limits.Validate(); err != nil {
		return err
	}
	return z.validateStatus()
}

func (z Zone) validateStatus() error {
	connected := z.TransferChannelId != ""
	switch z.Status {
	case ZoneStatusRegistered:
		if connected {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected no transfer channel of a registered zone, got %s", z.Id, z.TransferChannelId)
		}
		return nil
	case ZoneStatusActive:
		if !connected {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected both channels of an active zone, got none to transfer", z.Id)
		}
		return nil
	case ZoneStatusSuspended, ZoneStatusClosed:
		return nil
	case ZoneStatusUnspecified:
	}
	return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected status registered, active, suspended or closed, got %s", z.Id, z.Status)
}

// Channels returns the ids of the channels that the zone has: zonelink, then transfer.
func (z Zone) Channels() []string {
	var channels []string
	for _, channelID := range []string{z.ZonelinkChannelId, z.TransferChannelId} {
		if channelID != "" {
			channels = append(channels, channelID)
		}
	}
	return channels
}

// CheckActive returns ErrZoneNotActive unless both channels are open and nobody suspended the zone.
func (z Zone) CheckActive() error {
	if z.Status != ZoneStatusActive {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneNotActive, "expected zone %s active, got %s", z.Id, z.Status)
	}
	return nil
}
