package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/registry/types"
)

// ProposedPayment returns one proposed payment.
func (s queryServer) ProposedPayment(ctx context.Context, req *types.QueryProposedPaymentRequest) (*types.QueryProposedPaymentResponse, error) {
	address, err := addressIn(req, req.GetAccount())
	if err != nil {
		return nil, err
	}
	payment, err := s.keeper.GetProposedPayment(ctx, address, req.Reference)
	if err != nil {
		return nil, asStatus(err)
	}
	return &types.QueryProposedPaymentResponse{Payment: payment}, nil
}

// ProposedPayments lists the payments that were ever proposed of an account, in ascending order of reference.
func (s queryServer) ProposedPayments(ctx context.Context, req *types.QueryProposedPaymentsRequest) (*types.QueryProposedPaymentsResponse, error) {
	address, err := addressIn(req, req.GetAccount())
	if err != nil {
		return nil, err
	}
	payments, page, err := query.CollectionPaginate(ctx, s.keeper.proposals, req.Pagination,
		func(_ collections.Pair[sdk.AccAddress, string], payment types.ProposedPayment) (types.ProposedPayment, error) {
			return payment, nil
		},
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, string](address))
	if err != nil {
		return nil, err
	}
	return &types.QueryProposedPaymentsResponse{Payments: payments, Pagination: page}, nil
}

// PendingOrderKeys returns the order keys that an account will have after the cooling-off.
func (s queryServer) PendingOrderKeys(ctx context.Context, req *types.QueryPendingOrderKeysRequest) (*types.QueryPendingOrderKeysResponse, error) {
	address, err := addressIn(req, req.GetAddress())
	if err != nil {
		return nil, err
	}
	pending, err := s.keeper.GetPendingOrderKeys(ctx, address)
	if err != nil {
		return nil, asStatus(err)
	}
	return &types.QueryPendingOrderKeysResponse{Pending: pending}, nil
}
