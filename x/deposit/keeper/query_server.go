package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/deposit/types"
)

type queryServer struct {
	keeper *Keeper
}

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the module's query service.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

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
		return nil, status.Error(codes.InvalidArgument, "expected a bank, got none")
	}
	orders, page, err := s.orders(ctx, req)
	if err != nil {
		return nil, err
	}
	return &types.QueryOrdersResponse{Orders: orders, Pagination: page}, nil
}

func (s queryServer) orders(ctx context.Context, req *types.QueryOrdersRequest) ([]types.Order, *query.PageResponse, error) {
	if req.Status == types.OrderStatusUnspecified {
		return query.CollectionPaginate(ctx, s.keeper.orders, req.Pagination,
			func(_ collections.Pair[string, string], order types.Order) (types.Order, error) { return order, nil },
			query.WithCollectionPaginationPairPrefix[string, string](req.Bank))
	}
	return query.CollectionPaginate(ctx, s.keeper.ordersByStatus, req.Pagination,
		func(key collections.Triple[string, int32, string], _ collections.NoValue) (types.Order, error) {
			return s.keeper.GetOrder(ctx, key.K1(), key.K3())
		},
		func(options *query.CollectionsPaginateOptions[collections.Triple[string, int32, string]]) {
			prefix := collections.TripleSuperPrefix[string, int32, string](req.Bank, int32(req.Status))
			options.Prefix = &prefix
		})
}

// Book returns one bank's book; NotFound if it has neither issued nor been paid.
func (s queryServer) Book(ctx context.Context, req *types.QueryBookRequest) (*types.QueryBookResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	book, err := s.keeper.GetBook(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	return &types.QueryBookResponse{Book: book}, nil
}

// Books lists the books in ascending order of bank.
func (s queryServer) Books(ctx context.Context, req *types.QueryBooksRequest) (*types.QueryBooksResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	books, page, err := query.CollectionPaginate(ctx, s.keeper.books, req.Pagination,
		func(_ string, book types.BankBook) (types.BankBook, error) { return book, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryBooksResponse{Books: books, Pagination: page}, nil
}

// Flows lists the flows in ascending order of payer bank, then payee bank.
func (s queryServer) Flows(ctx context.Context, req *types.QueryFlowsRequest) (*types.QueryFlowsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	flows, page, err := query.CollectionPaginate(ctx, s.keeper.flows, req.Pagination,
		func(banks collections.Pair[string, string], amount math.Int) (types.Flow, error) {
			return types.Flow{PayerBank: banks.K1(), PayeeBank: banks.K2(), Amount: amount}, nil
		})
	if err != nil {
		return nil, err
	}
	return &types.QueryFlowsResponse{Flows: flows, Pagination: page}, nil
}

var errEmptyRequest = status.Error(codes.InvalidArgument, "expected a request, got none")
