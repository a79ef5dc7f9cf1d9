package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
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

// RequestReserve records that a maker asks for reserve to be issued, redeemed, pledged or released. Nothing moves yet.
func (s msgServer) RequestReserve(ctx context.Context, msg *types.MsgRequestReserve) (*types.MsgRequestReserveResponse, error) {
	organization, err := s.organizationOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	order := newOrder(ctx, organization.Id, msg.Reference, msg.Operator)
	order.Kind, order.Bank, order.Amount = msg.Kind, msg.Bank, msg.Amount
	if err := validateRequest(order); err != nil {
		return nil, err
	}
	if err := s.keeper.requireBank(ctx, msg.Bank); err != nil {
		return nil, err
	}
	isAgent := organization.Kind == membershiptypes.OrganizationKindSettlementAgent
	switch msg.Kind {
	case types.ReserveOrderKindIssue:
		err = requireSettlementAgent(organization, order.Name())
	case types.ReserveOrderKindRedeem:
		if !isAgent {
			err = requireOrganization(organization, msg.Bank, order.Name())
		}
	case types.ReserveOrderKindPledge, types.ReserveOrderKindRelease:
		err = requireOrganization(organization, msg.Bank, order.Name())
	case types.ReserveOrderKindConfirm, types.ReserveOrderKindUnspecified:
		fallthrough
	default:
		err = types.ErrInvalidOrder.Wrapf("%s: expected kind issue, redeem, pledge or release, got %s", order.Name(), msg.Kind)
	}
	if err != nil {
		return nil, err
	}
	if err := s.keeper.requestOrder(ctx, order); err != nil {
		return nil, err
	}
	return &types.MsgRequestReserveResponse{}, nil
}

// ConfirmObligation records that a maker of the settlement agent has seen an obligation's money. Nothing moves yet.
func (s msgServer) ConfirmObligation(ctx context.Context, msg *types.MsgConfirmObligation) (*types.MsgConfirmObligationResponse, error) {
	organization, err := s.organizationOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	obligation, err := s.keeper.openObligation(ctx, msg.ObligationId)
	if err != nil {
		return nil, err
	}
	order := newOrder(ctx, organization.Id, msg.Reference, msg.Operator)
	order.Kind, order.ObligationId = types.ReserveOrderKindConfirm, obligation.Id
	order.Bank, order.Amount = obligation.Debtor, obligation.Amount
	if err := types.ValidateReference(order.Reference); err != nil {
		return nil, err
	}
	if err := s.keeper.requestOrder(ctx, order); err != nil {
		return nil, err
	}
	return &types.MsgConfirmObligationResponse{}, nil
}

// ApproveReserve carries out a reserve order that somebody else requested.
func (s msgServer) ApproveReserve(ctx context.Context, msg *types.MsgApproveReserve) (*types.MsgApproveReserveResponse, error) {
	organization, err := s.organizationOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	order, err := s.keeper.decidableOrder(ctx, organization, msg.Operator, msg.Organization, msg.Reference)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.carryOut(ctx, order); err != nil {
		return nil, err
	}
	if err := s.keeper.decideOrder(ctx, order, types.ReserveOrderStatusApproved, msg.Operator, ""); err != nil {
		return nil, err
	}
	return &types.MsgApproveReserveResponse{}, event.Emit(ctx, &types.EventReserveApproved{
		Organization: order.Organization, Reference: order.Reference, Kind: order.Kind, Bank: order.Bank,
		Amount: order.Amount, ObligationId: order.ObligationId, ApprovedBy: msg.Operator,
	})
}

// RejectReserve refuses a reserve order that somebody else requested.
func (s msgServer) RejectReserve(ctx context.Context, msg *types.MsgRejectReserve) (*types.MsgRejectReserveResponse, error) {
	organization, err := s.organizationOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReason(msg.Reason); err != nil {
		return nil, err
	}
	order, err := s.keeper.decidableOrder(ctx, organization, msg.Operator, msg.Organization, msg.Reference)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.decideOrder(ctx, order, types.ReserveOrderStatusRejected, msg.Operator, msg.Reason); err != nil {
		return nil, err
	}
	return &types.MsgRejectReserveResponse{}, event.Emit(ctx, &types.EventReserveRejected{
		Organization: order.Organization, Reference: order.Reference, Kind: order.Kind, Bank: order.Bank,
		Amount: order.Amount, ObligationId: order.ObligationId, RejectedBy: msg.Operator, Reason: msg.Reason,
	})
}

// SettleObligation pays an obligation of the operator's bank from its reserve.
func (s msgServer) SettleObligation(ctx context.Context, msg *types.MsgSettleObligation) (*types.MsgSettleObligationResponse, error) {
	organization, err := s.organizationOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	obligation, err := s.keeper.openObligation(ctx, msg.ObligationId)
	if err != nil {
		return nil, err
	}
	if err := requireOrganization(organization, obligation.Debtor, obligation.Name()); err != nil {
		return nil, err
	}
	if err := s.keeper.requireReserve(ctx, obligation.Debtor, obligation.Amount); err != nil {
		return nil, err
	}
	return &types.MsgSettleObligationResponse{}, s.keeper.payObligation(ctx, obligation)
}

// RepayClaim pays back, from the reserve of the operator's bank, a bank that has paid for it.
func (s msgServer) RepayClaim(ctx context.Context, msg *types.MsgRepayClaim) (*types.MsgRepayClaimResponse, error) {
	organization, err := s.organizationOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	return &types.MsgRepayClaimResponse{}, s.keeper.repayClaim(ctx, organization.Id, msg.Creditor, msg.Amount)
}

// SetOwnCap sets the bound that a bank puts on its own debit.
func (s msgServer) SetOwnCap(ctx context.Context, msg *types.MsgSetOwnCap) (*types.MsgSetOwnCapResponse, error) {
	organization, err := s.organizationOf(ctx, msg.Operator, msg)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateOptionalCap(msg.Cap); err != nil {
		return nil, err
	}
	return &types.MsgSetOwnCapResponse{}, s.keeper.changeCap(ctx, organization.Id, func(participant *types.Participant) {
		participant.OwnCap = msg.Cap
	})
}

// QueuePayment pays at once if the payer's bank can settle it, else when it can.
func (s msgServer) QueuePayment(ctx context.Context, msg *types.MsgQueuePayment) (*types.MsgQueuePaymentResponse, error) {
	payer, err := registrytypes.ParseAddress(msg.Payer)
	if err != nil {
		return nil, err
	}
	payee, err := registrytypes.ParseAddress(msg.Payee)
	if err != nil {
		return nil, err
	}
	if err := s.validatePayment(ctx, msg); err != nil {
		return nil, err
	}
	account, err := s.keeper.registry.GetAccount(ctx, payer)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.useReference(ctx, payer, msg.Reference); err != nil {
		return nil, err
	}
	id, err := s.keeper.payOrQueue(ctx, types.QueuedPayment{
		Bank: account.Bank, Payer: msg.Payer, Payee: msg.Payee, Amount: msg.Amount, Reference: msg.Reference,
		QueuedAt: sdk.UnwrapSDKContext(ctx).BlockTime(), ExpiresAt: msg.ExpiresAt,
	}, payer, payee)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.paymentReferences.Set(ctx, collections.Join(payer, msg.Reference), id); err != nil {
		return nil, err
	}
	return &types.MsgQueuePaymentResponse{Id: id}, nil
}

func (s msgServer) validatePayment(ctx context.Context, msg *types.MsgQueuePayment) error {
	if msg.Payer == msg.Payee {
		return types.ErrInvalidPayment.Wrap("expected another payee than the payer, got the same")
	}
	if err := types.ValidatePaymentAmount(msg.Amount); err != nil {
		return err
	}
	if err := types.ValidateReference(msg.Reference); err != nil {
		return err
	}
	params, err := s.keeper.params.Get(ctx)
	if err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	if latest := now.Add(params.QueueWaitMax); !msg.ExpiresAt.After(now) || msg.ExpiresAt.After(latest) {
		return types.ErrInvalidPayment.Wrapf("expected expires_at after %s, at the latest %s, got %s", now, latest, msg.ExpiresAt)
	}
	return nil
}

// CancelQueuedPayment gives a payment that waits back to its payer.
func (s msgServer) CancelQueuedPayment(ctx context.Context, msg *types.MsgCancelQueuedPayment) (*types.MsgCancelQueuedPaymentResponse, error) {
	payment, err := s.keeper.GetQueuedPayment(ctx, msg.Id)
	if err != nil {
		return nil, err
	}
	if payment.Payer != msg.Payer {
		return nil, types.ErrNotPayer.Wrapf("expected payment %d to be cancelled by its payer, got %s", msg.Id, msg.Payer)
	}
	return &types.MsgCancelQueuedPaymentResponse{}, s.keeper.cancel(ctx, payment)
}

// organizationOf returns the organization for which an operator signs the message.
func (s msgServer) organizationOf(ctx context.Context, signer string, msg sdk.Msg) (membershiptypes.Organization, error) {
	organization, err := s.keeper.membership.Authorize(ctx, signer, msg)
	if err != nil {
		return membershiptypes.Organization{}, err
	}
	// One spelling per address, because requester and checker are compared as strings.
	_, err = registrytypes.ParseAddress(signer)
	return organization, err
}

func newOrder(ctx context.Context, organization, reference, requester string) types.ReserveOrder {
	return types.ReserveOrder{
		Organization: organization, Reference: reference, Status: types.ReserveOrderStatusRequested,
		RequestedBy: requester, RequestedAt: sdk.UnwrapSDKContext(ctx).BlockTime(), Amount: math.ZeroInt(),
	}
}

func validateRequest(order types.ReserveOrder) error {
	if err := types.ValidateReference(order.Reference); err != nil {
		return err
	}
	return types.ValidateAmount(order.Amount)
}
