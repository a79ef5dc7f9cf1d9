package relayer

import (
	"context"
	"fmt"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// wantedChannels are the channels of every link, in the order in which they must open: the hub accepts the
// transfer channel only beside an open zonelink channel.
var wantedChannels = []struct{ port, version string }{
	{zonelinktypes.PortID, zonelinktypes.Version},
	{transfertypes.PortID, transfertypes.Version},
}

// side is one chain's end of a link as far as it exists.
type side struct {
	chain      Chain
	client     string
	connection *connectiontypes.IdentifiedConnection
	channels   map[string]*channeltypes.IdentifiedChannel // by port
}

func (s side) connectionState() connectiontypes.State {
	if s.connection == nil {
		return connectiontypes.UNINITIALIZED
	}
	return s.connection.State
}

func (s side) channelState(port string) channeltypes.State {
	if ch := s.channels[port]; ch != nil {
		return ch.State
	}
	return channeltypes.UNINITIALIZED
}

// found is what exists of a link.
type found struct{ hub, zone side }

// complete says whether the connection and all channels are open at both ends.
func (f found) complete() bool {
	if f.hub.connectionState() != connectiontypes.OPEN || f.zone.connectionState() != connectiontypes.OPEN {
		return false
	}
	for _, want := range wantedChannels {
		if f.hub.channelState(want.port) != channeltypes.OPEN || f.zone.channelState(want.port) != channeltypes.OPEN {
			return false
		}
	}
	return true
}

// progress ranks links that were begun: the furthest is gone on with.
func (f found) progress() int {
	score := 10 * (int(f.hub.connectionState()) + int(f.zone.connectionState()))
	for _, want := range wantedChannels {
		score += int(f.hub.channelState(want.port)) + int(f.zone.channelState(want.port))
	}
	return score
}

// discover finds what exists of the link between two chains. Only connections that the hub began count.
func discover(ctx context.Context, hub, zone Chain) (found, error) {
	best := found{side{chain: hub}, side{chain: zone}}
	hubConnections, err := connectionsTo(ctx, hub, zone.ChainID())
	if err != nil {
		return best, err
	}
	zoneConnections, err := connectionsTo(ctx, zone, hub.ChainID())
	if err != nil {
		return best, err
	}
	for _, h := range hubConnections {
		candidate := found{side{chain: hub, client: h.ClientId, connection: h}, side{chain: zone, client: h.Counterparty.ClientId}}
		for _, z := range zoneConnections {
			if ends(h, z) {
				candidate.zone.connection = z
			}
		}
		if usable, err := candidate.usable(ctx); err != nil || !usable {
			if err != nil {
				return best, err
			}
			continue
		}
		if err := candidate.addChannels(ctx); err != nil {
			return best, err
		}
		if candidate.progress() > best.progress() {
			best = candidate
		}
	}
	return best, nil
}

// connectionsTo lists a chain's connections over Tendermint clients of another chain.
func connectionsTo(ctx context.Context, c Chain, chainID string) ([]*connectiontypes.IdentifiedConnection, error) {
	clients, err := c.LightClients(ctx, chainID)
	if err != nil {
		return nil, err
	}
	ours := map[string]bool{}
	for _, client := range clients {
		ours[client.ID] = true
	}
	all, err := c.Connections(ctx)
	if err != nil {
		return nil, err
	}
	var out []*connectiontypes.IdentifiedConnection
	for _, connection := range all {
		if ours[connection.ClientId] {
			out = append(out, connection)
		}
	}
	return out, nil
}

// ends says whether z is the other end of h.
func ends(h, z *connectiontypes.IdentifiedConnection) bool {
	return z.Counterparty.ConnectionId == h.Id &&
		z.ClientId == h.Counterparty.ClientId && h.ClientId == z.Counterparty.ClientId &&
		(h.Counterparty.ConnectionId == "" || h.Counterparty.ConnectionId == z.Id)
}

// usable says whether the light clients of a begun link verify headers. A link that is open stays the link even if
// they do not: only its members' votes can mend it, so that is an error.
func (f found) usable(ctx context.Context) (bool, error) {
	for _, s := range []side{f.hub, f.zone} {
		client, err := s.chain.LightClient(ctx, s.client)
		if err != nil {
			return false, err
		}
		if client.Active() {
			continue
		}
		if f.hub.connectionState() == connectiontypes.OPEN && f.zone.connectionState() == connectiontypes.OPEN {
			return false, fmt.Errorf("%w: expected client %s on %s, which carries an open connection, to be Active, got %s; recover it by vote of the members",
				errInactive, s.client, s.chain.ChainID(), client.Status)
		}
		return false, nil
	}
	return true, nil
}

// addChannels finds the furthest channel per port on both ends of the connection.
func (f *found) addChannels(ctx context.Context) error {
	f.hub.channels, f.zone.channels = map[string]*channeltypes.IdentifiedChannel{}, map[string]*channeltypes.IdentifiedChannel{}
	hubChannels, err := f.hub.chain.Channels(ctx, f.hub.connection.Id)
	if err != nil {
		return err
	}
	var zoneChannels []*channeltypes.IdentifiedChannel
	if f.zone.connection != nil {
		if zoneChannels, err = f.zone.chain.Channels(ctx, f.zone.connection.Id); err != nil {
			return err
		}
	}
	for _, want := range wantedChannels {
		best := -1
		for _, h := range hubChannels {
			if !suits(h, want.port, want.version) {
				continue
			}
			var other *channeltypes.IdentifiedChannel
			for _, z := range zoneChannels {
				if suits(z, want.port, want.version) && z.Counterparty.ChannelId == h.ChannelId {
					other = z
				}
			}
			score := int(h.State)
			if other != nil {
				score += int(other.State)
			}
			if score <= best {
				continue
			}
			best, f.hub.channels[want.port] = score, h
			delete(f.zone.channels, want.port)
			if other != nil {
				f.zone.channels[want.port] = other
			}
		}
	}
	return nil
}

func suits(ch *channeltypes.IdentifiedChannel, port, version string) bool {
	return ch.PortId == port && ch.Counterparty.PortId == port && ch.Version == version &&
		ch.Ordering == channeltypes.UNORDERED && ch.State != channeltypes.CLOSED && ch.State != channeltypes.UNINITIALIZED
}
