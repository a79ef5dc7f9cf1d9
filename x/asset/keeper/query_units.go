package keeper

import (
	"context"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/x/asset/types"
)

// Unit returns one unique unit.
func (s queryServer) Unit(ctx context.Context, req *types.QueryUnitRequest) (*types.QueryUnitResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	unit, err := s.keeper.GetUnit(ctx, req.Class, req.Unit)
	if err != nil {
		return nil, err
	}
	class, err := s.keeper.GetClass(ctx, req.Class)
	if err != nil {
		return nil, err
	}
	held := unit.IsLive() && s.keeper.bankKeeper.GetBalance(ctx, holdAddress, unit.Denom()).IsPositive()
	return &types.QueryUnitResponse{Unit: unit, Held: held, ExpiresAt: class.ExpiryOf(unit)}, nil
}

// Units lists unique units of a class in ascending order of id; of one holder, those that it has.
func (s queryServer) Units(ctx context.Context, req *types.QueryUnitsRequest) (*types.QueryUnitsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if _, err := s.keeper.GetClass(ctx, req.Class); err != nil {
		return nil, err
	}
	var (
		units []types.Unit
		page  *query.PageResponse
		err   error
	)
	if req.Holder == "" {
		units, page, err = query.CollectionPaginate(ctx, s.keeper.units, req.Pagination,
			func(_ unitID, unit types.Unit) (types.Unit, error) { return unit, nil },
			query.WithCollectionPaginationPairPrefix[string, string](req.Class))
	} else {
		holder, invalid := parseArgument(req.Holder)
		if invalid != nil {
			return nil, invalid
		}
		ofHolder := collections.TripleSuperPrefix[sdk.AccAddress, string, string](holder, req.Class)
		units, page, err = query.CollectionPaginate(ctx, s.keeper.unitsByHolder, req.Pagination,
			func(key collections.Triple[sdk.AccAddress, string, string], _ collections.NoValue) (types.Unit, error) {
				return s.keeper.GetUnit(ctx, key.K2(), key.K3())
			}, withPrefix(ofHolder))
	}
	if err != nil {
		return nil, err
	}
	return &types.QueryUnitsResponse{Units: units, Pagination: page}, nil
}

// Trace returns a unit's history, the oldest entry first.
func (s queryServer) Trace(ctx context.Context, req *types.QueryTraceRequest) (*types.QueryTraceResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	unit, err := s.keeper.GetUnit(ctx, req.Class, req.Unit)
	if err != nil {
		return nil, err
	}
	history, page, err := query.CollectionPaginate(ctx, s.keeper.history, req.Pagination,
		func(_ collections.Triple[string, string, uint64], entry types.Custody) (types.Custody, error) {
			return entry, nil
		},
		withPrefix(collections.TripleSuperPrefix[string, string, uint64](req.Class, req.Unit)))
	if err != nil {
		return nil, err
	}
	return &types.QueryTraceResponse{Unit: unit, History: history, Pagination: page}, nil
}

// Holdings lists what a holder has of all classes, in ascending order of denom.
func (s queryServer) Holdings(ctx context.Context, req *types.QueryHoldingsRequest) (*types.QueryHoldingsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	if _, err := parseArgument(req.Holder); err != nil {
		return nil, err
	}
	balances, err := s.keeper.bankKeeper.AllBalances(ctx, &banktypes.QueryAllBalancesRequest{Address: req.Holder, Pagination: req.Pagination})
	if err != nil {
		return nil, err
	}
	response := &types.QueryHoldingsResponse{Pagination: balances.Pagination}
	for _, coin := range balances.Balances {
		if !types.IsAsset(coin.Denom) {
			continue
		}
		holding, err := s.holding(ctx, coin)
		if err != nil {
			return nil, err
		}
		response.Holdings = append(response.Holdings, holding)
	}
	return response, nil
}

func (s queryServer) holding(ctx context.Context, coin sdk.Coin) (types.Holding, error) {
	held, err := s.keeper.assetOf(ctx, coin)
	if err != nil {
		return types.Holding{}, err
	}
	metadata, err := s.keeper.metadata.Get(ctx, held.class.Id)
	if err != nil {
		return types.Holding{}, err
	}
	return types.Holding{
		Amount: coin, Class: held.class.Id, Unit: held.unit.Id, Name: metadata.Name, Symbol: metadata.Symbol,
		ExpiresAt: held.expiresAt(), Expired: held.isExpired(blockTime(ctx)),
	}, nil
}

func withPrefix[K any](prefix K) func(*query.CollectionsPaginateOptions[K]) {
	return func(options *query.CollectionsPaginateOptions[K]) { options.Prefix = &prefix }
}
