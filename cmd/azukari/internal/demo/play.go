package demo

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// Play carries the story out on the network, shows it on out, and accounts for every yen.
func Play(ctx context.Context, network *devnet.Network, story *Story, out io.Writer) (Report, error) {
	actor, err := newActor(ctx, network, story)
	if err != nil {
		return Report{}, err
	}
	board := newBoard(out, network, len(story.Tasks))
	watching, stopWatching := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() { board.watch(watching, network, actor.yenDenoms) })

	outcomes := make([]Outcome, len(story.Tasks))
	perform(ctx, story, func(ctx context.Context, index int) {
		task := story.Tasks[index]
		board.begin(task)
		begin := time.Now()
		err := actor.act(ctx, task)
		outcomes[index] = newOutcome(task, err, time.Since(begin).Seconds())
		board.end(outcomes[index])
	})
	stopWatching()
	watch.Wait()
	if ctx.Err() != nil {
		return Report{}, context.Cause(ctx)
	}
	board.refresh(ctx, network, actor.yenDenoms)
	board.close()
	return account(ctx, network, outcomes)
}

// account reconciles the network's books and has each zone check the laws of money.
func account(ctx context.Context, network *devnet.Network, outcomes []Outcome) (Report, error) {
	snapshot, err := Gather(ctx, network)
	if err != nil {
		return Report{}, fmt.Errorf("reconcile: %w", err)
	}
	laws, err := askLaws(ctx, network)
	if err != nil {
		return Report{}, err
	}
	return newReport(outcomes, Reconcile(snapshot), laws), nil
}
