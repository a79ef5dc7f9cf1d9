package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/deposit/types"
)

type queryServer struct {
	keeper *Keeper
}

var _ types.QueryServer = queryServer{}

// NewQueryServer returns the module's query service.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

// Book returns one bank's book; NotFound if it has neither issued, nor been paid, nor closed a date.
func (s queryServer) Book(ctx context.Context, req *types.QueryBookRequest) (*types.QueryBookResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	book, err := s.keeper.GetBook(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	return &types.QueryBookResponse{Book: book}, nil
}

// Books lists the books in ascending order of bank.
func (s queryServer) Books(ctx context.Context, req *types.QueryBooksRequest) (*types.QueryBooksResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	books, page, err := query.CollectionPaginate(ctx, s.keeper.books, req.Pagination, same[string, types.BankBook])
	if err != nil {
		return nil, err
	}
	return &types.QueryBooksResponse{Books: books, Pagination: page}, nil
}

// Flows lists the flows in ascending order of payer bank, then payee bank.
func (s queryServer) Flows(ctx context.Context, req *types.QueryFlowsRequest) (*types.QueryFlowsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	flows, page, err := query.CollectionPaginate(ctx, s.keeper.flows, req.Pagination,
		func(banks collections.Pair[string, string], amount math.Int) (types.Flow, error) {
			return types.Flow{PayerBank: banks.K1(), PayeeBank: banks.K2(), Amount: amount}, nil
		})
	if err != nil {
		return nil, err
	}
	return &types.QueryFlowsResponse{Flows: flows, Pagination: page}, nil
}

// Ceiling returns one bank's ceiling; NotFound if it may issue without bound.
func (s queryServer) Ceiling(ctx context.Context, req *types.QueryCeilingRequest) (*types.QueryCeilingResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	ceiling, err := s.keeper.GetCeiling(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	return &types.QueryCeilingResponse{Ceiling: ceiling}, nil
}

// Ceilings lists the ceilings in ascending order of bank.
func (s queryServer) Ceilings(ctx context.Context, req *types.QueryCeilingsRequest) (*types.QueryCeilingsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	ceilings, page, err := query.CollectionPaginate(ctx, s.keeper.ceilings, req.Pagination,
		func(bank string, amount math.Int) (types.Ceiling, error) {
			return types.Ceiling{Bank: bank, Amount: amount}, nil
		})
	if err != nil {
		return nil, err
	}
	return &types.QueryCeilingsResponse{Ceilings: ceilings, Pagination: page}, nil
}

// Attestation returns one attestation; NotFound if the bank has none with the reference.
func (s queryServer) Attestation(
	ctx context.Context, req *types.QueryAttestationRequest,
) (*types.QueryAttestationResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	attestation, err := s.keeper.GetAttestation(ctx, req.Bank, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryAttestationResponse{Attestation: attestation}, nil
}

// Attestations lists a bank's attestations in ascending order of reference.
func (s queryServer) Attestations(
	ctx context.Context, req *types.QueryAttestationsRequest,
) (*types.QueryAttestationsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.Bank == "" {
		return nil, errNoBank
	}
	attestations, page, err := query.CollectionPaginate(ctx, s.keeper.attestations, req.Pagination,
		same[collections.Pair[string, string], types.Attestation],
		query.WithCollectionPaginationPairPrefix[string, string](req.Bank))
	if err != nil {
		return nil, err
	}
	return &types.QueryAttestationsResponse{Attestations: attestations, Pagination: page}, nil
}

// NewestAttestation returns a bank's newest confirmed attestation; NotFound if it has confirmed none.
func (s queryServer) NewestAttestation(
	ctx context.Context, req *types.QueryNewestAttestationRequest,
) (*types.QueryNewestAttestationResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	attestation, err := s.keeper.NewestAttestation(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	return &types.QueryNewestAttestationResponse{Attestation: attestation}, nil
}

// BusinessDate returns the date to which the bank's next order belongs. It does not say whether there is such a bank.
func (s queryServer) BusinessDate(
	ctx context.Context, req *types.QueryBusinessDateRequest,
) (*types.QueryBusinessDateResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.Bank == "" {
		return nil, errNoBank
	}
	date, err := s.keeper.businessDate(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	book, err := s.keeper.bookOrNew(ctx, req.Bank)
	if err != nil {
		return nil, err
	}
	open, err := s.keeper.openCount(ctx, req.Bank, "")
	if err != nil {
		return nil, err
	}
	return &types.QueryBusinessDateResponse{Date: date, ClosedThrough: book.ClosedThrough, OpenOrders: open}, nil
}

// BusinessDays lists the ends of a bank's dates in ascending order of date.
func (s queryServer) BusinessDays(
	ctx context.Context, req *types.QueryBusinessDaysRequest,
) (*types.QueryBusinessDaysResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if req.Bank == "" {
		return nil, errNoBank
	}
	days, page, err := query.CollectionPaginate(ctx, s.keeper.businessDays, req.Pagination,
		same[collections.Pair[string, string], types.BusinessDay],
		query.WithCollectionPaginationPairPrefix[string, string](req.Bank))
	if err != nil {
		return nil, err
	}
	return &types.QueryBusinessDaysResponse{BusinessDays: days, Pagination: page}, nil
}

// same lists values as they are stored.
func same[K, V any](_ K, value V) (V, error) { return value, nil }

var (
	errEmptyRequest = status.Error(codes.InvalidArgument, "expected a request, got none")
	errNoBank       = status.Error(codes.InvalidArgument, "expected a bank, got none")
)
