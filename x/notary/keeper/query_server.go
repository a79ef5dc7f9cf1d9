package keeper

import (
	"context"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/notary/types"
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

// Notarization returns one notarization; NotFound if the notary has not notarized the document.
func (s queryServer) Notarization(ctx context.Context, req *types.QueryNotarizationRequest) (*types.QueryNotarizationResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	notary, err := registrytypes.ParseAddress(req.Notary)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	hash, err := types.ParseHash(req.Hash)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	notarization, err := s.keeper.GetNotarization(ctx, notary, hash)
	if err != nil {
		return nil, err
	}
	return &types.QueryNotarizationResponse{Notarization: notarization}, nil
}

// NotarizationsOfDocument lists all who notarized a document.
func (s queryServer) NotarizationsOfDocument(
	ctx context.Context, req *types.QueryNotarizationsOfDocumentRequest,
) (*types.QueryNotarizationsOfDocumentResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	hash, err := types.ParseHash(req.Hash)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	notarizations, page, err := query.CollectionPaginate(ctx, s.keeper.byDocument, req.Pagination,
		func(key collections.Pair[[]byte, sdk.AccAddress], _ collections.NoValue) (types.Notarization, error) {
			return s.keeper.GetNotarization(ctx, key.K2(), key.K1())
		}, query.WithCollectionPaginationPairPrefix[[]byte, sdk.AccAddress](hash))
	if err != nil {
		return nil, err
	}
	return &types.QueryNotarizationsOfDocumentResponse{Notarizations: notarizations, Pagination: page}, nil
}

// NotarizationsByNotary lists what one notary notarized.
func (s queryServer) NotarizationsByNotary(
	ctx context.Context, req *types.QueryNotarizationsByNotaryRequest,
) (*types.QueryNotarizationsByNotaryResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	notary, err := registrytypes.ParseAddress(req.Notary)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	notarizations, page, err := query.CollectionPaginate(ctx, s.keeper.notarizations, req.Pagination,
		func(key types.Key, row types.Notarization) (types.Notarization, error) { return row.At(key), nil },
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, []byte](notary))
	if err != nil {
		return nil, err
	}
	return &types.QueryNotarizationsByNotaryResponse{Notarizations: notarizations, Pagination: page}, nil
}
