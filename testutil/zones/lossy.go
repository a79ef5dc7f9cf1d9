package zones

import (
	"strings"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// relay takes what one end has sent and does something to each part of it: carry it now, later, twice or never.
func (s *simulation) relay(route *route) {
	s.t.Helper()
	route.waiting = append(route.waiting, route.from.take()...)
	s.random.Shuffle(len(route.waiting), func(i, j int) {
		route.waiting[i], route.waiting[j] = route.waiting[j], route.waiting[i]
	})
	var now, later []event
	for _, event := range route.waiting {
		switch choice := s.random.Intn(10); {
		case choice < 1:
			s.report.Lost++
			route.lost = append(route.lost, event)
		case choice < 3:
			later = append(later, event)
		case choice < 4:
			s.report.Repeated++
			now, later = append(now, event), append(later, event)
		default:
			now = append(now, event)
		}
	}
	route.waiting = later
	s.carry(route, now)
}

// settleMail carries all that waits or was lost, on every route, and says whether there was any.
func (s *simulation) settleMail() bool {
	s.t.Helper()
	moved := false
	for _, route := range s.mail {
		events := append(append(route.waiting, route.lost...), route.from.take()...)
		route.waiting, route.lost = nil, nil
		moved = moved || len(events) > 0
		s.carry(route, events)
	}
	return moved
}

// carry takes events to the other end, in their order, and packets that are too late back as timeouts.
func (s *simulation) carry(route *route, events []event) {
	s.t.Helper()
	if len(events) == 0 {
		return
	}
	// The receiver's own time must be near the sender's, or its light client refuses a header from the future.
	route.to.Zone.Block()
	update, height := route.to.Update(route.from)
	messages := []sdk.Msg{update}
	// The transaction's block is a second later than the last one.
	var late []channeltypes.Packet
	deadline := uint64(s.Clock.Now.UnixNano()) + 2e9
	for _, event := range events {
		packet := event.packet
		switch {
		case len(event.acknowledgement) > 0:
			key := host.PacketAcknowledgementKey(packet.DestinationPort, packet.DestinationChannel, packet.Sequence)
			messages = append(messages, channeltypes.NewMsgAcknowledgement(
				packet, event.acknowledgement, route.from.Zone.proof(key, height), height, route.to.address(),
			))
		case packet.TimeoutTimestamp > deadline:
			key := host.PacketCommitmentKey(packet.SourcePort, packet.SourceChannel, packet.Sequence)
			if len(route.from.Zone.commitment(packet)) == 0 {
				continue // it was acknowledged already: this is a repetition
			}
			messages = append(messages, channeltypes.NewMsgRecvPacket(packet, route.from.Zone.proof(key, height), height, route.to.address()))
		default:
			late = append(late, packet)
		}
	}
	s.report.Delivered += len(messages) - 1
	if _, err := route.to.TryRelay(messages...); err != nil {
		// All of it was repeated: IBC takes no such transaction. If some of it is new, the rest is passed by in silence.
		require.ErrorIs(s.t, err, channeltypes.ErrRedundantTx)
	}
	// Among what was carried are refusals, and with them refunds.
	s.requireLawsAt(route.to.Zone)
	for _, packet := range late {
		s.timeOut(route, packet)
	}
}

// timeOut proves that a packet was never received, if it was not and the deadline has passed.
func (s *simulation) timeOut(route *route, packet channeltypes.Packet) {
	s.t.Helper()
	if len(route.from.Zone.commitment(packet)) == 0 || route.to.Zone.received(packet) {
		return
	}
	route.to.Zone.Block()
	if uint64(s.Clock.Now.UnixNano()) < packet.TimeoutTimestamp {
		route.lost = append(route.lost, event{packet: packet})
		return
	}
	require.NoError(s.t, route.from.Timeout(route.to, packet))
	s.report.TimedOut++
	s.requireLawsAt(route.from.Zone)
}

// requireLawsAt checks the laws of a zone and counts the refunds of its last block.
func (s *simulation) requireLawsAt(zone *Zone) {
	s.t.Helper()
	for _, result := range zone.Results {
		for _, event := range result.Events {
			if strings.HasSuffix(event.Type, "Refunded") {
				s.report.Refunded++
			}
		}
	}
	zone.RequireLaws()
}

// commitment returns that of a packet that a zone has sent and whose outcome it does not know.
func (z *Zone) commitment(packet channeltypes.Packet) []byte {
	return z.App.IBC.Core.ChannelKeeper.GetPacketCommitment(z.Ctx(), packet.SourcePort, packet.SourceChannel, packet.Sequence)
}

// received says whether a packet has reached a zone.
func (z *Zone) received(packet channeltypes.Packet) bool {
	_, found := z.App.IBC.Core.ChannelKeeper.GetPacketReceipt(z.Ctx(), packet.DestinationPort, packet.DestinationChannel, packet.Sequence)
	return found
}
