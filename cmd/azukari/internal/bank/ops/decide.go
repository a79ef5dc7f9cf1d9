package ops

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

const (
	decisionApprove = "approve"
	decisionReject  = "reject"
	// maxSingles is how many orders one call may decide or confirm one by one.
	maxSingles = 10_000
)

// decision is what a checker says about orders.
type decision struct {
	checker profile.Key
	// status that it leaves.
	status deposittypes.OrderStatus
	code   deposittypes.RejectCode
	reason string
}

// DecideOrders has the checker approve or reject a batch or single orders.
func (s *Service) DecideOrders(ctx context.Context, request *bankpb.DecideOrdersRequest) (*bankpb.DecideOrdersResponse, error) {
	d, err := s.decision(request)
	if err != nil {
		return nil, err
	}
	var lines []*bankpb.LineResult
	if request.Batch != "" {
		lines, err = s.decideBatch(ctx, d, request.Batch)
	} else {
		lines, err = s.decideEach(ctx, d, request.References)
	}
	if err != nil {
		return nil, err
	}
	return &bankpb.DecideOrdersResponse{Summary: summary(lines), Lines: lines}, nil
}

// decision checks a request to decide orders.
func (s *Service) decision(request *bankpb.DecideOrdersRequest) (decision, error) {
	var c checks
	d := decision{status: deposittypes.OrderStatusApproved, reason: request.Reason}
	if c.oneOf("decision", request.Decision, decisionApprove, decisionReject) == decisionReject {
		d.status = deposittypes.OrderStatusRejected
		d.code = c.rejectCode(request.RejectCode)
		if request.Reason == "" {
			c.fault("reason", "expected 1 to 256 bytes, got none")
		}
	} else if request.RejectCode != "" || request.Reason != "" {
		c.fault("reject_code", "expected none for an approval, got %q %q", request.RejectCode, request.Reason)
	}
	if (request.Batch == "") == (len(request.References) == 0) {
		c.fault("batch", "expected either a batch or references of orders")
	}
	if len(request.References) > maxSingles {
		c.fault("references", "expected at most %d, got %d", maxSingles, len(request.References))
	}
	if err := c.err(); err != nil {
		return decision{}, err
	}
	var err error
	if d.checker, err = s.keys.Checker(); err != nil {
		return decision{}, badInput("", err)
	}
	return d, nil
}

const rejectPrefix = "REJECT_CODE_"

// rejectWord writes a code as insufficient_deposit; empty for none.
func rejectWord(code deposittypes.RejectCode) string {
	if code == deposittypes.RejectCodeUnspecified {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(code.String(), rejectPrefix))
}

// RejectWords lists the codes of rejections.
func RejectWords() []string {
	var words []string
	for code := deposittypes.RejectCodeUnspecified + 1; int(code) < len(deposittypes.RejectCode_name); code++ {
		words = append(words, rejectWord(code))
	}
	return words
}

func (c *checks) rejectCode(word string) deposittypes.RejectCode {
	c.oneOf("reject_code", word, RejectWords()...)
	return deposittypes.RejectCode(deposittypes.RejectCode_value[rejectPrefix+strings.ToUpper(word)])
}

// decideBatch decides what is open of each part of a batch.
func (s *Service) decideBatch(ctx context.Context, d decision, batch string) ([]*bankpb.LineResult, error) {
	var parts [][]deposittypes.BatchLineState
	total := 0
	for number := 1; ; number++ {
		part, err := s.batchLines(ctx, partOf(batch, number))
		if status.Code(err) == codes.NotFound && number > 1 {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("batch %s: %w", partOf(batch, number), err)
		}
		parts = append(parts, part)
		total += len(part)
	}
	more := progressOf(ctx, total)
	var lines []*bankpb.LineResult
	for i, part := range parts {
		id := partOf(batch, i+1)
		some, err := s.decidePart(ctx, d, id, part)
		if err != nil {
			return nil, fmt.Errorf("batch %s: %w", id, err)
		}
		for _, line := range some {
			line.Line += count(i * batchLines)
			line.Batch = id
		}
		lines = append(lines, some...)
		more(len(part))
	}
	return lines, nil
}

// batchLines returns the lines of one part of a batch.
func (s *Service) batchLines(ctx context.Context, id string) ([]deposittypes.BatchLineState, error) {
	client := deposittypes.NewQueryClient(s.client.GRPC())
	var lines []deposittypes.BatchLineState
	err := allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.BatchLines(ctx, &deposittypes.QueryBatchLinesRequest{Bank: s.bank, Batch: id, Pagination: page})
		if err != nil {
			return nil, err
		}
		lines = append(lines, answer.Lines...)
		return answer.Pagination, nil
	})
	return lines, err
}

// decidePart decides what is open of one part. Lines that left no order are not in the answer.
func (s *Service) decidePart(ctx context.Context, d decision, id string, part []deposittypes.BatchLineState) ([]*bankpb.LineResult, error) {
	var lines []*bankpb.LineResult
	open := map[uint32]*bankpb.LineResult{}
	for _, one := range part {
		if one.OrderStatus == deposittypes.OrderStatusUnspecified {
			continue
		}
		line := result(int(one.Line.Number), one.Line.Order.Reference, "")
		lines = append(lines, line)
		if !d.settled(line, one.OrderStatus) {
			open[one.Line.Number] = line
		}
	}
	if len(open) == 0 {
		return lines, nil
	}
	outcomes, err := s.sendDecision(ctx, d, id, len(open))
	if err != nil {
		return nil, err
	}
	for _, outcome := range outcomes {
		if line, known := open[outcome.Number]; known {
			decided(line, outcome.Result, OutcomeDone)
			delete(open, outcome.Number)
		}
	}
	// Somebody else has decided these in the meantime.
	for _, line := range open {
		refuse(line, deposittypes.ErrOrderDecided.Codespace(), deposittypes.ErrOrderDecided.ABCICode(), "expected an open order; run again to see it")
	}
	return lines, nil
}

// settled notes the outcome of an order that is not open, and says whether it was one.
func (d decision) settled(line *bankpb.LineResult, now deposittypes.OrderStatus) bool {
	if now == deposittypes.OrderStatusRequested || now == deposittypes.OrderStatusDebited {
		return false
	}
	line.Outcome = OutcomeAlready
	if now != d.status {
		refuse(line, deposittypes.ErrOrderDecided.Codespace(), deposittypes.ErrOrderDecided.ABCICode(),
			fmt.Sprintf("expected an open order, got one that is %s", statusWord(now)))
	}
	return true
}

func (s *Service) sendDecision(ctx context.Context, d decision, id string, open int) ([]deposittypes.LineOutcome, error) {
	operator, gas := d.checker.Address().String(), gasOf(open)
	if d.status == deposittypes.OrderStatusApproved {
		answer, err := s.send(ctx, d.checker, nodeclient.Weighted{Msg: &deposittypes.MsgApproveBatch{Operator: operator, Batch: id}, Gas: gas})
		if err != nil {
			return nil, err
		}
		var made deposittypes.MsgApproveBatchResponse
		err = nodeclient.DecodeResponse(answer, &made)
		return made.Lines, err
	}
	answer, err := s.send(ctx, d.checker, nodeclient.Weighted{
		Msg: &deposittypes.MsgRejectBatch{Operator: operator, Batch: id, RejectCode: d.code, Reason: d.reason}, Gas: gas,
	})
	if err != nil {
		return nil, err
	}
	var made deposittypes.MsgRejectBatchResponse
	err = nodeclient.DecodeResponse(answer, &made)
	return made.Lines, err
}

// decideEach decides single orders.
func (s *Service) decideEach(ctx context.Context, d decision, references []string) ([]*bankpb.LineResult, error) {
	lines := make([]*bankpb.LineResult, len(references))
	for i, reference := range references {
		lines[i] = result(i+1, reference, "")
	}
	operator := d.checker.Address().String()
	return lines, s.each(ctx, d.checker, lines, func(ctx context.Context, line *bankpb.LineResult) (sdk.Msg, error) {
		order, found, err := s.order(ctx, line)
		if err != nil || !found || d.settled(line, order.Status) {
			return nil, err
		}
		if d.status == deposittypes.OrderStatusApproved {
			return &deposittypes.MsgApprove{Operator: operator, Reference: line.Reference}, nil
		}
		return &deposittypes.MsgReject{Operator: operator, Reference: line.Reference, RejectCode: d.code, Reason: d.reason}, nil
	})
}

// order returns the order of a line; if there is none the line is refused.
func (s *Service) order(ctx context.Context, line *bankpb.LineResult) (deposittypes.Order, bool, error) {
	answer, err := deposittypes.NewQueryClient(s.client.GRPC()).Order(ctx, &deposittypes.QueryOrderRequest{Bank: s.bank, Reference: line.Reference})
	if errors.Is(err, deposittypes.ErrOrderNotFound) || status.Code(err) == codes.NotFound {
		refuse(line, deposittypes.ErrOrderNotFound.Codespace(), deposittypes.ErrOrderNotFound.ABCICode(),
			fmt.Sprintf("expected the reference of an order of %s, got %q, which it has not used", s.bank, line.Reference))
		return deposittypes.Order{}, false, nil
	}
	if err != nil {
		return deposittypes.Order{}, false, fmt.Errorf("order %s: %w", line.Reference, err)
	}
	return answer.Order, true, nil
}

// ConfirmDebits has the maker confirm the debits of holders' issue orders.
func (s *Service) ConfirmDebits(ctx context.Context, request *bankpb.ConfirmDebitsRequest) (*bankpb.ConfirmDebitsResponse, error) {
	if len(request.Debits) == 0 || len(request.Debits) > maxSingles {
		return nil, badInputf("debits", "expected 1 to %d, got %d", maxSingles, len(request.Debits))
	}
	lines := make([]*bankpb.LineResult, len(request.Debits))
	for i, one := range request.Debits {
		if faults := Debit(one); len(faults) > 0 {
			return nil, badInputf(fmt.Sprintf("debits[%d].%s", i, faults[0].Field), "%w", faults[0].Err)
		}
		lines[i] = result(i+1, one.Reference, "")
	}
	maker, err := s.keys.Maker()
	if err != nil {
		return nil, badInput("", err)
	}
	err = s.each(ctx, maker, lines, func(ctx context.Context, line *bankpb.LineResult) (sdk.Msg, error) {
		core := request.Debits[line.Line-1].CoreReference
		order, found, err := s.order(ctx, line)
		if err != nil || !found {
			return nil, err
		}
		if order.CoreReference == core {
			line.Outcome = OutcomeAlready
			return nil, nil
		}
		return &deposittypes.MsgConfirmDebit{Operator: maker.Address().String(), Reference: line.Reference, CoreReference: core}, nil
	})
	if err != nil {
		return nil, err
	}
	return &bankpb.ConfirmDebitsResponse{Summary: summary(lines), Lines: lines}, nil
}

// Debit returns everything that is wrong with one debit.
func Debit(one *bankpb.Debit) []*InputError {
	var c checks
	if one.Reference == "" {
		c.fault("reference", "expected the reference of an order, got none")
	}
	c.reference("core_reference", one.CoreReference)
	return c.faults
}
