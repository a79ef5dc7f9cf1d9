// Package windup is the command `azukari wind-up`: it reads what owners have in a Business Zone that is wound up from any node of
// that zone that still has the chosen state, and claims it for them on the Financial Zone.
package windup

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	gogoproto "github.com/cosmos/gogoproto/proto"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"

	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Node is a node of the Business Zone. It need not make blocks any more.
type Node interface {
	// Query asks the application for something in the state after a block.
	Query(ctx context.Context, request abci.RequestQuery) (*abci.ResponseQuery, error)
	// Answers returns the acknowledgements that the zone wrote for a packet of an ICS-20 channel, as its events tell.
	Answers(ctx context.Context, channelID string, sequence uint64) ([][]byte, error)
}

// State is one state of the Business Zone.
type State struct {
	node Node
	// block is the one after which the zone had it; the header after that has its root.
	block int64
}

// stored returns what a store has under a key, and the proof of that.
func (s State) stored(ctx context.Context, store string, key []byte) (financialtypes.StoreProof, error) {
	answer, err := s.query(ctx, abci.RequestQuery{Path: "store/" + store + "/key", Data: key, Prove: true})
	if err != nil {
		return financialtypes.StoreProof{}, err
	}
	if answer.Height != s.block {
		return financialtypes.StoreProof{}, fmt.Errorf("expected the state after block %d, got that after %d; ask a node that still has it", s.block, answer.Height)
	}
	merkle, err := commitmenttypes.ConvertProofs(answer.ProofOps)
	if err != nil {
		return financialtypes.StoreProof{}, fmt.Errorf("proof of %X in store %s: %w", key, store, err)
	}
	proof, err := merkle.Marshal()
	return financialtypes.StoreProof{Value: answer.Value, Proof: proof}, err
}

// ask asks one of the zone's query services.
func (s State) ask(ctx context.Context, method string, request, response gogoproto.Message) error {
	data, err := gogoproto.Marshal(request)
	if err != nil {
		return err
	}
	answer, err := s.query(ctx, abci.RequestQuery{Path: method, Data: data})
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return gogoproto.Unmarshal(answer.Value, response)
}

func (s State) query(ctx context.Context, request abci.RequestQuery) (*abci.ResponseQuery, error) {
	request.Height = s.block
	answer, err := s.node.Query(ctx, request)
	if err != nil {
		return nil, err
	}
	if answer.Code != 0 {
		return nil, fmt.Errorf("expected the state after block %d, got %q; ask a node that still has it", s.block, answer.Log)
	}
	return answer, nil
}

// rpcNode is a node behind CometBFT's RPC.
type rpcNode struct {
	client *rpchttp.HTTP
}

// dial returns a node at an RPC URL. It does not connect.
func dial(url string) (Node, error) {
	client, err := rpchttp.New(url, "/websocket")
	if err != nil {
		return nil, fmt.Errorf("--node: %w", err)
	}
	return rpcNode{client}, nil
}

// Query implements Node.
func (n rpcNode) Query(ctx context.Context, request abci.RequestQuery) (*abci.ResponseQuery, error) {
	answer, err := n.client.ABCIQueryWithOptions(ctx, request.Path, request.Data, rpcclient.ABCIQueryOptions{Height: request.Height, Prove: request.Prove})
	if err != nil {
		return nil, err
	}
	return &answer.Response, nil
}

// Answers implements Node.
func (n rpcNode) Answers(ctx context.Context, channelID string, sequence uint64) ([][]byte, error) {
	query := fmt.Sprintf("%s.%s='%s' AND %s.%s='%s' AND %s.%s='%d'",
		channeltypes.EventTypeWriteAck, channeltypes.AttributeKeyDstPort, transfertypes.PortID,
		channeltypes.EventTypeWriteAck, channeltypes.AttributeKeyDstChannel, channelID,
		channeltypes.EventTypeWriteAck, channeltypes.AttributeKeySequence, sequence)
	found, err := n.client.TxSearch(ctx, query, false, nil, nil, "")
	if err != nil {
		return nil, err
	}
	var answers [][]byte
	for _, transaction := range found.Txs {
		answers = append(answers, AnswersIn(transaction.TxResult.Events, channelID, sequence)...)
	}
	return answers, nil
}

// AnswersIn returns the acknowledgements of one packet that events tell of.
func AnswersIn(events []abci.Event, channelID string, sequence uint64) [][]byte {
	var answers [][]byte
	for _, event := range events {
		if event.Type != channeltypes.EventTypeWriteAck {
			continue
		}
		attributes := map[string]string{}
		for _, attribute := range event.Attributes {
			attributes[attribute.Key] = attribute.Value
		}
		if attributes[channeltypes.AttributeKeyDstChannel] != channelID || attributes[channeltypes.AttributeKeySequence] != fmt.Sprint(sequence) ||
			attributes[channeltypes.AttributeKeyDstPort] != transfertypes.PortID {
			continue
		}
		if answer, err := hex.DecodeString(attributes[channeltypes.AttributeKeyAckHex]); err == nil {
			answers = append(answers, answer)
		}
	}
	return answers
}

// isAnswer says whether an acknowledgement is the one that a commitment is of.
func isAnswer(answer, commitment []byte) bool {
	return bytes.Equal(channeltypes.CommitAcknowledgement(answer), commitment)
}
