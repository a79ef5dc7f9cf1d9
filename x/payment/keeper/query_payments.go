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

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// parseParty decodes an address of a request.
func parseParty(bech32 string) (sdk.AccAddress, error) {
	address, err := registrytypes.ParseAddress(bech32)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return address, nil
}

// Payment returns one recorded payment; NotFound if the payer has none with the reference.
func (s queryServer) Payment(ctx context.Context, req *types.QueryPaymentRequest) (*types.QueryPaymentResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	payment, err := s.keeper.GetPayment(ctx, payer, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryPaymentResponse{Payment: payment}, nil
}

// PaymentsFrom lists the recorded payments of one payer.
func (s queryServer) PaymentsFrom(ctx context.Context, req *types.QueryPaymentsFromRequest) (*types.QueryPaymentsFromResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	payments, page, err := query.CollectionPaginate(ctx, s.keeper.payments, req.Pagination,
		func(_ accountReference, payment types.PaymentRecord) (types.PaymentRecord, error) {
			return payment, nil
		},
		withPrefix(collections.PairPrefix[sdk.AccAddress, string](payer)))
	if err != nil {
		return nil, err
	}
	return &types.QueryPaymentsFromResponse{Payments: payments, Pagination: page}, nil
}

// PaymentsTo lists the recorded payments to one payee.
func (s queryServer) PaymentsTo(ctx context.Context, req *types.QueryPaymentsToRequest) (*types.QueryPaymentsToResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payee, err := parseParty(req.Payee)
	if err != nil {
		return nil, err
	}
	type payeeKey = collections.Quad[sdk.AccAddress, string, sdk.AccAddress, string]
	prefix := collections.QuadPrefix[sdk.AccAddress, string, sdk.AccAddress, string](payee)
	if req.Invoice != "" {
		prefix = collections.QuadSuperPrefix[sdk.AccAddress, string, sdk.AccAddress, string](payee, req.Invoice)
	}
	payments, page, err := query.CollectionPaginate(ctx, s.keeper.paymentsByPayee, req.Pagination,
		func(key payeeKey, _ collections.NoValue) (types.PaymentRecord, error) {
			return s.keeper.GetPayment(ctx, key.K3(), key.K4())
		}, withPrefix(prefix))
	if err != nil {
		return nil, err
	}
	return &types.QueryPaymentsToResponse{Payments: payments, Pagination: page}, nil
}

// Quote says what a payment costs under the schedule in force.
func (s queryServer) Quote(ctx context.Context, req *types.QueryQuoteRequest) (*types.QueryQuoteResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	parsed, err := sdk.ParseDecCoin(req.Amount)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "expected an amount such as 30000jpy, got %q: %s", req.Amount, err)
	}
	amount, rest := parsed.TruncateDecimal()
	if !rest.IsZero() {
		return nil, status.Errorf(codes.InvalidArgument, "expected an amount in whole units such as 30000jpy, got %q", req.Amount)
	}
	if err := types.ValidateAmount(amount); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	response := &types.QueryQuoteResponse{Fee: math.ZeroInt(), PayerPays: amount, PayeeGets: amount}
	if amount.Denom != s.keeper.registry.YenDenom(ctx) {
		return response, nil
	}
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	response.Fee = params.Fees.Fee(amount.Amount)
	if response.Fee.IsZero() {
		return response, nil
	}
	response.FeePayer = params.Fees.Payer
	if response.FeePayer == types.FeePayerPayer {
		response.PayerPays = amount.AddAmount(response.Fee)
	} else {
		response.PayeeGets = amount.SubAmount(response.Fee)
	}
	return response, nil
}

// OrderNonces says which nonces a payer has used; none for one that never had an order.
func (s queryServer) OrderNonces(ctx context.Context, req *types.QueryOrderNoncesRequest) (*types.QueryOrderNoncesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	payer, err := parseParty(req.Payer)
	if err != nil {
		return nil, err
	}
	kept, err := s.keeper.registry.OrderNonces(ctx, payer)
	if err != nil && !errors.Is(err, registrytypes.ErrAccountNotFound) {
		return nil, err
	}
	nonces := types.OrderNoncesOf(req.Payer, kept)
	return &types.QueryOrderNoncesResponse{Nonces: nonces, Next: nonces.Next()}, nil
}

// OrderBytes returns what the payer of an order signs.
func (s queryServer) OrderBytes(ctx context.Context, req *types.QueryOrderBytesRequest) (*types.QueryOrderBytesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	yen := s.keeper.registry.YenDenom(ctx)
	if err := req.Order.Validate(yen); err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return &types.QueryOrderBytesResponse{SignBytes: req.Order.SignBytes(sdk.UnwrapSDKContext(ctx).ChainID(), yen)}, nil
}

// Usages lists usage by month and organization.
func (s queryServer) Usages(ctx context.Context, req *types.QueryUsagesRequest) (*types.QueryUsagesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	var options []func(*query.CollectionsPaginateOptions[usageID])
	if req.Month != 0 {
		options = append(options, withPrefix(collections.PairPrefix[uint32, string](req.Month)))
	}
	usages, page, err := query.CollectionFilteredPaginate(ctx, s.keeper.usages, req.Pagination,
		func(key usageID, _ types.Usage) (bool, error) {
			return req.Organization == "" || key.K2() == req.Organization, nil
		},
		func(_ usageID, usage types.Usage) (types.Usage, error) { return usage, nil }, options...)
	if err != nil {
		return nil, err
	}
	return &types.QueryUsagesResponse{Usages: usages, Pagination: page}, nil
}

// Params returns the parameters in force.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	return &types.QueryParamsResponse{Params: params}, nil
}
