package e2e_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/relayer/e2e"
)

// TestChargeAndDischarge relays both ways over a link that the relayer made.
func TestChargeAndDischarge(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	s := e2e.Open(t, e2e.Manifest("relay", time.Second))
	before := s.Held()
	began := time.Now()
	s.Charge(10)
	s.Settled()
	t.Logf("10 charges: %s", time.Since(began))
	require.EqualValues(t, 10, s.Credited())
	s.Discharge(4)
	require.Eventually(t, func() bool { return s.Held() == before-6 }, time.Minute, 100*time.Millisecond)
	require.EqualValues(t, 6, s.Credited())
}

// TestKilledInTheMiddle kills the relayer at several moments of 500 packets. Every packet is delivered, once, and
// none is even sent twice.
func TestKilledInTheMiddle(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	const packets = 500
	s := e2e.Open(t, e2e.Manifest("kill", time.Second))
	financial, business := s.Heights()
	s.Charge(packets)
	for _, after := range []time.Duration{100 * time.Millisecond, 900 * time.Millisecond, 1700 * time.Millisecond, 2300 * time.Millisecond} {
		time.Sleep(after)
		left := s.Unacked()
		require.NoError(t, s.Relayer().Kill())
		t.Logf("killed %s after its start: %d packets left", after, left)
		require.NoError(t, s.Relayer().Start())
	}
	s.Settled()
	require.EqualValues(t, packets, s.Credited())
	recvs, acks := s.Recvs(business), s.Acks(financial)
	t.Logf("receipts %+v, acknowledgements %+v", recvs, acks)
	require.Equal(t, packets, recvs.Packets)
	require.Zero(t, recvs.Repeated)
	require.Equal(t, packets, acks.Packets)
	require.Zero(t, acks.Repeated)
}
