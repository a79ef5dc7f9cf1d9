package receipt

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/cometbft/cometbft/light/provider"
	lighthttp "github.com/cometbft/cometbft/light/provider/http"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	cmttypes "github.com/cometbft/cometbft/types"
	gogoproto "github.com/cosmos/gogoproto/proto"
	commitmenttypes "github.com/cosmos/ibc-go/v8/modules/core/23-commitment/types"
)

// Node is what is asked of a node of the zone. It is not believed: whatever it says goes into a receipt that is verified before
// it is written.
type Node interface {
	// ChainID is what the node's zone calls itself.
	ChainID() string
	// Heights are those of the oldest and the newest block that the node has.
	Heights(ctx context.Context) (oldest, newest int64, err error)
	// LightBlock returns a block's header, commit and validators.
	LightBlock(ctx context.Context, height int64) (*cmttypes.LightBlock, error)
	// Headers returns those of the heights from..to, ascending.
	Headers(ctx context.Context, from, to int64) ([]*cmttypes.Header, error)
	// Row returns what a store has under a key in the state after a block, with its proof.
	Row(ctx context.Context, store string, key []byte, height int64) (Row, error)
	// Ask asks one of the zone's query services about its newest state.
	Ask(ctx context.Context, method string, request, response gogoproto.Message) error
}

// ErrNoRow says that a store has nothing under a key, or nothing that can be proven.
var ErrNoRow = errors.New("expected a row")

// rpcNode is a node behind CometBFT's RPC.
type rpcNode struct {
	client  *rpchttp.HTTP
	url     string
	chainID string
	light   provider.Provider
}

// Dial returns the node at an RPC URL, having asked it for its chain.
func Dial(ctx context.Context, url string) (Node, error) {
	client, err := rpchttp.New(url, "/websocket")
	if err != nil {
		return nil, fmt.Errorf("--node: expected a URL as http://127.0.0.1:26657: %w", err)
	}
	status, err := client.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("--node: expected a node at %s: %w", url, err)
	}
	chainID := status.NodeInfo.Network
	return rpcNode{client: client, url: url, chainID: chainID, light: lighthttp.NewWithClient(chainID, client)}, nil
}

// ChainID implements Node.
func (n rpcNode) ChainID() string { return n.chainID }

// Heights implements Node.
func (n rpcNode) Heights(ctx context.Context) (oldest, newest int64, err error) {
	status, err := n.client.Status(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("status of %s: %w", n.url, err)
	}
	return status.SyncInfo.EarliestBlockHeight, status.SyncInfo.LatestBlockHeight, nil
}

// LightBlock implements Node.
func (n rpcNode) LightBlock(ctx context.Context, height int64) (*cmttypes.LightBlock, error) {
	block, err := n.light.LightBlock(ctx, height)
	if err != nil {
		return nil, fmt.Errorf("block %d of %s: %w", height, n.url, err)
	}
	return block, nil
}

// Headers implements Node.
func (n rpcNode) Headers(ctx context.Context, from, to int64) ([]*cmttypes.Header, error) {
	const perRequest = 20 // CometBFT's own limit
	var headers []*cmttypes.Header
	for at := from; at <= to; at += perRequest {
		answer, err := n.client.BlockchainInfo(ctx, at, min(at+perRequest-1, to))
		if err != nil {
			return nil, fmt.Errorf("headers from %d of %s: %w", at, n.url, err)
		}
		// The newest comes first.
		for i := len(answer.BlockMetas) - 1; i >= 0; i-- {
			headers = append(headers, &answer.BlockMetas[i].Header)
		}
	}
	if int64(len(headers)) != to-from+1 {
		return nil, fmt.Errorf("expected the headers from %d to %d of %s, got %d; ask a node that still has them", from, to, n.url, len(headers))
	}
	return headers, nil
}

// Row implements Node.
func (n rpcNode) Row(ctx context.Context, store string, key []byte, height int64) (Row, error) {
	answer, err := n.client.ABCIQueryWithOptions(ctx, "/store/"+store+"/key", key, rpcclient.ABCIQueryOptions{Height: height, Prove: true})
	if err != nil {
		return Row{}, fmt.Errorf("row of %s: %w", n.url, err)
	}
	response := answer.Response
	if response.Code != 0 || response.Height != height {
		return Row{}, fmt.Errorf("expected the state after block %d of %s, got that after %d: %s; ask a node that still has it",
			height, n.url, response.Height, response.Log)
	}
	if len(response.Value) == 0 {
		return Row{}, fmt.Errorf("%w with key %X in store %s after block %d, got none", ErrNoRow, key, store, height)
	}
	if !bytes.Equal(response.Key, key) {
		return Row{}, fmt.Errorf("expected the row with key %X of %s, got %X", key, n.url, response.Key)
	}
	merkle, err := commitmenttypes.ConvertProofs(response.ProofOps)
	if err != nil {
		return Row{}, fmt.Errorf("proof of %s: %w", n.url, err)
	}
	proof, err := merkle.Marshal()
	return Row{Store: store, Key: key, Value: response.Value, Height: height, Proof: proof}, err
}

// Ask implements Node.
func (n rpcNode) Ask(ctx context.Context, method string, request, response gogoproto.Message) error {
	data, err := gogoproto.Marshal(request)
	if err != nil {
		return err
	}
	answer, err := n.client.ABCIQuery(ctx, method, data)
	if err != nil {
		return fmt.Errorf("ask %s: %w", n.url, err)
	}
	if answer.Response.Code != 0 {
		return errors.New(answer.Response.Log)
	}
	return gogoproto.Unmarshal(answer.Response.Value, response)
}
