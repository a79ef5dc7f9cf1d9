package zones

import (
	"context"
	"fmt"
	"strconv"

	abci "github.com/cometbft/cometbft/abci/types"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	grpctypes "github.com/cosmos/cosmos-sdk/types/grpc"
)

// Node answers for a zone what a real node would answer a client: queries at a height, and headers.
type Node struct{ zone *Zone }

// Node returns the zone's node.
func (z *Zone) Node() Node { return Node{z} }

// ChainID is what the zone calls itself.
func (n Node) ChainID() string { return n.zone.ChainID }

// StateHeight is the height of the last block.
func (n Node) StateHeight(context.Context) (int64, error) { return n.zone.App.LastBlockHeight(), nil }

// Header returns the header of a block that the zone has made, and an error for another height.
func (n Node) Header(_ context.Context, height int64) (*coretypes.ResultHeader, error) {
	signed, ok := n.zone.headers[height]
	if !ok {
		return nil, fmt.Errorf("expected a height up to %d, got %d", n.zone.App.LastBlockHeight(), height)
	}
	header, err := cmttypes.HeaderFromProto(signed.proto.Header)
	return &coretypes.ResultHeader{Header: &header}, err
}

// GRPC answers queries from the committed state, at the height that the context asks for.
func (n Node) GRPC() grpc.ClientConnInterface { return queryConn(n) }

type queryConn struct{ zone *Zone }

// Invoke implements grpc.ClientConnInterface.
func (c queryConn) Invoke(ctx context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	height := c.zone.App.LastBlockHeight()
	if outgoing, ok := metadata.FromOutgoingContext(ctx); ok {
		for _, text := range outgoing.Get(grpctypes.GRPCBlockHeightHeader) {
			var err error
			if height, err = strconv.ParseInt(text, 10, 64); err != nil {
				return err
			}
		}
	}
	handler := c.zone.App.GRPCQueryRouter().Route(method)
	if handler == nil {
		return status.Errorf(codes.Unimplemented, "expected a query, got %s", method)
	}
	request, err := proto.Marshal(args.(proto.Message))
	if err != nil {
		return err
	}
	at, err := c.zone.App.CreateQueryContext(height, false)
	if err != nil {
		return err
	}
	answer, err := handler(at, &abci.RequestQuery{Path: method, Data: request, Height: height})
	if err != nil {
		return err
	}
	return proto.Unmarshal(answer.Value, reply.(proto.Message))
}

// NewStream implements grpc.ClientConnInterface; no query of a zone is a stream.
func (queryConn) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, status.Error(codes.Unimplemented, "expected a query, got a stream")
}
