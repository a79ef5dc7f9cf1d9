package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/registry/types"
)

// RequestApprovals asks that payments of a business of the operator's bank need the word of several people.
func (s msgServer) RequestApprovals(ctx context.Context, msg *types.MsgRequestApprovals) (*types.MsgRequestApprovalsResponse, error) {
	_, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: account.Bank, Reference: msg.Reference, Kind: types.RequestKindApprovals, Account: msg.Address,
		Payload: &types.AccountRequest_Approvals{Approvals: &types.ApprovalsChange{Approvals: msg.Approvals}},
		Reason:  msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if err := s.keeper.checkApprovals(ctx, account, msg.Approvals); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestApprovalsResponse{}, nil
}

// ProposePayment asks the operators of a business to approve a payment.
func (s msgServer) ProposePayment(ctx context.Context, msg *types.MsgProposePayment) (*types.MsgProposePaymentResponse, error) {
	err := s.keeper.propose(ctx, types.ProposedPayment{
		Account: msg.Account, Reference: msg.Reference, Payee: msg.Payee, Amount: msg.Amount, ProposedBy: msg.Proposer,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgProposePaymentResponse{}, nil
}

// ApprovePayment gives one operator's word for a proposed payment; the last one that it needs carries it out.
func (s msgServer) ApprovePayment(ctx context.Context, msg *types.MsgApprovePayment) (*types.MsgApprovePaymentResponse, error) {
	executed, err := s.keeper.approvePayment(ctx, msg.Operator, msg.Account, msg.Reference)
	if err != nil {
		return nil, err
	}
	return &types.MsgApprovePaymentResponse{Executed: executed}, nil
}

// WithdrawPayment ends a proposed payment that is not carried out yet.
func (s msgServer) WithdrawPayment(ctx context.Context, msg *types.MsgWithdrawPayment) (*types.MsgWithdrawPaymentResponse, error) {
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.withdraw(ctx, msg.Operator, msg.Account, msg.Reference, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgWithdrawPaymentResponse{}, nil
}
