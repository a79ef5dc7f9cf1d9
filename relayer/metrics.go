package relayer

import (
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/azukari-network/azukari/relayer/chain"
)

// metrics are the relayer's Prometheus metrics; README.md, "Metrics", describes them.
type metrics struct {
	registry *prometheus.Registry

	height    *prometheus.GaugeVec
	lastSeen  *prometheus.GaugeVec
	rpcErrors *prometheus.CounterVec
	txs       *prometheus.CounterVec
	txErrors  *prometheus.CounterVec
	packets   *prometheus.CounterVec
	bad       *prometheus.CounterVec
	batches   *prometheus.HistogramVec
	lives     *prometheus.HistogramVec
	clientEnd *prometheus.GaugeVec
	clientAt  *prometheus.GaugeVec
}

var latencyBuckets = []float64{0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 20, 60, 300}

func newMetrics() *metrics {
	m := &metrics{
		registry:  prometheus.NewRegistry(),
		height:    gauge("chain_height", "Height of the newest block seen.", "zone"),
		lastSeen:  gauge("chain_last_seen_timestamp_seconds", "Unix time at which the newest block was seen.", "zone"),
		rpcErrors: counter("rpc_errors_total", "Blocks that could not be read at first.", "zone"),
		txs:       counter("txs_total", "Transactions included with success.", "zone"),
		txErrors:  counter("tx_errors_total", "Transactions refused, failed or lost, by codespace/code or reason.", "zone", "reason"),
		packets:   counter("packets_relayed_total", "Packet messages delivered, by kind: recv, ack, timeout.", "from", "to", "kind"),
		bad:       counter("packets_refused_total", "Packet messages set aside because the chain refused them.", "from", "to"),
		batches:   histogram("batch_seconds", "Time from taking a batch to its confirmation.", "from", "to"),
		lives:     histogram("packet_seconds", "Time from seeing a packet to the end of its life on its source.", "path"),
		clientEnd: gauge("client_expiry_timestamp_seconds", "Unix time at which the light client expires unless updated.", "on", "of"),
		clientAt:  gauge("client_height", "Latest trusted height of the light client.", "on", "of"),
	}
	m.registry.MustRegister(
		m.height, m.lastSeen, m.rpcErrors, m.txs, m.txErrors, m.packets, m.bad, m.batches, m.lives,
		m.clientEnd, m.clientAt,
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Namespace: namespace, Name: "cpu_seconds_total", Help: "User and system CPU time of the relayer's process.",
		}, cpuSeconds),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	return m
}

const namespace = "azrelay"

func gauge(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func counter(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func histogram(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: namespace, Name: name, Help: help, Buckets: latencyBuckets}, labels)
}

// cpuSeconds is what the kernel charged the process so far.
func cpuSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func (m *metrics) head(zone string, h chain.Head) {
	m.height.WithLabelValues(zone).Set(float64(h.Height))
	m.lastSeen.WithLabelValues(zone).SetToCurrentTime()
}

func (m *metrics) rpcError(zone string) { m.rpcErrors.WithLabelValues(zone).Inc() }

func (m *metrics) tx(zone string) { m.txs.WithLabelValues(zone).Inc() }

func (m *metrics) txError(zone, reason string) { m.txErrors.WithLabelValues(zone, reason).Inc() }

func (m *metrics) relayed(from, to string, counts map[workKind]int) {
	for kind, n := range counts {
		m.packets.WithLabelValues(from, to, kind.String()).Add(float64(n))
	}
}

func (m *metrics) refused(from, to string) { m.bad.WithLabelValues(from, to).Inc() }

func (m *metrics) batch(from, to string, took time.Duration) {
	m.batches.WithLabelValues(from, to).Observe(took.Seconds())
}

func (m *metrics) done(path string, took time.Duration) {
	m.lives.WithLabelValues(path).Observe(took.Seconds())
}

func (m *metrics) client(on, of string, c chain.LightClient) {
	m.clientAt.WithLabelValues(on, of).Set(float64(c.Latest.RevisionHeight))
	m.clientEnd.WithLabelValues(on, of).Set(unixSeconds(c.Time.Add(c.TrustingPeriod)))
}

func unixSeconds(t time.Time) float64 { return time.Duration(t.UnixNano()).Seconds() }

// observed are metrics that are read off the relayer when asked for.
type observed struct{ relayer *Relayer }

var (
	pendingDesc = prometheus.NewDesc(namespace+"_packets_pending", "Packets under way, by stage: sent, received, acked.", []string{"path", "stage"}, nil)
	ageDesc     = prometheus.NewDesc(namespace+"_client_age_seconds", "Age of the light client's latest trusted header.", []string{"on", "of"}, nil)
)

// Describe implements prometheus.Collector.
func (observed) Describe(out chan<- *prometheus.Desc) {
	out <- pendingDesc
	out <- ageDesc
}

// Collect implements prometheus.Collector.
func (o observed) Collect(out chan<- prometheus.Metric) {
	for _, p := range o.relayer.paths {
		sent, received, acked := o.relayer.ledger.count(p)
		for stage, n := range map[string]int{"sent": sent, "received": received, "acked": acked} {
			out <- prometheus.MustNewConstMetric(pendingDesc, prometheus.GaugeValue, float64(n), p.name, stage)
		}
		for _, d := range p.relayedBy() {
			age := time.Since(d.client.trustedTime()).Seconds()
			out <- prometheus.MustNewConstMetric(ageDesc, prometheus.GaugeValue, age, d.to.zone.ID, d.from.zone.ID)
		}
	}
}
