package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// payBatch pays the lines of a batch, and counts them together.
func (k *Keeper) payBatch(
	ctx context.Context, payer sdk.AccAddress, lines []types.BatchLine, allOrNone bool,
) ([]types.BatchResult, error) {
	var tally tally
	results := make([]types.BatchResult, len(lines))
	for i, line := range lines {
		if !allOrNone {
			var err error
			if results[i], err = k.tryLine(ctx, payer, i, line, &tally); err != nil {
				return nil, err
			}
			continue
		}
		made, err := k.payLine(ctx, payer, line)
		if err != nil {
			return nil, errorsmod.Wrapf(err, "lines[%d]", i)
		}
		tally.add(made)
		results[i].HoldId = made.HoldID
	}
	return results, k.count(ctx, &tally)
}

// payLine pays one line of a batch.
func (k *Keeper) payLine(ctx context.Context, payer sdk.AccAddress, line types.BatchLine) (madePayment, error) {
	payee, err := registrytypes.ParseAddress(line.Payee)
	if err != nil {
		return madePayment{}, err
	}
	return k.pay(ctx, types.Payment{
		Payer: payer, Payee: payee, Amount: line.Amount, Reference: line.Reference, Invoice: line.Invoice, MemoHash: line.MemoHash,
		MaxFee: line.MaxFee, Method: types.PaymentMethodBatch,
	})
}

// tryLine pays one line of a batch. Nothing stays of a line that fails but an event that says why.
func (k *Keeper) tryLine(
	ctx context.Context, payer sdk.AccAddress, number int, line types.BatchLine, tally *tally,
) (types.BatchResult, error) {
	cached, write := branch.Begin(ctx)
	made, failure := k.payLine(cached, payer, line)
	if failure == nil {
		write()
		tally.add(made)
		return types.BatchResult{HoldId: made.HoldID}, nil
	}
	codespace, code, _ := errorsmod.ABCIInfo(failure, false)
	return types.BatchResult{Codespace: codespace, Code: code}, event.Emit(ctx, &types.EventBatchLineFailed{
		Payer: payer.String(), Line: uint32(number), Payee: line.Payee, Reference: line.Reference, //nolint:gosec // below 1,000
		Codespace: codespace, Code: code, Error: failure.Error(),
	})
}

// paySplit pays every payee of a split its part, or nobody.
func (k *Keeper) paySplit(ctx context.Context, payer sdk.AccAddress, msg *types.MsgPaySplit) (*types.MsgPaySplitResponse, error) {
	parts, err := types.SplitByWeights(msg.Amount.Amount, msg.Weights())
	if err != nil {
		return nil, err
	}
	response := &types.MsgPaySplitResponse{Amounts: parts, Fee: math.ZeroInt(), HoldIds: make([]uint64, len(parts))}
	number, agreedFee := 0, types.OrNone(msg.MaxFee)
	var tally tally
	for i, share := range msg.Shares {
		if parts[i].IsZero() {
			continue
		}
		number++
		payee, err := registrytypes.ParseAddress(share.Payee)
		if err != nil {
			return nil, errorsmod.Wrapf(err, "shares[%d]", i)
		}
		payment := types.Payment{
			Payer: payer, Payee: payee, Amount: sdk.Coin{Denom: msg.Amount.Denom, Amount: parts[i]}, Invoice: msg.Invoice, MemoHash: msg.MemoHash,
			MaxFee: agreedFee, Method: types.PaymentMethodSplit,
		}
		if msg.Reference != "" {
			payment.Reference = types.NumberedReference(msg.Reference, number)
		}
		made, err := k.pay(ctx, payment)
		if err != nil {
			return nil, errorsmod.Wrapf(err, "shares[%d]", i)
		}
		tally.add(made)
		if made.FeePayer == types.FeePayerPayer {
			agreedFee = agreedFee.Sub(made.Fee)
		}
		response.Fee, response.HoldIds[i] = response.Fee.Add(made.Fee), made.HoldID
	}
	if err := k.count(ctx, &tally); err != nil {
		return nil, err
	}
	return response, event.Emit(ctx, &types.EventSplitPaid{
		Payer: msg.Payer, Reference: msg.Reference, Amount: msg.Amount, Payments: uint32(number), Invoice: msg.Invoice,
	})
}
