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
)

const (
	packets = 500
	charges = 50
)

func TestRelaying(t *testing.T) {
	s := e2e.Open(t, e2e.Manifest("bench", e2e.Retail))
	t.Run("live", func(t *testing.T) { live(t, s) })
	t.Run("backlog", func(t *testing.T) { backlog(t, s) })
	t.Run("charge", func(t *testing.T) { charge(t, s) })
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

// charge measures single charges from the commit of the charge to the credit on the Business Zone, as a client of
// both chains sees them.
func charge(t *testing.T, s *e2e.Scene) {
	t.Helper()
	var took []time.Duration
	for range charges {
		credited := s.Credited(e2e.Retail)
		s.Charge(e2e.Retail, 1)
		began := time.Now()
		for s.Credited(e2e.Retail) == credited {
			time.Sleep(10 * time.Millisecond)
		}
		took = append(took, time.Since(began))
		s.Settled(e2e.Retail)
	}
	slices.Sort(took)
	fmt.Printf("charge: commit to credit p50 %.2f s, p95 %.2f s, of %d charges at 1 s blocks\n",
		took[len(took)/2].Seconds(), took[len(took)*95/100].Seconds(), len(took))
}
