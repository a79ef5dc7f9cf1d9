//go:build drill

package devnet_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	upgradetypes "cosmossdk.io/x/upgrade/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/relayer/e2e"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// blocksUntilUpgrade leaves time for a vote, and for a node that is upgraded too early.
const blocksUntilUpgrade = 40

// The members vote for a software upgrade. A node that has the next version too early ends and says so; at the height all nodes
// end and say what is due; the next version goes on from there with migrated state, and so does the link with the other zone;
// the old version is refused from then on.
func TestSoftwareUpgradeByVote(t *testing.T) {
	next, err := filepath.Abs(filepath.Join("..", "..", "build", "drill", "fzd"))
	require.NoError(t, err)
	require.FileExists(t, next, "make drill-upgrade builds it")
	manifest := e2e.Manifest("upgrade", e2e.Retail)
	manifest.BlockTimeMS = 300
	manifest.Financial.Banks, manifest.Financial.Listeners = 4, 1
	s := e2e.Open(t, manifest)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	zone := s.Financial()
	before := missedWindow(ctx, t, zone)
	halt := height(ctx, t, zone.Node("bank-a")) + blocksUntilUpgrade
	_, err = zone.Decide(ctx, "The next version", &upgradetypes.MsgSoftwareUpgrade{
		Authority: devnet.Authority(), Plan: upgradetypes.Plan{Name: "drill", Height: halt, Info: "the next version"},
	})
	require.NoError(t, err)

	early := zone.Node("bank-d")
	require.NoError(t, early.Stop())
	early.Use(next)
	require.NoError(t, early.Start())
	requireEnd(ctx, t, early, "BINARY UPDATED BEFORE TRIGGER")
	early.Use(zone.Binary())
	require.NoError(t, early.Start())

	for _, node := range zone.Nodes() {
		requireEnd(ctx, t, node, `UPGRADE "drill" NEEDED at height: `)
	}
	// The old version does not get past the height by being started again.
	require.NoError(t, early.Start())
	requireEnd(ctx, t, early, `Error: `, `UPGRADE "drill" NEEDED at height: `)

	begin := time.Now()
	for _, node := range zone.Nodes() {
		node.Use(next)
		require.NoError(t, node.Start())
	}
	require.NoError(t, zone.WaitHeight(ctx, halt+2))
	t.Logf("blocks go on %s after the start of the next version", time.Since(begin))
	require.Equal(t, 2*before, missedWindow(ctx, t, zone), "the upgrade has migrated the state")
	applied, err := upgradetypes.NewQueryClient(zone.Client().GRPC()).AppliedPlan(ctx, &upgradetypes.QueryAppliedPlanRequest{Name: "drill"})
	require.NoError(t, err)
	require.Equal(t, halt, applied.Height)
	s.Charge(e2e.Retail, 3)
	s.Settled(e2e.Retail)

	require.NoError(t, early.Stop())
	early.Use(zone.Binary())
	require.NoError(t, early.Start())
	requireEnd(ctx, t, early, "upgrade handler is missing for drill upgrade plan")
}

// requireEnd waits until a node's process has ended by itself, and checks that its log says why.
func requireEnd(ctx context.Context, t *testing.T, node *devnet.Node, words ...string) {
	t.Helper()
	require.NoError(t, nodeclient.Poll(ctx, node.Name()+" to end", func() (bool, error) { return node.Endpoints().PID == 0, nil }))
	waitLog(ctx, t, node, words...)
}

func missedWindow(ctx context.Context, t *testing.T, zone *devnet.Zone) uint64 {
	t.Helper()
	answer, err := membershiptypes.NewQueryClient(zone.Client().GRPC()).Params(ctx, &membershiptypes.QueryParamsRequest{})
	require.NoError(t, err)
	return uint64(answer.Params.MissedWindow)
}
