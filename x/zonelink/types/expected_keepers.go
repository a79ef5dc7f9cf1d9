package types

import (
	"context"

	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// ChannelKeeper is what the module needs of IBC's channels.
type ChannelKeeper interface {
	porttypes.ICS4Wrapper
	GetChannel(ctx sdk.Context, portID, channelID string) (channeltypes.Channel, bool)
	GetConnection(ctx sdk.Context, connectionID string) (exported.ConnectionI, error)
	GetAllPacketCommitmentsAtChannel(ctx sdk.Context, portID, channelID string) []channeltypes.PacketState
	// TimeoutExecuted deletes the commitment of a packet.
	TimeoutExecuted(ctx sdk.Context, capability *capabilitytypes.Capability, packet exported.PacketI) error
}

// ClientKeeper is what the module needs of IBC's light clients.
type ClientKeeper interface {
	GetClientState(ctx sdk.Context, clientID string) (exported.ClientState, bool)
	ClientStore(ctx sdk.Context, clientID string) storetypes.KVStore
	GetClientConsensusState(ctx sdk.Context, clientID string, height exported.Height) (exported.ConsensusState, bool)
}

// PortKeeper is what the module needs of IBC's ports.
type PortKeeper interface {
	BindPort(ctx sdk.Context, portID string) *capabilitytypes.Capability
}

// ScopedKeeper holds the capabilities of the module.
type ScopedKeeper interface {
	GetCapability(ctx sdk.Context, name string) (*capabilitytypes.Capability, bool)
	ClaimCapability(ctx sdk.Context, capability *capabilitytypes.Capability, name string) error
}

// TransferKeeper is the ICS-20 transfer module, which charges and discharges go through.
type TransferKeeper interface {
	Transfer(ctx context.Context, msg *transfertypes.MsgTransfer) (*transfertypes.MsgTransferResponse, error)
	SetDenomTrace(ctx sdk.Context, trace transfertypes.DenomTrace)
	// GetTotalEscrowForDenom and SetTotalEscrowForDenom keep the sum of what is in all escrows.
	GetTotalEscrowForDenom(ctx sdk.Context, denom string) sdk.Coin
	SetTotalEscrowForDenom(ctx sdk.Context, coin sdk.Coin)
}
