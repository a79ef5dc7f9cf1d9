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

// RequestIssue records that a maker asks yen for an active account of its own bank.
func (s msgServer) RequestIssue(ctx context.Context, msg *types.MsgRequestIssue) (*types.MsgRequestIssueResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	account, address, err := s.keeper.orderAccount(ctx, msg.Account)
	if err != nil {
		return nil, err
	}
	order := newOrder(ctx, types.OrderKindIssue, account, msg.Amount, msg.Reference, msg.Operator)
	if err := validateRequest(order); err != nil {
		return nil, err
	}
	if err := requireBank(account, bank); err != nil {
		return nil, err
	}
	if err := account.CheckActive(); err != nil {
		return nil, err
	}
	if err := s.keeper.request(ctx, address, &order); err != nil {
		return nil, err
	}
	return &types.MsgRequestIssueResponse{}, nil
}

// RequestRedeem holds yen of an account until a checker decides. The holder may ask for it, and a maker of its bank.
func (s msgServer) RequestRedeem(ctx context.Context, msg *types.MsgRequestRedeem) (*types.MsgRequestRedeemResponse, error) {
	holder := msg.Requester == msg.Account
	bank := ""
	if !holder {
		var err error
		if bank, err = s.bankOf(ctx, msg.Requester, msg); err != nil {
			return nil, err
		}
	}
	account, address, err := s.keeper.orderAccount(ctx, msg.Account)
	if err != nil {
		return nil, err
	}
	order := newOrder(ctx, types.OrderKindRedeem, account, msg.Amount, msg.Reference, msg.Requester)
	if err := validateRequest(order); err != nil {
		return nil, err
	}
	if !holder {
		if err := requireBank(account, bank); err != nil {
			return nil, err
		}
	}
	if err := account.CheckActive(); err != nil {
		return nil, err
	}
	if err := s.keeper.request(ctx, address, &order); err != nil {
		return nil, err
	}
	return &types.MsgRequestRedeemResponse{HoldId: order.HoldId}, nil
}

// Approve carries out an order of the checker's bank.
func (s msgServer) Approve(ctx context.Context, msg *types.MsgApprove) (*types.MsgApproveResponse, error) {
	bank, err := s.bankOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	order, err := s.keeper.decidableOrder(ctx, bank, msg.Reference, msg.Operator)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.approve(ctx, order, msg.Operator); err != nil {
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
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	order, err := s.keeper.decidableOrder(ctx, bank, msg.Reference, msg.Operator)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.reject(ctx, order, msg.Operator, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRejectResponse{}, nil
}

// bankOf returns the bank for which an operator signs the message.
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

// newOrder returns an order as it is before it gets its hold.
func newOrder(
	ctx context.Context, kind types.OrderKind, account registrytypes.Account, amount sdk.Coin, reference, requester string,
) types.Order {
	return types.Order{
		Bank:        account.Bank,
		Reference:   reference,
		Kind:        kind,
		Account:     account.Address,
		Amount:      amount,
		Status:      types.OrderStatusRequested,
		RequestedBy: requester,
		RequestedAt: sdk.UnwrapSDKContext(ctx).BlockTime(),
	}
}

func validateRequest(order types.Order) error {
	if err := types.ValidateReference(order.Reference); err != nil {
		return err
	}
	return types.ValidateAmount(order.Amount)
}

func requireBank(account registrytypes.Account, bank string) error {
	if account.Bank != bank {
		return registrytypes.ErrWrongBank.Wrapf("expected an account of %s, got %s of %s", bank, account.Address, account.Bank)
	}
	return nil
}
