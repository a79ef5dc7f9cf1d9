// Package metrics shows a node's Prometheus what its zone's committed state says, and counts what its blocks did. It only
// reads: nothing of it reaches state, events or gas, so that floats and clocks may be used here.
package metrics

import (
	"fmt"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"cosmossdk.io/log"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Namespace begins the name of every metric of a node that is ours.
const Namespace = "azukari"

// Gauge is one figure of committed state, with a value for each combination of its labels.
type Gauge struct {
	// Name as Prometheus knows it, and what it says in a sentence.
	Name, Help string
	// Labels come from what the members decided, such as banks and zones, so that their number is bounded.
	Labels []string
	desc   *prometheus.Desc
}

// NewGauge returns the gauge azukari_<subsystem>_<name>.
func NewGauge(subsystem, name, help string, labels ...string) Gauge {
	full := prometheus.BuildFQName(Namespace, subsystem, name)
	return Gauge{Name: full, Help: help, Labels: labels, desc: prometheus.NewDesc(full, help, labels, nil)}
}

// Set takes the value of a gauge; labels are in the gauge's order.
type Set func(gauge Gauge, value float64, labels ...string)

// Reader reads the gauges of one module.
type Reader struct {
	// Module is named in the log when reading fails.
	Module string
	Gauges []Gauge
	// Read sets the gauges as they are in the state of ctx. Its work is bounded by members, zones and validators, never by
	// accounts or payments: a scrape must not slow the node down.
	Read func(ctx sdk.Context, set Set) error
}

// Committed returns the newest committed state, and false if there is none yet.
type Committed func() (ctx sdk.Context, found bool, err error)

var (
	heightGauge = NewGauge("state", "height", "Height of the committed state that the other figures are of.")
	readable    = NewGauge("state", "readable", "1 if the module's figures could be read, else 0.", "module")
)

// State is a Prometheus collector of committed state. A scrape reads each height once.
type State struct {
	readers   []Reader
	committed Committed
	logger    log.Logger

	mu     sync.Mutex
	height int64
	last   []prometheus.Metric
}

// NewState returns a collector.
func NewState(committed Committed, logger log.Logger, readers []Reader) *State {
	return &State{readers: readers, committed: committed, logger: logger}
}

// Describe implements prometheus.Collector.
func (s *State) Describe(out chan<- *prometheus.Desc) {
	out <- heightGauge.desc
	out <- readable.desc
	for _, reader := range s.readers {
		for _, gauge := range reader.Gauges {
			out <- gauge.desc
		}
	}
}

// Collect implements prometheus.Collector. Before the first block, and while no state can be read, there are no figures.
func (s *State) Collect(out chan<- prometheus.Metric) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, found, err := s.committed()
	switch {
	case err != nil:
		s.logger.Error("no state for metrics", "err", err)
		return
	case !found:
		return
	case ctx.BlockHeight() != s.height || s.last == nil:
		s.height, s.last = ctx.BlockHeight(), s.read(ctx)
	}
	for _, metric := range s.last {
		out <- metric
	}
}

// read reads every module. What one module could not read leaves out its figures, and those of no other.
func (s *State) read(ctx sdk.Context) []prometheus.Metric {
	all := []prometheus.Metric{heightGauge.metric(float64(ctx.BlockHeight()))}
	for _, reader := range s.readers {
		var metrics []prometheus.Metric
		err := safely(func() error {
			return reader.Read(ctx, func(gauge Gauge, value float64, labels ...string) {
				metrics = append(metrics, gauge.metric(value, labels...))
			})
		})
		if err != nil {
			s.logger.Error("metrics of a module could not be read", "metrics_of", reader.Module, "err", err)
			all = append(all, readable.metric(0, reader.Module))
			continue
		}
		all = append(all, readable.metric(1, reader.Module))
		all = append(all, metrics...)
	}
	return all
}

// safely turns a panic into an error: a figure that cannot be read must not end a node.
func safely(read func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return read()
}

func (g Gauge) metric(value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, value, labels...)
}

// Yen is an amount as a float: exact up to 2^53, nine quadrillion yen, which is about six times the money of Japan.
func Yen(amount math.Int) float64 {
	if amount.IsNil() {
		return 0
	}
	value, _ := amount.BigInt().Float64()
	return value
}

// Truth is 1 for true and 0 for false.
func Truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
