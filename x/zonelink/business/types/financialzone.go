package types

import (
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Validate checks every field. It returns ErrInvalidZone.
func (z FinancialZone) Validate() error {
	if (z.ConnectionId == "") != (z.ZonelinkChannelId == "") || z.ZonelinkChannelId == "" && z.TransferChannelId != "" {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone,
			"expected connection and zonelink channel together, then the transfer channel, got %q, %q and %q",
			z.ConnectionId, z.ZonelinkChannelId, z.TransferChannelId)
	}
	if z.ConnectionId == "" {
		if z.Suspended {
			return errorsmod.Wrap(zonelinktypes.ErrInvalidZone, "expected a connection before the link is suspended, got none")
		}
		return nil
	}
	if err := host.ConnectionIdentifierValidator(z.ConnectionId); err != nil {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "expected a connection id, got %q", z.ConnectionId)
	}
	if err := host.ChannelIdentifierValidator(z.ZonelinkChannelId); err != nil {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "expected a channel id, got %q", z.ZonelinkChannelId)
	}
	if z.TransferChannelId == "" {
		return nil
	}
	if err := host.ChannelIdentifierValidator(z.TransferChannelId); err != nil || z.TransferChannelId == z.ZonelinkChannelId {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidZone, "expected another channel id for transfers, got %q", z.TransferChannelId)
	}
	return nil
}

// CheckActive returns ErrNotConnected unless both channels are open.
func (z FinancialZone) CheckActive() error {
	if z.TransferChannelId == "" {
		return errorsmod.Wrap(zonelinktypes.ErrNotConnected, "expected both channels open, got no transfer channel yet")
	}
	if z.Suspended {
		return errorsmod.Wrap(zonelinktypes.ErrNotConnected, "expected both channels open, got one that the Financial Zone closed")
	}
	return nil
}

// YenTrace says where the yen of this zone comes from: the Financial Zone's jpy, over the ICS-20 channel.
// It needs the channel.
func (z FinancialZone) YenTrace() transfertypes.DenomTrace {
	return transfertypes.DenomTrace{
		Path:      transfertypes.PortID + "/" + z.TransferChannelId,
		BaseDenom: registrytypes.YenDenom,
	}
}

// YenDenom returns the denom of the yen in this zone, or the empty string before the ICS-20 channel is open.
func (z FinancialZone) YenDenom() string {
	if z.TransferChannelId == "" {
		return ""
	}
	return z.YenTrace().IBCDenom()
}
