package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/registry/types"
)

type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's queries.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

// Account returns one account and what it has paid today.
func (s queryServer) Account(ctx context.Context, req *types.QueryAccountRequest) (*types.QueryAccountResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "expected a request, got none")
	}
	address, err := types.ParseAddress(req.Address)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	account, err := s.keeper.GetAccount(ctx, address)
	if errors.Is(err, types.ErrAccountNotFound) {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	if err != nil {
		return nil, err
	}
	spent, err := s.keeper.SpentToday(ctx, address)
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountResponse{Account: account, SpentToday: spent}, nil
}

// Accounts lists accounts in ascending order of address, of one bank or of all.
func (s queryServer) Accounts(ctx context.Context, req *types.QueryAccountsRequest) (*types.QueryAccountsResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "expected a request, got none")
	}
	var (
		accounts []types.Account
		page     *query.PageResponse
		err      error
	)
	if req.Bank == "" {
		accounts, page, err = query.CollectionPaginate(ctx, s.keeper.accounts, req.Pagination,
			func(_ sdk.AccAddress, account types.Account) (types.Account, error) { return account, nil })
	} else {
		accounts, page, err = query.CollectionPaginate(ctx, s.keeper.accountsByBank, req.Pagination,
			func(key collections.Pair[string, sdk.AccAddress], _ collections.NoValue) (types.Account, error) {
				return s.keeper.accounts.Get(ctx, key.K2())
			},
			query.WithCollectionPaginationPairPrefix[string, sdk.AccAddress](req.Bank))
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountsResponse{Accounts: accounts, Pagination: page}, nil
}
