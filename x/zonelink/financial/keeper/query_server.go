package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
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

// Zone returns one zone with its shares and its escrow.
func (s queryServer) Zone(ctx context.Context, req *types.QueryZoneRequest) (*types.QueryZoneResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	zone, err := s.keeper.GetZone(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	shares, err := s.keeper.sharesOf(ctx, zone.Id)
	if err != nil {
		return nil, err
	}
	response := &types.QueryZoneResponse{Zone: zone, Shares: shares, Escrow: math.ZeroInt()}
	if zone.TransferChannelId != "" {
		escrow := escrowOf(zone.TransferChannelId)
		response.EscrowAddress = escrow.String()
		response.Escrow = s.keeper.bankKeeper.GetBalance(ctx, escrow, registrytypes.YenDenom).Amount
	}
	return response, nil
}

// Zones lists zones in ascending order of id.
func (s queryServer) Zones(ctx context.Context, req *types.QueryZonesRequest) (*types.QueryZonesResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	zones, page, err := query.CollectionPaginate(ctx, s.keeper.zones, req.Pagination,
		func(_ string, zone types.Zone) (types.Zone, error) { return zone, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryZonesResponse{Zones: zones, Pagination: page}, nil
}

// AccountSync returns how far one account's state has reached one zone.
func (s queryServer) AccountSync(ctx context.Context, req *types.QueryAccountSyncRequest) (*types.QueryAccountSyncResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	address, err := registrytypes.ParseAddress(req.Address)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	sync, err := s.keeper.GetSync(ctx, req.Zone, address)
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountSyncResponse{AccountSync: sync}, nil
}

// ZonePositions returns what passed between banks in one zone and how far each bank may go there.
func (s queryServer) ZonePositions(ctx context.Context, req *types.QueryZonePositionsRequest) (*types.QueryZonePositionsResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	zone, err := s.keeper.GetZone(ctx, req.Zone)
	if err != nil {
		return nil, err
	}
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	banks, err := s.keeper.banksOf(ctx, zone.Id)
	if err != nil {
		return nil, err
	}
	response := &types.QueryZonePositionsResponse{}
	if response.Cycle, err = s.keeper.clearing.OpenCycleNumber(ctx); err != nil {
		return nil, err
	}
	if response.Reports, err = s.keeper.reportsOf(ctx, zone.Id); err != nil {
		return nil, err
	}
	for _, bank := range banks {
		share, err := amountAt(ctx, s.keeper.shares, collections.Join(zone.Id, bank.Bank))
		if err != nil {
			return nil, err
		}
		sent, received := bank.In(response.Cycle)
		response.Positions = append(response.Positions, types.ZonePosition{
			Bank: bank.Bank, Share: share, Sent: sent, Received: received, Slice: bank.SliceOr(params.DefaultSlice),
			Granted:  math.MaxInt(bank.Limit.Sub(bank.Settled(response.Cycle)), math.ZeroInt()),
			Reserved: bank.Reserved(), Paused: bank.Paused,
		})
	}
	refused, err := s.keeper.refused.Get(ctx, zone.Id)
	if errors.Is(err, collections.ErrNotFound) {
		return response, nil
	}
	response.RefusedReport = &refused
	return response, err
}

// ZoneFlows lists the flows reported by one zone, in ascending order of payer bank, then payee bank.
func (s queryServer) ZoneFlows(ctx context.Context, req *types.QueryZoneFlowsRequest) (*types.QueryZoneFlowsResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	zone, err := s.keeper.GetZone(ctx, req.Zone)
	if err != nil {
		return nil, err
	}
	flows, page, err := query.CollectionPaginate(ctx, s.keeper.flows, req.Pagination,
		func(_ zoneFlow, flow types.ZoneFlow) (types.ZoneFlow, error) { return flow, nil },
		func(options *query.CollectionsPaginateOptions[zoneFlow]) {
			prefix := collections.TriplePrefix[string, string, string](zone.Id)
			options.Prefix = &prefix
		})
	if err != nil {
		return nil, err
	}
	return &types.QueryZoneFlowsResponse{Flows: flows, Pagination: page}, nil
}

// Transfers lists the charges in flight, in ascending order of channel, then sequence.
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
