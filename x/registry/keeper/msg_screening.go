package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// ListCounterparty makes payments of customers of the operator's bank to an address wait for compliance.
func (s msgServer) ListCounterparty(ctx context.Context, msg *types.MsgListCounterparty) (*types.MsgListCounterpartyResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	err = s.keeper.list(ctx, types.ListedCounterparty{
		Bank: bank.Id, Address: msg.Address, Reason: msg.Reason, ListedBy: msg.Operator,
		ListedAt: sdk.UnwrapSDKContext(ctx).BlockTime(),
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgListCounterpartyResponse{}, nil
}

// RequestUnlist asks that a counterparty be listed by the operator's bank no more.
func (s msgServer) RequestUnlist(ctx context.Context, msg *types.MsgRequestUnlist) (*types.MsgRequestUnlistResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: bank.Id, Reference: msg.Reference, Kind: types.RequestKindUnlist,
		Payload: &types.AccountRequest_Unlisting{Unlisting: &types.Unlisting{Address: msg.Address}},
		Reason:  msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if _, err := s.keeper.checkListed(ctx, bank.Id, msg.Address); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestUnlistResponse{}, nil
}

// ReleasePayment pays a screened payment of a customer of the operator's bank to its payee.
func (s msgServer) ReleasePayment(ctx context.Context, msg *types.MsgReleasePayment) (*types.MsgReleasePaymentResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.releasePayment(ctx, msg.Operator, bank.Id, msg.Id, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgReleasePaymentResponse{}, nil
}

// ReturnPayment gives a screened payment of a customer of the operator's bank back to it.
func (s msgServer) ReturnPayment(ctx context.Context, msg *types.MsgReturnPayment) (*types.MsgReturnPaymentResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.returnPayment(ctx, msg.Operator, bank.Id, msg.Id, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgReturnPaymentResponse{}, nil
}
