package bench

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/google/pprof/profile"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/store/dbadapter"
)

func TestPercentilesAreByNearestRank(t *testing.T) {
	var took []time.Duration
	for i := 100; i > 0; i-- {
		took = append(took, time.Duration(i)*time.Second)
	}
	require.Equal(t, Latency{P50: 50, P95: 95, P99: 99, Max: 100}, percentiles(took))
	require.Equal(t, Latency{P50: 1, P95: 1, P99: 1, Max: 1}, percentiles([]time.Duration{time.Second}))
	require.Equal(t, Latency{}, percentiles(nil))
	values := curve(took)
	require.Len(t, values, 101)
	require.InDelta(t, 1, values[0], 0)
	require.InDelta(t, 37, values[37], 0)
	require.InDelta(t, 100, values[100], 0)
}

func TestBestStretch(t *testing.T) {
	blocks := []Block{
		{Seen: 5, Payments: 100}, {Seen: 10, Payments: 100}, {Seen: 20, Payments: 400}, {Seen: 30, Payments: 1_000}, {Seen: 31, Payments: 0},
	}
	// From 10 to 30: 1,400 in 20 s.
	require.InDelta(t, 70, best(blocks, 15*time.Second), 1e-9)
	require.InDelta(t, 1_600.0/31, best(blocks, time.Minute), 1e-9)
	require.InDelta(t, 20, best(blocks[:1], 15*time.Second), 1e-9)
	require.Zero(t, best(nil, time.Second))
}

func TestMedianIsARunThatWasMade(t *testing.T) {
	for _, one := range []struct {
		values []float64
		want   float64
		at     int
	}{
		{[]float64{7}, 7, 0}, {[]float64{9, 5}, 5, 1}, {[]float64{9, 1, 5}, 5, 2}, {[]float64{4, 3, 2, 1}, 2, 2},
	} {
		value, at := median(one.values)
		require.InDelta(t, one.want, value, 0)
		require.Equal(t, one.at, at)
	}
}

func TestThePageShowsTheMedianRun(t *testing.T) {
	run := func(average float64, digest string) RunResult {
		return RunResult{
			Average: average, Agree: true, Blocks: []Block{{Seen: 1, Payments: 1_234}, {Seen: 1, Payments: 2}, {Seen: 3, Payments: 4}}, Curve: []float64{0, 1, 2},
			States: []NodeState{{Node: "bank-a", Digest: digest, AppHash: "ab"}},
		}
	}
	result := &Result{Runs: []RunResult{run(100, "digest-1"), run(300, "digest-2"), run(200, "digest-3")}, Median: 2, Peer: &Peer{Average: 50, Ratio: 4}}
	dir := t.TempDir()
	require.NoError(t, result.write(dir))
	raw, err := os.ReadFile(filepath.Join(dir, PageFile))
	require.NoError(t, err)
	page := string(raw)
	require.Contains(t, page, "<title>azukari bench: 200 payments per second</title>")
	require.Contains(t, page, "digest-3")
	require.NotContains(t, page, "digest-2")
	require.Contains(t, page, "4.0 ×")
	require.Contains(t, page, "<title>1, 1234</title>")
	// Two blocks that were seen at once share the time to them.
	require.Contains(t, page, "<title>3, 3</title>")
	for _, outside := range []string{"<script", "src=", "href=", "@import", "url("} {
		require.NotContains(t, page, outside)
	}
}

func TestPhasesOfAProfile(t *testing.T) {
	functions := map[string]*profile.Function{}
	stack := func(value int64, names ...string) *profile.Sample {
		sample := &profile.Sample{Value: []int64{1, value}}
		for _, name := range names {
			if functions[name] == nil {
				functions[name] = &profile.Function{Name: name}
			}
			sample.Location = append(sample.Location, &profile.Location{Line: []profile.Line{{Function: functions[name]}}})
		}
		return sample
	}
	const app = "github.com/cosmos/cosmos-sdk/baseapp.(*BaseApp)."
	found := sharesOf(&profile.Profile{Sample: []*profile.Sample{
		stack(4e9, "crypto/sha512.block", "github.com/azukari-network/azukari/x/payment/types.VerifySignatures", app+"FinalizeBlock"),
		stack(3e9, "runtime.scanobject", "runtime.gcBgMarkWorker"),
		stack(2e9, "crypto/sha512.block", app+"CheckTx", "github.com/cometbft/cometbft/mempool.(*CListMempool).CheckTx"),
		stack(1e9, "runtime.futex"),
	}})
	require.InDelta(t, 10, found.Seconds, 1e-9)
	require.InDelta(t, 0.4, found.Signatures, 1e-9)
	require.Equal(t, []Share{{"FinalizeBlock", 0.4}, {"garbage collection", 0.3}, {"CheckTx", 0.2}, {"runtime", 0.1}}, found.Phases)
	require.Equal(t, []Share{{"crypto/sha512", 0.6}, {"runtime", 0.4}}, found.Packages)
}

// A digest tells keys from values and stores from each other, whatever their lengths.
func TestDigest(t *testing.T) {
	digest := func(name string, entries ...string) string {
		t.Helper()
		db := dbm.NewMemDB()
		for i := 0; i < len(entries); i += 2 {
			require.NoError(t, db.Set([]byte(entries[i]), []byte(entries[i+1])))
		}
		sum := sha256.New()
		keys, err := digestStore(t.Context(), sum, name, dbadapter.Store{DB: db})
		require.NoError(t, err)
		require.EqualValues(t, len(entries)/2, keys)
		return string(sum.Sum(nil))
	}
	same := digest("bank", "a", "1", "b", "2")
	require.Equal(t, same, digest("bank", "b", "2", "a", "1"))
	seen := map[string]bool{same: true}
	for _, other := range []string{
		digest("ban", "ka", "1", "b", "2"), digest("bank", "a", "1", "b", "3"), digest("bank", "a", "1"), digest("bank", "a", "1b", "b", "2"), digest("bank"),
	} {
		require.False(t, seen[other])
		seen[other] = true
	}
}

func TestCopiesShareOnlyWhatNeverChanges(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "data")
	for _, name := range []string{"application.db/000001.ldb", "application.db/000002.log", "state/snapshot-7/bank/kvs", "state/0001.wal"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(from, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(from, name), []byte(name), 0o600))
	}
	require.NoError(t, os.Symlink("snapshot-7", filepath.Join(from, "state/current")))
	require.NoError(t, copyTree(from, to))
	for name, shared := range map[string]bool{
		"application.db/000001.ldb": true, "application.db/000002.log": false, "state/snapshot-7/bank/kvs": true, "state/0001.wal": false,
	} {
		one, err := os.Stat(filepath.Join(from, name))
		require.NoError(t, err)
		other, err := os.Stat(filepath.Join(to, name))
		require.NoError(t, err)
		require.Equal(t, shared, os.SameFile(one, other), name)
		raw, err := os.ReadFile(filepath.Join(to, name))
		require.NoError(t, err)
		require.Equal(t, name, string(raw))
	}
	link, err := os.Readlink(filepath.Join(to, "state/current"))
	require.NoError(t, err)
	require.Equal(t, "snapshot-7", link)
}

func TestOptionsAreChecked(t *testing.T) {
	for want, change := range map[string]func(*Options){
		"out: expected a directory":             func(o *Options) { o.Dir = "" },
		"accounts: expected 100 to 20000000":    func(o *Options) { o.Accounts = 20_000_001 },
		"bundle: expected 1 to 10000, got 0":    func(o *Options) { o.Bundle = 0 },
		"kind: expected orders, payments":       func(o *Options) { o.Kind = "coins" },
		"to: expected one or all":               func(o *Options) { o.To = "two" },
		"in-flight: expected a bundle of 1000":  func(o *Options) { o.InFlight = 999 },
		"in-flight: expected at most a quarter": func(o *Options) { o.InFlight = 27_001 },
		"peer: expected simd or nothing":        func(o *Options) { o.Peer = "other" },
		"stop: expected 0 to 0 of 3 validators": func(o *Options) { o.Stop, o.Validators = 1, 3 },
		"stop: expected 0 to 1 of 6 validators": func(o *Options) { o.Stop, o.Validators = 2, 6 },
		"stop: expected 0 to 1 of 4 validators": func(o *Options) { o.Stop = -1 },
		"stop: expected requests to one node":   func(o *Options) { o.Stop, o.To = 1, ToAll },
		"stop-after: expected 1 to 59 s":        func(o *Options) { o.Stop, o.StopAfter = 1, time.Minute },
		"stop-seconds: expected 1 to 86400":     func(o *Options) { o.Stop, o.StopAfter, o.StopFor = 1, time.Second, 0 },
	} {
		options := DefaultOptions()
		options.Dir = "out"
		require.NoError(t, options.Validate())
		change(&options)
		err := options.Validate()
		require.Error(t, err)
		require.True(t, strings.HasPrefix(err.Error(), want), "%s: %v", want, err)
	}
	options := DefaultOptions()
	options.Payments = 1_500
	require.Equal(t, 2_000, options.payments()) // whole bundles
}
