package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// ApplyAccounts asks that addresses become accounts of the operator's bank. Each line succeeds or fails by itself.
func (s msgServer) ApplyAccounts(ctx context.Context, msg *types.MsgApplyAccounts) (*types.MsgApplyAccountsResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateBatch(len(msg.Lines)); err != nil {
		return nil, err
	}
	results := make([]types.LineResult, len(msg.Lines))
	for i, line := range msg.Lines {
		results[i], err = tryLine(ctx, bank.Id, line.Reference, func(ctx context.Context) error {
			return s.keeper.apply(ctx, application{
				bank: bank.Id, operator: msg.Operator, reference: line.Reference, address: line.Address,
				Application: types.Application{
					Kind: line.Kind, IdentityHash: line.IdentityHash, Limits: line.Limits, OrderKeys: line.OrderKeys,
				},
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return &types.MsgApplyAccountsResponse{Results: results}, nil
}

// ApproveRequests carries out requests of the operator's bank. Each succeeds or fails by itself.
func (s msgServer) ApproveRequests(ctx context.Context, msg *types.MsgApproveRequests) (*types.MsgApproveRequestsResponse, error) {
	by, err := s.keeper.newDecider(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateBatch(len(msg.References)); err != nil {
		return nil, err
	}
	results := make([]types.LineResult, len(msg.References))
	for i, reference := range msg.References {
		results[i], err = tryLine(ctx, by.bank, reference, func(ctx context.Context) error {
			return s.keeper.approve(ctx, by, reference)
		})
		if err != nil {
			return nil, err
		}
	}
	return &types.MsgApproveRequestsResponse{Results: results}, nil
}

// tryLine runs one line of a batch. Nothing stays of a line that fails but an event that says why; the response has only
// the code, because it goes into the block's hash and words may differ between versions.
func tryLine(ctx context.Context, bank, reference string, run func(ctx context.Context) error) (types.LineResult, error) {
	cached, write := branch.Begin(ctx)
	failure := run(cached)
	if failure == nil {
		write()
		return types.LineResult{Reference: reference}, nil
	}
	codespace, code, _ := errorsmod.ABCIInfo(failure, false)
	return types.LineResult{Reference: reference, Codespace: codespace, Code: code}, event.Emit(ctx, &types.EventLineRefused{
		Bank: bank, Reference: reference, Codespace: codespace, Code: code, Error: failure.Error(),
	})
}
