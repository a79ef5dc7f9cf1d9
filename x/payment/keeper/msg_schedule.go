package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// SchedulePayment pays at a time, once or again and again.
func (s msgServer) SchedulePayment(ctx context.Context, msg *types.MsgSchedulePayment) (*types.MsgSchedulePaymentResponse, error) {
	schedule := types.Schedule{
		Payer: msg.Payer, Reference: msg.Reference, Payee: msg.Payee, Amount: msg.Amount, Invoice: msg.Invoice, MemoHash: msg.MemoHash,
		MaxFee: types.OrNone(msg.MaxFee), FirstAt: msg.FirstAt, Every: msg.Every, Count: msg.Count, EndsAt: msg.EndsAt,
		Status: types.ScheduleStatusActive, ScheduledAt: blockTime(ctx), Next: 1, NextAt: msg.FirstAt,
	}
	if err := schedule.Validate(); err != nil {
		return nil, err
	}
	payer, err := s.activeAndOpen(ctx, msg.Payer, msg.Payee)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.schedule(ctx, payer, schedule); err != nil {
		return nil, err
	}
	return &types.MsgSchedulePaymentResponse{}, nil
}

// CancelSchedule ends a schedule before its next payment.
func (s msgServer) CancelSchedule(ctx context.Context, msg *types.MsgCancelSchedule) (*types.MsgCancelScheduleResponse, error) {
	payer, err := registrytypes.ParseAddress(msg.Payer)
	if err != nil {
		return nil, errorsmod.Wrap(err, "payer")
	}
	schedule, err := s.keeper.GetSchedule(ctx, payer, msg.Schedule)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.cancelSchedule(ctx, payer, schedule); err != nil {
		return nil, err
	}
	return &types.MsgCancelScheduleResponse{}, nil
}
