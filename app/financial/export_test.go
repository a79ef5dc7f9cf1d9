package financial_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/testutil/zones"
)

// busy returns a linked network with yen in both zones, a charge and a discharge in flight, a redeem order waiting, a
// recall with consent, and a frozen account.
func busy(t *testing.T) *zones.Network {
	t.Helper()
	n := zones.NewLinked(t, zones.Manifest(2, "retail"))
	aoi, ken := n.Keys.Account("bank-a", 0), n.Keys.Account("bank-b", 0)
	n.LinkAccount("bank-a", aoi, "retail", zones.LinkLimits(1_000_000))
	require.NoError(t, n.Charge(aoi, "retail", 300_000))
	n.Settle()
	require.NoError(t, n.Financial.Pay(aoi, ken, 1_000))
	require.NoError(t, n.Charge(aoi, "retail", 5_000))
	require.NoError(t, n.Discharge(n.Business[0], aoi, 7_000))
	n.RequestRedeem(ken, "redeem-1", 500)
	n.Recall("bank-a", "recall-1", aoi, ken, 300)
	n.Freeze("bank-b", n.Keys.Account("bank-b", 1))
	n.RequireLaws()
	return n
}

// An export, imported and exported again, is the same JSON, and two imports have the same app hash. Both zones are
// taken while packets are in flight.
func TestExportImportExport(t *testing.T) {
	n := busy(t)
	for _, zone := range []*zones.Zone{n.Financial, n.Business[0]} {
		t.Run(zone.ID, func(t *testing.T) {
			exported := zone.Export()
			first, second := zone.Import(exported), zone.Import(exported)
			require.Equal(t, string(exported.AppState), string(first.Export().AppState))
			require.Equal(t, exported.Validators, first.Export().Validators)
			require.Equal(t, first.App.LastCommitID().Hash, second.App.LastCommitID().Hash)
			first.RequireLaws()
			// The imported chain goes on: a block more, and both are still the same.
			first.Block()
			second.Block()
			require.Equal(t, first.App.LastCommitID().Hash, second.App.LastCommitID().Hash)
		})
	}
}

func TestExportAtZeroHeightIsRefused(t *testing.T) {
	n := zones.New(t, zones.Manifest(1))
	_, err := n.Financial.App.ExportAppStateAndValidators(true, nil, nil)
	require.ErrorIs(t, err, base.ErrZeroHeightExport)
}

// A node that starts from a snapshot has the app hash of the others, and keeps it with the blocks that follow.
func TestStateSync(t *testing.T) {
	n := busy(t)
	for _, zone := range []*zones.Zone{n.Financial, n.Business[0]} {
		t.Run(zone.ID, func(t *testing.T) {
			synced := zone.StateSync()
			require.Equal(t, zone.App.LastBlockHeight(), synced.App.LastBlockHeight())
			require.Equal(t, zone.App.LastCommitID().Hash, synced.App.LastCommitID().Hash)
			synced.RequireLaws()

			now := n.Clock.Now
			zone.Block()
			n.Clock.Now = now
			synced.Block()
			require.Equal(t, zone.App.LastCommitID().Hash, synced.App.LastCommitID().Hash)
		})
	}
}
