// Package zones runs a Financial Zone and Business Zones in one process: the real applications, real light clients
// and proofs, and blocks and packets that move only when the test says so.
package zones

import (
	"testing"
	"time"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	auditkeeper "github.com/azukari-network/azukari/x/audit/keeper"
)

// Clock is the time of all zones of a network. It moves only when a zone makes a block or a test advances it.
type Clock struct {
	Now time.Time
}

// Advance moves the time.
func (c *Clock) Advance(by time.Duration) { c.Now = c.Now.Add(by) }

// Network is a Financial Zone and linked Business Zones.
type Network struct {
	Manifest  devnet.Manifest
	Keys      *devnet.Keys
	Clock     *Clock
	Financial *Zone
	// Business Zones and links, in the manifest's order.
	Business []*Zone
	Links    []*Link

	t testing.TB
}

// Manifest returns a network of banks and Business Zones with two accounts of a million yen at each bank.
func Manifest(banks int, businessZones ...string) devnet.Manifest {
	manifest := devnet.DefaultManifest()
	manifest.Financial.Banks = banks
	manifest.Zones = nil
	for _, id := range businessZones {
		manifest.Zones = append(manifest.Zones, devnet.ZoneManifest{ID: id, Validators: 2})
	}
	manifest.Accounts = devnet.AccountsManifest{PerBank: 2, BalanceYen: 1_000_000}
	return manifest
}

// New starts the zones of a manifest without linking them.
func New(t testing.TB, manifest devnet.Manifest) *Network {
	t.Helper()
	require.NoError(t, manifest.Validate())
	n := &Network{
		Manifest: manifest, Keys: devnet.NewKeys(manifest.Seed), t: t,
		Clock: &Clock{Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)},
	}
	n.Financial = newZone(t, n.Clock, manifest, n.Keys, devnet.FinancialID)
	for _, zone := range manifest.Zones {
		n.Business = append(n.Business, newZone(t, n.Clock, manifest, n.Keys, zone.ID))
	}
	return n
}

// NewLinked starts the zones of a manifest and links every Business Zone.
func NewLinked(t testing.TB, manifest devnet.Manifest) *Network {
	t.Helper()
	n := New(t, manifest)
	for _, zone := range n.Business {
		n.Connect(zone).openChannels()
	}
	return n
}

// Connect makes light clients and the connection with one Business Zone, and no channel yet.
func (n *Network) Connect(zone *Zone) *Link {
	n.t.Helper()
	trusting := time.Duration(n.Manifest.TrustingPeriodSeconds) * time.Second
	relayer := n.Keys.Relayer().PrivKey()
	link := &Link{
		Financial: &End{Zone: n.Financial, relayer: relayer, trusting: trusting},
		Business:  &End{Zone: zone, relayer: relayer, trusting: trusting},
	}
	link.Financial.Client = link.Financial.NewClient(link.Business)
	link.Business.Client = link.Business.NewClient(link.Financial)
	connect(link.Financial, link.Business)
	n.Links = append(n.Links, link)
	return link
}

// restRounds and restBlocks are enough for caps to reach a zone, its report to come back, and room that it sets free to be
// given again.
const (
	restRounds = 4
	restBlocks = 6
)

// Rest relays and makes blocks until zones have told each other all that they tell by themselves: reports and caps wait for
// their turn, so that Settle alone may leave some of them.
func (n *Network) Rest() {
	n.t.Helper()
	n.Blocks()
	for range restRounds {
		n.Settle()
		for range restBlocks {
			n.Blocks()
		}
	}
	n.Settle()
}

// Blocks makes one block on every zone, so that none lags behind the clock.
func (n *Network) Blocks() {
	n.t.Helper()
	n.Financial.Block()
	for _, zone := range n.Business {
		zone.Block()
	}
}

// Settle relays until no zone has anything left to send.
func (n *Network) Settle() {
	n.t.Helper()
	for range 100 {
		moved := 0
		for _, link := range n.Links {
			moved += link.Financial.Deliver(link.Business) + link.Business.Deliver(link.Financial)
		}
		if moved == 0 {
			return
		}
	}
	n.t.Fatal("expected the zones to come to rest within 100 rounds of relaying, got more packets still")
}

// RequireLaws asserts the laws of money in every zone.
func (n *Network) RequireLaws() {
	n.t.Helper()
	n.Financial.RequireLaws()
	for _, zone := range n.Business {
		zone.RequireLaws()
	}
}

// Deliver takes everything that one end has sent or acknowledged on the link's channels to the other end, in one
// transaction, and returns how much it was.
func (e *End) Deliver(to *End) int {
	e.Zone.t.Helper()
	events := e.take()
	if len(events) == 0 {
		return 0
	}
	to.Zone.catchUp()
	update, height := to.Update(e)
	messages := []sdk.Msg{update}
	for _, event := range events {
		packet := event.packet
		if len(event.acknowledgement) == 0 {
			key := host.PacketCommitmentKey(packet.SourcePort, packet.SourceChannel, packet.Sequence)
			messages = append(messages, channeltypes.NewMsgRecvPacket(packet, e.Zone.proof(key, height), height, to.address()))
			continue
		}
		key := host.PacketAcknowledgementKey(packet.DestinationPort, packet.DestinationChannel, packet.Sequence)
		messages = append(messages, channeltypes.NewMsgAcknowledgement(
			packet, event.acknowledgement, e.Zone.proof(key, height), height, to.address(),
		))
	}
	to.Relay(messages...)
	return len(events)
}

// Waiting returns the packets that one end has sent on the link's channels and that were neither delivered nor dropped.
func (e *End) Waiting() []channeltypes.Packet {
	var packets []channeltypes.Packet
	for _, candidate := range e.Zone.outbox {
		channel := candidate.packet.SourceChannel
		if len(candidate.acknowledgement) == 0 && (channel == e.Zonelink || channel == e.Transfer) {
			packets = append(packets, candidate.packet)
		}
	}
	return packets
}

// Drop forgets everything that one end has sent or acknowledged on the link's channels, and returns the packets sent:
// they can only time out now.
func (e *End) Drop() []channeltypes.Packet {
	var packets []channeltypes.Packet
	for _, event := range e.take() {
		if len(event.acknowledgement) == 0 {
			packets = append(packets, event.packet)
		}
	}
	return packets
}

// Timeout proves to the sending end that a packet was not received before its deadline, and returns the sender's
// verdict. The clock must be past the deadline.
func (e *End) Timeout(to *End, packet channeltypes.Packet) error {
	e.Zone.t.Helper()
	// The sender's own time must be near the receiver's, or its light client refuses a header from the future.
	e.Zone.Block()
	update, height := e.Update(to)
	key := host.PacketReceiptKey(packet.DestinationPort, packet.DestinationChannel, packet.Sequence)
	_, err := e.TryRelay(update, channeltypes.NewMsgTimeout(
		packet, 1, to.Zone.proof(key, height), height, e.address(),
	))
	return err
}

// take removes from the zone's outbox what belongs to this end's channels.
func (e *End) take() []event {
	var mine, rest []event
	for _, candidate := range e.Zone.outbox {
		channel := candidate.packet.SourceChannel
		if len(candidate.acknowledgement) > 0 {
			channel = candidate.packet.DestinationChannel
		}
		if channel == e.Zonelink || channel == e.Transfer {
			mine = append(mine, candidate)
			continue
		}
		rest = append(rest, candidate)
	}
	e.Zone.outbox = rest
	return mine
}

// audit returns the zone's law checker.
func (z *Zone) audit() *auditkeeper.Keeper {
	if z.Financial != nil {
		return z.Financial.Audit
	}
	return z.Business.Audit
}
