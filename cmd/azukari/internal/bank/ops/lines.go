package ops

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

// Outcomes of a line.
const (
	OutcomeDone    = "done"
	OutcomeAlready = "already"
	OutcomeRefused = "refused"
)

// underWay is how many transactions of one key may wait for their blocks at the same time: some blocks full.
const underWay = 50

type progressKey struct{}

// WithProgress has long work say how many of its lines are done. The function is called by one goroutine at a time.
func WithProgress(ctx context.Context, progress func(done, total int)) context.Context {
	return context.WithValue(ctx, progressKey{}, progress)
}

// progressOf returns a function that tells that so many more lines are done. Call it from one goroutine at a time.
func progressOf(ctx context.Context, total int) func(more int) {
	tell, ok := ctx.Value(progressKey{}).(func(done, total int))
	if !ok {
		return func(int) {}
	}
	done := 0
	tell(done, total)
	return func(more int) {
		done += more
		tell(done, total)
	}
}

// result is the line of a reference.
func result(line int, reference, outcome string) *bankpb.LineResult {
	return &bankpb.LineResult{Line: count(line), Reference: reference, Outcome: outcome}
}

// refuse makes a line one that was refused by a module's error.
func refuse(line *bankpb.LineResult, codespace string, code uint32, reason string) {
	line.Outcome, line.Code, line.Reason = OutcomeRefused, fmt.Sprintf("%s/%d", codespace, code), reason
}

// refuseBy is refuse for the error of a transaction.
func refuseBy(line *bankpb.LineResult, refused *nodeclient.TxError) {
	refuse(line, refused.Codespace, refused.Code, Line(refused))
}

// decided makes a line what a batch's message made of it.
func decided(line *bankpb.LineResult, made deposittypes.LineResult, otherwise string) {
	line.Outcome = otherwise
	if made.Code != 0 {
		refuse(line, made.Codespace, made.Code, made.Text)
	}
}

// summary counts outcomes.
func summary(lines []*bankpb.LineResult) *bankpb.Summary {
	sum := &bankpb.Summary{Lines: count(len(lines))}
	for _, line := range lines {
		switch line.Outcome {
		case OutcomeDone:
			sum.Done++
		case OutcomeAlready:
			sum.Already++
		case OutcomeRefused:
			sum.Refused++
		}
	}
	return sum
}

// each sends one transaction for each line that still needs one: one that fails takes no other with it. prepare returns
// nil for a line of which it has noted the outcome itself. What a transaction is refused for becomes its line's outcome;
// any other error ends the work, which can be done again.
func (s *Service) each(
	ctx context.Context, key profile.Key, lines []*bankpb.LineResult,
	prepare func(ctx context.Context, line *bankpb.LineResult) (sdk.Msg, error),
) error {
	more := progressOf(ctx, len(lines))
	ended := make(chan struct{})
	told := make(chan struct{})
	go func() {
		defer close(told)
		for range ended {
			more(1)
		}
	}()
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(underWay)
	for _, line := range lines {
		group.Go(func() error {
			msg, err := prepare(ctx, line)
			if err == nil && msg != nil {
				_, err = s.send(ctx, key, msg)
				line.Outcome = OutcomeDone
			}
			var refused *nodeclient.TxError
			if errors.As(err, &refused) {
				refuseBy(line, refused)
				err = nil
			}
			ended <- struct{}{}
			return err
		})
	}
	err := group.Wait()
	close(ended)
	<-told
	return err
}
