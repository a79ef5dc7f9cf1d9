package bench

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// figure turns what was recorded of a load into figures.
func (r *RunResult) figure(load *load, seen []Block) error {
	first, last := time.Duration(-1), time.Duration(0)
	var took []time.Duration
	submitted := 0
	for u := range load.submitted {
		from, to := time.Duration(load.submitted[u].Load()), time.Duration(load.committed[u].Load())
		if from == 0 {
			continue
		}
		submitted++
		if first < 0 || from < first {
			first = from
		}
		if to > 0 {
			took, last = append(took, to-from), max(last, to)
		}
	}
	if len(took) == 0 {
		return fmt.Errorf("expected payments in blocks, got none of %d submitted", submitted*load.units.perUnit)
	}
	r.Took = (last - first).Seconds()
	r.Average = float64(len(took)*load.units.perUnit) / r.Took
	r.Latency = percentiles(took)
	r.Curve = curve(took)
	r.Blocks = cut(seen)
	r.Best = best(r.Blocks, bestWindow)
	r.MempoolFull = load.waited.Load()
	r.Exhausted = submitted == load.units.count()
	r.Outcomes = Outcomes{
		Submitted: submitted * load.units.perUnit, Committed: len(took) * load.units.perUnit, Refused: map[string]int{}, NotAccepted: load.refused,
	}
	return nil
}

// use says what nodes used for a load.
func (r *RunResult) use(meter *meter, nodes []process, before []map[string]int64) error {
	payments := float64(r.Outcomes.Committed)
	r.GeneratorCPU = float64(meter.own.Microseconds()) / payments
	after, err := disksOf(nodes)
	if err != nil {
		return err
	}
	for i, node := range nodes {
		cpu, peak := meter.of(node.name)
		use := NodeUse{
			Node: node.name, CPU: float64(cpu.Microseconds()) / payments, CPUSeconds: cpu.Seconds(), PeakMemory: peak, Disk: map[string]float64{},
		}
		for name, size := range after[i] {
			use.Disk[name] = float64(size-before[i][name]) / payments
		}
		use.DiskTotal = float64(totalOf(after[i])-totalOf(before[i])) / payments
		r.Nodes = append(r.Nodes, use)
	}
	return nil
}

// cut leaves out the empty blocks before the first payment and behind the last.
func cut(blocks []Block) []Block {
	begin, end := len(blocks), 0
	for i, block := range blocks {
		if block.Payments > 0 {
			begin, end = min(begin, i), i+1
		}
	}
	return blocks[min(begin, end):end]
}

// compare reads every node's state at the lowest height of all, and checks the sums against the known total.
func (b *bench) compare(ctx context.Context, nodes []*devnet.Node, result *RunResult) error {
	height := int64(0)
	for _, node := range nodes {
		at, err := heightOf(node.Endpoints().Home, b.genesis.ChainID)
		if err != nil {
			return fmt.Errorf("%s: %w", node.Name(), err)
		}
		if height == 0 || at < height {
			height = at
		}
	}
	result.Agree = true
	total := strconv.FormatUint(b.state.total, 10)
	for _, node := range nodes {
		state, err := inspect(ctx, node.Endpoints().Home, b.genesis.ChainID, height)
		if err != nil {
			return fmt.Errorf("%s: %w", node.Name(), err)
		}
		state.Node = node.Name()
		result.States = append(result.States, state)
		first := result.States[0]
		if state.AppHash != first.AppHash || state.Digest != first.Digest || state.Sum != total || state.Supply != total {
			result.Agree = false
		}
	}
	return nil
}
