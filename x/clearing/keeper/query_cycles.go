package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// Cycle returns one cycle; NotFound if it has not been opened yet.
func (s queryServer) Cycle(ctx context.Context, req *types.QueryCycleRequest) (*types.QueryCycleResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	cycle, err := s.keeper.GetCycle(ctx, req.Number)
	if err != nil {
		return nil, err
	}
	return &types.QueryCycleResponse{Cycle: cycle}, nil
}

// Cycles lists cycles in ascending order, the open one last.
func (s queryServer) Cycles(ctx context.Context, req *types.QueryCyclesRequest) (*types.QueryCyclesResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	cycles, page, err := query.CollectionPaginate(ctx, s.keeper.cycles, req.Pagination,
		func(_ uint64, cycle types.Cycle) (types.Cycle, error) { return cycle, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryCyclesResponse{Cycles: cycles, Pagination: page}, nil
}

// CycleReport returns what happened between banks in one cycle. Positions and obligations come whole with every page of
// flows: there is at most one of each bank, and one of each debtor.
func (s queryServer) CycleReport(ctx context.Context, req *types.QueryCycleReportRequest) (*types.QueryCycleReportResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	cycle, err := s.keeper.GetCycle(ctx, req.Number)
	if err != nil {
		return nil, err
	}
	response := &types.QueryCycleReportResponse{Cycle: cycle}
	if response.Positions, err = s.keeper.positionsOf(ctx, req.Number); err != nil {
		return nil, err
	}
	if response.Obligations, err = s.keeper.obligationsOf(ctx, req.Number); err != nil {
		return nil, err
	}
	response.Flows, response.Pagination, err = query.CollectionPaginate(ctx, s.keeper.flows, req.Pagination,
		func(_ collections.Triple[uint64, string, string], flow types.CycleFlow) (types.CycleFlow, error) {
			return flow, nil
		},
		func(options *query.CollectionsPaginateOptions[collections.Triple[uint64, string, string]]) {
			prefix := collections.TriplePrefix[uint64, string, string](req.Number)
			options.Prefix = &prefix
		})
	if err != nil {
		return nil, err
	}
	return response, nil
}

// obligationsOf returns the obligations that come from one cycle, in ascending order of id.
func (k *Keeper) obligationsOf(ctx context.Context, cycle uint64) ([]types.Obligation, error) {
	var obligations []types.Obligation
	ofCycle := collections.NewPrefixedPairRange[uint64, uint64](cycle)
	err := k.obligationsByCycle.Walk(ctx, ofCycle, func(key collections.Pair[uint64, uint64]) (bool, error) {
		obligation, err := k.GetObligation(ctx, key.K2())
		obligations = append(obligations, obligation)
		return false, err
	})
	return obligations, err
}

// Obligation returns one obligation; NotFound if there is none with the id.
func (s queryServer) Obligation(ctx context.Context, req *types.QueryObligationRequest) (*types.QueryObligationResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	obligation, err := s.keeper.GetObligation(ctx, req.Id)
	if err != nil {
		return nil, err
	}
	return &types.QueryObligationResponse{Obligation: obligation}, nil
}

// Obligations lists obligations in ascending order of id, or those of one debtor by status, then id.
func (s queryServer) Obligations(ctx context.Context, req *types.QueryObligationsRequest) (*types.QueryObligationsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	obligations, page, err := s.obligations(ctx, req)
	if err != nil {
		return nil, err
	}
	return &types.QueryObligationsResponse{Obligations: obligations, Pagination: page}, nil
}

func (s queryServer) obligations(
	ctx context.Context, req *types.QueryObligationsRequest,
) ([]types.Obligation, *query.PageResponse, error) {
	inStatus := func(obligation types.Obligation) bool {
		return req.Status == types.ObligationStatusUnspecified || obligation.Status == req.Status
	}
	if req.Debtor == "" {
		return query.CollectionFilteredPaginate(ctx, s.keeper.obligations, req.Pagination,
			func(_ uint64, obligation types.Obligation) (bool, error) { return inStatus(obligation), nil },
			func(_ uint64, obligation types.Obligation) (types.Obligation, error) { return obligation, nil })
	}
	return query.CollectionPaginate(ctx, s.keeper.obligationsByDebtor, req.Pagination,
		func(key collections.Triple[string, int32, uint64], _ collections.NoValue) (types.Obligation, error) {
			return s.keeper.GetObligation(ctx, key.K3())
		},
		func(options *query.CollectionsPaginateOptions[collections.Triple[string, int32, uint64]]) {
			prefix := collections.TriplePrefix[string, int32, uint64](req.Debtor)
			if req.Status != types.ObligationStatusUnspecified {
				prefix = collections.TripleSuperPrefix[string, int32, uint64](req.Debtor, int32(req.Status))
			}
			options.Prefix = &prefix
		})
}

// Claims lists what failed banks owe those that have paid for them.
func (s queryServer) Claims(ctx context.Context, req *types.QueryClaimsRequest) (*types.QueryClaimsResponse, error) {
	if req == nil {
		return nil, errEmptyRequest
	}
	claims, page, err := query.CollectionPaginate(ctx, s.keeper.claims, req.Pagination,
		func(_ collections.Pair[string, string], claim types.Claim) (types.Claim, error) { return claim, nil })
	if err != nil {
		return nil, err
	}
	return &types.QueryClaimsResponse{Claims: claims, Pagination: page}, nil
}
