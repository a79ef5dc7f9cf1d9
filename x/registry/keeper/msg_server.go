package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

type msgServer struct {
	keeper *Keeper
}

var _ types.MsgServer = msgServer{}

// NewMsgServer returns the messages with which banks write the registry of the Financial Zone.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// ActivateAccount makes an open account active: by signing it, its holder shows that it has the key.
func (s msgServer) ActivateAccount(ctx context.Context, msg *types.MsgActivateAccount) (*types.MsgActivateAccountResponse, error) {
	if err := s.keeper.activate(ctx, msg.Holder); err != nil {
		return nil, err
	}
	return &types.MsgActivateAccountResponse{}, nil
}

// FreezeAccount stops all payments from and to an account of the operator's bank.
func (s msgServer) FreezeAccount(ctx context.Context, msg *types.MsgFreezeAccount) (*types.MsgFreezeAccountResponse, error) {
	address, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.freeze(ctx, address, account, change{operator: msg.Operator, reason: msg.Reason}); err != nil {
		return nil, err
	}
	return &types.MsgFreezeAccountResponse{}, nil
}

// CloseAccount ends an account of the operator's bank of which nothing is left.
func (s msgServer) CloseAccount(ctx context.Context, msg *types.MsgCloseAccount) (*types.MsgCloseAccountResponse, error) {
	address, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.close(ctx, address, account, change{operator: msg.Operator, reason: msg.Reason}); err != nil {
		return nil, err
	}
	return &types.MsgCloseAccountResponse{}, nil
}

// SetLimits gives an account of the operator's bank limits of its own that are no higher in any bound.
func (s msgServer) SetLimits(ctx context.Context, msg *types.MsgSetLimits) (*types.MsgSetLimitsResponse, error) {
	address, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := msg.Limits.Validate(); err != nil {
		return nil, err
	}
	if err := types.BoundsOf(msg.Limits).CheckWithin(types.BoundsOf(account.Limits), "the one in force; request a raise"); err != nil {
		return nil, err
	}
	if err := s.keeper.setLimits(ctx, address, account, &msg.Limits, change{operator: msg.Operator, reason: msg.Reason}); err != nil {
		return nil, err
	}
	return &types.MsgSetLimitsResponse{}, nil
}

// PauseBank stops payments from and to all customers of the operator's bank, issues, charges and new holds.
func (s msgServer) PauseBank(ctx context.Context, msg *types.MsgPauseBank) (*types.MsgPauseBankResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	if err := s.keeper.pause(ctx, bank.Id, msg.Reason); err != nil {
		return nil, err
	}
	if err := event.Emit(ctx, &types.EventBankPaused{Bank: bank.Id, Reason: msg.Reason, Operator: msg.Operator}); err != nil {
		return nil, err
	}
	return &types.MsgPauseBankResponse{}, nil
}

// UpdateParams sets the parameters; only the members' authority may.
func (s msgServer) UpdateParams(ctx context.Context, msg *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if authority := s.keeper.membership.Authority(); msg.Authority != authority {
		return nil, errorsmod.Wrapf(types.ErrNotAuthority, "expected %s, got %s; let the members vote", authority, msg.Authority)
	}
	if err := msg.Params.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.params.Set(ctx, msg.Params); err != nil {
		return nil, err
	}
	if err := event.Emit(ctx, &types.EventParamsChanged{Params: &msg.Params}); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, nil
}
