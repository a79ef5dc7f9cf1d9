package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

type msgServer struct {
	keeper *Keeper
}

var _ types.MsgServer = msgServer{}

// NewMsgServer returns the module's message service.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// RequestIssue records that a holder, or a maker for an account of its own bank, asks for yen.
func (s msgServer) RequestIssue(ctx context.Context, msg *types.MsgRequestIssue) (*types.MsgRequestIssueResponse, error) {
	bank, err := s.requesterBank(ctx, msg.Requester, msg.Account, msg)
	if err != nil {
		return nil, err
	}
	order, err := s.keeper.request(ctx, request{
		kind: types.OrderKindIssue, account: msg.Account, amount: msg.Amount, reference: msg.Reference,
		requester: msg.Requester, bank: bank,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgRequestIssueResponse{Reference: order.Reference}, nil
}

// RequestRedeem holds yen of an account until a checker decides. The holder may ask for it, and a maker of its bank.
func (s msgServer) RequestRedeem(ctx context.Context, msg *types.MsgRequestRedeem) (*types.MsgRequestRedeemResponse, error) {
	bank, err := s.requesterBank(ctx, msg.Requester, msg.Account, msg)
	if err != nil {
		return nil, err
	}
	order, err := s.keeper.request(ctx, request{
		kind: types.OrderKindRedeem, account: msg.Account, amount: msg.Amount, reference: msg.Reference,
		requester: msg.Requester, bank: bank,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgRequestRedeemResponse{HoldId: order.HoldId, Reference: order.Reference}, nil
}

// ConfirmDebit lets the order of a holder of the maker's bank go on to a checker.
func (s msgServer) ConfirmDebit(ctx context.Context, msg *types.MsgConfirmDebit) (*types.MsgConfirmDebitResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	order, err := s.keeper.openOrder(ctx, bank, msg.Reference)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.confirmDebit(ctx, order, msg.Operator, msg.CoreReference); err != nil {
		return nil, err
	}
	return &types.MsgConfirmDebitResponse{}, nil
}

// Approve carries out an order of the checker's bank, or a part of it.
func (s msgServer) Approve(ctx context.Context, msg *types.MsgApprove) (*types.MsgApproveResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	order, err := s.keeper.decidableOrder(ctx, bank, msg.Reference, msg.Operator)
	if err != nil {
		return nil, err
	}
	err = s.keeper.approve(ctx, order, decision{
		status: types.OrderStatusApproved, by: msg.Operator, amount: msg.Amount, code: msg.RejectCode, reason: msg.Reason,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgApproveResponse{}, nil
}

// Reject refuses an order of the checker's bank and releases its hold.
func (s msgServer) Reject(ctx context.Context, msg *types.MsgReject) (*types.MsgRejectResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReject(msg.RejectCode, msg.Reason); err != nil {
		return nil, err
	}
	order, err := s.keeper.decidableOrder(ctx, bank, msg.Reference, msg.Operator)
	if err != nil {
		return nil, err
	}
	err = s.keeper.reject(ctx, order, decision{
		status: types.OrderStatusRejected, by: msg.Operator, code: msg.RejectCode, reason: msg.Reason,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgRejectResponse{}, nil
}

// CancelOrder takes back an order of the requester, and releases its hold.
func (s msgServer) CancelOrder(ctx context.Context, msg *types.MsgCancelOrder) (*types.MsgCancelOrderResponse, error) {
	account, _ := types.SplitReference(msg.Reference)
	bank, err := s.requesterBank(ctx, msg.Requester, account, msg)
	if err != nil {
		return nil, err
	}
	if bank == "" {
		registered, _, err := s.keeper.orderAccount(ctx, account)
		if err != nil {
			return nil, err
		}
		bank = registered.Bank
	}
	order, err := s.keeper.openOrder(ctx, bank, msg.Reference)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.cancel(ctx, order, msg.Requester); err != nil {
		return nil, err
	}
	return &types.MsgCancelOrderResponse{}, nil
}

// requesterBank returns the bank of a maker who requests something for an account, or "" for the account's holder.
func (s msgServer) requesterBank(ctx context.Context, requester, account string, msg sdk.Msg) (string, error) {
	if requester == account {
		return "", nil
	}
	return s.bankOf(ctx, requester, msg)
}

// bankOf returns the id of the organization for which an operator signs the message: by the permission table a bank, but for
// an auditor's signature.
func (s msgServer) bankOf(ctx context.Context, signer string, msg sdk.Msg) (string, error) {
	organization, err := s.keeper.membership.Authorize(ctx, signer, msg)
	if err != nil {
		return "", err
	}
	// One spelling per address, because requester and checker are compared as strings.
	if _, err := registrytypes.ParseAddress(signer); err != nil {
		return "", err
	}
	return organization.Id, nil
}
