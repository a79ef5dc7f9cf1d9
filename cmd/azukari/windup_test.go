package main

import (
	"encoding/json"
	"testing"

	connectiontypes "github.com/cosmos/ibc-go/v8/modules/core/03-connection/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/cmd/azukari/internal/devnetcmd"
	"github.com/azukari-network/azukari/relayer/e2e"
	"github.com/azukari-network/azukari/testutil/devnet"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// A zone whose relayers are gone for good is given up by the members, and its owners get their yen out of the escrow by proofs
// from a node of it: what they had there, what was on its way there, and what was on its way back.
func TestWindUpWithRealNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	const bank = "bank-a"
	s := e2e.Open(t, e2e.Manifest("windup", e2e.Retail))
	before := s.Held()
	s.Charge(e2e.Retail, 9)
	s.Settled(e2e.Retail)
	require.NoError(t, s.Relayer().Stop())
	s.Charge(e2e.Retail, 3)
	s.Discharge(e2e.Retail, 2)
	require.Equal(t, before-12, s.Held())

	ctx, cancel := s.Context()
	defer cancel()
	client := s.Financial().Client()
	zone, err := financialtypes.NewQueryClient(client.GRPC()).Zone(ctx, &financialtypes.QueryZoneRequest{Id: e2e.Retail})
	require.NoError(t, err)
	state, err := connectiontypes.NewQueryClient(client.GRPC()).ConnectionClientState(ctx,
		&connectiontypes.QueryConnectionClientStateRequest{ConnectionId: zone.Zone.ConnectionId})
	require.NoError(t, err)
	var light ibctm.ClientState
	require.NoError(t, light.Unmarshal(state.IdentifiedClientState.ClientState.Value))

	_, err = s.Financial().Decide(ctx, "Wind up retail", &financialtypes.MsgWindUpZone{
		Authority: devnet.Authority(), Zone: e2e.Retail,
		Revision: light.LatestHeight.RevisionNumber, Height: light.LatestHeight.RevisionHeight, Reason: "no relayer left",
	})
	require.NoError(t, err)
	s.Eventually("the zone to be wound up", func() bool {
		zone, err := financialtypes.NewQueryClient(client.GRPC()).Zone(ctx, &financialtypes.QueryZoneRequest{Id: e2e.Retail})
		return err == nil && zone.Zone.Status == financialtypes.ZoneStatusWindingUp
	})

	profiles, err := devnetcmd.WriteProfiles(s.Endpoints(), []string{bank}, t.TempDir())
	require.NoError(t, err)
	windUp := func() (report struct {
		Paid      string `json:"paid"`
		Unclaimed string `json:"unclaimed"`
	},
	) {
		cmd, stdout, stderr := command(t, "wind-up", e2e.Retail, "--node", s.Zone(e2e.Retail).Nodes()[0].Endpoints().RPC,
			"--profile", profiles[0], "-o", "json")
		require.NoError(t, cmd.Run(), stderr.String())
		require.NoError(t, json.Unmarshal(stdout.Bytes(), &report))
		return report
	}
	require.Equal(t, "0", windUp().Unclaimed)
	require.Equal(t, before, s.Held(), "every yen is back")
	windUp()
	require.Equal(t, before, s.Held(), "and none twice")

	cmd, stdout, stderr := command(t, "verify", "--dir", s.Dir())
	require.NoError(t, cmd.Run(), stderr.String()+stdout.String())
}
