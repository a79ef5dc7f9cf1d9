package relayer

import (
	"testing"

	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"
)

// halfLink builds one side of a link: states in short, and "" for what does not exist.
func halfLink(connection, zonelink, transfer string) side {
	states := map[string]int32{"init": 1, "try": 2, "open": 3}
	s := side{channels: map[string]*channeltypes.IdentifiedChannel{}}
	if connection != "" {
		s.connection = &connectiontypes.IdentifiedConnection{
			Id: "connection-0", State: connectiontypes.State(states[connection]), Versions: connectiontypes.GetCompatibleVersions(),
		}
	}
	for port, state := range map[string]string{"zonelink": zonelink, "transfer": transfer} {
		if state != "" {
			s.channels[port] = &channeltypes.IdentifiedChannel{PortId: port, ChannelId: "channel-0", State: channeltypes.State(states[state])}
		}
	}
	return s
}

func TestHandshakeSteps(t *testing.T) {
	for _, tc := range []struct {
		name      string
		hub, zone side
		wantHub   string
		wantZone  string
	}{
		{"nothing", halfLink("", "", ""), halfLink("", "", ""), "[connection init]", "[]"},
		{"begun", halfLink("init", "", ""), halfLink("", "", ""), "[]", "[connection try]"},
		{"tried", halfLink("init", "", ""), halfLink("try", "", ""), "[connection ack, channel init zonelink]", "[]"},
		{"hub open", halfLink("open", "init", ""), halfLink("try", "", ""), "[]", "[connection confirm, channel try zonelink]"},
		{"hub open, no channel", halfLink("open", "", ""), halfLink("try", "", ""), "[channel init zonelink]", "[connection confirm]"},
		{"zonelink tried", halfLink("open", "init", ""), halfLink("open", "try", ""), "[channel ack zonelink, channel init transfer]", "[]"},
		{"zonelink open on hub", halfLink("open", "open", "init"), halfLink("open", "try", ""), "[]", "[channel confirm zonelink, channel try transfer]"},
		{"transfer tried", halfLink("open", "open", "init"), halfLink("open", "open", "try"), "[channel ack transfer]", "[]"},
		{"transfer open on hub", halfLink("open", "open", "open"), halfLink("open", "open", "try"), "[]", "[channel confirm transfer]"},
		{"complete", halfLink("open", "open", "open"), halfLink("open", "open", "open"), "[]", "[]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := found{tc.hub, tc.zone}
			require.Equal(t, tc.wantHub, names(planHub(f)))
			require.Equal(t, tc.wantZone, names(planZone(f)))
			require.Equal(t, tc.name == "complete", f.complete())
		})
	}
}

func TestEnds(t *testing.T) {
	hub := func(counterparty string) *connectiontypes.IdentifiedConnection {
		return &connectiontypes.IdentifiedConnection{Id: "connection-1", ClientId: "hub-client", Counterparty: connectiontypes.Counterparty{ClientId: "zone-client", ConnectionId: counterparty}}
	}
	zone := &connectiontypes.IdentifiedConnection{Id: "connection-7", ClientId: "zone-client", Counterparty: connectiontypes.Counterparty{ClientId: "hub-client", ConnectionId: "connection-1"}}
	require.True(t, ends(hub(""), zone), "tried, not yet acknowledged")
	require.True(t, ends(hub("connection-7"), zone))
	require.False(t, ends(hub("connection-8"), zone), "the hub is bound to another one")
	zone.Counterparty.ConnectionId = "connection-2"
	require.False(t, ends(hub(""), zone))
}
