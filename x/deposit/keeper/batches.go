package keeper

import (
	"bytes"
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// GetBatch returns the batch of a bank with that id, or ErrBatchNotFound.
func (k *Keeper) GetBatch(ctx context.Context, bank, id string) (types.Batch, error) {
	batch, err := k.batches.Get(ctx, collections.Join(bank, id))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Batch{}, types.ErrBatchNotFound.Wrapf("expected a batch of %s, got id %q", bank, id)
	}
	return batch, err
}

// submitBatch requests the orders of a batch, each by itself, or returns what became of the same batch before.
func (k *Keeper) submitBatch(ctx context.Context, bank string, msg *types.MsgSubmitBatch) (*types.MsgSubmitBatchResponse, error) {
	if err := msg.ValidateBatch(); err != nil {
		return nil, err
	}
	hash, err := msg.ContentHash()
	if err != nil {
		return nil, err
	}
	stored, err := k.GetBatch(ctx, bank, msg.Batch)
	if err == nil {
		return k.resubmitted(ctx, stored, hash)
	}
	if !errors.Is(err, types.ErrBatchNotFound) {
		return nil, err
	}
	date, err := k.businessDate(ctx, bank)
	if err != nil {
		return nil, err
	}
	zero := sdk.NewInt64Coin(registrytypes.YenDenom, 0)
	batch := types.Batch{
		Bank: bank, Id: msg.Batch, ContentHash: hash, IssueAmount: zero, RedeemAmount: zero,
		SubmittedBy: msg.Operator, SubmittedAt: sdk.UnwrapSDKContext(ctx).BlockTime(), BusinessDate: date,
	}
	response := &types.MsgSubmitBatchResponse{Lines: make([]types.LineOutcome, 0, len(msg.Lines))}
	for _, line := range msg.Lines {
		outcome, err := k.submitLine(ctx, &batch, line)
		if err != nil {
			return nil, err
		}
		response.Lines = append(response.Lines, outcome)
	}
	response.Accepted = batch.Accepted
	if err := k.batches.Set(ctx, collections.Join(bank, batch.Id), batch); err != nil {
		return nil, err
	}
	return response, event.Emit(ctx, &types.EventBatchSubmitted{
		Bank: bank, Batch: batch.Id, Lines: batch.Lines, Accepted: batch.Accepted, SubmittedBy: batch.SubmittedBy,
	})
}

// resubmitted answers a batch whose id is used: the stored results for the same lines, a refusal for others.
func (k *Keeper) resubmitted(ctx context.Context, batch types.Batch, hash []byte) (*types.MsgSubmitBatchResponse, error) {
	if !bytes.Equal(batch.ContentHash, hash) {
		return nil, types.ErrBatchExists.Wrapf("%s: expected the lines of %X, got those of %X; choose a new id", batch.Name(), batch.ContentHash, hash)
	}
	response := &types.MsgSubmitBatchResponse{Accepted: batch.Accepted, RepeatedSubmission: true}
	err := k.batchLines.Walk(ctx, linesOf(batch), func(_ collections.Triple[string, string, uint32], line types.BatchLine) (bool, error) {
		response.Lines = append(response.Lines, outcomeOf(line, line.Submission))
		return false, nil
	})
	return response, err
}

// submitLine requests one order and stores the line with its result. The error is of the store, not of the line.
func (k *Keeper) submitLine(ctx context.Context, batch *types.Batch, asked types.BatchOrder) (types.LineOutcome, error) {
	failure := alone(ctx, func(ctx context.Context) error {
		_, err := k.request(ctx, request{
			kind: asked.Kind, account: asked.Account, amount: asked.Amount, reference: asked.Reference,
			requester: batch.SubmittedBy, bank: batch.Bank, batch: batch.Id,
		})
		return err
	})
	batch.Lines++
	line := types.BatchLine{Number: batch.Lines, Order: asked, Submission: types.NewLineResult(failure)}
	if failure == nil {
		batch.Accepted++
		if asked.Kind == types.OrderKindIssue {
			batch.IssueAmount = batch.IssueAmount.Add(asked.Amount)
		} else {
			batch.RedeemAmount = batch.RedeemAmount.Add(asked.Amount)
		}
	}
	return outcomeOf(line, line.Submission), k.setLine(ctx, *batch, line)
}

// decideBatch makes a decision on every open order of a batch, each by itself. It returns the outcomes of the lines whose
// orders were open, and how many of them succeeded.
func (k *Keeper) decideBatch(ctx context.Context, bank, id string, made decision) ([]types.LineOutcome, uint32, error) {
	batch, err := k.GetBatch(ctx, bank, id)
	if err != nil {
		return nil, 0, err
	}
	if batch.SubmittedBy == made.by {
		return nil, 0, types.ErrSameOperator.Wrapf("%s: expected another checker than who submitted it, got %s", batch.Name(), made.by)
	}
	open, err := k.openCount(ctx, bank, id)
	if err != nil {
		return nil, 0, err
	}
	if open == 0 {
		return nil, 0, types.ErrBatchDecided.Wrapf("%s: expected an open order, got none of %d", batch.Name(), batch.Accepted)
	}
	outcomes := make([]types.LineOutcome, 0, open)
	succeeded := uint32(0)
	for number := uint32(1); number <= batch.Lines; number++ {
		line, err := k.batchLines.Get(ctx, collections.Join3(bank, id, number))
		if err != nil {
			return nil, 0, err
		}
		decided, err := k.decideLine(ctx, batch, &line, made)
		if err != nil {
			return nil, 0, err
		}
		if !decided {
			continue
		}
		outcomes = append(outcomes, outcomeOf(line, *line.Decision))
		if line.Decision.Succeeded() {
			succeeded++
		}
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	batch.DecidedBy, batch.DecidedAt = made.by, &now
	return outcomes, succeeded, k.batches.Set(ctx, collections.Join(bank, id), batch)
}

// decideLine makes a decision on the order of a line, if it is open, and stores the result.
func (k *Keeper) decideLine(ctx context.Context, batch types.Batch, line *types.BatchLine, made decision) (decided bool, err error) {
	if !line.Submission.Succeeded() {
		return false, nil
	}
	order, err := k.GetOrder(ctx, batch.Bank, line.Order.Reference)
	if err != nil || !order.IsOpen() {
		return false, err
	}
	result := types.NewLineResult(alone(ctx, func(ctx context.Context) error {
		if made.status == types.OrderStatusApproved {
			return k.approve(ctx, order, made)
		}
		return k.reject(ctx, order, made)
	}))
	line.Decision = &result
	return true, k.setLine(ctx, batch, *line)
}

// alone runs one line so that its changes and events stay only if it succeeds.
func alone(ctx context.Context, line func(ctx context.Context) error) error {
	cached, write := branch.Begin(ctx)
	if err := line(cached); err != nil {
		return err
	}
	write()
	return nil
}

func (k *Keeper) setLine(ctx context.Context, batch types.Batch, line types.BatchLine) error {
	return k.batchLines.Set(ctx, collections.Join3(batch.Bank, batch.Id, line.Number), line)
}

func linesOf(batch types.Batch) collections.Ranger[collections.Triple[string, string, uint32]] {
	return collections.NewSuperPrefixedTripleRange[string, string, uint32](batch.Bank, batch.Id)
}

func outcomeOf(line types.BatchLine, result types.LineResult) types.LineOutcome {
	return types.LineOutcome{Number: line.Number, Reference: line.Order.Reference, Result: result}
}
