package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/azukari-network/azukari/x/zonelink/business/types"
)

type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's queries.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

// Params returns the module's parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryParamsResponse{Params: params}, nil
}

// FinancialZone returns the link and the denom of the yen in this zone.
func (s queryServer) FinancialZone(ctx context.Context, _ *types.QueryFinancialZoneRequest) (*types.QueryFinancialZoneResponse, error) {
	zone, err := s.keeper.FinancialZone(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryFinancialZoneResponse{FinancialZone: zone, YenDenom: zone.YenDenom()}, nil
}

// Transfers lists the discharges in flight, in ascending order of channel, then sequence.
func (s queryServer) Transfers(ctx context.Context, req *types.QueryTransfersRequest) (*types.QueryTransfersResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "expected a request, got none")
	}
	transfers, page, err := s.keeper.transfers.Page(ctx, req.Pagination)
	if err != nil {
		return nil, err
	}
	return &types.QueryTransfersResponse{Transfers: transfers, Pagination: page}, nil
}
