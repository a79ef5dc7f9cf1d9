package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/azukari-network/azukari/x/audit/types"
)

type queryServer struct {
	keeper *Keeper
}

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the module's query service.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

// Coverage compares what each bank owes with what it has attested.
func (s queryServer) Coverage(ctx context.Context, req *types.QueryCoverageRequest) (*types.QueryCoverageResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "expected a request, got none")
	}
	coverage, err := s.keeper.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	return &coverage, nil
}

// Laws recomputes the laws of money.
func (s queryServer) Laws(ctx context.Context, req *types.QueryLawsRequest) (*types.QueryLawsResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "expected a request, got none")
	}
	laws, err := s.keeper.Check(ctx)
	if err != nil {
		return nil, err
	}
	return &laws, nil
}
