package bench_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/testutil/bench"
)

// small is a load of a few seconds.
func small(t *testing.T) bench.Options {
	t.Helper()
	t.Setenv("FZD_PERFORMANCE_HEAP_MIB", "64") // 400 accounts need no half of the machine's memory
	options := bench.DefaultOptions()
	options.Dir, options.Accounts, options.Seconds = filepath.Join(t.TempDir(), "out"), 400, 20
	options.InFlight, options.Bundle, options.Payments, options.BlockTime = 100, 25, 600, time.Second/5
	options.Progress = bench.Lines(t.Output())
	return options
}

func TestEveryOrderIsPaidAndAllDataAgree(t *testing.T) {
	options := small(t)
	options.To, options.Runs = bench.ToAll, 2
	result, err := bench.Run(t.Context(), options)
	require.NoError(t, err)
	require.Len(t, result.Runs, 2)
	for _, run := range result.Runs {
		requireWhole(t, run, 600)
		require.Len(t, run.States, 4)
	}
	// Each run begins from the same state, and the same orders are good once in each.
	require.EqualValues(t, 400*401/2, result.Shape.TotalYen)

	shown := result.Runs[result.Median]
	page, err := os.ReadFile(filepath.Join(options.Dir, bench.PageFile))
	require.NoError(t, err)
	require.Contains(t, string(page), shown.States[0].Digest)
	require.Contains(t, string(page), "<svg")
	require.NotContains(t, string(page), "<script")
	raw, err := os.ReadFile(filepath.Join(options.Dir, bench.ResultFile))
	require.NoError(t, err)
	var written bench.Result
	require.NoError(t, json.Unmarshal(raw, &written))
	require.Equal(t, shown.States, written.Runs[written.Median].States)
	require.FileExists(t, filepath.Join(options.Dir, "logs", "financial.bank-a.log"))
	require.NoDirExists(t, filepath.Join(options.Dir, "work"))

	_, err = bench.Run(t.Context(), options)
	require.ErrorContains(t, err, "out: expected an empty or a new directory")
}

func TestEveryPlainPaymentIsPaidThoughTwoOfSevenValidatorsStop(t *testing.T) {
	t.Setenv("FZD_PERFORMANCE_OPTIMISTIC_EXECUTION", "true")
	t.Setenv("FZD_PERFORMANCE_HEAP_MIB", "256") // eight nodes beside other tests
	options := small(t)
	options.Kind, options.Rate, options.Payments, options.Seconds = bench.KindPayments, 50, 400, 30
	options.Tuning = nodeconfig.TuningLatency
	options.Validators, options.Stop, options.StopAfter, options.StopFor = 7, 2, 2e9, 2e9
	options.Listeners = 1
	options.ProfileFor = 1e9
	result, err := bench.Run(t.Context(), options)
	require.NoError(t, err)
	run := result.Runs[0]
	requireWhole(t, run, 400)
	require.Len(t, run.States, 8)
	for _, node := range run.Nodes {
		require.Equal(t, node.Node == "listener-1", node.Disk["tx_index.db"] > 0, "%s has %v", node.Node, node.Disk)
	}
	require.Equal(t, "latency", result.Settings["tuning"])
	require.Equal(t, "false", result.Settings[nodeconfig.KeyOptimisticExecution], "the tuning's, in whose place the environment's is")
	require.Equal(t, "200ms", result.Settings["consensus.timeout_commit"])
	require.Len(t, run.Outages, 2)
	for i, outage := range run.Outages {
		require.Equal(t, []string{"bank-f", "bank-g"}[i], outage.Node)
		require.Positive(t, outage.CatchUp)
	}
}

// requireWhole demands that all payments were made, and that the sums and every node's data say so.
func requireWhole(t *testing.T, run bench.RunResult, payments int) {
	t.Helper()
	require.True(t, run.Exhausted)
	require.Equal(t, payments, run.Outcomes.Submitted)
	require.Equal(t, payments, run.Outcomes.Committed)
	require.Equal(t, payments, run.Outcomes.Paid)
	require.Empty(t, run.Outcomes.Refused)
	require.Empty(t, run.Outcomes.NotAccepted)
	inBlocks := 0
	for _, block := range run.Blocks {
		inBlocks += block.Payments
	}
	require.Equal(t, payments, inBlocks)
	require.True(t, run.Agree)
	for _, state := range run.States {
		require.Equal(t, "80200", state.Sum)
		require.Equal(t, run.States[0].Digest, state.Digest)
		require.Equal(t, run.States[0].AppHash, state.AppHash)
		require.Positive(t, state.Keys)
	}
	for _, node := range run.Nodes {
		require.Positive(t, node.CPU)
		require.Positive(t, node.PeakMemory)
	}
}
