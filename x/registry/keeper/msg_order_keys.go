package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/registry/types"
)

// ReplaceOrderKeys gives the holder's account other order keys at once.
func (s msgServer) ReplaceOrderKeys(ctx context.Context, msg *types.MsgReplaceOrderKeys) (*types.MsgReplaceOrderKeysResponse, error) {
	if err := s.keeper.replaceOwnOrderKeys(ctx, msg.Holder, msg.OrderKeys); err != nil {
		return nil, err
	}
	return &types.MsgReplaceOrderKeysResponse{}, nil
}

// RequestOrderKeys asks that an account of the operator's bank get other order keys after a cooling-off.
func (s msgServer) RequestOrderKeys(ctx context.Context, msg *types.MsgRequestOrderKeys) (*types.MsgRequestOrderKeysResponse, error) {
	address, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	keys := types.SortOrderKeys(msg.OrderKeys)
	request, err := s.keeper.newRequest(ctx, types.AccountRequest{
		Bank: account.Bank, Reference: msg.Reference, Kind: types.RequestKindOrderKeys, Account: msg.Address,
		Payload: &types.AccountRequest_OrderKeys{OrderKeys: &types.OrderKeysChange{OrderKeys: keys}},
		Reason:  msg.Reason, RequestedBy: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	if err := s.keeper.checkNoPendingKeys(ctx, address, account); err != nil {
		return nil, err
	}
	if err := s.keeper.addRequest(ctx, request); err != nil {
		return nil, err
	}
	return &types.MsgRequestOrderKeysResponse{}, nil
}

// ObjectOrderKeys keeps the account's order keys against its bank's replacement.
func (s msgServer) ObjectOrderKeys(ctx context.Context, msg *types.MsgObjectOrderKeys) (*types.MsgObjectOrderKeysResponse, error) {
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.objectOrderKeys(ctx, msg.Holder, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgObjectOrderKeysResponse{}, nil
}
