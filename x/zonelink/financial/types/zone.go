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
	if err := zonelinktypes.ValidateValidatorsHash(z.ValidatorsHash); err != nil {
		return errorsmod.Wrapf(err, "zone %s", z.Id)
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
	case ZoneStatusActive, ZoneStatusWindingUp:
		if !connected {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected both channels of a zone that is %s, got none to transfer", z.Id, z.Status)
		}
		return nil
	case ZoneStatusSuspended, ZoneStatusClosed:
		return nil
	case ZoneStatusUnspecified:
	}
	return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "zone %s: expected status registered, active, suspended, winding up or closed, got %s", z.Id, z.Status)
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

// CheckOutcomes returns ErrWindingUp if the outcomes of charges are settled by proofs of one state of the zone only, not by
// what relayers bring.
func (z Zone) CheckOutcomes() error {
	if z.Status == ZoneStatusWindingUp {
		return errorsmod.Wrapf(zonelinktypes.ErrWindingUp, "expected a claim with a proof, got an acknowledgement or a timeout of zone %s", z.Id)
	}
	return nil
}

// CheckWindingUp returns ErrZoneStatus unless the zone is being wound up.
func (z Zone) CheckWindingUp() error {
	if z.Status != ZoneStatusWindingUp {
		return errorsmod.Wrapf(zonelinktypes.ErrZoneStatus, "expected a zone that is wound up, got %s (%s)", z.Id, z.Status)
	}
	return nil
}

// IsGone says whether the zone is sent nothing any more, and never will be.
func (z Zone) IsGone() bool {
	return z.Status == ZoneStatusWindingUp || z.Status == ZoneStatusClosed
}
