package chain

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

type eventJSON struct {
	Type       string `json:"type"`
	Attributes []struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	} `json:"attributes"`
}

type resultsJSON struct {
	Txs []struct {
		Code      uint32      `json:"code"`
		Log       string      `json:"log"`
		GasUsed   int64       `json:"gas_used,string"`
		Codespace string      `json:"codespace"`
		Events    []eventJSON `json:"events"`
	} `json:"txs_results"`
	Events []eventJSON `json:"finalize_block_events"`
}

var kinds = map[string]EventKind{
	channeltypes.EventTypeSendPacket:        Sent,
	channeltypes.EventTypeRecvPacket:        Received,
	channeltypes.EventTypeWriteAck:          AckWritten,
	channeltypes.EventTypeAcknowledgePacket: Acknowledged,
	channeltypes.EventTypeTimeoutPacket:     TimedOut,
}

// Block fetches what a block did to packets, and how this signer's transactions in it ended.
func (c *Client) Block(ctx context.Context, height int64) (Block, error) {
	head, err := c.Header(ctx, height)
	if err != nil {
		return Block{}, err
	}
	raw, err := c.rpc.fetch(ctx, "block_results", heightParam(height))
	if err != nil {
		return Block{}, err
	}
	block, err := parseBlock(raw, c.Address())
	if err != nil {
		return Block{}, fmt.Errorf("zone %s: block %d: %w", c.zone.ID, height, err)
	}
	block.Head = head
	return block, nil
}

// refusalBytes is more than the answer of a node that refuses a call has.
const refusalBytes = 4 << 10

// parseBlock reads an answer to block_results. Most blocks hold neither packets nor the signer's transactions: a scan of the
// bytes finds that out at a fraction of what decoding costs.
func parseBlock(raw []byte, signer string) (Block, error) {
	var block Block
	if len(raw) > refusalBytes && !bytes.Contains(raw, []byte(channeltypes.AttributeKeySequence)) && !bytes.Contains(raw, []byte(signer)) {
		return block, nil
	}
	var results resultsJSON
	if err := decode(raw, "block_results", &results); err != nil {
		return block, err
	}
	for _, tx := range results.Txs {
		if sequence, ours := signedSequence(tx.Events, signer); ours {
			block.Txs = append(block.Txs, TxOutcome{signer, sequence, tx.Code, tx.Codespace, tx.Log, tx.GasUsed})
		}
		if tx.Code != 0 {
			continue
		}
		if err := block.addPackets(tx.Events); err != nil {
			return block, err
		}
	}
	return block, block.addPackets(results.Events)
}

func (b *Block) addPackets(events []eventJSON) error {
	for _, e := range events {
		kind, ok := kinds[e.Type]
		if !ok {
			continue
		}
		event, err := parsePacketEvent(kind, e)
		if err != nil {
			return fmt.Errorf("event %s: %w", e.Type, err)
		}
		b.Events = append(b.Events, event)
	}
	return nil
}

// signedSequence finds the account sequence with which signer signed the transaction that emitted events.
func signedSequence(events []eventJSON, signer string) (uint64, bool) {
	for _, e := range events {
		if e.Type != sdk.EventTypeTx {
			continue
		}
		for _, a := range e.Attributes {
			if a.Key != sdk.AttributeKeyAccountSequence {
				continue
			}
			who, sequence, ok := strings.Cut(a.Value, "/")
			if !ok || who != signer {
				continue
			}
			if n, err := strconv.ParseUint(sequence, 10, 64); err == nil {
				return n, true
			}
		}
	}
	return 0, false
}

func parsePacketEvent(kind EventKind, e eventJSON) (PacketEvent, error) {
	out := PacketEvent{Kind: kind}
	p := &out.Packet
	var err error
	for _, a := range e.Attributes {
		switch a.Key {
		case channeltypes.AttributeKeySequence:
			p.Sequence, err = strconv.ParseUint(a.Value, 10, 64)
		case channeltypes.AttributeKeySrcPort:
			p.SourcePort = a.Value
		case channeltypes.AttributeKeySrcChannel:
			p.SourceChannel = a.Value
		case channeltypes.AttributeKeyDstPort:
			p.DestinationPort = a.Value
		case channeltypes.AttributeKeyDstChannel:
			p.DestinationChannel = a.Value
		case channeltypes.AttributeKeyTimeoutHeight:
			p.TimeoutHeight, err = clienttypes.ParseHeight(a.Value)
		case channeltypes.AttributeKeyTimeoutTimestamp:
			p.TimeoutTimestamp, err = strconv.ParseUint(a.Value, 10, 64)
		case channeltypes.AttributeKeyDataHex:
			p.Data, err = hex.DecodeString(a.Value)
		case channeltypes.AttributeKeyAckHex:
			out.Ack, err = hex.DecodeString(a.Value)
		}
		if err != nil {
			return out, fmt.Errorf("attribute %s: expected its usual form, got %q", a.Key, a.Value)
		}
	}
	if p.Sequence == 0 || p.SourceChannel == "" || p.DestinationChannel == "" {
		return out, fmt.Errorf("expected a sequence and two channels, got sequence %d, %q and %q", p.Sequence, p.SourceChannel, p.DestinationChannel)
	}
	return out, nil
}
