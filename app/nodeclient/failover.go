package nodeclient

import (
	"context"
	"errors"
	"fmt"
	"strings"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ErrUnreachable says that no node answered: nothing was asked of the chain, and nothing was sent to it.
var ErrUnreachable = errors.New("no node answers")

// ErrWrongChain says that a node is one of another chain.
var ErrWrongChain = errors.New("node of another chain")

// each calls ask with one node after the other, the one that answered last first, until one of them answers. What
// unreachable says to be no answer sends it on; any other error is an answer.
func (c *Client) each(ctx context.Context, unreachable func(error) bool, ask func(*node) error) error {
	first := c.current.Load()
	var last error
	for i := range c.nodes {
		at := (int(first) + i) % len(c.nodes)
		one := c.nodes[at]
		err := c.verify(ctx, one)
		if err == nil {
			err = ask(one)
			if err == nil || !unreachable(err) {
				c.current.Store(int64(at))
				return err
			}
		} else if errors.Is(err, ErrWrongChain) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		last = fmt.Errorf("%s: %w", one.GRPC, err)
	}
	return fmt.Errorf("%w: expected a node of %s, got %w; start it or correct the addresses", ErrUnreachable, c.config.ChainID, last)
}

// verify asks a node once for its chain, so that failover never leads to another one.
func (c *Client) verify(ctx context.Context, one *node) error {
	if c.config.ChainID == "" || one.verified.Load() {
		return nil
	}
	answer, err := one.rpc.Status(ctx)
	if err != nil {
		return err
	}
	if got := answer.NodeInfo.Network; got != c.config.ChainID {
		return fmt.Errorf("%w: expected chain %q at %s, got %q; correct the chain id or the address", ErrWrongChain, c.config.ChainID, one.RPC, got)
	}
	one.verified.Store(true)
	return nil
}

// failoverConn sends each call to a node that answers.
type failoverConn struct{ client *Client }

// Invoke implements grpc.ClientConnInterface.
func (f failoverConn) Invoke(ctx context.Context, method string, args, reply any, options ...grpc.CallOption) error {
	return f.client.each(ctx, unavailable, func(one *node) error { return one.conn.Invoke(ctx, method, args, reply, options...) })
}

// NewStream implements grpc.ClientConnInterface. Streams do not fail over once they have begun.
func (f failoverConn) NewStream(
	ctx context.Context, description *grpc.StreamDesc, method string, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	var stream grpc.ClientStream
	err := f.client.each(ctx, unavailable, func(one *node) (err error) {
		stream, err = one.conn.NewStream(ctx, description, method, options...)
		return err
	})
	return stream, err
}

// notServing is what a node says that was started and has not yet made its first new block.
const notServing = "context did not contain latest block height"

// unavailable says of an error of a query whether the node answers none at all.
func unavailable(err error) bool {
	return status.Code(err) == codes.Unavailable || err != nil && strings.Contains(err.Error(), notServing)
}

// noAnswer says of an error of CometBFT's RPC whether it is anything but the node's own words.
func noAnswer(err error) bool {
	var words *rpctypes.RPCError
	return err != nil && !errors.As(err, &words)
}

// Status returns what the node in use says of itself.
func (c *Client) Status(ctx context.Context) (status *coretypes.ResultStatus, err error) {
	err = c.each(ctx, noAnswer, func(one *node) (err error) {
		status, err = one.rpc.Status(ctx)
		return err
	})
	return status, err
}

// Header returns the header of a block, its hash and its time among it.
func (c *Client) Header(ctx context.Context, height int64) (header *coretypes.ResultHeader, err error) {
	err = c.each(ctx, noAnswer, func(one *node) (err error) {
		header, err = one.rpc.Header(ctx, &height)
		return err
	})
	return header, err
}

// TxSearch returns one page of the transactions that match a query, oldest first. Pages count from 1.
func (c *Client) TxSearch(ctx context.Context, query string, page, perPage int) (found *coretypes.ResultTxSearch, err error) {
	err = c.each(ctx, noAnswer, func(one *node) (err error) {
		found, err = one.rpc.TxSearch(ctx, query, false, &page, &perPage, "asc")
		return err
	})
	return found, err
}

// BlockSearch returns one page of the blocks whose own events match a query, oldest first. Pages count from 1.
func (c *Client) BlockSearch(ctx context.Context, query string, page, perPage int) (found *coretypes.ResultBlockSearch, err error) {
	err = c.each(ctx, noAnswer, func(one *node) (err error) {
		found, err = one.rpc.BlockSearch(ctx, query, &page, &perPage, "asc")
		return err
	})
	return found, err
}

// BlockResults returns what a block's transactions and the block itself did.
func (c *Client) BlockResults(ctx context.Context, height int64) (results *coretypes.ResultBlockResults, err error) {
	err = c.each(ctx, noAnswer, func(one *node) (err error) {
		results, err = one.rpc.BlockResults(ctx, &height)
		return err
	})
	return results, err
}
