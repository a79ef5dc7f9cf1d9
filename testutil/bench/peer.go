package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
)

const (
	// PeerSimd is stock simd of ibc-go.
	PeerSimd = "simd"

	peerModule  = "github.com/cosmos/ibc-go/v8"
	peerPackage = "./testing/simapp/simd"
	peerChainID = "peer-1"
	peerDenom   = "coin"
	peerPrefix  = "cosmos"
	// peerRate bounds the payments that are signed for the peer, a second: several times what it has ever carried.
	peerRate = 1_200
)

// peer is a network of stock simd on this machine, with the same number of validators and accounts.
type peer struct {
	*bench
	binary   string
	dir      string
	version  string
	accounts *population
	units    *units
	nodes    []*peerNode
}

// measurePeer runs plain sends on stock simd as often as the measurement itself ran.
func (b *bench) measurePeer(ctx context.Context) (err error) {
	p := &peer{bench: b, dir: filepath.Join(b.work, "peer")}
	if err := b.step("build simd", func() error { return p.build(ctx) }); err != nil {
		return err
	}
	if err := b.step("prepare simd", func() error { return p.prepare(ctx) }); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop(), p.units.file.Close()) }()
	var runs []RunResult
	for range b.options.Runs {
		run, err := p.run(ctx, len(runs))
		if err != nil {
			return err
		}
		runs = append(runs, *run)
	}
	result := &Peer{Version: p.version, Payments: string(KindSends)}
	for _, run := range runs {
		result.Averages = append(result.Averages, run.Average)
	}
	average, at := median(result.Averages)
	result.Average, result.Best, result.Latency, result.Nodes = average, runs[at].Best, runs[at].Latency, runs[at].Nodes
	for _, node := range result.Nodes {
		result.CPU += node.CPU / float64(len(result.Nodes))
		result.Disk += node.DiskTotal / float64(len(result.Nodes))
	}
	result.Ratio = b.result.Runs[b.result.Median].Average / average
	b.result.Peer = result
	return nil
}

// build finds simd beside our programs, or builds it from the pinned module, as that module pins what it needs.
func (p *peer) build(ctx context.Context) error {
	programs, err := devnet.Binaries("fzd")
	if err != nil {
		return err
	}
	p.binary = filepath.Join(programs, "peer", "simd")
	module, err := output(exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Version}} {{.Dir}}", peerModule))
	if err != nil {
		return fmt.Errorf("find %s: %w: run this in the source tree, with Go", peerModule, err)
	}
	version, dir, _ := strings.Cut(module, " ")
	p.version = version
	if _, err := os.Stat(p.binary); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(p.binary), 0o750); err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", p.binary, peerPackage) // #nosec G204 -- of our module graph
	command.Dir, command.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if _, err := output(command); err != nil {
		return fmt.Errorf("build simd %s: %w: its dependencies must be in Go's module cache or at its proxy; or put a simd of that version at %s",
			version, err, p.binary)
	}
	return nil
}

// output runs a command and returns what it said, on one line of the error if it fails.
func output(command *exec.Cmd) (string, error) {
	raw, err := command.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		words := strings.Fields(string(failed.Stderr))
		return "", fmt.Errorf("%w: %s", err, strings.Join(words[max(0, len(words)-60):], " "))
	}
	return strings.TrimSpace(string(raw)), err
}

// prepare writes the network's files and signs the payments.
func (p *peer) prepare(ctx context.Context) (err error) {
	p.accounts, err = newPopulation(ctx, p.options.Seed, KindSends, p.manifest.BankIDs(), p.options.Accounts)
	if err != nil {
		return err
	}
	if err := p.write(ctx); err != nil {
		return err
	}
	payments := p.options.Seconds * peerRate
	if p.options.Rate > 0 {
		payments = p.options.Seconds * p.options.Rate
	}
	s := &signer{
		chainID: peerChainID, kind: KindSends, perUnit: 1, schedule: newSchedule(p.accounts, p.options.Seed, payments), denom: peerDenom,
		text: peerAddress, number: func(account int) uint64 { return uint64(len(p.nodes) + account) },
	}
	p.units, err = signUnits(ctx, filepath.Join(p.dir, "transactions"), s, payments, func(done int) {
		p.options.Progress.Say(fmt.Sprintf("%d of %d payments", done, payments))
	})
	return err
}

// run is one load from genesis on.
func (p *peer) run(ctx context.Context, number int) (*RunResult, error) {
	err := p.step(fmt.Sprintf("start simd for run %d", number+1), func() error {
		for _, node := range p.nodes {
			if err := node.start(); err != nil {
				return err
			}
		}
		return p.ready(ctx)
	})
	if err != nil {
		return nil, err
	}
	options := p.options
	options.Kind, options.InFlight = KindSends, min(options.InFlight, peerInFlight)
	var targets []*rpchttp.HTTP
	for _, node := range p.nodes {
		if len(targets) == 0 || options.To == ToAll {
			targets = append(targets, node.rpc())
		}
	}
	load := newLoad(options, p.units, targets, plainLanes)
	watcher := &watcher{node: targets[0], load: load}
	meter, err := newMeter()
	if err != nil {
		return nil, err
	}
	processes := p.processes()
	before, err := disksOf(processes)
	if err != nil {
		return nil, err
	}
	err = p.step(fmt.Sprintf("simd: run %d of %d", number+1, options.Runs), func() error { return p.drive(ctx, processes, load, watcher, meter) })
	if err != nil {
		return nil, err
	}
	result := &RunResult{}
	if err := result.figure(load, watcher.seen()); err != nil {
		return nil, err
	}
	if err := p.stop(); err != nil {
		return nil, err
	}
	if err := result.use(meter, processes, before); err != nil {
		return nil, err
	}
	if err := result.Outcomes.count(p.nodes[0].home, result.Blocks, load); err != nil {
		return nil, err
	}
	if result.Outcomes.Paid != result.Outcomes.Submitted {
		return nil, fmt.Errorf("expected simd to make all %d payments, got %d: %v", result.Outcomes.Submitted, result.Outcomes.Paid, result.Outcomes.Refused)
	}
	return result, p.reset()
}

// ready waits until every node has made some blocks.
func (p *peer) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for _, node := range p.nodes {
		var ended error
		err := nodeclient.Poll(ctx, node.name+" to make blocks", func() (bool, error) {
			if node.pid() == 0 {
				ended = &devnet.ProcessError{Name: node.name, Reason: fmt.Sprintf("ended: %v", node.exit), Log: node.log}
				return true, nil
			}
			info, err := node.rpc().ABCIInfo(ctx)
			return err == nil && info.Response.LastBlockHeight > genesisHeights, err
		})
		if err != nil {
			return &devnet.ProcessError{Name: node.name, Reason: err.Error(), Log: node.log}
		}
		if ended != nil {
			return ended
		}
	}
	return nil
}

// drive runs the load with the watcher and the meter beside it.
func (p *peer) drive(ctx context.Context, processes []process, load *load, watcher *watcher, meter *meter) error {
	info, err := watcher.node.ABCIInfo(ctx)
	if err != nil {
		return err
	}
	watcher.next = info.Response.LastBlockHeight + 1
	if err := meter.read(processes); err != nil {
		return err
	}
	load.begin = time.Now()
	group, beside := errgroup.WithContext(ctx)
	beside, over := context.WithCancelCause(beside)
	defer over(errOver)
	group.Go(func() error { return watcher.follow(beside) })
	group.Go(func() error { return p.report(beside, processes, load, meter, &awayNodes{}) })
	group.Go(func() error {
		err := load.run(beside)
		if err == nil {
			err = meter.read(processes)
		}
		over(errOver)
		return err
	})
	if err := group.Wait(); ctx.Err() == nil {
		return err
	}
	return ctx.Err()
}

func (p *peer) processes() []process {
	list := make([]process, len(p.nodes))
	for i, node := range p.nodes {
		list[i] = process{name: node.name, log: node.log, home: node.home, pid: node.pid}
	}
	return list
}

func (p *peer) stop() error {
	var group errgroup.Group
	for _, node := range p.nodes {
		group.Go(node.stop)
	}
	return group.Wait()
}
