package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Pay pays an account.
func (s msgServer) Pay(ctx context.Context, msg *types.MsgPay) (*types.MsgPayResponse, error) {
	payer, err := registrytypes.ParseAddress(msg.Payer)
	if err != nil {
		return nil, errorsmod.Wrap(err, "payer")
	}
	payee, err := registrytypes.ParseAddress(msg.Payee)
	if err != nil {
		return nil, errorsmod.Wrap(err, "payee")
	}
	result, err := s.keeper.Pay(ctx, types.Payment{
		Payer: payer, Payee: payee, Amount: msg.Amount, Reference: msg.Reference, Invoice: msg.Invoice,
		MemoHash: msg.MemoHash, MaxFee: msg.MaxFee, Method: types.PaymentMethodDirect,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgPayResponse{Fee: result.Fee, HoldId: result.HoldID}, nil
}

// ExecuteOrders carries out a bundle of a gateway.
func (s msgServer) ExecuteOrders(ctx context.Context, msg *types.MsgExecuteOrders) (*types.MsgExecuteOrdersResponse, error) {
	organization, err := s.keeper.membership.Authorize(ctx, msg.Gateway, msg)
	if err != nil {
		return nil, err
	}
	results, err := s.keeper.executeOrders(ctx, msg.Gateway, organization.Id, msg.Orders)
	if err != nil {
		return nil, err
	}
	return &types.MsgExecuteOrdersResponse{Results: results}, nil
}

// UpdateParams replaces the parameters, by decision of the members.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if err := s.keeper.membership.RequireAuthority(msg.Authority); err != nil {
		return nil, err
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.setParams(ctx, msg.Params); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, nil
}
