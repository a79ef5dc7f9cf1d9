package zones_test

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/zones"
)

var (
	seed  = flag.Int64("zones.seed", 0, "seed of the simulation; 0 for a new one, which is printed")
	steps = flag.Int("zones.steps", 2_000, "steps of the simulation")
)

// Accounts at three banks pay, charge, discharge and hop between the Financial Zone and three Business Zones, while a relayer
// loses, repeats, delays and reorders what it carries, and banks freeze and members suspend. The laws hold at each point at
// which everything has come to rest. A seed replays a run exactly: go test ./testutil/zones -run TestLossyRelayer -zones.seed N.
func TestLossyRelayer(t *testing.T) {
	chosen := *seed
	if chosen == 0 {
		chosen = time.Now().UnixNano()
	}
	t.Logf("seed %d, %d steps", chosen, *steps)
	report := zones.Simulate(t, chosen, *steps)
	t.Logf("%+v", report)
	if *steps >= 2_000 {
		require.Positive(t, report.TimedOut)
		require.Positive(t, report.Refunded)
	}
}

// Nodes with both kinds of stores, with and without a cache of transactions, agree about every block of four zones, and about proofs at the
// last heights.
func TestStoresAgree(t *testing.T) {
	const short = 150
	zones.SimulateTwice(t, time.Now().UnixNano(), short)
}
