package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// WindUp returns by which state of a zone its owners are paid, and what a proof of theirs needs.
func (s queryServer) WindUp(ctx context.Context, req *types.QueryWindUpRequest) (*types.QueryWindUpResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	zone, err := s.keeper.GetZone(ctx, req.Zone)
	if err != nil {
		return nil, err
	}
	started, err := s.keeper.windUps.Get(ctx, zone.Id)
	if errors.Is(err, collections.ErrNotFound) {
		return nil, errorsmod.Wrapf(zonelinktypes.ErrZoneStatus, "expected a zone that is wound up, got %s (%s)", zone.Id, zone.Status)
	}
	if err != nil {
		return nil, err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	channel, err := s.keeper.ibc.CounterpartyChannel(sdkCtx, zone.TransferChannelId)
	if err != nil {
		return nil, err
	}
	waiting, err := s.keeper.waitingFlows(ctx, zone.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryWindUpResponse{
		WindUp: started, Denom: types.VoucherDenom(channel), ChannelId: channel, ProvenFlows: waiting,
		Unclaimed: s.keeper.bankKeeper.GetBalance(ctx, escrowOf(zone.TransferChannelId), registrytypes.YenDenom).Amount,
	}, nil
}

// WindUpAccounts lists what was proven and paid in a zone that is wound up.
func (s queryServer) WindUpAccounts(ctx context.Context, req *types.QueryWindUpAccountsRequest) (*types.QueryWindUpAccountsResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	claims, page, err := query.CollectionPaginate(ctx, s.keeper.windUpBooks, req.Pagination,
		func(key zoneAccount, book types.WindUpAccount) (types.WindUpClaim, error) {
			due, err := s.keeper.dueTo(ctx, key.K1(), key.K2(), book)
			return types.WindUpClaim{Account: book, Due: math.MaxInt(due, math.ZeroInt())}, err
		}, ofZone[sdk.AccAddress](req.Zone))
	if err != nil {
		return nil, err
	}
	return &types.QueryWindUpAccountsResponse{Claims: claims, Pagination: page}, nil
}

// WindUpHolds lists the holds that were counted in a zone that is wound up.
func (s queryServer) WindUpHolds(ctx context.Context, req *types.QueryWindUpHoldsRequest) (*types.QueryWindUpHoldsResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	ids, page, err := query.CollectionPaginate(ctx, s.keeper.windUpHolds, req.Pagination,
		func(key collections.Pair[string, uint64], _ collections.NoValue) (uint64, error) {
			return key.K2(), nil
		},
		ofZone[uint64](req.Zone))
	if err != nil {
		return nil, err
	}
	return &types.QueryWindUpHoldsResponse{Ids: ids, Pagination: page}, nil
}

// Brought lists what accounts have brought into one zone.
func (s queryServer) Brought(ctx context.Context, req *types.QueryBroughtRequest) (*types.QueryBroughtResponse, error) {
	if req == nil {
		return nil, errNoRequest
	}
	all, page, err := query.CollectionPaginate(ctx, s.keeper.brought, req.Pagination,
		func(key zoneAccount, amount math.Int) (types.Brought, error) {
			return types.Brought{Zone: key.K1(), Address: key.K2().String(), Amount: amount}, nil
		}, ofZone[sdk.AccAddress](req.Zone))
	if err != nil {
		return nil, err
	}
	return &types.QueryBroughtResponse{Brought: all, Pagination: page}, nil
}

// ofZone restricts pages to the entries of one zone.
func ofZone[K any](zone string) func(*query.CollectionsPaginateOptions[collections.Pair[string, K]]) {
	return query.WithCollectionPaginationPairPrefix[string, K](zone)
}
