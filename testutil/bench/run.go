package bench

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// errOver ends the helpers of a run when the run is over.
var errOver = errors.New("the run is over")

// run is one load, from the first submission until every node's data has been compared.
func (b *bench) run(ctx context.Context, number int) (*RunResult, error) {
	nodes := b.network.Financial().Nodes()
	processes := processesOf(nodes)
	before, err := disksOf(processes)
	if err != nil {
		return nil, err
	}
	targets, err := b.targets(nodes)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory() // what signing and the comparison before took is the nodes' now
	result := &RunResult{}
	load := newLoad(b.options, b.units, targets, b.lanes())
	watcher := &watcher{node: targets[0], load: load}
	meter, err := newMeter()
	if err != nil {
		return nil, err
	}
	err = b.step(fmt.Sprintf("run %d of %d", number+1, b.options.Runs), func() error {
		return b.drive(ctx, nodes, load, watcher, meter, result)
	})
	if err != nil {
		return nil, err
	}
	if err := b.step("wait until all nodes are level", func() error { return level(ctx, nodes) }); err != nil {
		return nil, err
	}
	if err := b.step("stop nodes", func() error { return stopAll(nodes) }); err != nil {
		return nil, err
	}
	if err := result.figure(load, watcher.seen()); err != nil {
		return nil, err
	}
	if err := result.use(meter, processes, before); err != nil {
		return nil, err
	}
	if err := b.step("count outcomes", func() error {
		return result.Outcomes.count(nodes[0].Endpoints().Home, result.Blocks, load)
	}); err != nil {
		return nil, err
	}
	return result, b.step("compare all nodes", func() error { return b.compare(ctx, nodes, result) })
}

// lanes is how many transactions are on their way to nodes at once. A gateway's come one after the other, for their sequence.
func (b *bench) lanes() int {
	if b.options.Kind == KindOrders {
		return b.options.Validators
	}
	return plainLanes
}

// targets are clients of the nodes that get the load, the first node first.
func (b *bench) targets(nodes []*devnet.Node) ([]*rpchttp.HTTP, error) {
	count := 1
	if b.options.To == ToAll {
		count = b.options.Validators
	}
	targets := make([]*rpchttp.HTTP, count)
	for i := range targets {
		var err error
		if targets[i], err = rpchttp.New(nodes[i].Endpoints().RPC, "/websocket"); err != nil {
			return nil, err
		}
	}
	return targets, nil
}

// drive runs the load and everything beside it: the watcher, the meter, the outage and the profile.
func (b *bench) drive(ctx context.Context, nodes []*devnet.Node, load *load, watcher *watcher, meter *meter, result *RunResult) error {
	info, err := watcher.node.ABCIInfo(ctx)
	if err != nil {
		return err
	}
	watcher.next = info.Response.LastBlockHeight + 1
	processes := processesOf(nodes)
	if err := meter.read(processes); err != nil {
		return err
	}
	load.begin = time.Now()
	group, beside := errgroup.WithContext(ctx)
	beside, over := context.WithCancelCause(beside)
	defer over(errOver)
	var away awayNodes
	group.Go(func() error { return watcher.follow(beside) })
	group.Go(func() error { return b.report(beside, processes, load, meter, &away) })
	var outage sync.WaitGroup
	if b.options.Stop > 0 {
		outage.Add(1)
		group.Go(func() (err error) {
			defer outage.Done()
			result.Outages, err = b.stopSome(beside, nodes, load, &away)
			return err
		})
	}
	if b.options.ProfileFor > 0 {
		group.Go(func() (err error) {
			result.Profile, err = b.profile(beside, nodes[0], len(b.result.Runs))
			return err
		})
	}
	group.Go(func() error {
		err := load.run(beside)
		if err == nil {
			outage.Wait()
			err = meter.read(processes)
		}
		over(errOver)
		return err
	})
	err = group.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// awayNodes are nodes that are meant to be stopped.
type awayNodes struct {
	mu    sync.Mutex
	names map[string]bool
}

func (a *awayNodes) set(name string, away bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.names == nil {
		a.names = map[string]bool{}
	}
	a.names[name] = away
}

func (a *awayNodes) has(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.names[name]
}

// report reads the meter every second, says how far the load is, and ends it when a node has ended.
func (b *bench) report(ctx context.Context, nodes []process, load *load, meter *meter, away *awayNodes) error {
	var before int64
	for {
		if sleep(ctx, time.Second) != nil {
			return nil //nolint:nilerr // the load has ended
		}
		for _, node := range nodes {
			if node.pid() == 0 && !away.has(node.name) && ctx.Err() == nil {
				return &devnet.ProcessError{Name: node.name, Reason: "ended during the load", Log: node.log}
			}
		}
		if err := meter.read(nodes); err != nil {
			return err
		}
		done, sent := load.done.Load(), load.sent.Load()
		b.options.Progress.Say(fmt.Sprintf("%4.0f s  %9d submitted  %9d committed  %6d in flight  %6d/s",
			time.Since(load.begin).Seconds(), sent, done, max(0, sent-done), done-before))
		before = done
	}
}

// level waits until all nodes have the same height, at a moment when none is at work.
func level(ctx context.Context, nodes []*devnet.Node) error {
	return nodeclient.Poll(ctx, "all nodes to be level", func() (bool, error) {
		heights, err := heightsOf(ctx, nodes)
		if err != nil {
			return false, err
		}
		for _, height := range heights {
			if height != heights[0] {
				return false, nil
			}
		}
		return true, nil
	})
}

// heightsOf asks nodes for the height of their states.
func heightsOf(ctx context.Context, nodes []*devnet.Node) ([]int64, error) {
	heights := make([]int64, len(nodes))
	for i, node := range nodes {
		height, err := node.Client().StateHeight(ctx)
		if err != nil {
			return nil, err
		}
		heights[i] = height
	}
	return heights, nil
}

// stopAll asks all nodes to end at the same moment.
func stopAll(nodes []*devnet.Node) error {
	var group errgroup.Group
	for _, node := range nodes {
		group.Go(node.Stop)
	}
	return group.Wait()
}

// disksOf measures what nodes have on disk.
func disksOf(nodes []process) ([]map[string]int64, error) {
	sizes := make([]map[string]int64, len(nodes))
	for i, node := range nodes {
		var err error
		if sizes[i], err = diskOf(node.home); err != nil {
			return nil, err
		}
	}
	return sizes, nil
}
