package relayer

import (
	"context"

	"github.com/cosmos/gogoproto/proto"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
)

// message is a work with its proof, ready to be sent.
type message struct {
	work
	packed *codectypes.Any
}

// prove fetches the proofs of works in the state after height and builds their messages. Works that the state
// contradicts (acknowledged meanwhile, received meanwhile) are returned as stale.
func (d *direction) prove(ctx context.Context, list []work, height int64) (msgs []message, stale []work, err error) {
	keys := make([][]byte, len(list))
	for i, w := range list {
		keys[i] = w.proofKey()
	}
	proofs, err := d.from.Proofs(ctx, keys, height)
	if err != nil {
		return nil, nil, err
	}
	at := d.from.Height(height + 1)
	for i, w := range list {
		present := len(proofs[i].Value) > 0
		if present == (w.kind == workTimeout) {
			stale = append(stale, w)
			continue
		}
		packed, err := codectypes.NewAnyWithValue(w.message(proofs[i].Proof, at, d.to.Address()))
		if err != nil {
			return nil, nil, err
		}
		msgs = append(msgs, message{w, packed})
	}
	return msgs, stale, nil
}

// proofKey is what has to be proven: the commitment of a packet to receive, the written acknowledgement, or that
// there is no receipt of a packet that timed out.
func (w work) proofKey() []byte {
	p := w.record.Packet
	switch w.kind {
	case workAck:
		return host.PacketAcknowledgementKey(p.DestinationPort, p.DestinationChannel, p.Sequence)
	case workTimeout:
		return host.PacketReceiptKey(p.DestinationPort, p.DestinationChannel, p.Sequence)
	case workRecv:
	}
	return host.PacketCommitmentKey(p.SourcePort, p.SourceChannel, p.Sequence)
}

func (w work) message(proof []byte, height clienttypes.Height, signer string) proto.Message {
	switch w.kind {
	case workAck:
		return channeltypes.NewMsgAcknowledgement(w.record.Packet, w.record.Ack, proof, height, signer)
	case workTimeout:
		const nextSequence = 1 // read on ordered channels only, but never zero
		return channeltypes.NewMsgTimeout(w.record.Packet, nextSequence, proof, height, signer)
	case workRecv:
	}
	return channeltypes.NewMsgRecvPacket(w.record.Packet, proof, height, signer)
}
