package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

type queryServer struct {
	keeper *Keeper
}

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the module's query service.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

var errEmptyRequest = status.Error(codes.InvalidArgument, "expected a request, got none")

// Recall returns one recall; NotFound if the bank has none with the reference.
func (s queryServer) Recall(ctx context.Context, req *types.QueryRecallRequest) (*types.QueryRecallResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	recall, err := s.shown(ctx, req.PayerBank, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryRecallResponse{Recall: recall}, nil
}

// RecallsFromBank lists the recalls that one bank requested.
func (s queryServer) RecallsFromBank(
	ctx context.Context, req *types.QueryRecallsFromBankRequest,
) (*types.QueryRecallsFromBankResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.PayerBank == "" {
		return nil, status.Error(codes.InvalidArgument, "expected a payer bank, got none")
	}
	prefix := collections.TriplePrefix[string, int32, string](req.PayerBank)
	if req.Status != types.RecallStatusUnspecified {
		prefix = collections.TripleSuperPrefix[string, int32, string](req.PayerBank, int32(req.Status))
	}
	recalls, page, err := query.CollectionPaginate(ctx, s.keeper.byPayerBank, req.Pagination,
		func(key collections.Triple[string, int32, string], _ collections.NoValue) (types.Recall, error) {
			return s.shown(ctx, key.K1(), key.K3())
		}, withPrefix(prefix))
	if err != nil {
		return nil, err
	}
	return &types.QueryRecallsFromBankResponse{Recalls: recalls, Pagination: page}, nil
}

// RecallsToBank lists the recalls of payments to accounts of one bank.
func (s queryServer) RecallsToBank(
	ctx context.Context, req *types.QueryRecallsToBankRequest,
) (*types.QueryRecallsToBankResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.PayeeBank == "" {
		return nil, status.Error(codes.InvalidArgument, "expected a payee bank, got none")
	}
	prefix := collections.QuadPrefix[string, int32, string, string](req.PayeeBank)
	if req.Status != types.RecallStatusUnspecified {
		prefix = collections.QuadSuperPrefix[string, int32, string, string](req.PayeeBank, int32(req.Status))
	}
	recalls, page, err := query.CollectionPaginate(ctx, s.keeper.byPayeeBank, req.Pagination,
		func(key collections.Quad[string, int32, string, string], _ collections.NoValue) (types.Recall, error) {
			return s.shown(ctx, key.K3(), key.K4())
		}, withPrefix(prefix))
	if err != nil {
		return nil, err
	}
	return &types.QueryRecallsToBankResponse{Recalls: recalls, Pagination: page}, nil
}

// RecallsToAccount lists the recalls of payments to one account.
func (s queryServer) RecallsToAccount(
	ctx context.Context, req *types.QueryRecallsToAccountRequest,
) (*types.QueryRecallsToAccountResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payee, err := registrytypes.ParseAddress(req.Payee)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	recalls, page, err := query.CollectionPaginate(ctx, s.keeper.byPayee, req.Pagination,
		func(key collections.Triple[sdk.AccAddress, string, string], _ collections.NoValue) (types.Recall, error) {
			return s.shown(ctx, key.K2(), key.K3())
		}, withPrefix(collections.TriplePrefix[sdk.AccAddress, string, string](payee)))
	if err != nil {
		return nil, err
	}
	return &types.QueryRecallsToAccountResponse{Recalls: recalls, Pagination: page}, nil
}

// shown returns a recall as people see it: a request whose time is over has expired, written down or not. A consented one
// keeps its hold until the hold module has given the yen back, and is shown so.
func (s queryServer) shown(ctx context.Context, payerBank, reference string) (types.Recall, error) {
	recall, err := s.keeper.GetRecall(ctx, payerBank, reference)
	if err != nil {
		return types.Recall{}, err
	}
	if recall.Status == types.RecallStatusRequested && recall.IsOverdue(blockTime(ctx)) {
		recall.Status = types.RecallStatusExpired
	}
	return recall, nil
}

func withPrefix[K any](prefix K) func(*query.CollectionsPaginateOptions[K]) {
	return func(options *query.CollectionsPaginateOptions[K]) { options.Prefix = &prefix }
}
