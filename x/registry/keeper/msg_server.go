package keeper

import (
	"context"
	"slices"
	"strings"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

type msgServer struct {
	keeper *Keeper
}

// NewMsgServer returns the messages with which banks write the registry of the Financial Zone.
func NewMsgServer(keeper *Keeper) types.MsgServer {
	return msgServer{keeper: keeper}
}

// OpenAccount registers an address as an active account of the operator's bank.
func (s msgServer) OpenAccount(ctx context.Context, msg *types.MsgOpenAccount) (*types.MsgOpenAccountResponse, error) {
	bank, err := s.keeper.membership.Authorize(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	address, err := types.ParseAddress(msg.Address)
	if err != nil {
		return nil, err
	}
	account := types.Account{
		Address:      msg.Address,
		Bank:         bank.Id,
		Status:       types.AccountStatusActive,
		Kind:         msg.Kind,
		IdentityHash: msg.IdentityHash,
		Limits:       msg.Limits,
		OrderKeys: slices.SortedFunc(slices.Values(msg.OrderKeys), func(a, b types.OrderKey) int {
			return strings.Compare(a.Id, b.Id)
		}),
		Revision: 1,
	}
	if err := account.Validate(); err != nil {
		return nil, err
	}
	if err := s.keeper.checkOpen(ctx, address); err != nil {
		return nil, err
	}
	if err := s.keeper.save(ctx, address, account); err != nil {
		return nil, err
	}
	err = sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(&types.EventAccountOpened{
		Address: account.Address, Bank: account.Bank, Kind: account.Kind, Operator: msg.Operator,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgOpenAccountResponse{}, nil
}

// FreezeAccount stops all payments from and to an account of the operator's bank.
func (s msgServer) FreezeAccount(ctx context.Context, msg *types.MsgFreezeAccount) (*types.MsgFreezeAccountResponse, error) {
	err := s.setStatus(ctx, msg, statusChange{
		operator: msg.Operator, address: msg.Address, reason: msg.Reason, status: types.AccountStatusFrozen,
		check: func(_ sdk.AccAddress, account types.Account) error { return account.CheckActive() },
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgFreezeAccountResponse{}, nil
}

// UnfreezeAccount makes a frozen account of the operator's bank active.
func (s msgServer) UnfreezeAccount(ctx context.Context, msg *types.MsgUnfreezeAccount) (*types.MsgUnfreezeAccountResponse, error) {
	err := s.setStatus(ctx, msg, statusChange{
		operator: msg.Operator, address: msg.Address, reason: msg.Reason, status: types.AccountStatusActive,
		check: func(_ sdk.AccAddress, account types.Account) error {
			if err := account.CheckNotClosed(); err != nil {
				return err
			}
			if account.Status != types.AccountStatusFrozen {
				return errorsmod.Wrapf(types.ErrAccountNotFrozen, "expected account %s frozen, got %s", account.Address, account.Status)
			}
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgUnfreezeAccountResponse{}, nil
}

// CloseAccount ends an account of the operator's bank of which nothing is left.
func (s msgServer) CloseAccount(ctx context.Context, msg *types.MsgCloseAccount) (*types.MsgCloseAccountResponse, error) {
	err := s.setStatus(ctx, msg, statusChange{
		operator: msg.Operator, address: msg.Address, reason: msg.Reason, status: types.AccountStatusClosed,
		check: func(address sdk.AccAddress, account types.Account) error {
			return s.keeper.checkClose(ctx, address, account)
		},
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgCloseAccountResponse{}, nil
}

// SetLimits replaces the limits of an account of the operator's bank.
func (s msgServer) SetLimits(ctx context.Context, msg *types.MsgSetLimits) (*types.MsgSetLimitsResponse, error) {
	address, account, err := s.keeper.ownAccount(ctx, msg.Operator, msg.Address, msg)
	if err != nil {
		return nil, err
	}
	if err := msg.Limits.Validate(); err != nil {
		return nil, err
	}
	if err := account.CheckNotClosed(); err != nil {
		return nil, err
	}
	if err := types.ValidateLinks(msg.Limits, account.Links); err != nil {
		return nil, err
	}
	event := &types.EventAccountLimitsChanged{
		Address: account.Address, Bank: account.Bank, OldLimits: &account.Limits, NewLimits: &msg.Limits, Operator: msg.Operator,
	}
	changed := account
	changed.Limits = msg.Limits
	changed.Revision++
	if err := s.keeper.save(ctx, address, changed); err != nil {
		return nil, err
	}
	if err := sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event); err != nil {
		return nil, err
	}
	return &types.MsgSetLimitsResponse{}, nil
}

// statusChange is what the messages that change an account's status have in common.
type statusChange struct {
	operator, address, reason string
	status                    types.AccountStatus
	// check says whether the account may get the status.
	check func(address sdk.AccAddress, account types.Account) error
}

func (s msgServer) setStatus(ctx context.Context, msg sdk.Msg, request statusChange) error {
	address, account, err := s.keeper.ownAccount(ctx, request.operator, request.address, msg)
	if err != nil {
		return err
	}
	if err := types.ValidateReason(request.reason); err != nil {
		return err
	}
	if err := request.check(address, account); err != nil {
		return err
	}
	event := &types.EventAccountStatusChanged{
		Address: account.Address, Bank: account.Bank, OldStatus: account.Status, NewStatus: request.status,
		Reason: request.reason, Operator: request.operator,
	}
	account.Status, account.StatusReason = request.status, request.reason
	account.Revision++
	if err := s.keeper.save(ctx, address, account); err != nil {
		return err
	}
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
