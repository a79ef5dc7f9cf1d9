package bench

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHeapShare(t *testing.T) {
	const gib = 1 << 30
	for _, want := range []struct {
		machine int64
		nodes   int
		share   int64
	}{{24 * gib, 4, 3_072}, {24 * gib, 7, 1_755}, {8 * gib, 4, 1_024}, {gib, 4, 128}, {gib, 9, 0}, {0, 4, 0}} {
		require.Equal(t, want.share, heapShare(want.machine, want.nodes), "%d nodes on %d bytes", want.nodes, want.machine)
	}
}
