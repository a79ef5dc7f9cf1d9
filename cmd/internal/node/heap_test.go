package node

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The heap is collected at its size while there is room, and at GOGC of what is in use when there is not.
func TestHeapIsHeld(t *testing.T) {
	const size = 128 << 20
	before := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(before) })
	next := func() uint64 {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.NextGC
	}
	stop := holdHeap(size)
	require.InDelta(t, size, next(), size/16)
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	require.Greater(t, stats.HeapIdle-stats.HeapReleased, uint64(size)*3/4, "it is there, and not in use")

	small := make([]byte, size/4)
	collect := func(at uint64) {
		t.Helper()
		require.Eventually(t, func() bool { // what adjusts the heap runs behind a collection
			runtime.GC()
			return next() >= at-at/8 && next() <= at+at/8
		}, time.Minute, time.Millisecond)
	}
	collect(size)
	large := make([]byte, size)
	collect(2 * (size + size/4))
	runtime.KeepAlive(small)
	runtime.KeepAlive(large)
	stop()
	require.Equal(t, 100, debug.SetGCPercent(100))
}

func TestHeapRoom(t *testing.T) {
	h := &heap{size: 1_000, percent: 50}
	for live, percent := range map[uint64]int{0: 100_000, 1: 99_900, 100: 900, 500: 100, 600: 66, 700: 50, 1_000: 50, 5_000: 50} {
		require.Equal(t, percent, h.room(live, live), "with %d in use", live)
	}
}
