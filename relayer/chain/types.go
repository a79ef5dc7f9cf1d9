package chain

import (
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
)

// Head is what relaying needs of a block's header.
type Head struct {
	Height             int64
	Time               time.Time
	ValidatorsHash     string
	NextValidatorsHash string
}

// ChangesValidators says whether the block after this one has another validator set.
func (h Head) ChangesValidators() bool { return h.ValidatorsHash != h.NextValidatorsHash }

// EventKind is a step of a packet's life, as a chain reports it.
type EventKind int

// The steps: the first and the last two happen on the packet's source, the others on its destination.
const (
	Sent EventKind = iota + 1
	Received
	AckWritten
	Acknowledged
	TimedOut
)

// PacketEvent is one step of one packet.
type PacketEvent struct {
	Kind   EventKind
	Packet channeltypes.Packet // data is absent from Acknowledged and TimedOut
	Ack    []byte              // AckWritten only
}

// TxOutcome is how a transaction ended, found by its signer and account sequence.
type TxOutcome struct {
	Signer   string
	Sequence uint64
	Code     uint32
	Space    string
	Log      string
	GasUsed  int64
}

// Block is one committed block.
type Block struct {
	Head   Head
	Events []PacketEvent
	Txs    []TxOutcome
}

// LightClient is a client of another chain as this chain holds it.
type LightClient struct {
	ID                 string
	ChainID            string
	Status             string
	Latest             clienttypes.Height
	TrustingPeriod     time.Duration
	Time               time.Time // of the latest consensus state
	NextValidatorsHash string    // of the latest consensus state
}

// Active says whether packets can be proven with the client.
func (c LightClient) Active() bool { return c.Status == "Active" }

// Proof is a value, or its absence (nil), at a height, with its Merkle proof.
type Proof struct {
	Value []byte
	Proof []byte
}

// TxRef names a transaction that was signed.
type TxRef struct {
	Sequence uint64
	Hash     string
}

// Limits are the consensus bounds of one block.
type Limits struct {
	MaxBytes int64
	MaxGas   int64 // -1 for none
}
