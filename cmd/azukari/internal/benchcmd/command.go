// Package benchcmd is `azukari bench`: it measures what a Financial Zone carries on this machine.
package benchcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/testutil/bench"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// ErrDisagree says that a sum, a hash or a digest is not what it must be.
var ErrDisagree = errors.New("the sums or the nodes' data do not agree: see the table above")

type settings struct {
	bench.Options
	trial                                  string
	stopAfter, stopSeconds, profileSeconds int
	blockTime                              int
}

// New returns the command `azukari bench`.
func New() *cobra.Command {
	s := settings{Options: bench.DefaultOptions()}
	cmd := &cobra.Command{
		Use:   "bench",
		Short: "Measure what a Financial Zone carries: payments a second, latency, cost, and whether all data agree",
		Long: "Start a Financial Zone of real nodes on this machine with any number of accounts, send it payments that were signed before, " +
			"and measure: payments per second, latency, processor time and disk per payment. Then every node's sums, application hash and " +
			"data are compared. The result is " + bench.ResultFile + " and " + bench.PageFile + " in the directory --out. Nothing is left running. " +
			"Each node, and each of the peer's, has its share of the processors, at least one, as GOMAXPROCS. " +
			"What the environment says with GOGC, GOMAXPROCS, GOMEMLIMIT and FZD_… reaches the nodes. See docs/performance.md.",
		Example: "azukari bench --accounts 108000 --out /tmp/bench",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.run(cmd.Context(), cmd)
		},
	}
	s.addFlags(cmd)
	return cmd
}

func (s *settings) addFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&s.Dir, "out", "", "directory for the result, empty or new (required)")
	flags.StringVar(&s.Binaries, "bin", "", "folder of fzd (default: "+devnet.BinariesVariable+", or beside azukari)")
	flags.IntVar(&s.Accounts, "accounts", s.Accounts, "accounts of the zone; account i holds i yen")
	flags.IntVar(&s.Validators, "validators", s.Validators, "validators, one of each bank")
	flags.IntVar(&s.Listeners, "listeners", s.Listeners, "listeners beside them")
	flags.IntVar(&s.Seconds, "seconds", s.Seconds, "seconds after which nothing more is submitted")
	flags.IntVar(&s.Payments, "payments", 0, "most payments to submit; 0 for as many as the seconds may need")
	flags.IntVar(&s.Rate, "rate", 0, "payments per second to submit; 0 for as many as the zone takes")
	flags.StringVar(&s.To, "to", s.To, "where requests go: one node or all")
	flags.StringVar((*string)(&s.Kind), "kind", string(s.Kind), "orders in bundles of gateways; payments or sends, each a transaction of its payer")
	flags.IntVar(&s.InFlight, "in-flight", s.InFlight, "payments that may be submitted and not yet committed")
	flags.IntVar(&s.Bundle, "bundle", s.Bundle, "orders that a gateway brings together")
	flags.StringVar(&s.Store, "store", s.Store, "where nodes have their state: memiavl or iavl")
	flags.Int64Var(&s.BlockGas, "block-gas", s.BlockGas, "most gas of a block")
	flags.Int64Var(&s.BlockBytes, "block-bytes", s.BlockBytes, "most bytes of a block")
	flags.StringVar(&s.Tuning, "tuning", s.Tuning, "how nodes are tuned: throughput or latency, as by 'fzd configure validator --tuning', or none")
	flags.IntVar(&s.blockTime, "block-time", 0, "pause after a commit in milliseconds; 0 for that of the tuning")
	flags.IntVar(&s.Stop, "stop", 0, "validators that stop during the load, fewer than a third")
	flags.IntVar(&s.stopAfter, "stop-after", int(s.StopAfter.Seconds()), "with --stop: after so many seconds of the load")
	flags.IntVar(&s.stopSeconds, "stop-seconds", int(s.StopFor.Seconds()), "with --stop: for so many seconds")
	flags.IntVar(&s.Runs, "runs", s.Runs, "runs from the same state; the median one is shown")
	flags.IntVar(&s.profileSeconds, "profile-seconds", 0, "profile the processor time of one node for so many seconds in the middle of the load")
	flags.StringVar(&s.Peer, "peer", "", "simd: run plain sends on stock simd of ibc-go as well, and say how we compare")
	flags.StringVar(&s.Seed, "seed", s.Seed, "text from which accounts and payments derive")
	flags.StringVar(&s.trial, "trial", "", "full, tenth or hundredth: 10.8 million, 1.08 million or 108,000 accounts, each of which pays everything out once")
	flags.BoolVar(&s.KeepHomes, "keep", false, "keep the nodes' directories in work/ of --out")
}

func (s *settings) run(ctx context.Context, cmd *cobra.Command) error {
	if err := s.applyTrial(cmd); err != nil {
		return err
	}
	s.StopAfter, s.StopFor = time.Duration(s.stopAfter)*time.Second, time.Duration(s.stopSeconds)*time.Second
	s.ProfileFor, s.BlockTime = time.Duration(s.profileSeconds)*time.Second, time.Duration(s.blockTime)*time.Millisecond
	if err := shareProcessors(s.Validators + s.Listeners); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	s.Progress = newProgress(out)
	result, err := bench.Run(ctx, s.Options)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted; nothing was left running")
		}
		return err
	}
	return s.print(out, result)
}

func (s *settings) print(out io.Writer, result *bench.Result) error {
	if err := writeTable(out, result); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\n", filepath.Join(s.Dir, bench.PageFile))
	for _, run := range result.Runs {
		if !run.Agree {
			return ErrDisagree
		}
	}
	return nil
}

// shareProcessors lets each node that is started from now on run Go code on its share of the processors, unless the environment says on
// how many: on a machine with fewer processors than threads that want them, nodes only push each other aside.
func shareProcessors(nodes int) error {
	const variable = "GOMAXPROCS"
	if os.Getenv(variable) != "" {
		return nil
	}
	return os.Setenv(variable, strconv.Itoa(max(1, runtime.NumCPU()/max(1, nodes))))
}

// trials are the accounts of the trial of 2016 and of its parts.
var trials = map[string]int{"full": 10_800_000, "tenth": 1_080_000, "hundredth": 108_000}

// applyTrial makes every account pay once, within an hour or the same part of it.
func (s *settings) applyTrial(cmd *cobra.Command) error {
	if s.trial == "" {
		return nil
	}
	accounts, known := trials[s.trial]
	if !known {
		return fmt.Errorf("--trial: expected full, tenth or hundredth, got %q", s.trial)
	}
	s.Accounts, s.Payments = accounts, accounts
	if !cmd.Flags().Changed("seconds") {
		s.Seconds = accounts / 3_000 // what 3,000 a second need: an hour for all
	}
	return nil
}
