package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// PayBatch pays many payees. Each line succeeds or fails by itself, or all together.
func (s msgServer) PayBatch(ctx context.Context, msg *types.MsgPayBatch) (*types.MsgPayBatchResponse, error) {
	payer, err := registrytypes.ParseAddress(msg.Payer)
	if err != nil {
		return nil, errorsmod.Wrap(err, "payer")
	}
	if len(msg.Lines) == 0 || len(msg.Lines) > types.MaxBatchLines {
		return nil, types.ErrInvalidBatch.Wrapf("expected 1 to %d lines, got %d", types.MaxBatchLines, len(msg.Lines))
	}
	results, err := s.keeper.payBatch(ctx, payer, msg.Lines, msg.AllOrNone)
	if err != nil {
		return nil, err
	}
	return &types.MsgPayBatchResponse{Results: results}, nil
}

// PaySplit pays one amount to several payees by weights.
func (s msgServer) PaySplit(ctx context.Context, msg *types.MsgPaySplit) (*types.MsgPaySplitResponse, error) {
	payer, err := registrytypes.ParseAddress(msg.Payer)
	if err != nil {
		return nil, errorsmod.Wrap(err, "payer")
	}
	if err := msg.Validate(); err != nil {
		return nil, err
	}
	return s.keeper.paySplit(ctx, payer, msg)
}
