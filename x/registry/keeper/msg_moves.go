package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/registry/types"
)

// RequestMove asks that an account of another bank become one of the operator's bank.
func (s msgServer) RequestMove(ctx context.Context, msg *types.MsgRequestMove) (*types.MsgRequestMoveResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: bank.Id, Reference: msg.Reference, Kind: types.RequestKindMove, Account: msg.Address,
		Payload: &types.AccountRequest_Move{Move: &types.MoveTerms{IdentityHash: msg.IdentityHash, Limits: msg.Limits}},
		Reason:  msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.keeper.checkMove(ctx, bank.Id, msg.Address, msg.Limits); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestMoveResponse{}, nil
}

// ConsentMove is the holder's yes to a move of its account.
func (s msgServer) ConsentMove(ctx context.Context, msg *types.MsgConsentMove) (*types.MsgConsentMoveResponse, error) {
	if err := s.keeper.consentMove(ctx, msg.Holder, msg.NewBank, msg.Reference); err != nil {
		return nil, err
	}
	return &types.MsgConsentMoveResponse{}, nil
}

// AcknowledgeMove is the old bank's yes to a move.
func (s msgServer) AcknowledgeMove(ctx context.Context, msg *types.MsgAcknowledgeMove) (*types.MsgAcknowledgeMoveResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.acknowledgeMove(ctx, bank.Id, msg.Operator, msg.NewBank, msg.Reference); err != nil {
		return nil, err
	}
	return &types.MsgAcknowledgeMoveResponse{}, nil
}

// RefuseMove ends a move on the word of one of the banks.
func (s msgServer) RefuseMove(ctx context.Context, msg *types.MsgRefuseMove) (*types.MsgRefuseMoveResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.refuseMove(ctx, bank.Id, msg.Operator, msg.NewBank, msg.Reference, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRefuseMoveResponse{}, nil
}

// DeclineMove is the holder's no to a move of its account.
func (s msgServer) DeclineMove(ctx context.Context, msg *types.MsgDeclineMove) (*types.MsgDeclineMoveResponse, error) {
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.declineMove(ctx, msg.Holder, msg.NewBank, msg.Reference, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgDeclineMoveResponse{}, nil
}

// CompleteMove moves an account whose holder and old bank agree.
func (s msgServer) CompleteMove(ctx context.Context, msg *types.MsgCompleteMove) (*types.MsgCompleteMoveResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.completeMove(ctx, bank.Id, msg.Operator, msg.Reference); err != nil {
		return nil, err
	}
	return &types.MsgCompleteMoveResponse{}, nil
}
