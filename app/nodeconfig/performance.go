package nodeconfig

import (
	"fmt"

	"github.com/azukari-network/azukari/app/commitstore"
)

const (
	gcPercentMin, gcPercentMax           = 10, 10_000
	memoryLimitMiBMin, memoryLimitMiBMax = 256, 16 << 20
	heapMiBMin, heapMiBMax               = 64, 1 << 20

	// KeyOptimisticExecution is a setting by which the node builds its application.
	KeyOptimisticExecution = "performance.optimistic-execution"
	keyConcurrentChecks    = "performance.concurrent-checks"
)

// Performance is how a node spends processor and memory. None of it changes what blocks do. The zero value is Go's and the SDK's default.
type Performance struct {
	// GCPercent is Go's GOGC, 10 to 10000; 0 leaves it to the environment.
	GCPercent int `mapstructure:"gc-percent"`
	// HeapMiB is how large the heap is at least before it is collected, in MiB, 64 to 1048576; the node takes this memory at its start. 0
	// takes what the heap needs when it needs it. Above it GCPercent decides.
	HeapMiB int64 `mapstructure:"heap-mib"`
	// MemoryLimitMiB is Go's GOMEMLIMIT in MiB, 256 to 16777216; 0 leaves it to the environment.
	MemoryLimitMiB int64 `mapstructure:"memory-limit-mib"`
	// ConcurrentChecks lets transactions into the mempool while a block is executed. It needs memiavl.
	ConcurrentChecks bool `mapstructure:"concurrent-checks"`
	// OptimisticExecution begins to execute a block when it is proposed, while the others still vote for it. It needs memiavl.
	OptimisticExecution bool `mapstructure:"optimistic-execution"`
}

const performanceTemplate = `
###############################################################################
###                         Performance                                     ###
###############################################################################

# "configure validator --tuning throughput" or "latency" sets these and others; see docs/node.md.
[performance]
# Go's GOGC: how much the heap may grow, in percent, before it is collected; 0 leaves it to the environment.
gc-percent = {{ .Performance.GCPercent }}
# How large the heap is at least before it is collected, in MiB, taken at the start; 0 takes memory when it is needed.
heap-mib = {{ .Performance.HeapMiB }}
# Go's GOMEMLIMIT in MiB: from where on the heap is collected sooner; 0 leaves it to the environment.
memory-limit-mib = {{ .Performance.MemoryLimitMiB }}
# Whether transactions are checked for the mempool while a block is executed; needs state.store "memiavl".
concurrent-checks = {{ .Performance.ConcurrentChecks }}
# Whether a block is executed from its proposal on, before it is decided; needs state.store "memiavl".
optimistic-execution = {{ .Performance.OptimisticExecution }}
`

// validatePerformance checks the section, and that the store can be read while a block is executed.
func (a App) validatePerformance() error {
	t := a.Performance
	if t.GCPercent != 0 && (t.GCPercent < gcPercentMin || t.GCPercent > gcPercentMax) {
		return fmt.Errorf("performance.gc-percent: expected 0, or %d to %d, got %d", gcPercentMin, gcPercentMax, t.GCPercent)
	}
	if t.HeapMiB != 0 && (t.HeapMiB < heapMiBMin || t.HeapMiB > heapMiBMax) {
		return fmt.Errorf("performance.heap-mib: expected 0, or %d to %d, got %d", heapMiBMin, heapMiBMax, t.HeapMiB)
	}
	if t.MemoryLimitMiB != 0 && (t.MemoryLimitMiB < memoryLimitMiBMin || t.MemoryLimitMiB > memoryLimitMiBMax) {
		return fmt.Errorf("performance.memory-limit-mib: expected 0, or %d to %d, got %d", memoryLimitMiBMin, memoryLimitMiBMax, t.MemoryLimitMiB)
	}
	for _, concurrent := range []struct {
		key string
		on  bool
	}{{keyConcurrentChecks, t.ConcurrentChecks}, {KeyOptimisticExecution, t.OptimisticExecution}} {
		if concurrent.on && a.State.Store != commitstore.KindMemIAVL {
			return fmt.Errorf("%s: expected false with state.store %q, got true: only %q can be read while a block is executed",
				concurrent.key, a.State.Store, commitstore.KindMemIAVL)
		}
	}
	return nil
}
