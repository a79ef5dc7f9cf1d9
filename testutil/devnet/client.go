package devnet

import (
	"context"

	"github.com/cosmos/gogoproto/proto"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
)

// Client speaks to one node. Safe for concurrent use.
type Client = nodeclient.Client

// TxError is a transaction that the chain refused. errors.Is finds the module's registered error in it.
type TxError = nodeclient.TxError

func newClient(chainID string, config encoding.Config, endpoints NodeEndpoints) (*Client, error) {
	return nodeclient.New(nodeclient.Config{
		ChainID: chainID, Encoding: config,
		Nodes: []nodeclient.Node{{GRPC: endpoints.GRPC, RPC: endpoints.RPC}},
	})
}

// AtHeight makes queries with the context answer from the state of a past block that the node still has.
func AtHeight(ctx context.Context, height int64) context.Context {
	return nodeclient.AtHeight(ctx, height)
}

// DecodeResponse reads the answer of a transaction's first message.
func DecodeResponse(response *sdk.TxResponse, answer proto.Message) error {
	return nodeclient.DecodeResponse(response, answer)
}

// poll asks until the answer is yes or the context ends; then the error says what was waited for and why in vain.
func poll(ctx context.Context, what string, done func() (bool, error)) error {
	return nodeclient.Poll(ctx, what, done)
}
