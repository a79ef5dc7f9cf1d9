package store

import (
	"encoding/binary"
	"fmt"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
)

// Key names a packet by its source.
type Key struct {
	ChainID  string `json:"chain"`
	Port     string `json:"port"`
	Channel  string `json:"channel"`
	Sequence uint64 `json:"sequence"`
}

// String implements fmt.Stringer.
func (k Key) String() string {
	return fmt.Sprintf("%s/%s/%s/%d", k.ChainID, k.Port, k.Channel, k.Sequence)
}

// Less orders keys by chain, port, channel and sequence.
func (k Key) Less(other Key) bool {
	switch {
	case k.ChainID != other.ChainID:
		return k.ChainID < other.ChainID
	case k.Port != other.Port:
		return k.Port < other.Port
	case k.Channel != other.Channel:
		return k.Channel < other.Channel
	default:
		return k.Sequence < other.Sequence
	}
}

// encode keeps the order of Less within one channel: sequences are big-endian.
func (k Key) encode() []byte {
	return binary.BigEndian.AppendUint64([]byte(k.ChainID+"/"+k.Port+"/"+k.Channel+"/"), k.Sequence)
}

// Stage is how far a packet is known to have come.
type Stage int

// The stages. A packet that is acknowledged or timed out on its source has none: it leaves the journal.
const (
	// StageSent is sent and not received: it waits to be received or to time out.
	StageSent Stage = iota + 1
	// StageReceived is received, its acknowledgement not yet written.
	StageReceived
	// StageAcked has its acknowledgement written on the destination: it waits to be acknowledged on its source.
	StageAcked
)

// Record is one packet under way.
type Record struct {
	Key    Key                 `json:"key"`
	Stage  Stage               `json:"stage"`
	Packet channeltypes.Packet `json:"packet"`
	// SentHeight is the source height at which it was sent; 0 if only its acknowledgement was seen.
	SentHeight int64 `json:"sent_height"`
	// Ack is the acknowledgement's bytes and AckHeight the destination height at which it was written.
	Ack       []byte `json:"ack,omitempty"`
	AckHeight int64  `json:"ack_height,omitempty"`
}
