package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/cosmos/cosmos-sdk/version"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/testutil/devnet"
)

const (
	genesisHeights = 3 // blocks that every node has made before the load begins
	readyWithin    = 3 * time.Minute
	logLines       = 15
)

// bench is one measurement.
type bench struct {
	options  Options
	work     string
	manifest devnet.Manifest
	keys     *devnet.Keys
	genesis  *genutiltypes.AppGenesis
	accounts *population
	state    *foundation
	units    *units
	network  *devnet.Network
	profiler string
	result   *Result
}

// Run prepares, runs and checks a measurement, and writes what it found into Options.Dir. Nothing is left running, however it ends.
func Run(ctx context.Context, options Options) (result *Result, err error) {
	if options.Progress == nil {
		options.Progress = silent{}
	}
	if err := options.Validate(); err != nil {
		return nil, err
	}
	b := &bench{options: options, manifest: manifestOf(options), result: &Result{Begun: time.Now().UTC(), Version: version.Version, Machine: thisMachine()}}
	if err := b.makeFolder(); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.clean()) }()
	b.keys = devnet.NewKeys(b.manifest.Seed)
	if err := b.start(ctx); err != nil {
		return nil, explain(err)
	}
	for run := range options.Runs {
		if run > 0 {
			if err := b.again(ctx); err != nil {
				return nil, explain(err)
			}
		}
		one, err := b.run(ctx, run)
		if err != nil {
			return nil, explain(err)
		}
		b.result.Runs = append(b.result.Runs, *one)
	}
	averages := make([]float64, len(b.result.Runs))
	for i, one := range b.result.Runs {
		averages[i] = one.Average
	}
	_, b.result.Median = median(averages)
	if options.Peer != "" {
		if err := b.measurePeer(ctx); err != nil {
			return nil, explain(err)
		}
	}
	return b.result, b.result.write(options.Dir)
}

// manifestOf is a Financial Zone of one validator of each bank, and nothing else.
func manifestOf(o Options) devnet.Manifest {
	manifest := devnet.DefaultManifest()
	manifest.Name, manifest.Seed = "bench", o.Seed
	manifest.Zones, manifest.Relayer, manifest.Accounts = nil, false, devnet.AccountsManifest{}
	manifest.Financial.Banks, manifest.Financial.Listeners = o.Validators, o.Listeners
	return manifest
}

func (b *bench) makeFolder() error {
	dir, err := filepath.Abs(b.options.Dir)
	if err != nil {
		return err
	}
	b.options.Dir, b.work = dir, filepath.Join(dir, "work")
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("out: expected an empty or a new directory, got %s with %d files", dir, len(entries))
	}
	return os.MkdirAll(b.work, 0o700)
}

// step runs one step of the preparation and remembers how long it took.
func (b *bench) step(name string, run func() error) error {
	done, begin := b.options.Progress.Step(name), time.Now()
	err := run()
	done(err)
	b.result.Prepared = append(b.result.Prepared, Step{Name: name, Seconds: time.Since(begin).Seconds()})
	return err
}

// start prepares everything and starts the nodes.
func (b *bench) start(ctx context.Context) error {
	err := b.step(fmt.Sprintf("derive %d accounts", b.options.Accounts), func() (err error) {
		b.accounts, err = newPopulation(ctx, b.options.Seed, b.options.Kind, b.manifest.BankIDs(), b.options.Accounts)
		return err
	})
	if err != nil {
		return err
	}
	if b.profiler, err = freeAddress(ctx); err != nil {
		return err
	}
	b.network, err = devnet.New(ctx, b.manifest, devnet.Options{
		Dir: filepath.Join(b.work, "network"), Binaries: b.options.Binaries, Genesis: b.found,
		Home: func(_ context.Context, _, node, home string) error { return b.furnish(node, home) },
	})
	if err != nil {
		return err
	}
	return b.step("start nodes", func() error { return b.ready(ctx) })
}

// found makes the state that all nodes start from and the transactions, before any node has a file.
func (b *bench) found(ctx context.Context, _ string, genesis *genutiltypes.AppGenesis) error {
	genesis.Consensus.Params.Block.MaxGas, genesis.Consensus.Params.Block.MaxBytes = b.options.BlockGas, b.options.BlockBytes
	b.genesis = genesis
	err := b.step("write accounts", func() (err error) {
		b.state, err = build(ctx, filepath.Join(b.work, "state"), b.options.Store, b.accounts, b.keys, genesis, chunkAccounts, func(done int) {
			b.options.Progress.Say(fmt.Sprintf("%d of %d accounts", done, b.accounts.count()))
		})
		return err
	})
	if err != nil {
		return err
	}
	payments := b.options.payments()
	err = b.step(fmt.Sprintf("sign %d payments", payments), func() (err error) {
		signer := newSigner(b.options, genesis.ChainID, newSchedule(b.accounts, b.options.Seed, payments), b.state, b.keys)
		b.units, err = signUnits(ctx, filepath.Join(b.work, "transactions"), signer, payments/b.options.perUnit(), func(done int) {
			b.options.Progress.Say(fmt.Sprintf("%d of %d payments", done, payments))
		})
		return err
	})
	if err != nil {
		return err
	}
	sizes, err := diskOf(b.state.dir)
	if err != nil {
		return err
	}
	o := b.options
	b.result.Shape = Shape{
		Accounts: o.Accounts, Validators: o.Validators, Listeners: o.Listeners, Kind: o.Kind, To: o.To, Seconds: o.Seconds, Rate: o.Rate, InFlight: o.InFlight, Bundle: o.perUnit(),
		Payments: payments, BlockGas: o.BlockGas, BlockBytes: o.BlockBytes, Stop: o.Stop, Seed: o.Seed, TotalYen: b.state.total, InitialHeight: genesis.InitialHeight,
		BytesPerTx: float64(b.units.size()) / float64(b.units.count()), StateBytes: totalOf(sizes),
	}
	return nil
}

// furnish puts the state and the settings into a node's home.
func (b *bench) furnish(node, home string) error {
	first, profiler := node == b.manifest.BankIDs()[0], ""
	if first && b.options.ProfileFor > 0 {
		profiler = b.profiler
	}
	role := devnet.RoleListener
	if slices.Contains(b.manifest.BankIDs(), node) {
		role = devnet.RoleValidator
	}
	settings, err := b.options.tune(home, role, profiler, first)
	if err != nil {
		return err
	}
	if first {
		b.result.Settings = settings
	}
	return b.state.lay(home, b.genesis)
}

// ready waits until every node has made some blocks.
func (b *bench) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return b.network.Financial().WaitHeight(ctx, b.state.height+genesisHeights)
}

// again starts all nodes anew from the same state.
func (b *bench) again(ctx context.Context) error {
	return b.step("start nodes again", func() error {
		for _, node := range b.network.Financial().Nodes() {
			if err := b.state.lay(node.Endpoints().Home, b.genesis); err != nil {
				return err
			}
		}
		for _, node := range b.network.Financial().Nodes() {
			if err := node.Start(); err != nil {
				return err
			}
		}
		return b.ready(ctx)
	})
}

// explain adds the last lines of the log of a node that failed.
func explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var failed *devnet.ProcessError
	if !errors.As(err, &failed) {
		return err
	}
	tail, tailErr := devnet.TailLog(failed.Log, logLines)
	if tailErr != nil {
		return errors.Join(err, tailErr)
	}
	text := ""
	for _, line := range tail {
		text += "\n  " + line
	}
	return fmt.Errorf("%w; its last lines:%s", err, text)
}

// clean stops what runs, saves the logs and removes what is large.
func (b *bench) clean() error {
	var errs []error
	if b.network != nil {
		errs = append(errs, b.network.Close())
	}
	if b.units != nil {
		errs = append(errs, b.units.file.Close())
	}
	logs := filepath.Join(b.work, "network", "logs")
	if _, err := os.Stat(logs); err == nil {
		errs = append(errs, os.Rename(logs, filepath.Join(b.options.Dir, "logs")))
	}
	if !b.options.KeepHomes {
		errs = append(errs, os.RemoveAll(b.work))
	}
	return errors.Join(errs...)
}

// freeAddress is a free port of loopback.
func freeAddress(ctx context.Context) (string, error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

func totalOf(sizes map[string]int64) (total int64) {
	for _, size := range sizes {
		total += size
	}
	return total
}

type silent struct{}

func (silent) Step(string) func(error) { return func(error) {} }
func (silent) Say(string)              {}
