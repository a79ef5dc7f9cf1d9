package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/registry/types"
)

// AccountMove returns one move of an account.
func (s queryServer) AccountMove(ctx context.Context, req *types.QueryAccountMoveRequest) (*types.QueryAccountMoveResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	move, err := s.keeper.GetAccountMove(ctx, req.NewBank, req.Reference)
	if err != nil {
		return nil, asStatus(err)
	}
	return &types.QueryAccountMoveResponse{Move: move}, nil
}

// AccountMoves lists the moves to a bank in ascending order of reference.
func (s queryServer) AccountMoves(ctx context.Context, req *types.QueryAccountMovesRequest) (*types.QueryAccountMovesResponse, error) {
	if req == nil {
		return nil, errNoRequest()
	}
	moves, page, err := query.CollectionPaginate(ctx, s.keeper.moves, req.Pagination,
		func(_ collections.Pair[string, string], move types.AccountMove) (types.AccountMove, error) {
			return move, nil
		},
		query.WithCollectionPaginationPairPrefix[string, string](req.NewBank))
	if err != nil {
		return nil, err
	}
	return &types.QueryAccountMovesResponse{Moves: moves, Pagination: page}, nil
}
