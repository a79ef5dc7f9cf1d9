package zonelink_test

import (
	"testing"
	"time"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Nobody relayed for longer than the light clients trust: nothing passes. The members of both zones vote for clients that begin
// with newer headers, and the link goes on where it stopped: what was on its way comes back, and no yen is lost.
func TestMembersRecoverExpiredClients(t *testing.T) {
	w := charged(t)
	require.NoError(t, w.Charge(w.aoi, retail, 7), "under way while everything stops")
	underWay := w.link.Financial.Drop()
	require.NotEmpty(t, underWay)
	trusting := time.Duration(w.Manifest.TrustingPeriodSeconds) * time.Second
	w.Clock.Advance(trusting + time.Hour)
	w.Blocks()
	require.ErrorIs(t, w.Charge(w.aoi, retail, 1), clienttypes.ErrClientNotActive)
	ends := []struct{ this, other *zones.End }{{w.link.Financial, w.link.Business}, {w.link.Business, w.link.Financial}}
	for _, end := range ends {
		require.Equal(t, exported.Expired, clientStatus(end.this))
		substitute := end.this.NewClient(end.other)
		require.Equal(t, membershiptypes.ProposalStatusPassed, end.this.Zone.Decide("Recover the light client", &clienttypes.MsgRecoverClient{
			SubjectClientId: end.this.Client, SubstituteClientId: substitute, Signer: end.this.Zone.App.Authority(),
		}).Status)
		require.Equal(t, exported.Active, clientStatus(end.this))
	}
	for _, packet := range underWay {
		require.NoError(t, w.link.Financial.Timeout(w.link.Business, packet))
	}
	w.Settle()
	require.NoError(t, w.Charge(w.aoi, retail, 5))
	w.Settle()
	require.EqualValues(t, 100_005, w.zone.Balance(w.aoi), "the charge under way came back")
	w.RequireLaws()
}

func clientStatus(end *zones.End) exported.Status {
	keeper := end.Zone.App.IBC.Core.ClientKeeper
	state, _ := keeper.GetClientState(end.Zone.Ctx(), end.Client)
	return keeper.GetClientStatus(end.Zone.Ctx(), state, end.Client)
}
