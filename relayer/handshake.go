package relayer

import (
	"fmt"

	"github.com/cosmos/gogoproto/proto"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
)

// step is one handshake message for one side: what has to be proven of the other side, and the message around
// that proof. Steps without a key need no proof.
type step struct {
	name  string
	key   []byte
	build func(proof []byte, height clienttypes.Height, signer string) proto.Message
}

var prefix = commitmenttypes.NewMerklePrefix([]byte(exported.StoreKey))

// planHub returns the steps that the hub, which begins every handshake, can take now. Later steps build on earlier
// ones of the same transaction, so that opening everything takes as few round trips as possible.
func planHub(f found) []step {
	var steps []step
	switch {
	case f.hub.connection == nil:
		return []step{connectionInit(f.hub.client, f.zone.client)}
	case f.hub.connection.State == connectiontypes.INIT && f.zone.connectionState() == connectiontypes.TRYOPEN:
		steps = append(steps, connectionAck(f.hub.connection, f.zone.connection))
	case f.hub.connection.State != connectiontypes.OPEN:
		return nil
	}
	for _, want := range wantedChannels {
		mine, theirs := f.hub.channels[want.port], f.zone.channels[want.port]
		switch {
		case mine == nil:
			return append(steps, channelInit(want.port, want.version, f.hub.connection.Id))
		case mine.State == channeltypes.INIT && theirs != nil && theirs.State == channeltypes.TRYOPEN:
			steps = append(steps, channelAck(mine, theirs))
		case mine.State != channeltypes.OPEN:
			return steps
		}
	}
	return steps
}

// planZone returns the steps that a zone, which answers, can take now.
func planZone(f found) []step {
	var steps []step
	switch {
	case f.hub.connection == nil:
		return nil
	case f.zone.connection == nil && f.hub.connection.State == connectiontypes.INIT:
		return []step{connectionTry(f.hub.connection, f.zone.client)}
	case f.zone.connection == nil:
		return nil
	case f.zone.connection.State == connectiontypes.TRYOPEN && f.hub.connection.State == connectiontypes.OPEN:
		steps = append(steps, connectionConfirm(f.zone.connection, f.hub.connection))
	case f.zone.connection.State != connectiontypes.OPEN:
		return nil
	}
	for _, want := range wantedChannels {
		mine, theirs := f.zone.channels[want.port], f.hub.channels[want.port]
		switch {
		case theirs == nil:
			return steps
		case mine == nil && theirs.State == channeltypes.INIT:
			return append(steps, channelTry(theirs, f.zone.connection.Id))
		case mine == nil:
			return steps
		case mine.State == channeltypes.TRYOPEN && theirs.State == channeltypes.OPEN:
			steps = append(steps, channelConfirm(mine, theirs))
		case mine.State != channeltypes.OPEN:
			return steps
		}
	}
	return steps
}

func connectionInit(client, counterpartyClient string) step {
	return step{name: "connection init", build: func(_ []byte, _ clienttypes.Height, signer string) proto.Message {
		return connectiontypes.NewMsgConnectionOpenInit(client, counterpartyClient, prefix, connectiontypes.GetCompatibleVersions()[0], 0, signer)
	}}
}

func connectionTry(hub *connectiontypes.IdentifiedConnection, client string) step {
	return step{"connection try", host.ConnectionKey(hub.Id), func(proof []byte, height clienttypes.Height, signer string) proto.Message {
		return &connectiontypes.MsgConnectionOpenTry{
			ClientId:             client,
			Counterparty:         connectiontypes.NewCounterparty(hub.ClientId, hub.Id, prefix),
			CounterpartyVersions: hub.Versions,
			DelayPeriod:          hub.DelayPeriod,
			ProofInit:            proof,
			ProofHeight:          height,
			Signer:               signer,
		}
	}}
}

func connectionAck(hub, zone *connectiontypes.IdentifiedConnection) step {
	return step{"connection ack", host.ConnectionKey(zone.Id), func(proof []byte, height clienttypes.Height, signer string) proto.Message {
		return &connectiontypes.MsgConnectionOpenAck{
			ConnectionId:             hub.Id,
			CounterpartyConnectionId: zone.Id,
			Version:                  zone.Versions[0],
			ProofTry:                 proof,
			ProofHeight:              height,
			Signer:                   signer,
		}
	}}
}

func connectionConfirm(zone, hub *connectiontypes.IdentifiedConnection) step {
	return step{"connection confirm", host.ConnectionKey(hub.Id), func(proof []byte, height clienttypes.Height, signer string) proto.Message {
		return connectiontypes.NewMsgConnectionOpenConfirm(zone.Id, proof, height, signer)
	}}
}

func channelInit(port, version, connection string) step {
	return step{name: "channel init " + port, build: func(_ []byte, _ clienttypes.Height, signer string) proto.Message {
		return channeltypes.NewMsgChannelOpenInit(port, version, channeltypes.UNORDERED, []string{connection}, port, signer)
	}}
}

func channelTry(hub *channeltypes.IdentifiedChannel, connection string) step {
	return step{"channel try " + hub.PortId, host.ChannelKey(hub.PortId, hub.ChannelId), func(proof []byte, height clienttypes.Height, signer string) proto.Message {
		return channeltypes.NewMsgChannelOpenTry(hub.Counterparty.PortId, hub.Version, hub.Ordering, []string{connection},
			hub.PortId, hub.ChannelId, hub.Version, proof, height, signer)
	}}
}

func channelAck(hub, zone *channeltypes.IdentifiedChannel) step {
	return step{"channel ack " + hub.PortId, host.ChannelKey(zone.PortId, zone.ChannelId), func(proof []byte, height clienttypes.Height, signer string) proto.Message {
		return channeltypes.NewMsgChannelOpenAck(hub.PortId, hub.ChannelId, zone.ChannelId, zone.Version, proof, height, signer)
	}}
}

func channelConfirm(zone, hub *channeltypes.IdentifiedChannel) step {
	return step{"channel confirm " + zone.PortId, host.ChannelKey(hub.PortId, hub.ChannelId), func(proof []byte, height clienttypes.Height, signer string) proto.Message {
		return channeltypes.NewMsgChannelOpenConfirm(zone.PortId, zone.ChannelId, proof, height, signer)
	}}
}

func names(steps []step) string {
	out := ""
	for i, s := range steps {
		if i > 0 {
			out += ", "
		}
		out += s.name
	}
	return fmt.Sprintf("[%s]", out)
}
