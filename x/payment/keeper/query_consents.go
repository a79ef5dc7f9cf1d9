package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/payment/types"
)

// Consent returns what an account said of payments to it; NotFound if they arrive at once.
func (s queryServer) Consent(ctx context.Context, req *types.QueryConsentRequest) (*types.QueryConsentResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	account, err := parseParty(req.Account)
	if err != nil {
		return nil, err
	}
	consent, err := s.keeper.GetConsent(ctx, account)
	if err != nil {
		return nil, err
	}
	return &types.QueryConsentResponse{Consent: consent}, nil
}

// WaitingPayment returns one payment that waits; NotFound if none does with the id.
func (s queryServer) WaitingPayment(
	ctx context.Context, req *types.QueryWaitingPaymentRequest,
) (*types.QueryWaitingPaymentResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payment, err := s.keeper.GetWaitingPayment(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryWaitingPaymentResponse{Payment: payment}, nil
}

// WaitingPaymentsToAccount lists the payments that wait for one payee.
func (s queryServer) WaitingPaymentsToAccount(
	ctx context.Context, req *types.QueryWaitingPaymentsToAccountRequest,
) (*types.QueryWaitingPaymentsToAccountResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payments, page, err := s.waiting(ctx, s.keeper.consents.byPayee, req.Payee, req.Pagination)
	if err != nil {
		return nil, err
	}
	return &types.QueryWaitingPaymentsToAccountResponse{Payments: payments, Pagination: page}, nil
}

// WaitingPaymentsFromAccount lists the payments of one payer that wait.
func (s queryServer) WaitingPaymentsFromAccount(
	ctx context.Context, req *types.QueryWaitingPaymentsFromAccountRequest,
) (*types.QueryWaitingPaymentsFromAccountResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payments, page, err := s.waiting(ctx, s.keeper.consents.byPayer, req.Payer, req.Pagination)
	if err != nil {
		return nil, err
	}
	return &types.QueryWaitingPaymentsFromAccountResponse{Payments: payments, Pagination: page}, nil
}

// waiting lists the payments of one account in an index.
func (s queryServer) waiting(
	ctx context.Context, index collections.KeySet[collections.Pair[sdk.AccAddress, uint64]], bech32 string, page *query.PageRequest,
) ([]types.WaitingPayment, *query.PageResponse, error) {
	account, err := parseParty(bech32)
	if err != nil {
		return nil, nil, err
	}
	return query.CollectionPaginate(ctx, index, page,
		func(key collections.Pair[sdk.AccAddress, uint64], _ collections.NoValue) (types.WaitingPayment, error) {
			return s.keeper.GetWaitingPayment(ctx, key.K2())
		}, withPrefix(collections.PairPrefix[sdk.AccAddress, uint64](account)))
}
