package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/registry/types"
)

// ScreenedPayment returns one screened payment.
func (s queryServer) ScreenedPayment(ctx context.Context, req *types.QueryScreenedPaymentRequest) (*types.QueryScreenedPaymentResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	payment, err := s.keeper.GetScreenedPayment(ctx, req.Id)
	if err != nil {
		return nil, asStatus(err)
	}
	return &types.QueryScreenedPaymentResponse{Payment: payment}, nil
}

// ScreenedPayments lists the screened payments of a bank's customers in ascending order of id: those of a status, or without
// one those that wait.
func (s queryServer) ScreenedPayments(ctx context.Context, req *types.QueryScreenedPaymentsRequest) (*types.QueryScreenedPaymentsResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	status := req.Status
	if status == types.ScreeningStatusUnspecified {
		status = types.ScreeningStatusWaiting
	}
	payments, page, err := query.CollectionPaginate(ctx, s.keeper.screenedByStatus, req.Pagination,
		func(key collections.Triple[string, int32, uint64], _ collections.NoValue) (types.ScreenedPayment, error) {
			return s.keeper.GetScreenedPayment(ctx, key.K3())
		},
		within(collections.TripleSuperPrefix[string, int32, uint64](req.Bank, int32(status))))
	if err != nil {
		return nil, err
	}
	return &types.QueryScreenedPaymentsResponse{Payments: payments, Pagination: page}, nil
}

// ListedCounterparties lists the counterparties that a bank lists, in ascending order of address.
func (s queryServer) ListedCounterparties(
	ctx context.Context, req *types.QueryListedCounterpartiesRequest,
) (*types.QueryListedCounterpartiesResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	listed, page, err := query.CollectionPaginate(ctx, s.keeper.listed, req.Pagination,
		func(_ collections.Pair[string, sdk.AccAddress], one types.ListedCounterparty) (types.ListedCounterparty, error) {
			return one, nil
		},
		query.WithCollectionPaginationPairPrefix[string, sdk.AccAddress](req.Bank))
	if err != nil {
		return nil, err
	}
	return &types.QueryListedCounterpartiesResponse{Counterparties: listed, Pagination: page}, nil
}
