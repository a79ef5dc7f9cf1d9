package types

import (
	"bytes"

	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// IBC is what the module needs of IBC's core.
type IBC struct {
	Channels ChannelKeeper
	clients  ClientKeeper
	ports    PortKeeper
	scoped   ScopedKeeper
	transfer ScopedKeeper
}

// NewIBC gathers the keepers of IBC's core; scoped is the capability keeper of the zonelink module, transfer that of the
// ICS-20 module.
func NewIBC(channels ChannelKeeper, clients ClientKeeper, ports PortKeeper, scoped, transfer ScopedKeeper) IBC {
	return IBC{Channels: channels, clients: clients, ports: ports, scoped: scoped, transfer: transfer}
}

// BindPort takes the zonelink port, unless a genesis of the capability module has restored it. It panics if another
// module has it, so only InitGenesis may call it.
func (i IBC) BindPort(ctx sdk.Context) {
	path := host.PortPath(PortID)
	if _, bound := i.scoped.GetCapability(ctx, path); bound {
		return
	}
	if err := i.scoped.ClaimCapability(ctx, i.ports.BindPort(ctx, PortID), path); err != nil {
		panic(errorsmod.Wrapf(err, "claim port %s", PortID))
	}
}

// ClaimChannel takes the capability of a zonelink channel whose handshake begins.
func (i IBC) ClaimChannel(ctx sdk.Context, capability *capabilitytypes.Capability, channelID string) error {
	return i.scoped.ClaimCapability(ctx, capability, host.ChannelCapabilityPath(PortID, channelID))
}

// ChannelCapability returns the capability of an open zonelink channel.
func (i IBC) ChannelCapability(ctx sdk.Context, channelID string) (*capabilitytypes.Capability, error) {
	capability, ok := i.scoped.GetCapability(ctx, host.ChannelCapabilityPath(PortID, channelID))
	if !ok {
		return nil, errorsmod.Wrapf(channeltypes.ErrChannelCapabilityNotFound, "expected the capability of %s", channelID)
	}
	return capability, nil
}

// ChainID returns the chain id that the light client of a connection must have. It returns ErrInvalidHandshake unless
// that is a Tendermint client.
func (i IBC) ChainID(ctx sdk.Context, connectionID string) (string, error) {
	connection, err := i.Channels.GetConnection(ctx, connectionID)
	if err != nil {
		return "", err
	}
	state, found := i.clients.GetClientState(ctx, connection.GetClientID())
	if !found {
		return "", errorsmod.Wrapf(ErrInvalidHandshake, "expected the client of %s, got none", connectionID)
	}
	client, ok := state.(*ibctm.ClientState)
	if !ok {
		return "", errorsmod.Wrapf(ErrInvalidHandshake, "expected a 07-tendermint client of %s, got %s", connectionID, state.ClientType())
	}
	return client.ChainId, nil
}

// ConnectionOf returns the id of the one connection of a channel.
func (i IBC) ConnectionOf(ctx sdk.Context, portID, channelID string) (string, error) {
	channel, found := i.Channels.GetChannel(ctx, portID, channelID)
	if !found || len(channel.ConnectionHops) != 1 {
		return "", errorsmod.Wrapf(ErrInvalidHandshake, "expected %s/%s with one connection, got %d",
			portID, channelID, len(channel.ConnectionHops))
	}
	return channel.ConnectionHops[0], nil
}

// CheckValidators compares whom a connection's light client was made to trust, the next validators of its oldest header, with
// those who were pinned: a chain id alone can be claimed by anybody. Nothing is pinned by no hash. It returns
// ErrInvalidHandshake.
func (i IBC) CheckValidators(ctx sdk.Context, connectionID string, pinned []byte) error {
	if len(pinned) == 0 {
		return nil
	}
	trusted, err := i.firstValidators(ctx, connectionID)
	if err != nil {
		return err
	}
	if !bytes.Equal(trusted, pinned) {
		return errorsmod.Wrapf(ErrInvalidHandshake,
			"expected a light client that was made to trust validators %X, got %X behind %s; make a client from a header of the right chain",
			pinned, trusted, connectionID)
	}
	return nil
}

func (i IBC) firstValidators(ctx sdk.Context, connectionID string) ([]byte, error) {
	connection, err := i.Channels.GetConnection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	var first exported.Height
	ibctm.IterateConsensusStateAscending(i.clients.ClientStore(ctx, connection.GetClientID()), func(height exported.Height) bool {
		first = height
		return true
	})
	if first == nil {
		return nil, errorsmod.Wrapf(ErrInvalidHandshake, "expected a header in client %s, got none", connection.GetClientID())
	}
	found, _ := i.clients.GetClientConsensusState(ctx, connection.GetClientID(), first)
	state, ok := found.(*ibctm.ConsensusState)
	if !ok {
		return nil, errorsmod.Wrapf(ErrInvalidHandshake, "expected a 07-tendermint header in client %s, got %T", connection.GetClientID(), found)
	}
	return state.NextValidatorsHash, nil
}

// ConsensusState returns the state of the other chain at a height that the light client of a connection has, whether that
// client is active, expired or frozen. It returns ErrRootNotFound.
func (i IBC) ConsensusState(ctx sdk.Context, connectionID string, height clienttypes.Height) (*ibctm.ConsensusState, error) {
	connection, err := i.Channels.GetConnection(ctx, connectionID)
	if err != nil {
		return nil, err
	}
	found, _ := i.clients.GetClientConsensusState(ctx, connection.GetClientID(), height)
	state, ok := found.(*ibctm.ConsensusState)
	if !ok {
		return nil, errorsmod.Wrapf(ErrRootNotFound, "expected a height of which %s has the consensus state, got %s; query its states",
			connection.GetClientID(), height)
	}
	return state, nil
}

// CounterpartyChannel returns the other end's id of an ICS-20 channel.
func (i IBC) CounterpartyChannel(ctx sdk.Context, channelID string) (string, error) {
	channel, found := i.Channels.GetChannel(ctx, transfertypes.PortID, channelID)
	if !found {
		return "", errorsmod.Wrapf(channeltypes.ErrChannelNotFound, "expected %s/%s, got none", transfertypes.PortID, channelID)
	}
	return channel.Counterparty.ChannelId, nil
}

// ForgetTransfer ends an ICS-20 packet in flight whose outcome is settled otherwise. For IBC's core, and so for relayers, it
// has timed out: a later acknowledgement or timeout of it changes nothing.
func (i IBC) ForgetTransfer(ctx sdk.Context, channelID string, sequence uint64) error {
	capability, ok := i.transfer.GetCapability(ctx, host.ChannelCapabilityPath(transfertypes.PortID, channelID))
	if !ok {
		return errorsmod.Wrapf(channeltypes.ErrChannelCapabilityNotFound, "expected the capability of %s", channelID)
	}
	counterparty, err := i.CounterpartyChannel(ctx, channelID)
	if err != nil {
		return err
	}
	return i.Channels.TimeoutExecuted(ctx, capability, channeltypes.Packet{
		Sequence: sequence, SourcePort: transfertypes.PortID, SourceChannel: channelID,
		DestinationPort: transfertypes.PortID, DestinationChannel: counterparty,
	})
}
