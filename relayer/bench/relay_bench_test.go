//go:build bench

// Package bench_test measures the relayer between real zones: go test -tags bench,libsecp256k1_sdk -v ./relayer/bench.
package bench_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/relayer/e2e"
	"github.com/azukari-network/azukari/testutil/devnet"
)

const (
	packets = 500
	singles = 100
)

func TestRelaying(t *testing.T) {
	s := e2e.Open(t, e2e.Manifest("bench", e2e.Retail))
	m := newMeter(t, s)
	t.Run("live", func(t *testing.T) { m.spend("live", packets, func() { live(t, s) }) })
	t.Run("backlog", func(t *testing.T) { m.spend("backlog", packets, func() { backlog(t, s) }) })
	t.Run("charge", func(t *testing.T) {
		m.spend("charge", singles, func() {
			trips(t, s, "charge", func() { s.Charge(e2e.Retail, 1) }, func() int64 { return s.Credited(e2e.Retail) })
		}, e2e.Retail)
	})
	t.Run("discharge", func(t *testing.T) {
		m.spend("discharge", singles, func() { trips(t, s, "discharge", func() { s.Discharge(e2e.Retail, 1) }, s.Held) },
			s.Financial().ID())
	})
}

// meter tells what packets cost the one node of each zone, beyond what it uses while nothing happens.
type meter struct {
	s     *e2e.Scene
	zones []*devnet.Zone
	// idle is seconds of processor time in a second.
	idle []float64
}

func newMeter(t *testing.T, s *e2e.Scene) *meter {
	t.Helper()
	m := &meter{s: s, zones: []*devnet.Zone{s.Financial(), s.Zone(e2e.Retail)}}
	before, began := m.read(), time.Now()
	time.Sleep(20 * time.Second)
	took := time.Since(began).Seconds()
	for i, used := range m.read() {
		m.idle = append(m.idle, (used-before[i])/took)
		fmt.Printf("idle: a node of %s uses %.0f ms of processor time a second\n", m.zones[i].ID(), m.idle[i]*1000)
	}
	return m
}

func (m *meter) read() (seconds []float64) {
	for _, zone := range m.zones {
		seconds = append(seconds, m.s.CPU(zone))
	}
	return seconds
}

// spend measures what is done for so many packets: sending, receiving and acknowledging, updates of light clients, and what the relayer asks. A
// zone that is asked all the time whether the money is there is left out.
func (m *meter) spend(name string, packets int, do func(), asked ...string) {
	before, began := m.read(), time.Now()
	do()
	took := time.Since(began).Seconds()
	for i, used := range m.read() {
		if slices.Contains(asked, m.zones[i].ID()) {
			continue
		}
		fmt.Printf("%s: a node of %s used %.2f ms of processor time per packet\n", name, m.zones[i].ID(),
			(used-before[i]-m.idle[i]*took)*1000/float64(packets))
	}
}

// live measures from the commit of 500 packets to the last acknowledgement, with the relayer running.
func live(t *testing.T, s *e2e.Scene) {
	t.Helper()
	financial, business := s.Heights(e2e.Retail)
	cpu := s.RelayerMetric("azrelay_cpu_seconds_total")
	s.Charge(e2e.Retail, packets)
	began := time.Now()
	s.Settled(e2e.Retail)
	took := time.Since(began)
	report(t, s, "live", took, financial, business, s.RelayerMetric("azrelay_cpu_seconds_total")-cpu)
}

// backlog measures from the start of the relayer's process to the last acknowledgement.
func backlog(t *testing.T, s *e2e.Scene) {
	t.Helper()
	financial, business := s.Heights(e2e.Retail)
	require.NoError(t, s.Relayer().Stop())
	s.Charge(e2e.Retail, packets)
	time.Sleep(3 * time.Second)
	began := time.Now()
	require.NoError(t, s.Relayer().Start())
	s.Settled(e2e.Retail)
	took := time.Since(began)
	report(t, s, "backlog", took, financial, business, s.RelayerMetric("azrelay_cpu_seconds_total"))
}

func report(t *testing.T, s *e2e.Scene, name string, took time.Duration, financial, business int64, cpu float64) {
	t.Helper()
	recvs, acks := s.Recvs(e2e.Retail, business), s.Acks(financial)
	require.Equal(t, packets, recvs.Packets)
	require.Equal(t, packets, acks.Packets)
	fmt.Printf("%s: %d packets from commit to acknowledged in %.1f s; received in %d destination blocks; %d relayer transactions (%d receive, %d acknowledge); relayer CPU %.2f ms per packet\n",
		name, packets, took.Seconds(), recvs.Blocks, recvs.Txs+acks.Txs, recvs.Txs, acks.Txs, cpu*1000/packets)
}

// trips measures single transfers as a client of both chains sees them: from the submission of the transaction, and from its
// commit, to the credit in the other zone.
func trips(t *testing.T, s *e2e.Scene, name string, send func(), held func() int64) {
	t.Helper()
	var submitted, committed []time.Duration
	for range singles {
		before := held()
		began := time.Now()
		send()
		sent := time.Now()
		for held() == before {
			time.Sleep(10 * time.Millisecond)
		}
		submitted, committed = append(submitted, time.Since(began)), append(committed, time.Since(sent))
	}
	s.Settled(e2e.Retail)
	fmt.Printf("%s: submission to credit p50 %s p99 %s, commit to credit p50 %s p99 %s, of %d at 1 s blocks\n", name,
		quantile(submitted, 50), quantile(submitted, 99), quantile(committed, 50), quantile(committed, 99), singles)
}

// quantile returns a percentile by nearest rank.
func quantile(took []time.Duration, percent int) string {
	slices.Sort(took)
	rank := (len(took)*percent + 99) / 100
	return fmt.Sprintf("%.2f s", took[rank-1].Seconds())
}
