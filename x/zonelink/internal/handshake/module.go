package handshake

import (
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Claim takes the capability of a channel whose handshake begins.
type Claim func(ctx sdk.Context, capability *capabilitytypes.Capability, channelID string) error

// Module is the part of the zonelink channel's application that opens and closes channels: porttypes.IBCModule but for
// packets.
type Module struct {
	channel Channel
	claim   Claim
}

// NewModule returns the part for one end.
func NewModule(channel Channel, claim Claim) Module {
	return Module{channel: channel, claim: claim}
}

// OnChanOpenInit implements porttypes.IBCModule.
func (m Module) OnChanOpenInit(
	ctx sdk.Context, order channeltypes.Order, connectionHops []string, portID, channelID string,
	capability *capabilitytypes.Capability, counterparty channeltypes.Counterparty, version string,
) (string, error) {
	if err := m.channel.OpenInit(ctx, order, connectionHops, portID, counterparty, version); err != nil {
		return "", err
	}
	return m.channel.Version, m.claim(ctx, capability, channelID)
}

// OnChanOpenTry implements porttypes.IBCModule.
func (m Module) OnChanOpenTry(
	ctx sdk.Context, order channeltypes.Order, connectionHops []string, portID, channelID string,
	capability *capabilitytypes.Capability, counterparty channeltypes.Counterparty, counterpartyVersion string,
) (string, error) {
	if err := m.channel.OpenTry(ctx, order, connectionHops, portID, counterparty, counterpartyVersion); err != nil {
		return "", err
	}
	return m.channel.Version, m.claim(ctx, capability, channelID)
}

// OnChanOpenAck implements porttypes.IBCModule.
func (m Module) OnChanOpenAck(ctx sdk.Context, _, channelID, _, counterpartyVersion string) error {
	return m.channel.OpenAck(ctx, channelID, counterpartyVersion)
}

// OnChanOpenConfirm implements porttypes.IBCModule.
func (m Module) OnChanOpenConfirm(ctx sdk.Context, _, channelID string) error {
	return m.channel.OpenConfirm(ctx, channelID)
}

// OnChanCloseInit implements porttypes.IBCModule. It always refuses.
func (m Module) OnChanCloseInit(_ sdk.Context, _, channelID string) error {
	return m.channel.CloseInit(channelID)
}

// OnChanCloseConfirm implements porttypes.IBCModule. It suspends the link.
func (m Module) OnChanCloseConfirm(ctx sdk.Context, _, channelID string) error {
	return m.channel.Closed(ctx, channelID)
}
