package bench

import (
	"context"
	"slices"
	"time"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// stopOne stops the last validator for a while, and returns when it is level with the others again.
func (b *bench) stopOne(ctx context.Context, nodes []*devnet.Node, load *load, away *awayNodes) (*Outage, error) {
	node, others := nodes[b.options.Validators-1], nodes[:b.options.Validators-1]
	if sleep(ctx, b.options.StopAfter) != nil {
		return nil, nil //nolint:nilerr,nilnil // the load ended before
	}
	away.set(node.Name(), true)
	if err := node.Stop(); err != nil {
		return nil, err
	}
	outage := &Outage{Node: node.Name(), StoppedAt: time.Since(load.begin).Seconds()}
	b.options.Progress.Say(node.Name() + " is stopped")
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
	outage.Missed = slices.Max(now) - slices.Max(before)
	outage.StartedAt = time.Since(load.begin).Seconds()
	if err := node.Start(); err != nil {
		return nil, err
	}
	away.set(node.Name(), false)
	b.options.Progress.Say(node.Name() + " is started again")
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
	if err != nil {
		return nil, err
	}
	outage.CatchUp = time.Since(begin).Seconds()
	return outage, nil
}
