package devnet

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/cosmos/cosmos-sdk/codec"
	grpctypes "github.com/cosmos/cosmos-sdk/types/grpc"

	"github.com/azukari-network/azukari/app/base/encoding"
)

const (
	pollInterval    = 50 * time.Millisecond
	maxMessageBytes = 64 << 20
)

// Client speaks to one node. Safe for concurrent use.
type Client struct {
	chainID string
	config  encoding.Config
	conn    *grpc.ClientConn
	rpc     *rpchttp.HTTP

	mu      sync.Mutex
	signers map[string]*signer
}

func newClient(chainID string, config encoding.Config, endpoints NodeEndpoints) (*Client, error) {
	conn, err := grpc.NewClient(
		endpoints.GRPC,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(
			// The SDK's own codec, for messages with packed interfaces.
			grpc.ForceCodec(codec.NewProtoCodec(config.InterfaceRegistry).GRPCCodec()),
			grpc.MaxCallRecvMsgSize(maxMessageBytes),
		),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", endpoints.GRPC, err)
	}
	rpc, err := rpchttp.New(endpoints.RPC, "/websocket")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connect to %s: %w", endpoints.RPC, err), conn.Close())
	}
	return &Client{chainID: chainID, config: config, conn: conn, rpc: rpc, signers: map[string]*signer{}}, nil
}

// GRPC returns the connection for query clients: registrytypes.NewQueryClient(client.GRPC()).
func (c *Client) GRPC() *grpc.ClientConn { return c.conn }

// RPC returns the CometBFT client. Start it before subscribing to events.
func (c *Client) RPC() *rpchttp.HTTP { return c.rpc }

// ChainID returns the id of the chain.
func (c *Client) ChainID() string { return c.chainID }

// Encoding returns the codecs of the chain.
func (c *Client) Encoding() encoding.Config { return c.config }

// Height returns the height of the node's last block.
func (c *Client) Height(ctx context.Context) (int64, error) {
	status, err := c.rpc.Status(ctx)
	if err != nil {
		return 0, err
	}
	return status.SyncInfo.LatestBlockHeight, nil
}

// WaitHeight returns when the node has a block at the height. It returns the context's error, with the last error of
// the node if it did not answer.
func (c *Client) WaitHeight(ctx context.Context, height int64) error {
	return poll(ctx, fmt.Sprintf("%s at height %d", c.chainID, height), func() (bool, error) {
		now, err := c.Height(ctx)
		return err == nil && now >= height, err
	})
}

// AtHeight makes queries with the context answer from the state of a past block that the node still has.
func AtHeight(ctx context.Context, height int64) context.Context {
	return metadata.AppendToOutgoingContext(ctx, grpctypes.GRPCBlockHeightHeader, strconv.FormatInt(height, 10))
}

func (c *Client) close() error { return c.conn.Close() }

// poll asks until the answer is yes or the context ends; then the error says what was waited for and why in vain.
func poll(ctx context.Context, what string, done func() (bool, error)) error {
	var last error
	for {
		ok, err := done()
		if ok {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			last = err
		}
		select {
		case <-ctx.Done():
			if last != nil {
				return fmt.Errorf("wait for %s: %w (last answer: %w)", what, context.Cause(ctx), last)
			}
			return fmt.Errorf("wait for %s: %w", what, context.Cause(ctx))
		case <-time.After(pollInterval):
		}
	}
}
