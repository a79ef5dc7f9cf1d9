package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/registry/types"
)

// Request returns one request.
func (s queryServer) Request(ctx context.Context, req *types.QueryRequestRequest) (*types.QueryRequestResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	request, err := s.keeper.GetRequest(ctx, req.Bank, req.Reference)
	if err != nil {
		return nil, asStatus(err)
	}
	return &types.QueryRequestResponse{Request: request}, nil
}

// Requests lists the requests of a bank in ascending order of reference, of one status or of all.
func (s queryServer) Requests(ctx context.Context, req *types.QueryRequestsRequest) (*types.QueryRequestsResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	var (
		requests []types.AccountRequest
		page     *query.PageResponse
		err      error
	)
	if req.Status == types.RequestStatusUnspecified {
		requests, page, err = query.CollectionPaginate(ctx, s.keeper.requests, req.Pagination,
			func(_ collections.Pair[string, string], request types.AccountRequest) (types.AccountRequest, error) {
				return request, nil
			},
			query.WithCollectionPaginationPairPrefix[string, string](req.Bank))
	} else {
		requests, page, err = query.CollectionPaginate(ctx, s.keeper.requestsByStatus, req.Pagination,
			func(key collections.Triple[string, int32, string], _ collections.NoValue) (types.AccountRequest, error) {
				return s.keeper.GetRequest(ctx, key.K1(), key.K3())
			},
			within(collections.TripleSuperPrefix[string, int32, string](req.Bank, int32(req.Status))))
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryRequestsResponse{Requests: requests, Pagination: page}, nil
}

// AccountRequests lists the requests about an account in ascending order of bank and reference.
func (s queryServer) AccountRequests(
	ctx context.Context, req *types.QueryAccountRequestsRequest,
) (*types.QueryAccountRequestsResponse, error) {
	address, err := addressIn(req, req.GetAddress())
	if err != nil {
		return nil, err
	}
	requests, page, err := query.CollectionPaginate(ctx, s.keeper.requestsByAccount, req.Pagination,
		func(key collections.Triple[sdk.AccAddress, string, string], _ collections.NoValue) (types.AccountRequest, error) {
			return s.keeper.GetRequest(ctx, key.K2(), key.K3())
		},
		within(collections.TriplePrefix[sdk.AccAddress, string, string](address)))
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountRequestsResponse{Requests: requests, Pagination: page}, nil
}

// within limits a page to the entries below the first parts of a key.
func within[K any](prefix K) func(*query.CollectionsPaginateOptions[K]) {
	return func(options *query.CollectionsPaginateOptions[K]) { options.Prefix = &prefix }
}

// ForcedTransfer returns one forced transfer.
func (s queryServer) ForcedTransfer(ctx context.Context, req *types.QueryForcedTransferRequest) (*types.QueryForcedTransferResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	transfer, err := s.keeper.GetForcedTransfer(ctx, req.Bank, req.OrderReference)
	if err != nil {
		return nil, asStatus(err)
	}
	return &types.QueryForcedTransferResponse{ForcedTransfer: transfer}, nil
}

// ForcedTransfers lists the forced transfers of a bank in ascending order of reference.
func (s queryServer) ForcedTransfers(ctx context.Context, req *types.QueryForcedTransfersRequest) (*types.QueryForcedTransfersResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	transfers, page, err := query.CollectionPaginate(ctx, s.keeper.forcedTransfers, req.Pagination,
		func(_ collections.Pair[string, string], transfer types.ForcedTransfer) (types.ForcedTransfer, error) {
			return transfer, nil
		},
		query.WithCollectionPaginationPairPrefix[string, string](req.Bank))
	if err != nil {
		return nil, err
	}
	return &types.QueryForcedTransfersResponse{ForcedTransfers: transfers, Pagination: page}, nil
}
