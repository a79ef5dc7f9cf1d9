package nodeconfig_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
)

func tuning(t *testing.T, name, role string) nodeconfig.Profile {
	t.Helper()
	profile, err := nodeconfig.TuningProfile(name, role)
	require.NoError(t, err)
	return profile
}

// A tuning writes each of its settings, survives the files, and the other one leaves nothing of it.
func TestTunings(t *testing.T) {
	for _, role := range []string{"validator", "listener"} {
		t.Run(role, func(t *testing.T) {
			files := defaults(t)
			for _, name := range []string{nodeconfig.TuningThroughput, nodeconfig.TuningLatency, nodeconfig.TuningThroughput} {
				profile := tuning(t, name, role)
				require.NotEmpty(t, profile.Apply(files))
				require.Empty(t, profile.Apply(files), "a second time changes nothing")
				for _, rule := range profile.Rules {
					require.Equal(t, rule.Want, rule.Setting(files), rule.Key)
				}
				require.NoError(t, nodeconfig.Write(files.Comet, *files.App))
				again, err := nodeconfig.Read(files.Comet.RootDir)
				require.NoError(t, err)
				require.NoError(t, profile.Check(again))
				require.Equal(t, files.App.Performance, again.App.Performance)
			}
		})
	}
	validator, listener := defaults(t), defaults(t)
	tuning(t, nodeconfig.TuningLatency, "validator").Apply(validator)
	tuning(t, nodeconfig.TuningLatency, "listener").Apply(listener)
	require.Equal(t, 400*time.Millisecond, validator.Comet.Consensus.TimeoutCommit)
	require.Equal(t, nodeconfig.Performance{GCPercent: 100, HeapMiB: 3_072, ConcurrentChecks: true}, validator.App.Performance)
	require.Equal(t, nodeconfig.Performance{GCPercent: 200}, listener.App.Performance)
	require.True(t, validator.Comet.Storage.DiscardABCIResponses)
	require.False(t, listener.Comet.Storage.DiscardABCIResponses)
	require.Equal(t, "kv", listener.Comet.TxIndex.Indexer)
	require.NotZero(t, listener.App.StateSync.SnapshotInterval)

	tuning(t, nodeconfig.TuningLatency, "listener").Apply(validator)
	require.Equal(t, nodeconfig.Performance{GCPercent: 200}, validator.App.Performance, "it became a listener")

	_, err := nodeconfig.TuningProfile("speed", "validator")
	require.EqualError(t, err, `tuning: expected throughput or latency, got "speed"`)
	_, err = nodeconfig.TuningProfile(nodeconfig.TuningLatency, "relayer")
	require.EqualError(t, err, `tuning: expected a validator or a listener, got "relayer"`)
}

// A node whose state cannot be read while a block is executed gets a tuning without what needs that.
func TestTuningWithIAVL(t *testing.T) {
	files := defaults(t)
	files.App.State.Store = commitstore.KindIAVL
	files.App.Performance.ConcurrentChecks = true
	profile := tuning(t, nodeconfig.TuningLatency, "validator")
	profile.Apply(files)
	require.NoError(t, profile.Check(files))
	require.Equal(t, nodeconfig.Performance{GCPercent: 100, HeapMiB: 3_072}, files.App.Performance)
	require.NoError(t, nodeconfig.Write(files.Comet, *files.App))
}

func TestPerformanceSettings(t *testing.T) {
	files := defaults(t)
	for want, wrong := range map[string]nodeconfig.Performance{
		"performance.gc-percent: expected 0, or 10 to 10000, got 9":                  {GCPercent: 9},
		"performance.gc-percent: expected 0, or 10 to 10000, got -1":                 {GCPercent: -1},
		"performance.gc-percent: expected 0, or 10 to 10000, got 10001":              {GCPercent: 10_001},
		"performance.heap-mib: expected 0, or 64 to 1048576, got 63":                 {HeapMiB: 63},
		"performance.heap-mib: expected 0, or 64 to 1048576, got 1048577":            {HeapMiB: 1<<20 + 1},
		"performance.memory-limit-mib: expected 0, or 256 to 16777216, got 255":      {MemoryLimitMiB: 255},
		"performance.memory-limit-mib: expected 0, or 256 to 16777216, got 16777217": {MemoryLimitMiB: 1<<24 + 1},
	} {
		app := *files.App
		app.Performance = wrong
		require.EqualError(t, nodeconfig.Write(files.Comet, app), "app.toml: "+want)
	}
	for key, on := range map[string]nodeconfig.Performance{
		"performance.concurrent-checks":    {ConcurrentChecks: true},
		"performance.optimistic-execution": {OptimisticExecution: true},
	} {
		app := *files.App
		app.Performance = on
		require.NoError(t, nodeconfig.Write(files.Comet, app))
		app.State.Store = commitstore.KindIAVL
		require.EqualError(t, nodeconfig.Write(files.Comet, app), "app.toml: "+key+
			`: expected false with state.store "iavl", got true: only "memiavl" can be read while a block is executed`)
	}
}

// docs/node.md tells of every setting of a tuning, and of no other.
func TestTuningsAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/node.md")
	require.NoError(t, err)
	text := "| Of | File | Setting | `throughput` | `latency` | Why |\n| --- | --- | --- | --- | --- | --- |\n"
	validator, listener := tuning(t, nodeconfig.TuningThroughput, "validator").Rules, tuning(t, nodeconfig.TuningThroughput, "listener").Rules
	row := func(of, name string, i int) {
		fast, soon := tuning(t, nodeconfig.TuningThroughput, name).Rules[i], tuning(t, nodeconfig.TuningLatency, name).Rules[i]
		text += fmt.Sprintf("| %s | `%s` | `%s` | %s | %s | %s |\n", of, fast.File, fast.Key, fast.Want, soon.Want, fast.Why)
	}
	common := 0
	for common < len(listener) && listener[common].Key == validator[common].Key && listener[common].Want == validator[common].Want {
		row("both", "validator", common)
		common++
	}
	for i := common; i < len(validator); i++ {
		row("validator", "validator", i)
	}
	for i := common; i < len(listener); i++ {
		row("listener", "listener", i)
	}
	require.Contains(t, string(page), text+"\n")
}
