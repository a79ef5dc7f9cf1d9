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
	t.Run("nodes", func(t *testing.T) { nodes(t, s) })
	t.Run("live", func(t *testing.T) { live(t, s) })
	t.Run("backlog", func(t *testing.T) { backlog(t, s) })
	t.Run("charge", func(t *testing.T) {
		trips(t, s, "charge", func() { s.Charge(e2e.Retail, 1) }, func() int64 { return s.Credited(e2e.Retail) })
	})
	t.Run("discharge", func(t *testing.T) {
		trips(t, s, "discharge", func() { s.Discharge(e2e.Retail, 1) }, s.Held)
	})
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

// nodes measures what a packet costs the one node of each zone, beyond what it uses while nothing happens: a charge is sent and acknowledged by
// the Financial Zone and received by the Business Zone, each with updates of light clients.
func nodes(t *testing.T, s *e2e.Scene) {
	t.Helper()
	zones := []*devnet.Zone{s.Financial(), s.Zone(e2e.Retail)}
	use := func() (seconds [2]float64) {
		for i, zone := range zones {
			seconds[i] = s.CPU(zone)
		}
		return seconds
	}
	before, began := use(), time.Now()
	time.Sleep(20 * time.Second)
	idle, quiet := use(), time.Since(began).Seconds()
	began = time.Now()
	for range 4 {
		s.Charge(e2e.Retail, packets)
		s.Settled(e2e.Retail)
	}
	loaded, took := use(), time.Since(began).Seconds()
	for i, zone := range zones {
		rate := (idle[i] - before[i]) / quiet
		fmt.Printf("nodes: %s: %.2f ms of processor per packet and node, beside %.0f ms a second while nothing happens\n",
			zone.ID(), (loaded[i]-idle[i]-rate*took)*1000/(4*packets), rate*1000)
	}
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
