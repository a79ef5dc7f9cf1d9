package keeper

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

type queryServer struct {
	keeper *Keeper
}

// NewQueryServer returns the module's queries.
func NewQueryServer(keeper *Keeper) types.QueryServer {
	return queryServer{keeper: keeper}
}

// Hold returns one open hold.
func (s queryServer) Hold(ctx context.Context, req *types.QueryHoldRequest) (*types.QueryHoldResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "expected a request, got none")
	}
	hold, err := s.keeper.Get(ctx, req.Id)
	if errors.Is(err, types.ErrHoldNotFound) {
		return nil, status.Error(codes.NotFound, err.Error())
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryHoldResponse{Hold: hold}, nil
}

// Holds lists open holds in ascending order of id, of one owner or of all.
func (s queryServer) Holds(ctx context.Context, req *types.QueryHoldsRequest) (*types.QueryHoldsResponse, error) {
	if req == nil {
		return nil, status.Error(codes.InvalidArgument, "expected a request, got none")
	}
	if req.Owner == "" {
		holds, page, err := query.CollectionPaginate(ctx, s.keeper.holds, req.Pagination,
			func(_ uint64, hold types.Hold) (types.Hold, error) { return hold, nil })
		if err != nil {
			return nil, err
		}
		return &types.QueryHoldsResponse{Holds: holds, Pagination: page}, nil
	}
	owner, err := registrytypes.ParseAddress(req.Owner)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	holds, page, err := query.CollectionPaginate(ctx, s.keeper.holdsByOwner, req.Pagination,
		func(key collections.Pair[sdk.AccAddress, uint64], _ collections.NoValue) (types.Hold, error) {
			return s.keeper.holds.Get(ctx, key.K2())
		},
		query.WithCollectionPaginationPairPrefix[sdk.AccAddress, uint64](owner))
	if err != nil {
		return nil, err
	}
	return &types.QueryHoldsResponse{Holds: holds, Pagination: page}, nil
}
