package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/registry/types"
)

type queryServer struct {
	keeper *Keeper
}

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the module's queries.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

// Account returns one account, what it has paid today and what it may spend.
func (s queryServer) Account(ctx context.Context, req *types.QueryAccountRequest) (*types.QueryAccountResponse, error) {
	address, err := addressIn(req, req.GetAddress())
	if err != nil {
		return nil, err
	}
	standing, err := s.keeper.standing(ctx, address)
	if err != nil {
		return nil, asStatus(err)
	}
	account, err := s.keeper.assemble(ctx, address, standing)
	if err != nil {
		return nil, err
	}
	response := &types.QueryAccountResponse{
		Account: account, SpentToday: math.NewIntFromUint64(standing.SpentOn(thisHour(ctx))),
		FrozenAmount: math.NewIntFromUint64(standing.Frozen), Spendable: math.ZeroInt(),
	}
	if s.keeper.yen == nil {
		return response, nil
	}
	if denom := s.keeper.yen.YenDenom(ctx); denom != "" {
		balance := s.keeper.bankKeeper.GetBalance(ctx, address, denom).Amount
		response.Spendable = math.MaxInt(balance.Sub(response.FrozenAmount), math.ZeroInt())
	}
	return response, nil
}

// Accounts lists accounts in ascending order of address, of one bank or of all.
func (s queryServer) Accounts(ctx context.Context, req *types.QueryAccountsRequest) (*types.QueryAccountsResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	var (
		accounts []types.Account
		page     *query.PageResponse
		err      error
	)
	if req.Bank == "" {
		accounts, page, err = query.CollectionPaginate(ctx, s.keeper.standings.Map, req.Pagination,
			func(address sdk.AccAddress, standing types.Standing) (types.Account, error) {
				return s.keeper.assemble(ctx, address, standing)
			})
	} else {
		accounts, page, err = query.CollectionPaginate(ctx, s.keeper.accountsByBank, req.Pagination,
			func(key collections.Pair[string, sdk.AccAddress], _ collections.NoValue) (types.Account, error) {
				return s.keeper.GetAccount(ctx, key.K2())
			},
			query.WithCollectionPaginationPairPrefix[string, sdk.AccAddress](req.Bank))
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountsResponse{Accounts: accounts, Pagination: page}, nil
}

// History lists the changes of an account in ascending order of revision.
func (s queryServer) History(ctx context.Context, req *types.QueryHistoryRequest) (*types.QueryHistoryResponse, error) {
	address, err := addressIn(req, req.GetAddress())
	if err != nil {
		return nil, err
	}
	changes, page, err := query.CollectionPaginate(ctx, s.keeper.history, req.Pagination,
		func(_ collections.Pair[sdk.AccAddress, uint64], change types.AccountChange) (types.AccountChange, error) {
			return change, nil
		},
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, uint64](address))
	if err != nil {
		return nil, err
	}
	return &types.QueryHistoryResponse{Changes: changes, Pagination: page}, nil
}

// FrozenAmounts lists the orders that ever froze an amount of an account, in ascending order of reference.
func (s queryServer) FrozenAmounts(ctx context.Context, req *types.QueryFrozenAmountsRequest) (*types.QueryFrozenAmountsResponse, error) {
	address, err := addressIn(req, req.GetAddress())
	if err != nil {
		return nil, err
	}
	frozen, page, err := query.CollectionPaginate(ctx, s.keeper.frozenAmounts, req.Pagination,
		func(_ collections.Pair[sdk.AccAddress, string], one types.FrozenAmount) (types.FrozenAmount, error) {
			return one, nil
		},
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, string](address))
	if err != nil {
		return nil, err
	}
	return &types.QueryFrozenAmountsResponse{FrozenAmounts: frozen, Pagination: page}, nil
}

// Bank returns a bank's policy and whether the bank is paused.
func (s queryServer) Bank(ctx context.Context, req *types.QueryBankRequest) (*types.QueryBankResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	bank, err := s.keeper.GetBank(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	return &types.QueryBankResponse{Bank: bank}, nil
}

// Banks lists the banks that ever had a policy or were paused, in ascending order of id.
func (s queryServer) Banks(ctx context.Context, req *types.QueryBanksRequest) (*types.QueryBanksResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	banks, page, err := query.CollectionPaginate(ctx, s.keeper.rules, req.Pagination,
		func(bank string, rules types.Rules) (types.BankState, error) { return rules.State(bank), nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryBanksResponse{Banks: banks, Pagination: page}, nil
}

// Params returns what the members decided.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.keeper.GetParams(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryParamsResponse{Params: params}, nil
}

func errNoRequest() error {
	return status.Error(codes.InvalidArgument, "expected a request, got none")
}

// addressIn decodes the address of a request.
func addressIn[R any](req *R, text string) (sdk.AccAddress, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	address, err := types.ParseAddress(text)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return address, nil
}

// asStatus gives what is not found the code that clients look for.
func asStatus(err error) error {
	for _, notFound := range []error{
		types.ErrAccountNotFound, types.ErrRequestNotFound, types.ErrForcedTransferNotFound, types.ErrScreenedPaymentNotFound,
		types.ErrProposalNotFound, types.ErrNoPendingOrderKeys, types.ErrMoveNotFound,
	} {
		if errors.Is(err, notFound) {
			return status.Error(codes.NotFound, err.Error())
		}
	}
	return err
}
