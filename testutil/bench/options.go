package bench

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// Kind says how payments are made.
type Kind string

// Kinds of load.
const (
	// KindOrders are payment orders, signed by their payers and brought in bundles by gateways.
	KindOrders Kind = "orders"
	// KindPayments are transactions of their payers with one MsgPay of x/payment each.
	KindPayments Kind = "payments"
	// KindSends are transactions of their payers with one MsgSend of x/bank each.
	KindSends Kind = "sends"
)

// Where the load goes.
const (
	ToOne = "one"
	ToAll = "all"
)

// TuningNone leaves the nodes as a devnet has them.
const TuningNone = "none"

const (
	accountsMin   = 100
	accountsMax   = 20_000_000
	validatorsMax = 26
	listenersMax  = 10
	secondsMax    = 24 * 3600
	inFlightMax   = 1_000_000
)

// Options say what to measure. Start from [DefaultOptions]: zero values are not defaults.
type Options struct {
	// Dir receives the result, the page, profiles and logs; it must be empty or new.
	Dir string
	// Binaries is the folder of fzd; empty: as devnet finds it.
	Binaries string
	// Accounts of the zone, 100 to 20 million. Account i, counted from 1, holds i yen.
	Accounts int
	// Validators, one of each bank, 1 to 26.
	Validators int
	// Listeners, 0 to 10, follow the zone beside them, as `configure listener` makes them: each with an index of transactions and the
	// results of blocks. With IAVL they keep as many past states as it does, with memiavl as a validator.
	Listeners int
	// Seconds after which nothing more is submitted, 1 to 86400.
	Seconds int
	// Rate in payments per second; 0 for as many as the zone takes.
	Rate int
	// Payments is the most to submit; 0 for as many as Seconds may need.
	Payments int
	// To is "one" node or "all".
	To string
	// Kind of the load.
	Kind Kind
	// InFlight is how many payments may be submitted and not yet committed.
	InFlight int
	// Bundle is how many orders a gateway brings together.
	Bundle int
	// Store is where nodes have their state: commitstore.KindMemIAVL or commitstore.KindIAVL.
	Store string
	// BlockGas bounds the gas of a block, BlockBytes its size in bytes.
	BlockGas, BlockBytes int64
	// Tuning of the nodes: that of `configure validator --tuning`, or TuningNone for a devnet's nodes as they are.
	Tuning string
	// BlockTime is the pause after a commit, 50 ms to a minute; 0 for that of the tuning.
	BlockTime time.Duration
	// Stop is how many validators stop during the load: fewer than a third of them, or the others could not go on; 0 for none.
	Stop int
	// StopAfter is when they stop, from the begin of the load on, and StopFor how long they stay away.
	StopAfter, StopFor time.Duration
	// Runs, each from the same state; the result shows the median one.
	Runs int
	// ProfileFor is how long one node's CPU is profiled in the middle of the load; 0 for not.
	ProfileFor time.Duration
	// Peer is "simd" to run stock simd of ibc-go behind our own runs, with plain sends; empty for not.
	Peer string
	// Seed from which accounts and payments derive.
	Seed string
	// KeepHomes keeps the nodes' directories.
	KeepHomes bool
	// Progress is told what happens; nil for nobody.
	Progress Progress
}

// Progress is told what a measurement is doing.
type Progress interface {
	// Step begins one step; the function that it returns ends it, with the error if it failed.
	Step(name string) (done func(error))
	// Say shows what a running step has come to. On a terminal the next one replaces it.
	Say(text string)
}

// DefaultOptions is 108,000 accounts, 4 validators, tuned for throughput, and a minute of payment orders to one node.
func DefaultOptions() Options {
	return Options{
		Accounts: 108_000, Validators: 4, Seconds: 60, To: ToOne, Kind: KindOrders, InFlight: 16_000, Bundle: 1_000,
		Store: commitstore.KindMemIAVL, Tuning: nodeconfig.TuningThroughput,
		BlockGas: 2_000_000_000, BlockBytes: 20 << 20, Runs: 1, Seed: "azukari bench",
		StopAfter: time.Minute, StopFor: 6 * time.Minute,
	}
}

// Validate reports the first option that is out of its range.
func (o Options) Validate() error {
	if o.Dir == "" {
		return errors.New("out: expected a directory for the result, got none")
	}
	if o.Seed == "" {
		return errors.New("seed: expected some text, got none")
	}
	for _, bound := range []struct {
		name            string
		value, min, max int
	}{
		{"accounts", o.Accounts, accountsMin, accountsMax},
		{"validators", o.Validators, 1, validatorsMax},
		{"listeners", o.Listeners, 0, listenersMax},
		{"seconds", o.Seconds, 1, secondsMax},
		{"rate", o.Rate, 0, 1_000_000},
		{"payments", o.Payments, 0, 1_000_000_000},
		{"in-flight", o.InFlight, 1, inFlightMax},
		{"bundle", o.Bundle, 1, paymenttypes.BundleOrdersMax},
		{"block-gas", int(o.BlockGas), 1_000_000, 1_000_000_000_000},
		{"block-bytes", int(o.BlockBytes), 1 << 20, 100 << 20},
		{"runs", o.Runs, 1, 100},
		{"profile-seconds", int(o.ProfileFor.Seconds()), 0, o.Seconds},
	} {
		if bound.value < bound.min || bound.value > bound.max {
			return fmt.Errorf("%s: expected %d to %d, got %d", bound.name, bound.min, bound.max, bound.value)
		}
	}
	switch {
	case o.Kind != KindOrders && o.Kind != KindPayments && o.Kind != KindSends:
		return fmt.Errorf("kind: expected orders, payments or sends, got %q", o.Kind)
	case o.Store != commitstore.KindMemIAVL && o.Store != commitstore.KindIAVL:
		return fmt.Errorf("store: expected %s or %s, got %q", commitstore.KindMemIAVL, commitstore.KindIAVL, o.Store)
	case o.Tuning != TuningNone && !slices.Contains(nodeconfig.Tunings(), o.Tuning):
		return fmt.Errorf("tuning: expected %s or %s, got %q", strings.Join(nodeconfig.Tunings(), ", "), TuningNone, o.Tuning)
	case o.BlockTime != 0 && (o.BlockTime < 50*time.Millisecond || o.BlockTime > time.Minute):
		return fmt.Errorf("block-time: expected 50 ms to a minute, or 0 for that of the tuning, got %s", o.BlockTime)
	case o.To != ToOne && o.To != ToAll:
		return fmt.Errorf("to: expected one or all, got %q", o.To)
	case o.Kind == KindOrders && o.InFlight < o.Bundle:
		return fmt.Errorf("in-flight: expected a bundle of %d or more, got %d", o.Bundle, o.InFlight)
	case o.InFlight > o.Accounts/4:
		return fmt.Errorf("in-flight: expected at most a quarter of %d accounts, so that nobody pays on what is still on its way, got %d",
			o.Accounts, o.InFlight)
	case o.Peer != "" && o.Peer != PeerSimd:
		return fmt.Errorf("peer: expected simd or nothing, got %q", o.Peer)
	case o.Stop < 0 || o.Stop > (o.Validators-1)/3:
		return fmt.Errorf("stop: expected 0 to %d of %d validators, since the others go on only if they are more than two thirds, got %d",
			(o.Validators-1)/3, o.Validators, o.Stop)
	case o.Stop > 0:
		return o.validateStop()
	}
	return nil
}

func (o Options) validateStop() error {
	after, away := int(o.StopAfter.Seconds()), int(o.StopFor.Seconds())
	switch {
	case o.To != ToOne:
		return fmt.Errorf("stop: expected requests to one node, which stays, got %q", o.To)
	case after < 1 || after >= o.Seconds:
		return fmt.Errorf("stop-after: expected 1 to %d s, while payments are submitted, got %d", o.Seconds-1, after)
	case away < 1 || away > secondsMax:
		return fmt.Errorf("stop-seconds: expected 1 to %d, got %d", secondsMax, away)
	}
	return nil
}

// perUnit is how many payments one transaction has.
func (o Options) perUnit() int {
	if o.Kind == KindOrders {
		return o.Bundle
	}
	return 1
}

// most is how many payments a second nobody expects to be exceeded, so that as many are signed before the clock starts.
func (o Options) most() int {
	switch {
	case o.Rate > 0:
		return o.Rate
	case o.Kind == KindOrders:
		return 6_000
	default:
		return 2_000
	}
}

// payments is how many payments are signed: whole transactions.
func (o Options) payments() int {
	count := o.Payments
	if count == 0 {
		count = o.Seconds * o.most()
	}
	return (count + o.perUnit() - 1) / o.perUnit() * o.perUnit()
}

// Lines writes progress as lines, for tests and logs.
func Lines(out io.Writer) Progress { return lines{out} }

type lines struct{ out io.Writer }

func (l lines) Step(name string) func(error) {
	begin := time.Now()
	return func(err error) {
		outcome := "done"
		if err != nil {
			outcome = err.Error()
		}
		fmt.Fprintf(l.out, "%s: %s (%.1f s)\n", name, outcome, time.Since(begin).Seconds())
	}
}

func (l lines) Say(text string) { fmt.Fprintln(l.out, "  "+text) }
