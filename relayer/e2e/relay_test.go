package e2e_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/relayer/e2e"
)

// TestChargeAndDischarge relays both ways over a link that the relayer made.
func TestChargeAndDischarge(t *testing.T) {
	skipIfShort(t)
	s := e2e.Open(t, e2e.Manifest("relay", e2e.Retail))
	before := s.Held()
	s.Charge(e2e.Retail, 10)
	s.Settled(e2e.Retail)
	require.EqualValues(t, 10, s.Credited(e2e.Retail))
	s.Discharge(e2e.Retail, 4)
	s.Eventually("the discharges to arrive", func() bool { return s.Held() == before-6 })
	require.EqualValues(t, 6, s.Credited(e2e.Retail))
}

// TestKilledInTheMiddle kills the relayer again and again while it carries 500 packets. Every packet is delivered,
// and none is even sent twice.
func TestKilledInTheMiddle(t *testing.T) {
	skipIfShort(t)
	const packets = 500
	s := e2e.Open(t, e2e.Manifest("kill", e2e.Retail))
	financial, business := s.Heights(e2e.Retail)
	s.Charge(e2e.Retail, packets)
	kill := func(when string) {
		require.NoError(t, s.Relayer().Kill())
		t.Logf("killed %s: %d of %d credited, %d not acknowledged", when, s.Credited(e2e.Retail), packets, s.Pending(e2e.Retail))
		require.NoError(t, s.Relayer().Start())
	}
	kill("at once")
	time.Sleep(700 * time.Millisecond)
	kill("while it proves")
	s.Eventually("receipts", func() bool { return s.Credited(e2e.Retail) > 0 })
	kill("after the receipts")
	time.Sleep(1300 * time.Millisecond)
	kill("around the acknowledgements")
	s.Settled(e2e.Retail)
	require.EqualValues(t, packets, s.Credited(e2e.Retail))
	recvs, acks := s.Recvs(e2e.Retail, business), s.Acks(financial)
	t.Logf("receipts %+v, acknowledgements %+v", recvs, acks)
	require.Equal(t, packets, recvs.Packets)
	require.Zero(t, recvs.Repeated)
	require.Equal(t, packets, acks.Packets)
	require.Zero(t, acks.Repeated)
}

// TestOneChainDown halts one zone: the other is served as ever, and the halted one catches up when it is back.
func TestOneChainDown(t *testing.T) {
	skipIfShort(t)
	const energy = "energy"
	s := e2e.Open(t, e2e.Manifest("down", e2e.Retail, energy))
	node := s.Zone(energy).Nodes()[0]
	require.NoError(t, node.Kill())
	s.Charge(energy, 20)
	for range 3 {
		began := time.Now()
		s.Charge(e2e.Retail, 5)
		s.Settled(e2e.Retail)
		require.Less(t, time.Since(began), 20*time.Second)
	}
	require.Equal(t, 20, s.Pending(energy))
	require.NoError(t, node.Start())
	s.Settled(energy)
	require.EqualValues(t, 20, s.Credited(energy))
	require.EqualValues(t, 15, s.Credited(e2e.Retail))
}

// TestTimeout lets charges time out while no relayer runs: they come back.
func TestTimeout(t *testing.T) {
	skipIfShort(t)
	manifest := e2e.Manifest("timeout", e2e.Retail)
	manifest.PacketTimeoutSeconds = 15
	s := e2e.Open(t, manifest)
	before := s.Held()
	require.NoError(t, s.Relayer().Stop())
	s.Charge(e2e.Retail, 20)
	require.Equal(t, before-20, s.Held())
	time.Sleep(17 * time.Second)
	require.NoError(t, s.Relayer().Start())
	s.Settled(e2e.Retail)
	require.Equal(t, before, s.Held())
	require.Zero(t, s.Credited(e2e.Retail))
}

func skipIfShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts real nodes")
	}
}
