// Package handshake decides which channels may open between two zones.
package handshake

import (
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/zonelink/types"
)

// Side says which end of a zone link this is. Only the Financial Zone opens channels: if both ends could, two
// handshakes under way at the same time might leave each end bound to another channel for ever.
type Side int

const (
	// Financial starts handshakes and, at the acknowledgement, decides which channel is bound.
	Financial Side = iota
	// Business answers handshakes and binds the channel that the Financial Zone has bound.
	Business
)

// Channel is one of the two channels of a zone link, as one end sees it.
type Channel struct {
	Side    Side
	PortID  string
	Version string
	// Check returns why no channel may open on the connection now, or nil.
	Check func(ctx sdk.Context, connectionID string) error
	// Bind makes an open channel the zone's, or returns why it may not be.
	Bind func(ctx sdk.Context, channelID string) error
	// Closed learns that the other end has closed a channel.
	Closed func(ctx sdk.Context, channelID string) error
}

// OpenInit checks the first step, at the end that opens. An empty version stands for the only one.
// It returns ErrInvalidHandshake, or what Check returns.
func (c Channel) OpenInit(
	ctx sdk.Context, order channeltypes.Order, hops []string, portID string, counterparty channeltypes.Counterparty, version string,
) error {
	if c.Side != Financial {
		return errorsmod.Wrapf(types.ErrInvalidHandshake,
			"expected the Financial Zone to open the %s channel, got ChannelOpenInit here; send it there", c.PortID)
	}
	if version == "" {
		version = c.Version
	}
	return c.check(ctx, order, hops, portID, counterparty, version)
}

// OpenTry checks the second step, at the end that answers. It returns ErrInvalidHandshake, or what Check returns.
func (c Channel) OpenTry(
	ctx sdk.Context, order channeltypes.Order, hops []string, portID string, counterparty channeltypes.Counterparty, version string,
) error {
	if c.Side != Business {
		return errorsmod.Wrapf(types.ErrInvalidHandshake,
			"expected the Financial Zone to open the %s channel, got ChannelOpenTry here; send ChannelOpenInit here", c.PortID)
	}
	return c.check(ctx, order, hops, portID, counterparty, version)
}

func (c Channel) check(
	ctx sdk.Context, order channeltypes.Order, hops []string, portID string, counterparty channeltypes.Counterparty, version string,
) error {
	if order != channeltypes.UNORDERED {
		return errorsmod.Wrapf(types.ErrInvalidHandshake, "expected an unordered channel, got %s", order)
	}
	if len(hops) != 1 {
		return errorsmod.Wrapf(types.ErrInvalidHandshake, "expected one connection, got %d", len(hops))
	}
	if portID != c.PortID || counterparty.PortId != c.PortID {
		return errorsmod.Wrapf(types.ErrInvalidHandshake, "expected port %s at both ends, got %q and %q", c.PortID, portID, counterparty.PortId)
	}
	if version != c.Version {
		return errorsmod.Wrapf(types.ErrInvalidHandshake, "expected version %s, got %q", c.Version, version)
	}
	return c.Check(ctx, hops[0])
}

// OpenAck binds the channel at the end that opened it. It returns ErrInvalidHandshake, or what Bind returns.
func (c Channel) OpenAck(ctx sdk.Context, channelID, version string) error {
	if version != c.Version {
		return errorsmod.Wrapf(types.ErrInvalidHandshake, "expected version %s, got %q", c.Version, version)
	}
	return c.Bind(ctx, channelID)
}

// OpenConfirm binds the channel at the end that answered. It returns what Bind returns.
func (c Channel) OpenConfirm(ctx sdk.Context, channelID string) error {
	return c.Bind(ctx, channelID)
}

// CloseInit refuses: nobody closes a channel of a zone link with yen behind it.
func (c Channel) CloseInit(channelID string) error {
	return errorsmod.Wrapf(types.ErrInvalidHandshake, "expected %s/%s to stay open: a channel of a zone link is never closed by hand", c.PortID, channelID)
}
