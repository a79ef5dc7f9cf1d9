package benchcmd

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/testutil/bench"
)

// writeTable writes the figures of the median run, and what every node's data came to.
func writeTable(out io.Writer, result *bench.Result) error {
	run := result.Runs[result.Median]
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, format string, values ...any) {
		fmt.Fprintf(table, "%s\t%s\n", name, fmt.Sprintf(format, values...))
	}
	fmt.Fprintln(table)
	if len(result.Runs) > 1 {
		row("runs", "%d; the median one is run %d", len(result.Runs), result.Median+1)
		for i, one := range result.Runs {
			row(fmt.Sprintf("  run %d", i+1), "%s/s, best 15 s %s/s", whole(one.Average), whole(one.Best))
		}
	}
	row("payments per second", "%s on average, best 15 s %s", whole(run.Average), whole(run.Best))
	row("latency", "p50 %.2f s, p95 %.2f s, p99 %.2f s", run.Latency.P50, run.Latency.P95, run.Latency.P99)
	row("payments", "%s submitted, %s committed, %s paid in %.1f s and %d blocks", count(run.Outcomes.Submitted), count(run.Outcomes.Committed),
		count(run.Outcomes.Paid), run.Took, len(run.Blocks))
	for _, code := range slices.Sorted(maps.Keys(run.Outcomes.Refused)) {
		row("  refused: "+code, "%s", count(run.Outcomes.Refused[code]))
	}
	for _, code := range slices.Sorted(maps.Keys(run.Outcomes.NotAccepted)) {
		row("  not accepted: "+code, "%s", count(run.Outcomes.NotAccepted[code]))
	}
	for _, node := range run.Nodes {
		row(node.Node, "%.0f µs of processor and %.0f bytes of disk per payment, %.0f MB of memory at most", node.CPU, node.DiskTotal,
			float64(node.PeakMemory)/(1<<20))
	}
	row("generator", "%.0f µs of processor per payment", run.GeneratorCPU)
	for _, outage := range run.Outages {
		row(outage.Node+" away", "from %.0f s to %.0f s, %d blocks missed, caught up in %.1f s", outage.StoppedAt, outage.StartedAt,
			outage.Missed, outage.CatchUp)
	}
	row("known total", "%s yen", terminal.Grouped(strconv.FormatUint(result.Shape.TotalYen, 10)))
	for _, state := range run.States {
		row(state.Node, "sum %s, height %d, app hash %s, digest %s over %d keys", terminal.Grouped(state.Sum), state.Height, state.AppHash[:16],
			state.Digest[:16], state.Keys)
	}
	row("all agree", "%v", run.Agree)
	if peer := result.Peer; peer != nil {
		row("simd "+peer.Version, "%s plain sends a second, best 15 s %s, p50 %.2f s, %.0f µs of processor and %.0f bytes of disk per payment and node",
			whole(peer.Average), whole(peer.Best), peer.Latency.P50, peer.CPU, peer.Disk)
		row("ratio", "our %s are %.2f times as many a second", result.Shape.Kind, peer.Ratio)
	}
	return table.Flush()
}

func whole(rate float64) string { return terminal.Grouped(strconv.Itoa(int(rate))) }

func count(n int) string { return terminal.Grouped(strconv.Itoa(n)) }
