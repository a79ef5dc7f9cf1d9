package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// RefundPayment gives a recorded payment back to its payer, whole or in part.
func (s msgServer) RefundPayment(ctx context.Context, msg *types.MsgRefundPayment) (*types.MsgRefundPaymentResponse, error) {
	payer, err := registrytypes.ParseAddress(msg.Payer)
	if err != nil {
		return nil, err
	}
	if err := registrytypes.ValidateReference(msg.Reference); err != nil {
		return nil, err
	}
	if err := types.ValidateAmount(msg.Amount); err != nil {
		return nil, err
	}
	record, err := s.keeper.GetPayment(ctx, payer, msg.Payment)
	if err != nil {
		return nil, err
	}
	if record.Payee != msg.Payee {
		return nil, types.ErrNotParty.Wrapf("%s: expected its payee, got %s", record.Name(), msg.Payee)
	}
	left, err := s.keeper.refund(ctx, record, msg.Amount, msg.Reference)
	if err != nil {
		return nil, err
	}
	return &types.MsgRefundPaymentResponse{Left: left}, nil
}
