package verify

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"cosmossdk.io/math"

	audittypes "github.com/azukari-network/azukari/x/audit/types"
)

const namespace = "azukari_verify"

// metrics are the gauges of `azukari verify --watch`; docs/verify.md describes them. Labels come from the network, so
// their number is bounded by its zones and banks.
type metrics struct {
	registry *prometheus.Registry

	lawHolds, findings, broken *prometheus.GaugeVec
	proven, height             *prometheus.GaugeVec
	escrow, vouchers, inFlight *prometheus.GaugeVec
	liability, share           *prometheus.GaugeVec
	supply, last, seconds      prometheus.Gauge
	rounds                     *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry:  prometheus.NewRegistry(),
		lawHolds:  gauges("law_holds", "1 if every finding of the law holds, else 0; zone is 'between' for what was checked between zones.", "law", "zone"),
		findings:  gauges("findings", "Findings that were checked.", "law", "zone"),
		broken:    gauges("broken_findings", "Findings that do not hold.", "law", "zone"),
		proven:    gauges("zone_proven", "1 if everything could be asked of the zone, else 0.", "zone"),
		height:    gauges("zone_height", "Height at which the zone was asked.", "zone"),
		escrow:    gauges("escrow_yen", "Yen of the zone in its escrow on the Financial Zone.", "zone"),
		vouchers:  gauges("vouchers_yen", "Supply of yen in the zone.", "zone"),
		inFlight:  gauges("in_flight_yen", "Yen in packets: charges to the zone, discharges from it.", "zone", "direction"),
		liability: gauges("liability_yen", "What the bank owes its customers by its book.", "bank"),
		share:     gauges("share_yen", "Part of the bank's liability that is in the zone.", "zone", "bank"),
		supply:    gauge("supply_yen", "Supply of yen on the Financial Zone."),
		last:      gauge("last_round_timestamp_seconds", "Unix time at which the last round began."),
		seconds:   gauge("round_seconds", "How long the last round took."),
		rounds: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: namespace, Name: "rounds_total", Help: "Rounds by result: holds, broken, unproven, failed.",
		}, []string{"result"}),
	}
	m.registry.MustRegister(
		m.lawHolds, m.findings, m.broken, m.proven, m.height, m.escrow, m.vouchers, m.inFlight, m.liability, m.share,
		m.supply, m.last, m.seconds, m.rounds,
	)
	for _, result := range []string{resultHolds, resultBroken, resultUnproven, resultFailed} {
		m.rounds.WithLabelValues(result)
	}
	return m
}

func gauges(name, help string, labels ...string) *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help}, labels)
}

func gauge(name, help string) prometheus.Gauge {
	return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: namespace, Name: name, Help: help})
}

// Results of rounds.
const (
	resultHolds    = "holds"
	resultBroken   = "broken"
	resultUnproven = "unproven"
	resultFailed   = "failed"
)

func (r Report) result() string {
	switch {
	case r.Broken():
		return resultBroken
	case !r.Holds:
		return resultUnproven
	default:
		return resultHolds
	}
}

// lawMax is the highest number of a law; a newer node may know more.
const lawMax = audittypes.LawAssets

// set shows a report.
func (m *metrics) set(report Report) {
	m.rounds.WithLabelValues(report.result()).Inc()
	m.last.Set(float64(report.Time.UnixNano()) / 1e9)
	m.seconds.Set(report.Seconds)
	m.supply.Set(yen(report.Snapshot.Supply))
	// What a round could not ask keeps no figure of an earlier one.
	for _, vector := range []*prometheus.GaugeVec{m.lawHolds, m.findings, m.broken, m.vouchers, m.inFlight, m.height} {
		vector.Reset()
	}
	for _, zone := range report.Zones {
		m.proven.WithLabelValues(zone.Zone).Set(truth(zone.Unproven == ""))
		if zone.Height > 0 {
			m.height.WithLabelValues(zone.Zone).Set(float64(zone.Height))
		}
		var tallies [lawMax + 1]tally
		for _, finding := range zone.Findings {
			if finding.Law <= lawMax {
				tallies[finding.Law].count(finding.Holds)
			}
		}
		m.setLaws(zone.Zone, tallies[:])
	}
	var tallies [lawMax + 1]tally
	for _, check := range report.Checks {
		tallies[check.Law].count(check.Holds)
	}
	m.setLaws("between", tallies[:])
	m.setYen(report.Snapshot)
}

func (m *metrics) setLaws(zone string, tallies []tally) {
	for law, t := range tallies {
		if t.checked == 0 {
			continue
		}
		labels := prometheus.Labels{"law": strconv.Itoa(law), "zone": zone}
		m.lawHolds.With(labels).Set(truth(t.broken == 0))
		m.findings.With(labels).Set(float64(t.checked))
		m.broken.With(labels).Set(float64(t.broken))
	}
}

func (m *metrics) setYen(snapshot Snapshot) {
	for _, bank := range snapshot.Banks {
		m.liability.WithLabelValues(bank.Bank).Set(yen(bank.Liability))
	}
	for _, zone := range snapshot.Zones {
		m.escrow.WithLabelValues(zone.Zone).Set(yen(zone.Escrow))
		charges, discharges := math.ZeroInt(), math.ZeroInt()
		for _, bank := range zone.Banks {
			m.share.WithLabelValues(zone.Zone, bank.Bank).Set(yen(bank.Share))
			charges, discharges = charges.Add(bank.Charges), discharges.Add(bank.Discharges)
		}
		if zone.Answered {
			m.vouchers.WithLabelValues(zone.Zone).Set(yen(zone.Vouchers))
			m.inFlight.WithLabelValues(zone.Zone, "charge").Set(yen(charges))
			m.inFlight.WithLabelValues(zone.Zone, "discharge").Set(yen(discharges))
		}
	}
}

// yen is exact up to 2^53, nine quadrillion yen: about six times the money of Japan.
func yen(amount math.Int) float64 {
	value, _ := amount.BigInt().Float64()
	return value
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
