package benchcmd

import (
	"bytes"
	"errors"
	"os"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/bench"
)

func TestTrialsAreTheAccountsOf2016(t *testing.T) {
	for trial, want := range map[string][3]int{
		"full": {10_800_000, 10_800_000, 3_600}, "tenth": {1_080_000, 1_080_000, 360}, "hundredth": {108_000, 108_000, 36},
	} {
		s := settings{Options: bench.DefaultOptions()}
		cmd := New()
		s.trial = trial
		require.NoError(t, s.applyTrial(cmd))
		require.Equal(t, want, [3]int{s.Accounts, s.Payments, s.Seconds})
	}
	cmd := New()
	cmd.SetArgs([]string{"--trial", "half", "--out", t.TempDir()})
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	require.EqualError(t, cmd.Execute(), `--trial: expected full, tenth or hundredth, got "half"`)
}

func TestWhatCannotBeMeasuredIsRefusedBeforeAnythingStarts(t *testing.T) {
	for want, arguments := range map[string][]string{
		"out: expected a directory for the result, got none": {},
		"bundle: expected 1 to 10000, got 0":                 {"--out", t.TempDir(), "--bundle", "0"},
		"stop: expected 0 to 2 of 7 validators, since the others go on only if they are more than two thirds, got 3": {
			"--out", t.TempDir(), "--validators", "7", "--stop", "3",
		},
		"stop-after: expected 1 to 59 s, while payments are submitted, got 60":          {"--out", t.TempDir(), "--stop", "1"},
		"profile-seconds: expected 0 to 60, got 61":                                     {"--out", t.TempDir(), "--profile-seconds", "61"},
		`kind: expected orders, payments or sends, got "coins"`:                         {"--out", t.TempDir(), "--kind", "coins"},
		"block-time: expected 50 ms to a minute, or 0 for that of the tuning, got 49ms": {"--out", t.TempDir(), "--block-time", "49"},
		`tuning: expected throughput, latency or none, got "speed"`:                     {"--out", t.TempDir(), "--tuning", "speed"},
		"accounts: expected 100 to 20000000, got 5":                                     {"--out", t.TempDir(), "--accounts", "5"},
		`peer: expected simd or nothing, got "gaiad"`:                                   {"--out", t.TempDir(), "--peer", "gaiad"},
		"validators: expected 1 to 26, got 27":                                          {"--out", t.TempDir(), "--validators", "27"},
	} {
		cmd := New()
		cmd.SetArgs(arguments)
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		require.EqualError(t, cmd.Execute(), want)
	}
}

func TestNodesShareTheProcessors(t *testing.T) {
	t.Setenv("GOMAXPROCS", "3")
	require.NoError(t, shareProcessors(1))
	require.Equal(t, "3", os.Getenv("GOMAXPROCS"), "what the environment says stays")
	for nodes, want := range map[int]int{1: runtime.NumCPU(), runtime.NumCPU(): 1, 10 * runtime.NumCPU(): 1} {
		t.Setenv("GOMAXPROCS", "")
		require.NoError(t, shareProcessors(nodes))
		require.Equal(t, strconv.Itoa(want), os.Getenv("GOMAXPROCS"))
	}
}

func TestTheTableIsOfTheMedianRun(t *testing.T) {
	state := bench.NodeState{Node: "bank-a", Sum: "5832054000", AppHash: "0123456789abcdef0123", Digest: "fedcba98765432100123", Keys: 7, Height: 9}
	run := func(average float64, agree bool) bench.RunResult {
		return bench.RunResult{
			Average: average, Best: average * 2, Agree: agree, States: []bench.NodeState{state},
			Outcomes: bench.Outcomes{Submitted: 1_000, Committed: 1_000, Paid: 999, Refused: map[string]int{"registry 7": 1}},
		}
	}
	result := &bench.Result{Runs: []bench.RunResult{run(1_500, true), run(2_500, true), run(3_500, true)}, Median: 1, Shape: bench.Shape{TotalYen: 5_832_054_000}}
	var out bytes.Buffer
	s := settings{}
	require.NoError(t, s.print(&out, result))
	for _, want := range []string{
		"2,500 on average, best 15 s 5,000", "run 1", "1,500/s", "1,000 submitted, 1,000 committed, 999 paid", "refused: registry 7",
		"5,832,054,000 yen", "sum 5,832,054,000, height 9, app hash 0123456789abcdef, digest fedcba9876543210 over 7 keys",
	} {
		require.Contains(t, out.String(), want)
	}
	result.Runs[0] = run(1_500, false)
	require.ErrorIs(t, s.print(&out, result), ErrDisagree)
}

func TestProgressIsSparseWhereNobodyLooksOn(t *testing.T) {
	var out bytes.Buffer
	p := newProgress(&out)
	done := p.Step("sign 10 payments")
	for range 1_000 {
		p.Say("some of 10 payments")
	}
	done(nil)
	p.Step("start nodes")(errors.New("no"))
	require.Regexp(t, `^✓ sign 10 payments \(0\.\d s\)\n✗ start nodes \(0\.\d s\)\n$`, out.String())
}
