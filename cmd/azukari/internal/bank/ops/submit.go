package ops

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// maxOrders is how many orders one call may submit.
	maxOrders = 100_000
	// maxBatchName leaves room in an id for the number of a part.
	maxBatchName = 56
	// batchLines is how many lines one part of a batch has at most: what the chain takes.
	batchLines = 1_000
	// batchesUnderWay is how many parts may wait for their blocks at the same time.
	batchesUnderWay = 4

	// A submission takes some 46,000 units of gas for a line, an approval 69,000; see x/deposit.
	batchGas     = 1_000_000
	batchLineGas = 120_000
)

// SubmitOrders has the maker submit orders in batches.
func (s *Service) SubmitOrders(ctx context.Context, request *bankpb.SubmitOrdersRequest) (*bankpb.SubmitOrdersResponse, error) {
	kind, orders, err := submission(request)
	if err != nil {
		return nil, err
	}
	maker, err := s.keys.Maker()
	if err != nil {
		return nil, badInput("", err)
	}
	response := &bankpb.SubmitOrdersResponse{Lines: make([]*bankpb.LineResult, len(orders))}
	accepted := math.ZeroInt()
	more := progressOf(ctx, len(orders))
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(batchesUnderWay)
	for start := 0; start < len(orders); start += batchLines {
		part := orders[start:min(start+batchLines, len(orders))]
		for i := range part {
			part[i].Kind = kind
		}
		id := partOf(request.Batch, start/batchLines+1)
		response.Batches = append(response.Batches, id)
		group.Go(func() error {
			lines, err := s.submit(ctx, maker, id, part)
			if err != nil {
				return fmt.Errorf("batch %s: %w", id, err)
			}
			mu.Lock()
			defer mu.Unlock()
			for i, line := range lines {
				line.Line = count(start + i + 1)
				response.Lines[start+i] = line
				if line.Outcome != OutcomeRefused {
					accepted = accepted.Add(part[i].Amount.Amount)
				}
			}
			more(len(lines))
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	response.Summary, response.Amount = summary(response.Lines), accepted.String()
	return response, nil
}

// submission checks a request to submit orders.
func submission(request *bankpb.SubmitOrdersRequest) (deposittypes.OrderKind, []deposittypes.BatchOrder, error) {
	var c checks
	kind := deposittypes.OrderKindIssue
	if c.oneOf("kind", request.Kind, kindIssue, kindRedeem) == kindRedeem {
		kind = deposittypes.OrderKindRedeem
	}
	if c.reference("batch", request.Batch); len(request.Batch) > maxBatchName {
		c.fault("batch", "expected 1 to %d characters, got %d", maxBatchName, len(request.Batch))
	}
	if len(request.Orders) == 0 || len(request.Orders) > maxOrders {
		c.fault("orders", "expected 1 to %d, got %d", maxOrders, len(request.Orders))
	}
	if err := c.err(); err != nil {
		return 0, nil, err
	}
	orders := make([]deposittypes.BatchOrder, len(request.Orders))
	for i, one := range request.Orders {
		order, faults := Order(one)
		if len(faults) > 0 {
			return 0, nil, badInputf(fmt.Sprintf("orders[%d].%s", i, faults[0].Field), "%w", faults[0].Err)
		}
		orders[i] = order
	}
	return kind, orders, nil
}

// Order reads one order to be submitted, without its kind, and returns everything that is wrong with it.
func Order(one *bankpb.OrderLine) (deposittypes.BatchOrder, []*InputError) {
	var c checks
	order := deposittypes.BatchOrder{
		Reference: c.reference("reference", one.Reference), Account: c.address("account", one.Account),
		Amount: sdk.NewCoin(registrytypes.YenDenom, c.amount(one.Amount)),
	}
	return order, c.faults
}

// partOf names a part of a batch, from 1.
func partOf(batch string, number int) string {
	if number == 1 {
		return batch
	}
	return fmt.Sprintf("%s/%d", batch, number)
}

// submit submits one part of a batch.
func (s *Service) submit(ctx context.Context, maker profile.Key, id string, orders []deposittypes.BatchOrder) ([]*bankpb.LineResult, error) {
	answer, err := s.send(ctx, maker, nodeclient.Weighted{
		Msg: &deposittypes.MsgSubmitBatch{Operator: maker.Address().String(), Batch: id, Lines: orders},
		Gas: gasOf(len(orders)),
	})
	if err != nil {
		return nil, err
	}
	var made deposittypes.MsgSubmitBatchResponse
	if err := nodeclient.DecodeResponse(answer, &made); err != nil {
		return nil, err
	}
	if len(made.Lines) != len(orders) {
		return nil, fmt.Errorf("expected %d lines in the answer of transaction %s, got %d", len(orders), answer.TxHash, len(made.Lines))
	}
	outcome := OutcomeDone
	if made.RepeatedSubmission {
		outcome = OutcomeAlready
	}
	lines := make([]*bankpb.LineResult, len(made.Lines))
	for i, line := range made.Lines {
		lines[i] = result(i+1, line.Reference, outcome)
		lines[i].Batch = id
		decided(lines[i], line.Result, outcome)
	}
	return lines, nil
}

// gasOf is more gas than a message about so many lines takes.
func gasOf(lines int) uint64 { return batchGas + uint64(lines)*batchLineGas } // #nosec G115 -- at most 1,000
