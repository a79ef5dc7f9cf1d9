package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// GrantMandate lets a payee pull payments within caps.
func (s msgServer) GrantMandate(ctx context.Context, msg *types.MsgGrantMandate) (*types.MsgGrantMandateResponse, error) {
	now := blockTime(ctx)
	mandate := types.Mandate{
		Payer: msg.Payer, Reference: msg.Reference, Payee: msg.Payee, Puller: msg.Puller, Denom: msg.Denom,
		PerPull: msg.PerPull, PerPeriod: msg.PerPeriod, Period: msg.Period, Total: msg.Total, MaxFee: types.OrNone(msg.MaxFee),
		StartsAt: msg.StartsAt, EndsAt: msg.EndsAt, Status: types.MandateStatusActive, GrantedAt: now,
		Pulled: math.ZeroInt(), PulledInPeriod: math.ZeroInt(),
	}
	if err := mandate.Validate(); err != nil {
		return nil, err
	}
	others := []string{msg.Payee}
	if msg.Puller != "" {
		others = append(others, msg.Puller)
	}
	payer, err := s.activeAndOpen(ctx, msg.Payer, others...)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.grant(ctx, payer, mandate); err != nil {
		return nil, err
	}
	return &types.MsgGrantMandateResponse{}, nil
}

// PullPayment pulls one payment under a mandate. Whoever pulls for the payee does not consent for it.
func (s msgServer) PullPayment(ctx context.Context, msg *types.MsgPullPayment) (*types.MsgPullPaymentResponse, error) {
	payer, mandate, err := s.mandate(ctx, msg.Payer, msg.Mandate)
	if err != nil {
		return nil, err
	}
	if msg.Puller != mandate.Payee && (mandate.Puller == "" || msg.Puller != mandate.Puller) {
		return nil, types.ErrNotParty.Wrapf("%s: expected its payee or its puller, got %s", mandate.Name(), msg.Puller)
	}
	if err := types.ValidatePullReference(msg.Reference); err != nil {
		return nil, err
	}
	if err := types.ValidateAmount(msg.Amount); err != nil {
		return nil, err
	}
	_, payee, err := partiesOf(mandate.Payer, mandate.Payee)
	if err != nil {
		return nil, err
	}
	result, err := s.keeper.pull(ctx, payer, mandate, msg.Puller, msg.Reference, types.Payment{
		Payer: payer, Payee: payee, Amount: msg.Amount, Reference: types.PullReference(mandate.Reference, msg.Reference),
		Invoice: msg.Invoice, MemoHash: msg.MemoHash, MaxFee: mandate.MaxFee, Method: types.PaymentMethodMandate,
		Consented: msg.Puller == mandate.Payee,
	})
	if err != nil {
		return nil, err
	}
	return &types.MsgPullPaymentResponse{Fee: result.Fee, HoldId: result.HoldID}, nil
}

// RevokeMandate ends a mandate as its payer.
func (s msgServer) RevokeMandate(ctx context.Context, msg *types.MsgRevokeMandate) (*types.MsgRevokeMandateResponse, error) {
	payer, mandate, err := s.mandate(ctx, msg.Payer, msg.Mandate)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.endMandate(ctx, payer, mandate, types.MandateStatusRevoked); err != nil {
		return nil, err
	}
	return &types.MsgRevokeMandateResponse{}, event.Emit(ctx, &types.EventMandateRevoked{
		Payer: mandate.Payer, Mandate: mandate.Reference, Payee: mandate.Payee,
	})
}

// CancelMandate ends a mandate as its payee.
func (s msgServer) CancelMandate(ctx context.Context, msg *types.MsgCancelMandate) (*types.MsgCancelMandateResponse, error) {
	payer, mandate, err := s.mandate(ctx, msg.Payer, msg.Mandate)
	if err != nil {
		return nil, err
	}
	if msg.Payee != mandate.Payee {
		return nil, types.ErrNotParty.Wrapf("%s: expected its payee %s, got %s", mandate.Name(), mandate.Payee, msg.Payee)
	}
	if err := s.keeper.endMandate(ctx, payer, mandate, types.MandateStatusCancelled); err != nil {
		return nil, err
	}
	return &types.MsgCancelMandateResponse{}, event.Emit(ctx, &types.EventMandateCancelled{
		Payer: mandate.Payer, Mandate: mandate.Reference, Payee: mandate.Payee,
	})
}

func (s msgServer) mandate(ctx context.Context, payer, reference string) (sdk.AccAddress, types.Mandate, error) {
	address, err := registrytypes.ParseAddress(payer)
	if err != nil {
		return nil, types.Mandate{}, errorsmod.Wrap(err, "payer")
	}
	mandate, err := s.keeper.GetMandate(ctx, address, reference)
	return address, mandate, err
}
