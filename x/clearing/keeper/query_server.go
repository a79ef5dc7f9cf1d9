package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	calendarDefault = 10
	calendarMax     = 100
	holidaysMax     = 1_000
)

type queryServer struct {
	keeper *Keeper
}

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the module's query service.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

// Params returns the parameters and the loss-sharing key.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	shares, err := s.keeper.lossSharingKey(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryParamsResponse{Params: params, LossSharingKey: shares}, nil
}

// Position returns what one bank has and may still do; InvalidArgument unless it is a bank among the members.
func (s queryServer) Position(ctx context.Context, req *types.QueryPositionRequest) (*types.QueryPositionResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if err := s.keeper.requireBank(ctx, req.Bank); err != nil {
		return nil, err
	}
	position, err := s.keeper.Position(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	return &types.QueryPositionResponse{Position: position}, nil
}

// Positions returns that for every bank among the members.
func (s queryServer) Positions(ctx context.Context, _ *types.QueryPositionsRequest) (*types.QueryPositionsResponse, error) {
	cycle, err := s.keeper.openNumber.Get(ctx)
	if err != nil {
		return nil, err
	}
	response := &types.QueryPositionsResponse{Cycle: cycle}
	err = s.keeper.membership.IterateOrganizations(ctx, func(organization membershiptypes.Organization) (bool, error) {
		if organization.Kind != membershiptypes.OrganizationKindBank {
			return false, nil
		}
		position, err := s.keeper.Position(ctx, organization.Id)
		response.Positions = append(response.Positions, position)
		return false, err
	})
	if err != nil {
		return nil, err
	}
	return response, nil
}

// Calendar returns the cut-offs to come and the holidays from today on.
func (s queryServer) Calendar(ctx context.Context, req *types.QueryCalendarRequest) (*types.QueryCalendarResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.CutOffs > calendarMax {
		return nil, status.Errorf(codes.InvalidArgument, "expected cut_offs from 1 to %d, got %d", calendarMax, req.CutOffs)
	}
	count := int(req.CutOffs)
	if count == 0 {
		count = calendarDefault
	}
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	open, err := s.keeper.OpenCycle(ctx)
	if err != nil {
		return nil, err
	}
	response := &types.QueryCalendarResponse{}
	calendar := s.keeper.calendar(ctx, params)
	for next := open.ScheduledFor; len(response.CutOffs) < count; {
		response.CutOffs = append(response.CutOffs, next)
		if next, err = calendar.Next(next); err != nil {
			return nil, err
		}
	}
	from := registrytypes.JapanDay(sdk.UnwrapSDKContext(ctx).BlockTime())
	if req.HolidaysFrom != "" {
		if from, err = types.ParseDate(req.HolidaysFrom); err != nil {
			return nil, status.Errorf(codes.InvalidArgument, "holidays_from: %s", err)
		}
	}
	err = s.keeper.holidays.Walk(ctx, new(collections.Range[int64]).StartInclusive(from), func(day int64) (bool, error) {
		response.Holidays = append(response.Holidays, types.FormatDate(day))
		return len(response.Holidays) == holidaysMax, nil
	})
	if err != nil {
		return nil, err
	}
	return response, nil
}

// Queue lists the payments that wait for one bank, the next first.
func (s queryServer) Queue(ctx context.Context, req *types.QueryQueueRequest) (*types.QueryQueueResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payments, page, err := query.CollectionPaginate(ctx, s.keeper.queue, req.Pagination,
		func(_ collections.Pair[string, uint64], payment types.QueuedPayment) (types.QueuedPayment, error) {
			return payment, nil
		},
		query.WithCollectionPaginationPairPrefix[string, uint64](req.Bank))
	if err != nil {
		return nil, err
	}
	return &types.QueryQueueResponse{Payments: payments, Pagination: page}, nil
}

// QueuedPayment returns one payment that waits; NotFound if it waits no more.
func (s queryServer) QueuedPayment(ctx context.Context, req *types.QueryQueuedPaymentRequest) (*types.QueryQueuedPaymentResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payment, err := s.keeper.GetQueuedPayment(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryQueuedPaymentResponse{Payment: payment}, nil
}

// ReserveOrder returns one reserve order; NotFound if the organization has none with the reference.
func (s queryServer) ReserveOrder(ctx context.Context, req *types.QueryReserveOrderRequest) (*types.QueryReserveOrderResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	order, err := s.keeper.GetReserveOrder(ctx, req.Organization, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryReserveOrderResponse{Order: order}, nil
}

// ReserveOrders lists an organization's reserve orders in ascending order of reference, all or only those in one status.
func (s queryServer) ReserveOrders(ctx context.Context, req *types.QueryReserveOrdersRequest) (*types.QueryReserveOrdersResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	orders, page, err := s.reserveOrders(ctx, req)
	if err != nil {
		return nil, err
	}
	return &types.QueryReserveOrdersResponse{Orders: orders, Pagination: page}, nil
}

func (s queryServer) reserveOrders(
	ctx context.Context, req *types.QueryReserveOrdersRequest,
) ([]types.ReserveOrder, *query.PageResponse, error) {
	if req.Status == types.ReserveOrderStatusUnspecified {
		return query.CollectionPaginate(ctx, s.keeper.reserveOrders, req.Pagination,
			func(_ collections.Pair[string, string], order types.ReserveOrder) (types.ReserveOrder, error) {
				return order, nil
			},
			query.WithCollectionPaginationPairPrefix[string, string](req.Organization))
	}
	return query.CollectionPaginate(ctx, s.keeper.ordersByStatus, req.Pagination,
		func(key collections.Triple[string, int32, string], _ collections.NoValue) (types.ReserveOrder, error) {
			return s.keeper.GetReserveOrder(ctx, key.K1(), key.K3())
		},
		func(options *query.CollectionsPaginateOptions[collections.Triple[string, int32, string]]) {
			prefix := collections.TripleSuperPrefix[string, int32, string](req.Organization, int32(req.Status))
			options.Prefix = &prefix
		})
}

var errEmptyRequest = status.Error(codes.InvalidArgument, "expected a request, got none")
