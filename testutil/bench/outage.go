package bench

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// stopSome stops the last validators for a while, all at the same moment, and returns when each is level with the others again.
func (b *bench) stopSome(ctx context.Context, nodes []*devnet.Node, load *load, away *awayNodes) ([]Outage, error) {
	first := b.options.Validators - b.options.Stop
	others, stopped := nodes[:first], nodes[first:b.options.Validators]
	if sleep(ctx, b.options.StopAfter) != nil {
		return nil, nil //nolint:nilerr // the load ended before
	}
	outages, names := make([]Outage, len(stopped)), make([]string, len(stopped))
	for i, node := range stopped {
		names[i] = node.Name()
		away.set(names[i], true)
		outages[i] = Outage{Node: names[i], StoppedAt: time.Since(load.begin).Seconds()}
	}
	if err := stopAll(stopped); err != nil {
		return nil, err
	}
	b.options.Progress.Say("stopped: " + strings.Join(names, ", "))
	before, err := heightsOf(ctx, others)
	if err != nil {
		return nil, err
	}
	if err := sleep(ctx, b.options.StopFor); err != nil {
		return nil, err
	}
	now, err := heightsOf(ctx, others)
	if err != nil {
		return nil, err
	}
	group, ctx := errgroup.WithContext(ctx)
	for i, node := range stopped {
		outages[i].Missed = slices.Max(now) - slices.Max(before)
		outages[i].StartedAt = time.Since(load.begin).Seconds()
		group.Go(func() (err error) {
			outages[i].CatchUp, err = startAgain(ctx, node, others, away)
			return err
		})
	}
	b.options.Progress.Say("started again: " + strings.Join(names, ", "))
	return outages, group.Wait()
}

// startAgain starts a node, and says after how many seconds its state is level with the others'.
func startAgain(ctx context.Context, node *devnet.Node, others []*devnet.Node, away *awayNodes) (seconds float64, err error) {
	if err := node.Start(); err != nil {
		return 0, err
	}
	away.set(node.Name(), false)
	begin := time.Now()
	err = nodeclient.Poll(ctx, node.Name()+" to catch up", func() (bool, error) {
		own, err := node.Client().StateHeight(ctx)
		if err != nil {
			return false, err
		}
		rest, err := heightsOf(ctx, others)
		// One less is level: another node may have been asked just behind its next block.
		return err == nil && own >= slices.Max(rest)-1, err
	})
	return time.Since(begin).Seconds(), err
}
