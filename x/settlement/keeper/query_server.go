package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
)

type queryServer struct {
	keeper *Keeper
}

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the module's query service.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

var errNoRequest = status.Error(codes.InvalidArgument, "expected a request, got none")

// Trade returns one trade, with its legs and parties; NotFound if the creator never used the reference.
func (s queryServer) Trade(ctx context.Context, req *types.QueryTradeRequest) (*types.QueryTradeResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	trade, err := s.keeper.GetTrade(ctx, req.Creator, req.Reference)
	if err != nil {
		return nil, err
	}
	sides, err := s.keeper.sides(ctx, trade.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryTradeResponse{Trade: trade, Legs: types.Legs(sides), Parties: partiesOf(sides)}, nil
}

// Trades lists all trades, or those of one status.
func (s queryServer) Trades(ctx context.Context, req *types.QueryTradesRequest) (*types.QueryTradesResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	if req.Status == types.TradeStatusUnspecified {
		trades, page, err := query.CollectionPaginate(ctx, s.keeper.trades, req.Pagination,
			func(_ uint64, trade types.Trade) (types.Trade, error) { return trade, nil })
		if err != nil {
			return nil, err
		}
		return &types.QueryTradesResponse{Trades: trades, Pagination: page}, nil
	}
	trades, page, err := query.CollectionPaginate(ctx, s.keeper.byStatus, req.Pagination,
		func(key collections.Pair[int32, uint64], _ collections.NoValue) (types.Trade, error) {
			return s.keeper.trades.Get(ctx, key.K2())
		}, query.WithCollectionPaginationPairPrefix[int32, uint64](int32(req.Status)))
	if err != nil {
		return nil, err
	}
	return &types.QueryTradesResponse{Trades: trades, Pagination: page}, nil
}

// TradesOfAccount lists the trades that name an account, or those of one status.
func (s queryServer) TradesOfAccount(
	ctx context.Context, req *types.QueryTradesOfAccountRequest,
) (*types.QueryTradesOfAccountResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	account, err := registrytypes.ParseAddress(req.Account)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	prefix := collections.TriplePrefix[sdk.AccAddress, int32, uint64](account)
	if req.Status != types.TradeStatusUnspecified {
		prefix = collections.TripleSuperPrefix[sdk.AccAddress, int32, uint64](account, int32(req.Status))
	}
	trades, page, err := query.CollectionPaginate(ctx, s.keeper.byAccount, req.Pagination,
		func(key accountKey, _ collections.NoValue) (types.Trade, error) {
			return s.keeper.trades.Get(ctx, key.K3())
		},
		func(options *query.CollectionsPaginateOptions[accountKey]) { options.Prefix = &prefix })
	if err != nil {
		return nil, err
	}
	return &types.QueryTradesOfAccountResponse{Trades: trades, Pagination: page}, nil
}

// TradesByReference lists the trades with a reference, whoever created them.
func (s queryServer) TradesByReference(
	ctx context.Context, req *types.QueryTradesByReferenceRequest,
) (*types.QueryTradesByReferenceResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	if err := registrytypes.ValidateReference(req.Reference); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	trades, page, err := query.CollectionPaginate(ctx, s.keeper.references, req.Pagination,
		func(_ referenceKey, id uint64) (types.Trade, error) { return s.keeper.trades.Get(ctx, id) },
		query.WithCollectionPaginationPairPrefix[string, sdk.AccAddress](req.Reference))
	if err != nil {
		return nil, err
	}
	return &types.QueryTradesByReferenceResponse{Trades: trades, Pagination: page}, nil
}
