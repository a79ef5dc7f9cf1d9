package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/payment/types"
)

// PaymentRequest returns one request; NotFound if the payee has none with the reference.
func (s queryServer) PaymentRequest(
	ctx context.Context, req *types.QueryPaymentRequestRequest,
) (*types.QueryPaymentRequestResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payee, err := parseParty(req.Payee)
	if err != nil {
		return nil, err
	}
	request, err := s.shownRequest(ctx, payee, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryPaymentRequestResponse{Request: request}, nil
}

// PaymentRequestsByPayee lists what one payee asked for.
func (s queryServer) PaymentRequestsByPayee(
	ctx context.Context, req *types.QueryPaymentRequestsByPayeeRequest,
) (*types.QueryPaymentRequestsByPayeeResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payee, err := parseParty(req.Payee)
	if err != nil {
		return nil, err
	}
	prefix := collections.TriplePrefix[sdk.AccAddress, int32, string](payee)
	if req.Status != types.PaymentRequestStatusUnspecified {
		prefix = collections.TripleSuperPrefix[sdk.AccAddress, int32, string](payee, int32(req.Status))
	}
	requests, page, err := query.CollectionPaginate(ctx, s.keeper.requests.byPayee, req.Pagination,
		func(key collections.Triple[sdk.AccAddress, int32, string], _ collections.NoValue) (types.PaymentRequest, error) {
			return s.shownRequest(ctx, key.K1(), key.K3())
		}, withPrefix(prefix))
	if err != nil {
		return nil, err
	}
	return &types.QueryPaymentRequestsByPayeeResponse{Requests: requests, Pagination: page}, nil
}

// PaymentRequestsByPayer lists what one payer was asked for.
func (s queryServer) PaymentRequestsByPayer(
	ctx context.Context, req *types.QueryPaymentRequestsByPayerRequest,
) (*types.QueryPaymentRequestsByPayerResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	prefix := collections.QuadPrefix[sdk.AccAddress, int32, sdk.AccAddress, string](payer)
	if req.Status != types.PaymentRequestStatusUnspecified {
		prefix = collections.QuadSuperPrefix[sdk.AccAddress, int32, sdk.AccAddress, string](payer, int32(req.Status))
	}
	requests, page, err := query.CollectionPaginate(ctx, s.keeper.requests.byPayer, req.Pagination,
		func(key collections.Quad[sdk.AccAddress, int32, sdk.AccAddress, string], _ collections.NoValue) (types.PaymentRequest, error) {
			return s.shownRequest(ctx, key.K3(), key.K4())
		}, withPrefix(prefix))
	if err != nil {
		return nil, err
	}
	return &types.QueryPaymentRequestsByPayerResponse{Requests: requests, Pagination: page}, nil
}

// shownRequest returns a request as people see it: one whose time is over has expired, written down or not.
func (s queryServer) shownRequest(ctx context.Context, payee sdk.AccAddress, reference string) (types.PaymentRequest, error) {
	request, err := s.keeper.GetPaymentRequest(ctx, payee, reference)
	if err == nil && request.IsOverdue(blockTime(ctx)) {
		request = request.Ended(types.PaymentRequestStatusExpired, request.ExpiresAt, "")
	}
	return request, err
}

// Mandate returns one mandate; NotFound if the payer has none with the reference.
func (s queryServer) Mandate(ctx context.Context, req *types.QueryMandateRequest) (*types.QueryMandateResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	mandate, err := s.keeper.GetMandate(ctx, payer, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryMandateResponse{
		Mandate: mandate, LeftInPeriod: mandate.LeftInPeriod(blockTime(ctx)), Left: mandate.Left(),
	}, nil
}

// MandatesByPayer lists the mandates that one payer granted.
func (s queryServer) MandatesByPayer(
	ctx context.Context, req *types.QueryMandatesByPayerRequest,
) (*types.QueryMandatesByPayerResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	mandates, page, err := query.CollectionPaginate(ctx, s.keeper.mandates.mandates, req.Pagination,
		func(_ accountReference, mandate types.Mandate) (types.Mandate, error) { return mandate, nil },
		withPrefix(collections.PairPrefix[sdk.AccAddress, string](payer)))
	if err != nil {
		return nil, err
	}
	return &types.QueryMandatesByPayerResponse{Mandates: mandates, Pagination: page}, nil
}

// MandatesByPayee lists the mandates that one payee was granted.
func (s queryServer) MandatesByPayee(
	ctx context.Context, req *types.QueryMandatesByPayeeRequest,
) (*types.QueryMandatesByPayeeResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payee, err := parseParty(req.Payee)
	if err != nil {
		return nil, err
	}
	mandates, page, err := query.CollectionPaginate(ctx, s.keeper.mandates.byPayee, req.Pagination,
		func(key collections.Triple[sdk.AccAddress, sdk.AccAddress, string], _ collections.NoValue) (types.Mandate, error) {
			return s.keeper.GetMandate(ctx, key.K2(), key.K3())
		}, withPrefix(collections.TriplePrefix[sdk.AccAddress, sdk.AccAddress, string](payee)))
	if err != nil {
		return nil, err
	}
	return &types.QueryMandatesByPayeeResponse{Mandates: mandates, Pagination: page}, nil
}

// Schedule returns one schedule; NotFound if the payer has none with the reference.
func (s queryServer) Schedule(ctx context.Context, req *types.QueryScheduleRequest) (*types.QueryScheduleResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	schedule, err := s.keeper.GetSchedule(ctx, payer, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryScheduleResponse{Schedule: schedule}, nil
}

// Schedules lists the schedules of one payer.
func (s queryServer) Schedules(ctx context.Context, req *types.QuerySchedulesRequest) (*types.QuerySchedulesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	prefix := collections.TriplePrefix[sdk.AccAddress, int32, string](payer)
	if req.Status != types.ScheduleStatusUnspecified {
		prefix = collections.TripleSuperPrefix[sdk.AccAddress, int32, string](payer, int32(req.Status))
	}
	schedules, page, err := query.CollectionPaginate(ctx, s.keeper.schedules.byStatus, req.Pagination,
		func(key collections.Triple[sdk.AccAddress, int32, string], _ collections.NoValue) (types.Schedule, error) {
			return s.keeper.GetSchedule(ctx, key.K1(), key.K3())
		}, withPrefix(prefix))
	if err != nil {
		return nil, err
	}
	return &types.QuerySchedulesResponse{Schedules: schedules, Pagination: page}, nil
}
