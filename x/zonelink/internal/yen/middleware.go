// Package yen is the middleware between IBC's core and the ICS-20 transfer module, the same at both ends of a zone link:
// it lets only charges and discharges pass, and keeps a ledger of them.
package yen

import (
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/internal/handshake"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// Ledger is the end's own account of what passes.
type Ledger interface {
	// CheckReceipt returns why the packet is refused before a coin moves, or what it carries. With ErrReportRefused, what
	// it has written stays.
	CheckReceipt(ctx sdk.Context, packet channeltypes.Packet) (types.YenPacket, error)
	// BookReceipt books what CheckReceipt returned, after the coins have moved.
	BookReceipt(ctx sdk.Context, packet channeltypes.Packet, yen types.YenPacket) error
	// Settle books that a packet has been credited on the other side.
	Settle(ctx sdk.Context, channelID string, sequence uint64) error
	// Refund books that a packet has not been credited and its coins come back.
	Refund(ctx sdk.Context, channelID string, sequence uint64, reason string) error
}

// Middleware stands above the transfer module. It does not implement porttypes.UpgradableModule, so IBC's core refuses
// every upgrade of its channels.
type Middleware struct {
	app     porttypes.IBCModule
	ledger  Ledger
	channel handshake.Channel
	// receipt is why coins move when a packet is received.
	receipt registrytypes.CauseKind
}

var _ porttypes.IBCModule = Middleware{}

// NewMiddleware puts the ledger above the transfer module.
func NewMiddleware(app porttypes.IBCModule, ledger Ledger, channel handshake.Channel, receipt registrytypes.CauseKind) Middleware {
	return Middleware{app: app, ledger: ledger, channel: channel, receipt: receipt}
}

// OnChanOpenInit implements porttypes.IBCModule.
func (m Middleware) OnChanOpenInit(
	ctx sdk.Context, order channeltypes.Order, connectionHops []string, portID, channelID string,
	capability *capabilitytypes.Capability, counterparty channeltypes.Counterparty, version string,
) (string, error) {
	if err := m.channel.OpenInit(ctx, order, connectionHops, portID, counterparty, version); err != nil {
		return "", err
	}
	return m.app.OnChanOpenInit(ctx, order, connectionHops, portID, channelID, capability, counterparty, version)
}

// OnChanOpenTry implements porttypes.IBCModule.
func (m Middleware) OnChanOpenTry(
	ctx sdk.Context, order channeltypes.Order, connectionHops []string, portID, channelID string,
	capability *capabilitytypes.Capability, counterparty channeltypes.Counterparty, counterpartyVersion string,
) (string, error) {
	if err := m.channel.OpenTry(ctx, order, connectionHops, portID, counterparty, counterpartyVersion); err != nil {
		return "", err
	}
	return m.app.OnChanOpenTry(ctx, order, connectionHops, portID, channelID, capability, counterparty, counterpartyVersion)
}

// OnChanOpenAck implements porttypes.IBCModule.
func (m Middleware) OnChanOpenAck(ctx sdk.Context, portID, channelID, counterpartyChannelID, counterpartyVersion string) error {
	if err := m.app.OnChanOpenAck(ctx, portID, channelID, counterpartyChannelID, counterpartyVersion); err != nil {
		return err
	}
	return m.channel.OpenAck(ctx, channelID, counterpartyVersion)
}

// OnChanOpenConfirm implements porttypes.IBCModule.
func (m Middleware) OnChanOpenConfirm(ctx sdk.Context, portID, channelID string) error {
	if err := m.app.OnChanOpenConfirm(ctx, portID, channelID); err != nil {
		return err
	}
	return m.channel.OpenConfirm(ctx, channelID)
}

// OnChanCloseInit implements porttypes.IBCModule. It always refuses.
func (m Middleware) OnChanCloseInit(_ sdk.Context, _, channelID string) error {
	return m.channel.CloseInit(channelID)
}

// OnChanCloseConfirm implements porttypes.IBCModule. It suspends the link.
func (m Middleware) OnChanCloseConfirm(ctx sdk.Context, portID, channelID string) error {
	if err := m.app.OnChanCloseConfirm(ctx, portID, channelID); err != nil {
		return err
	}
	return m.channel.Closed(ctx, channelID)
}

// OnRecvPacket implements porttypes.IBCModule. What is refused is refused by an error acknowledgement, upon which IBC's
// core drops whatever was written.
func (m Middleware) OnRecvPacket(ctx sdk.Context, packet channeltypes.Packet, relayer sdk.AccAddress) exported.Acknowledgement {
	received, err := m.ledger.CheckReceipt(ctx, packet)
	if err != nil {
		return types.Refuse(err)
	}
	payCtx, refusal := types.WithRefusal(withCause(ctx, m.receipt))
	acknowledgement := m.app.OnRecvPacket(payCtx, packet, relayer)
	if !acknowledgement.Success() {
		if err := refusal.Err(); err != nil {
			return types.NewRefusal(err)
		}
		return acknowledgement
	}
	if err := m.ledger.BookReceipt(ctx, packet, received); err != nil {
		return types.NewRefusal(err)
	}
	return acknowledgement
}

// OnAcknowledgementPacket implements porttypes.IBCModule.
func (m Middleware) OnAcknowledgementPacket(
	ctx sdk.Context, packet channeltypes.Packet, acknowledgement []byte, relayer sdk.AccAddress,
) error {
	var envelope channeltypes.Acknowledgement
	if err := transfertypes.ModuleCdc.UnmarshalJSON(acknowledgement, &envelope); err != nil {
		return errorsmod.Wrapf(types.ErrInvalidTransfer, "expected an ICS-20 acknowledgement, got %d other bytes", len(acknowledgement))
	}
	// The transfer module refunds on an error and on nothing else, so the ledger does the same.
	refused, isRefused := envelope.Response.(*channeltypes.Acknowledgement_Error)
	if !isRefused {
		if err := m.ledger.Settle(ctx, packet.SourceChannel, packet.Sequence); err != nil {
			return err
		}
		return m.app.OnAcknowledgementPacket(ctx, packet, acknowledgement, relayer)
	}
	if err := m.ledger.Refund(ctx, packet.SourceChannel, packet.Sequence, types.RefusalReason(refused.Error)); err != nil {
		return err
	}
	return m.app.OnAcknowledgementPacket(withCause(ctx, registrytypes.CauseRefund), packet, acknowledgement, relayer)
}

// OnTimeoutPacket implements porttypes.IBCModule.
func (m Middleware) OnTimeoutPacket(ctx sdk.Context, packet channeltypes.Packet, relayer sdk.AccAddress) error {
	if err := m.ledger.Refund(ctx, packet.SourceChannel, packet.Sequence, types.ReasonTimedOut); err != nil {
		return err
	}
	return m.app.OnTimeoutPacket(withCause(ctx, registrytypes.CauseRefund), packet, relayer)
}

func withCause(ctx sdk.Context, kind registrytypes.CauseKind) sdk.Context {
	return sdk.UnwrapSDKContext(registrytypes.WithCause(ctx, registrytypes.Cause{Kind: kind}))
}
