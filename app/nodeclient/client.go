// Package nodeclient speaks to the nodes of one zone: queries over gRPC, blocks over CometBFT's RPC, and transactions that
// are signed, broadcast and awaited so that none is carried out twice. With several nodes it goes on with the next one
// when a node does not answer.
package nodeclient

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	"github.com/cosmos/cosmos-sdk/codec"
	grpctypes "github.com/cosmos/cosmos-sdk/types/grpc"

	"github.com/azukari-network/azukari/app/base/encoding"
)

const (
	pollInterval    = 50 * time.Millisecond
	maxMessageBytes = 64 << 20
	// requestTimeout bounds how long a node may take to show a block.
	requestTimeout = 15 * time.Second
)

// Node says where one node listens.
type Node struct {
	// GRPC is host:port.
	GRPC string
	// RPC is an http or https URL.
	RPC string
}

// Config says which chain to speak to and where.
type Config struct {
	// ChainID is what every node must call its chain. Empty: not checked, and nothing can be signed.
	ChainID string
	// Nodes in the order of preference, at least one.
	Nodes []Node
	// Encoding has the codecs of the chain's application.
	Encoding encoding.Config
	// TLS of the connections; nil for plain text, which is for loopback and private networks.
	TLS *tls.Config
	// TimeoutBlocks bounds in how many blocks after the last one a transaction may be included; 0 for 120.
	TimeoutBlocks uint64
}

// Client speaks to a chain. Safe for concurrent use.
type Client struct {
	config Config
	nodes  []*node
	// current is the index of the node that answered last.
	current atomic.Int64

	mu      sync.Mutex
	signers map[string]*account
	// timeoutBlocks bounds the blocks in which a transaction may be included.
	timeoutBlocks uint64
}

// node is one connection.
type node struct {
	Node
	conn *grpc.ClientConn
	rpc  *rpchttp.HTTP
	web  *http.Client
	// verified says that the node has named the right chain.
	verified atomic.Bool
}

// New returns a client. It does not connect. It returns an error for an address that is none.
func New(config Config) (*Client, error) {
	if len(config.Nodes) == 0 {
		return nil, errors.New("expected at least one node, got none")
	}
	client := &Client{config: config, signers: map[string]*account{}, timeoutBlocks: cmp.Or(config.TimeoutBlocks, defaultTimeoutBlocks)}
	for _, where := range config.Nodes {
		one, err := dial(where, config)
		if err != nil {
			return nil, errors.Join(err, client.Close())
		}
		client.nodes = append(client.nodes, one)
	}
	return client, nil
}

func dial(where Node, config Config) (*node, error) {
	secured := insecure.NewCredentials()
	if config.TLS != nil {
		secured = credentials.NewTLS(config.TLS)
	}
	conn, err := grpc.NewClient(
		where.GRPC,
		grpc.WithTransportCredentials(secured),
		grpc.WithDefaultCallOptions(
			// The SDK's own codec, for messages with packed interfaces.
			grpc.ForceCodec(codec.NewProtoCodec(config.Encoding.InterfaceRegistry).GRPCCodec()),
			grpc.MaxCallRecvMsgSize(maxMessageBytes),
		),
	)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", where.GRPC, err)
	}
	rpc, err := connectRPC(where.RPC, config.TLS)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connect to %s: %w", where.RPC, err), conn.Close())
	}
	return &node{Node: where, conn: conn, rpc: rpc, web: &http.Client{Timeout: requestTimeout, Transport: &http.Transport{TLSClientConfig: config.TLS}}}, nil
}

func connectRPC(url string, secured *tls.Config) (*rpchttp.HTTP, error) {
	if secured == nil {
		return rpchttp.New(url, "/websocket")
	}
	return rpchttp.NewWithClient(url, "/websocket", &http.Client{Transport: &http.Transport{TLSClientConfig: secured}})
}

// Close closes the connections.
func (c *Client) Close() error {
	var errs []error
	for _, one := range c.nodes {
		errs = append(errs, one.conn.Close())
	}
	return errors.Join(errs...)
}

// GRPC returns the connection for query clients: registrytypes.NewQueryClient(client.GRPC()). A query that a node does not
// answer goes to the next one.
func (c *Client) GRPC() grpc.ClientConnInterface { return failoverConn{c} }

// RPC returns the CometBFT client of the preferred node. Start it before subscribing to events.
func (c *Client) RPC() *rpchttp.HTTP { return c.nodes[0].rpc }

// ChainID returns the id of the chain.
func (c *Client) ChainID() string { return c.config.ChainID }

// Encoding returns the codecs of the chain.
func (c *Client) Encoding() encoding.Config { return c.config.Encoding }

// Height returns the height of the chain's last block, as the node in use knows it.
func (c *Client) Height(ctx context.Context) (int64, error) {
	status, err := c.Status(ctx)
	if err != nil {
		return 0, err
	}
	return status.SyncInfo.LatestBlockHeight, nil
}

// StateHeight returns the height of the newest state that the node in use answers queries from: that of its last block, or for
// a moment of the one before.
func (c *Client) StateHeight(ctx context.Context) (int64, error) {
	var height int64
	err := c.each(ctx, noAnswer, func(one *node) error {
		info, err := one.rpc.ABCIInfo(ctx)
		if err == nil {
			height = info.Response.LastBlockHeight
		}
		return err
	})
	return height, err
}

// WaitHeight returns when the node in use has a block at the height. It returns the context's error, with the last error
// of the node if it did not answer.
func (c *Client) WaitHeight(ctx context.Context, height int64) error {
	return Poll(ctx, fmt.Sprintf("%s at height %d", c.config.ChainID, height), func() (bool, error) {
		now, err := c.Height(ctx)
		return err == nil && now >= height, err
	})
}

// AtHeight makes queries with the context answer from the state of a past block that the node still has.
func AtHeight(ctx context.Context, height int64) context.Context {
	return metadata.AppendToOutgoingContext(ctx, grpctypes.GRPCBlockHeightHeader, strconv.FormatInt(height, 10))
}

// Poll asks until the answer is yes or the context ends; then the error says what was waited for and why in vain.
func Poll(ctx context.Context, what string, done func() (bool, error)) error {
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
