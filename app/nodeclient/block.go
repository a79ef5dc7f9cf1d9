package nodeclient

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
)

// Block is what a block carried out.
type Block struct {
	Height int64
	Time   time.Time
	Txs    []BlockTx
}

// BlockTx is one transaction of a block and what became of it.
type BlockTx struct {
	Raw            []byte
	Code           uint32
	Codespace, Log string
	// Data is a TxMsgData.
	Data []byte
	// RawEvents are the events in CometBFT's JSON: Events reads them. They are most of a block, and few ask for them.
	RawEvents json.RawMessage
}

// BlockEvent is one event of a transaction.
type BlockEvent struct {
	Type       string           `json:"type"`
	Attributes []BlockAttribute `json:"attributes"`
}

// BlockAttribute is one attribute of an event.
type BlockAttribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// NewBlockTx returns a transaction of the index as one of a block.
func NewBlockTx(found *coretypes.ResultTx) (BlockTx, error) {
	events := make([]BlockEvent, len(found.TxResult.Events))
	for i, event := range found.TxResult.Events {
		events[i].Type = event.Type
		for _, attribute := range event.Attributes {
			events[i].Attributes = append(events[i].Attributes, BlockAttribute{attribute.Key, attribute.Value})
		}
	}
	raw, err := json.Marshal(events)
	return BlockTx{
		Raw: found.Tx, Code: found.TxResult.Code, Codespace: found.TxResult.Codespace, Log: found.TxResult.Log,
		Data: found.TxResult.Data, RawEvents: raw,
	}, err
}

// Events reads the events of the transaction.
func (t BlockTx) Events() ([]BlockEvent, error) {
	var events []BlockEvent
	if len(t.RawEvents) == 0 {
		return nil, nil
	}
	if err := json.Unmarshal(t.RawEvents, &events); err != nil {
		return nil, fmt.Errorf("decode events: %w", err)
	}
	return events, nil
}

// Block returns the block at a height. What became of its transactions is asked for only if wanted says so of one of them; else
// all have code 0 and no data. Ask for heights up to StateHeight: a node shows a newer block before it has carried it out.
func (c *Client) Block(ctx context.Context, height int64, wanted func(raw []byte) bool) (Block, error) {
	var answer struct {
		Block struct {
			Header struct {
				Time time.Time `json:"time"`
			} `json:"header"`
			Data struct {
				Txs [][]byte `json:"txs"`
			} `json:"data"`
		} `json:"block"`
	}
	if err := c.ask(ctx, "block", height, &answer); err != nil {
		return Block{}, err
	}
	block := Block{Height: height, Time: answer.Block.Header.Time, Txs: make([]BlockTx, len(answer.Block.Data.Txs))}
	for i, raw := range answer.Block.Data.Txs {
		block.Txs[i].Raw = raw
	}
	if !slices.ContainsFunc(answer.Block.Data.Txs, wanted) {
		return block, nil
	}
	var results struct {
		Txs []struct {
			Code      uint32          `json:"code"`
			Codespace string          `json:"codespace"`
			Log       string          `json:"log"`
			Data      []byte          `json:"data"`
			Events    json.RawMessage `json:"events"`
		} `json:"txs_results"`
	}
	if err := c.ask(ctx, "block_results", height, &results); err != nil {
		return Block{}, err
	}
	if len(results.Txs) != len(block.Txs) {
		return Block{}, fmt.Errorf("expected %d results in block %d, got %d", len(block.Txs), height, len(results.Txs))
	}
	for i, one := range results.Txs {
		block.Txs[i] = BlockTx{
			Raw: block.Txs[i].Raw, Code: one.Code, Codespace: one.Codespace, Log: one.Log, Data: one.Data, RawEvents: one.Events,
		}
	}
	return block, nil
}

// ask calls a method of CometBFT's RPC about a height. CometBFT's own client would read every field of the answer several times.
func (c *Client) ask(ctx context.Context, method string, height int64, result any) error {
	body, err := json.Marshal(map[string]any{
		"jsonrpc": "2.0", "id": 0, "method": method, "params": map[string]string{"height": strconv.FormatInt(height, 10)},
	})
	if err != nil {
		return err
	}
	return c.each(ctx, noAnswer, func(one *node) error {
		return one.post(ctx, method, body, result)
	})
}

func (n *node) post(ctx context.Context, method string, body []byte, result any) error {
	url := strings.Replace(n.RPC, "tcp://", "http://", 1)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := n.web.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer := struct {
		Result any                `json:"result"`
		Error  *rpctypes.RPCError `json:"error"`
	}{Result: result}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("expected an answer to %s from %s, got status %s: %w", method, n.RPC, response.Status, err)
	}
	if answer.Error != nil {
		return fmt.Errorf("%s: %w", method, answer.Error)
	}
	return nil
}
