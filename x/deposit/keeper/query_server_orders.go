package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Order returns one order; NotFound if the bank has none with the reference.
func (s queryServer) Order(ctx context.Context, req *types.QueryOrderRequest) (*types.QueryOrderResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	order, err := s.keeper.GetOrder(ctx, req.Bank, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryOrderResponse{Order: order}, nil
}

// Orders lists a bank's orders in ascending order of reference, all or only those in one status.
func (s queryServer) Orders(ctx context.Context, req *types.QueryOrdersRequest) (*types.QueryOrdersResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.Bank == "" {
		return nil, errNoBank
	}
	orders, page, err := s.orders(ctx, req)
	if err != nil {
		return nil, err
	}
	return &types.QueryOrdersResponse{Orders: orders, Pagination: page}, nil
}

func (s queryServer) orders(ctx context.Context, req *types.QueryOrdersRequest) ([]types.Order, *query.PageResponse, error) {
	if req.Status == types.OrderStatusUnspecified {
		return query.CollectionPaginate(ctx, s.keeper.orders, req.Pagination, same[collections.Pair[string, string], types.Order],
			query.WithCollectionPaginationPairPrefix[string, string](req.Bank))
	}
	return query.CollectionPaginate(ctx, s.keeper.ordersByStatus, req.Pagination,
		func(key collections.Triple[string, int32, string], _ collections.NoValue) (types.Order, error) {
			return s.keeper.GetOrder(ctx, key.K1(), key.K3())
		},
		withPrefix(collections.TripleSuperPrefix[string, int32, string](req.Bank, int32(req.Status))))
}

// AccountOrders lists an account's orders in ascending order of date: of one date those requested or decided on it, of all
// dates each order once, by the date of its request.
func (s queryServer) AccountOrders(
	ctx context.Context, req *types.QueryAccountOrdersRequest,
) (*types.QueryAccountOrdersResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	account, err := registrytypes.ParseAddress(req.Account)
	if err != nil {
		return nil, err
	}
	prefix := collections.QuadPrefix[sdk.AccAddress, string, string, string](account)
	if req.Date != "" {
		if err := types.ValidateDate(req.Date); err != nil {
			return nil, status.Error(codes.InvalidArgument, err.Error())
		}
		prefix = collections.QuadSuperPrefix[sdk.AccAddress, string, string, string](account, req.Date)
	}
	orders, page, err := query.CollectionFilteredPaginate(ctx, s.keeper.ordersByAccount, req.Pagination,
		func(key accountKey, _ collections.NoValue) (bool, error) {
			if req.Date != "" {
				return true, nil
			}
			order, err := s.keeper.GetOrder(ctx, key.K3(), key.K4())
			return key.K2() == order.BusinessDate, err
		},
		func(key accountKey, _ collections.NoValue) (types.Order, error) {
			return s.keeper.GetOrder(ctx, key.K3(), key.K4())
		},
		withPrefix(prefix))
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountOrdersResponse{Orders: orders, Pagination: page}, nil
}

// Batch returns one batch; NotFound if the bank has none with the id.
func (s queryServer) Batch(ctx context.Context, req *types.QueryBatchRequest) (*types.QueryBatchResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	batch, err := s.keeper.GetBatch(ctx, req.Bank, req.Batch)
	if err != nil {
		return nil, err
	}
	open, err := s.keeper.openCount(ctx, req.Bank, req.Batch)
	if err != nil {
		return nil, err
	}
	return &types.QueryBatchResponse{Batch: batch, OpenOrders: open}, nil
}

// Batches lists a bank's batches in ascending order of id.
func (s queryServer) Batches(ctx context.Context, req *types.QueryBatchesRequest) (*types.QueryBatchesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.Bank == "" {
		return nil, errNoBank
	}
	batches, page, err := query.CollectionPaginate(ctx, s.keeper.batches, req.Pagination,
		same[collections.Pair[string, string], types.Batch],
		query.WithCollectionPaginationPairPrefix[string, string](req.Bank))
	if err != nil {
		return nil, err
	}
	return &types.QueryBatchesResponse{Batches: batches, Pagination: page}, nil
}

// BatchLines lists the lines of a batch in their order; NotFound if the bank has no such batch.
func (s queryServer) BatchLines(
	ctx context.Context, req *types.QueryBatchLinesRequest,
) (*types.QueryBatchLinesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if _, err := s.keeper.GetBatch(ctx, req.Bank, req.Batch); err != nil {
		return nil, err
	}
	lines, page, err := query.CollectionPaginate(ctx, s.keeper.batchLines, req.Pagination,
		func(_ collections.Triple[string, string, uint32], line types.BatchLine) (types.BatchLineState, error) {
			if !line.Submission.Succeeded() {
				return types.BatchLineState{Line: line}, nil
			}
			order, err := s.keeper.GetOrder(ctx, req.Bank, line.Order.Reference)
			return types.BatchLineState{Line: line, OrderStatus: order.Status}, err
		},
		withPrefix(collections.TripleSuperPrefix[string, string, uint32](req.Bank, req.Batch)))
	if err != nil {
		return nil, err
	}
	return &types.QueryBatchLinesResponse{Lines: lines, Pagination: page}, nil
}

// withPrefix pages through the keys that start with a prefix.
func withPrefix[K any](prefix K) func(*query.CollectionsPaginateOptions[K]) {
	return func(options *query.CollectionsPaginateOptions[K]) { options.Prefix = &prefix }
}
