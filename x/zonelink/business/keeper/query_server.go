package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/zonelink/business/types"
)

type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's queries.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

var errNoRequest = status.Error(codes.InvalidArgument, "expected a request, got none")

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

// Caps returns how far each bank's customers may go in this zone, how far they have gone, and what was reported.
func (s queryServer) Caps(ctx context.Context, _ *types.QueryCapsRequest) (*types.QueryCapsResponse, error) {
	caps, err := s.keeper.allCaps(ctx)
	if err != nil {
		return nil, err
	}
	response := &types.QueryCapsResponse{}
	if response.ReportState, err = s.keeper.reportState.Get(ctx); err != nil {
		return nil, err
	}
	for _, bankCap := range caps {
		total, err := s.keeper.bankTotal(ctx, bankCap.Bank)
		if err != nil {
			return nil, err
		}
		response.Banks = append(response.Banks, types.BankUse{
			Bank: bankCap.Bank, Limit: bankCap.Limit, Sent: total.Sent, Received: total.Received,
			Reserved: total.Reserved, Room: math.MaxInt(roomOf(bankCap, total), math.ZeroInt()),
		})
	}
	return response, nil
}

// Flows lists what passed between banks, in ascending order of payer bank, then payee bank.
func (s queryServer) Flows(ctx context.Context, req *types.QueryFlowsRequest) (*types.QueryFlowsResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	flows, page, err := query.CollectionPaginate(ctx, s.keeper.flows, req.Pagination,
		func(_ bankPair, flow types.FlowTotal) (types.FlowTotal, error) { return flow, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryFlowsResponse{Flows: flows, Pagination: page}, nil
}

// Transfers lists the discharges in flight, in ascending order of channel, then sequence.
func (s queryServer) Transfers(ctx context.Context, req *types.QueryTransfersRequest) (*types.QueryTransfersResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	transfers, page, err := s.keeper.transfers.Page(ctx, req.Pagination)
	if err != nil {
		return nil, err
	}
	return &types.QueryTransfersResponse{Transfers: transfers, Pagination: page}, nil
}
