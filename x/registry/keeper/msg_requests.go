package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/registry/types"
)

// ApplyAccount asks that an address become an account of the operator's bank.
func (s msgServer) ApplyAccount(ctx context.Context, msg *types.MsgApplyAccount) (*types.MsgApplyAccountResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	err = s.keeper.apply(ctx, application{
		bank: bank.Id, operator: msg.Operator, reference: msg.Reference, address: msg.Address,
		Application: types.Application{Kind: msg.Kind, IdentityHash: msg.IdentityHash, Limits: msg.Limits, OrderKeys: msg.OrderKeys},
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgApplyAccountResponse{}, nil
}

// ApproveRequest carries out a request that somebody else of the operator's bank made.
func (s msgServer) ApproveRequest(ctx context.Context, msg *types.MsgApproveRequest) (*types.MsgApproveRequestResponse, error) {
	by, err := s.keeper.newDecider(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.approve(ctx, by, msg.Reference); err != nil {
		return nil, err
	}
	return &types.MsgApproveRequestResponse{}, nil
}

// RejectRequest refuses a request that somebody else of the operator's bank made.
func (s msgServer) RejectRequest(ctx context.Context, msg *types.MsgRejectRequest) (*types.MsgRejectRequestResponse, error) {
	by, err := s.keeper.newDecider(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.reject(ctx, by, msg.Reference, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRejectRequestResponse{}, nil
}

// RequestUnfreeze asks that a frozen account of the operator's bank be what it was before.
func (s msgServer) RequestUnfreeze(ctx context.Context, msg *types.MsgRequestUnfreeze) (*types.MsgRequestUnfreezeResponse, error) {
	_, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: account.Bank, Reference: msg.Reference, Kind: types.RequestKindUnfreeze, Account: msg.Address,
		Reason: msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if err := checkFrozen(account); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestUnfreezeResponse{}, nil
}

// RequestLimits asks that an account of the operator's bank get other limits.
func (s msgServer) RequestLimits(ctx context.Context, msg *types.MsgRequestLimits) (*types.MsgRequestLimitsResponse, error) {
	_, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: account.Bank, Reference: msg.Reference, Kind: types.RequestKindLimits, Account: msg.Address,
		Payload: &types.AccountRequest_Limits{Limits: &types.LimitsChange{Limits: msg.Limits}},
		Reason:  msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.keeper.checkNewLimits(ctx, account, msg.Limits); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestLimitsResponse{}, nil
}

// RequestPolicy asks that the operator's bank get another policy.
func (s msgServer) RequestPolicy(ctx context.Context, msg *types.MsgRequestPolicy) (*types.MsgRequestPolicyResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: bank.Id, Reference: msg.Reference, Kind: types.RequestKindPolicy,
		Payload: &types.AccountRequest_Policy{Policy: &msg.Policy},
		Reason:  msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if err := s.keeper.checkPolicy(ctx, bank.Id, msg.Policy); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestPolicyResponse{}, nil
}

// RequestUnpause asks that the pause of the operator's bank end.
func (s msgServer) RequestUnpause(ctx context.Context, msg *types.MsgRequestUnpause) (*types.MsgRequestUnpauseResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: bank.Id, Reference: msg.Reference, Kind: types.RequestKindUnpause, Reason: msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.keeper.checkPaused(ctx, bank.Id); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestUnpauseResponse{}, nil
}

// RequestReleaseAmount asks that what an order froze of an account of the operator's bank be free again.
func (s msgServer) RequestReleaseAmount(
	ctx context.Context, msg *types.MsgRequestReleaseAmount,
) (*types.MsgRequestReleaseAmountResponse, error) {
	address, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: account.Bank, Reference: msg.Reference, Kind: types.RequestKindReleaseAmount, Account: msg.Address,
		Payload: &types.AccountRequest_Release{Release: &types.AmountRelease{OrderReference: msg.OrderReference}},
		Reason:  msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.keeper.openFrozenAmount(ctx, address, msg.OrderReference); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestReleaseAmountResponse{}, nil
}
