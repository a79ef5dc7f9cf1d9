package keeper

import (
	"context"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/asset/types"
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

// Class returns one class.
func (s queryServer) Class(ctx context.Context, req *types.QueryClassRequest) (*types.QueryClassResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	class, err := s.keeper.GetClass(ctx, req.Class)
	if err != nil {
		return nil, err
	}
	summary, book, err := s.summary(ctx, class)
	if err != nil {
		return nil, err
	}
	return &types.QueryClassResponse{Class: summary, Book: book}, nil
}

// Classes lists classes in ascending order of id, of one issuer or of all.
func (s queryServer) Classes(ctx context.Context, req *types.QueryClassesRequest) (*types.QueryClassesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	var (
		classes []types.ClassSummary
		page    *query.PageResponse
		err     error
	)
	if req.Issuer == "" {
		classes, page, err = query.CollectionPaginate(ctx, s.keeper.classes, req.Pagination,
			func(_ string, class types.Class) (types.ClassSummary, error) {
				summary, _, err := s.summary(ctx, class)
				return summary, err
			})
	} else {
		issuer, invalid := parseArgument(req.Issuer)
		if invalid != nil {
			return nil, invalid
		}
		classes, page, err = query.CollectionPaginate(ctx, s.keeper.classesByIssuer, req.Pagination,
			func(key issuerClass, _ collections.NoValue) (types.ClassSummary, error) {
				class, err := s.keeper.GetClass(ctx, key.K2())
				if err != nil {
					return types.ClassSummary{}, err
				}
				summary, _, err := s.summary(ctx, class)
				return summary, err
			}, query.WithCollectionPaginationPairPrefix[sdk.AccAddress, string](issuer))
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryClassesResponse{Classes: classes, Pagination: page}, nil
}

func (s queryServer) summary(ctx context.Context, class types.Class) (types.ClassSummary, types.Book, error) {
	metadata, err := s.keeper.metadata.Get(ctx, class.Id)
	if err != nil {
		return types.ClassSummary{}, types.Book{}, err
	}
	book, err := s.keeper.books.Get(ctx, class.Id)
	if err != nil {
		return types.ClassSummary{}, types.Book{}, err
	}
	return types.ClassSummary{Class: class, Metadata: metadata, Supply: book.Supply()}, book, nil
}

// Managers lists the managers of a class in ascending order of address bytes.
func (s queryServer) Managers(ctx context.Context, req *types.QueryManagersRequest) (*types.QueryManagersResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if _, err := s.keeper.GetClass(ctx, req.Class); err != nil {
		return nil, err
	}
	managers, page, err := query.CollectionPaginate(ctx, s.keeper.managers, req.Pagination,
		func(_ classAccount, manager types.Manager) (types.Manager, error) { return manager, nil }, ofClass(req.Class))
	if err != nil {
		return nil, err
	}
	return &types.QueryManagersResponse{Managers: managers, Pagination: page}, nil
}

// Allowed lists the accounts on a class's allow list in ascending order of address bytes.
func (s queryServer) Allowed(ctx context.Context, req *types.QueryAllowedRequest) (*types.QueryAllowedResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if _, err := s.keeper.GetClass(ctx, req.Class); err != nil {
		return nil, err
	}
	accounts, page, err := query.CollectionPaginate(ctx, s.keeper.allowed, req.Pagination,
		func(key classAccount, _ collections.NoValue) (string, error) { return key.K2().String(), nil }, ofClass(req.Class))
	if err != nil {
		return nil, err
	}
	return &types.QueryAllowedResponse{Accounts: accounts, Pagination: page}, nil
}

// FrozenHolders lists the frozen holders of a class in ascending order of address bytes.
func (s queryServer) FrozenHolders(
	ctx context.Context, req *types.QueryFrozenHoldersRequest,
) (*types.QueryFrozenHoldersResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if _, err := s.keeper.GetClass(ctx, req.Class); err != nil {
		return nil, err
	}
	holders, page, err := query.CollectionPaginate(ctx, s.keeper.frozenHolders, req.Pagination,
		func(key classAccount, freeze types.Freeze) (types.FrozenHolder, error) {
			return types.FrozenHolder{Account: key.K2().String(), Freeze: freeze}, nil
		}, ofClass(req.Class))
	if err != nil {
		return nil, err
	}
	return &types.QueryFrozenHoldersResponse{Holders: holders, Pagination: page}, nil
}

// Eligibility says whether an amount could be moved from one account to another now, and still at a time.
func (s queryServer) Eligibility(ctx context.Context, req *types.QueryEligibilityRequest) (*types.QueryEligibilityResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	from, err := parseArgument(req.From)
	if err != nil {
		return nil, err
	}
	to, err := parseArgument(req.To)
	if err != nil {
		return nil, err
	}
	amount, err := sdk.ParseCoinNormalized(req.Amount)
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "expected an amount such as 5asset/points, got %q: %s", req.Amount, err)
	}
	var until time.Time
	if req.Until != nil {
		until = *req.Until
	}
	if err := s.keeper.CheckEligible(ctx, from, to, amount, until); err != nil {
		return &types.QueryEligibilityResponse{Reason: err.Error()}, nil //nolint:nilerr // the answer of this query
	}
	return &types.QueryEligibilityResponse{Eligible: true}, nil
}

// Operation returns what a signer did under a reference.
func (s queryServer) Operation(ctx context.Context, req *types.QueryOperationRequest) (*types.QueryOperationResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	signer, err := parseArgument(req.Signer)
	if err != nil {
		return nil, err
	}
	operation, err := s.keeper.GetOperation(ctx, signer, req.Reference)
	if err != nil {
		return nil, err
	}
	return &types.QueryOperationResponse{Operation: operation}, nil
}

// Operations lists what a signer did under references, in ascending order of reference.
func (s queryServer) Operations(ctx context.Context, req *types.QueryOperationsRequest) (*types.QueryOperationsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	signer, err := parseArgument(req.Signer)
	if err != nil {
		return nil, err
	}
	operations, page, err := query.CollectionPaginate(ctx, s.keeper.operations, req.Pagination,
		func(_ operationID, operation types.Operation) (types.Operation, error) { return operation, nil },
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, string](signer))
	if err != nil {
		return nil, err
	}
	return &types.QueryOperationsResponse{Operations: operations, Pagination: page}, nil
}

func ofClass(class string) func(*query.CollectionsPaginateOptions[classAccount]) {
	return query.WithCollectionPaginationPairPrefix[string, sdk.AccAddress](class)
}

func parseArgument(text string) (sdk.AccAddress, error) {
	address, err := registrytypes.ParseAddress(text)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return address, nil
}
