package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// FreezeAmount forbids to spend an amount of an account of the operator's bank.
func (s msgServer) FreezeAmount(ctx context.Context, msg *types.MsgFreezeAmount) (*types.MsgFreezeAmountResponse, error) {
	address, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	err = s.keeper.freezeAmount(ctx, address, account, types.FrozenAmount{
		Account: msg.Address, OrderReference: msg.OrderReference, Ordered: msg.Amount, Frozen: msg.Amount, Reason: msg.Reason,
		FrozenBy: msg.Operator, FrozenAt: sdk.UnwrapSDKContext(ctx).BlockTime(),
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgFreezeAmountResponse{}, nil
}

// RequestForcedTransfer asks to carry out an order that takes yen from an account of the operator's bank.
func (s msgServer) RequestForcedTransfer(
	ctx context.Context, msg *types.MsgRequestForcedTransfer,
) (*types.MsgRequestForcedTransferResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	err = s.keeper.requestForcedTransfer(ctx, types.ForcedTransfer{
		Bank: bank.Id, OrderReference: msg.OrderReference, From: msg.From, To: msg.To, Amount: msg.Amount,
		DocumentHash: msg.DocumentHash, FreezeOrderReference: msg.FreezeOrderReference, Reason: msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgRequestForcedTransferResponse{}, nil
}

// ApproveForcedTransfer gives the word of the operator's organization for a forced transfer.
func (s msgServer) ApproveForcedTransfer(
	ctx context.Context, msg *types.MsgApproveForcedTransfer,
) (*types.MsgApproveForcedTransferResponse, error) {
	organization, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.approveForcedTransfer(ctx, organization, msg.Operator, msg.Bank, msg.OrderReference); err != nil {
		return nil, err
	}
	return &types.MsgApproveForcedTransferResponse{}, nil
}

// CancelForcedTransfer withdraws a forced transfer of the operator's bank.
func (s msgServer) CancelForcedTransfer(
	ctx context.Context, msg *types.MsgCancelForcedTransfer,
) (*types.MsgCancelForcedTransferResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.cancelForcedTransfer(ctx, msg.Operator, bank.Id, msg.OrderReference, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgCancelForcedTransferResponse{}, nil
}
