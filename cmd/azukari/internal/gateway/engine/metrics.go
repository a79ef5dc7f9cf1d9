package engine

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

const namespace = "azukari_gateway"

// Metrics are the gateway's figures; docs/operations.md describes them. Names of senders come from its own file of tokens.
type Metrics struct {
	Registry *prometheus.Registry

	accepted, rejected, ended, failed *prometheus.CounterVec
	sent                              prometheus.Counter
	open, height                      prometheus.Gauge
	size, seconds, commit             prometheus.Histogram
}

// NewMetrics returns the figures of one gateway.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry: prometheus.NewRegistry(),
		accepted: counters("orders_accepted_total", "Orders that were taken and written down.", "sender"),
		rejected: counters("orders_rejected_total", "Orders that were not taken.", "reason"),
		ended:    counters("orders_ended_total", "Orders whose outcome is known, by status.", "status"),
		failed:   counters("bundles_failed_total", "Bundles whose orders were sent again.", "reason"),
		sent: prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: namespace, Name: "bundles_sent_total", Help: "Bundles that a node took.",
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "orders_open", Help: "Orders without an outcome.",
		}),
		height: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: namespace, Name: "height", Help: "Height of the newest block that was read.",
		}),
		size:    histogram("bundle_orders", "Orders in a bundle.", 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000),
		seconds: histogram("order_seconds", "Time from taking an order to its outcome.", 0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300),
		commit:  histogram("journal_commit_seconds", "Time to write a group of orders to disk.", 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
	}
	m.Registry.MustRegister(
		m.accepted, m.rejected, m.ended, m.failed, m.sent, m.open, m.height, m.size, m.seconds, m.commit,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

// Committed is told how long the journal took.
func (m *Metrics) Committed(took time.Duration) { m.commit.Observe(took.Seconds()) }

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func histogram(name, help string, buckets ...float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: buckets})
}
