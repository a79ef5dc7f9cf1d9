package zones

import (
	"encoding/hex"
	"strconv"

	abci "github.com/cometbft/cometbft/abci/types"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"
)

// event is a packet that a zone sent, or an acknowledgement that it wrote.
type event struct {
	packet channeltypes.Packet
	// acknowledgement is empty for a sent packet.
	acknowledgement []byte
}

// collect puts a block's packets and acknowledgements into the outbox.
func (z *Zone) collect(response *abci.ResponseFinalizeBlock) {
	z.t.Helper()
	events := response.Events
	for _, result := range response.TxResults {
		events = append(events, result.Events...)
	}
	for _, candidate := range events {
		if candidate.Type != channeltypes.EventTypeSendPacket && candidate.Type != channeltypes.EventTypeWriteAck {
			continue
		}
		attributes := map[string]string{}
		for _, attribute := range candidate.Attributes {
			attributes[attribute.Key] = attribute.Value
		}
		z.outbox = append(z.outbox, event{
			packet:          z.packet(attributes),
			acknowledgement: z.hex(attributes[channeltypes.AttributeKeyAckHex]),
		})
	}
}

// packet builds a packet from the attributes of its event.
func (z *Zone) packet(attributes map[string]string) channeltypes.Packet {
	z.t.Helper()
	sequence, err := strconv.ParseUint(attributes[channeltypes.AttributeKeySequence], 10, 64)
	require.NoError(z.t, err)
	timestamp, err := strconv.ParseUint(attributes[channeltypes.AttributeKeyTimeoutTimestamp], 10, 64)
	require.NoError(z.t, err)
	timeout, err := clienttypes.ParseHeight(attributes[channeltypes.AttributeKeyTimeoutHeight])
	require.NoError(z.t, err)
	return channeltypes.NewPacket(
		z.hex(attributes[channeltypes.AttributeKeyDataHex]), sequence,
		attributes[channeltypes.AttributeKeySrcPort], attributes[channeltypes.AttributeKeySrcChannel],
		attributes[channeltypes.AttributeKeyDstPort], attributes[channeltypes.AttributeKeyDstChannel],
		timeout, timestamp,
	)
}

func (z *Zone) hex(text string) []byte {
	z.t.Helper()
	raw, err := hex.DecodeString(text)
	require.NoError(z.t, err)
	return raw
}
