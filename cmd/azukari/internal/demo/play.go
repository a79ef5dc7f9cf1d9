package demo

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/azukari-network/azukari/cmd/azukari/internal/verify"
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

// account proves that every yen is where it should be.
func account(ctx context.Context, network *devnet.Network, outcomes []Outcome) (Report, error) {
	proof, err := verify.Prove(ctx, zones(network), 0)
	if err != nil {
		return Report{}, fmt.Errorf("account for every yen: %w", err)
	}
	return newReport(outcomes, proof), nil
}

// zones are whom the proof asks.
func zones(network *devnet.Network) verify.Network {
	asked := verify.Network{Financial: verify.Zone{ID: network.Financial().ID(), Chain: network.Financial().Client()}}
	for _, zone := range network.Zones() {
		asked.Business = append(asked.Business, verify.Zone{ID: zone.ID(), Chain: zone.Client()})
	}
	return asked
}
