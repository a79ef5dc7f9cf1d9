package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

func full() types.GenesisState {
	state := *types.DefaultGenesis()
	state.Params.FinancialChainId = "financial-1"
	state.FinancialZone = types.FinancialZone{ConnectionId: "connection-1", ZonelinkChannelId: "channel-1", TransferChannelId: "channel-2"}
	state.Transfers = []zonelinktypes.Transfer{
		{ChannelId: "channel-2", Sequence: 1, Account: keepertest.Address("holder").String(), Bank: "bank-a", Amount: math.NewInt(10)},
	}
	state.Brought = []types.Brought{{Address: keepertest.Address("holder").String(), Amount: math.NewInt(-5)}}
	return state
}

func TestGenesisValidate(t *testing.T) {
	require.NoError(t, full().Validate())
	require.ErrorIs(t, types.DefaultGenesis().Validate(), zonelinktypes.ErrInvalidParams, "founders must name the Financial Zone")

	for name, test := range map[string]struct {
		change func(*types.GenesisState)
		want   error
	}{
		"no chain id":             {func(g *types.GenesisState) { g.Params.FinancialChainId = "" }, zonelinktypes.ErrInvalidParams},
		"half a hash":             {func(g *types.GenesisState) { g.Params.FinancialValidatorsHash = make([]byte, 16) }, zonelinktypes.ErrInvalidParams},
		"no timeout":              {func(g *types.GenesisState) { g.Params.PacketTimeout = 0 }, zonelinktypes.ErrInvalidParams},
		"long timeout":            {func(g *types.GenesisState) { g.Params.PacketTimeout = 25 * time.Hour }, zonelinktypes.ErrInvalidParams},
		"no connection":           {func(g *types.GenesisState) { g.FinancialZone.ConnectionId = "" }, zonelinktypes.ErrInvalidZone},
		"bad connection":          {func(g *types.GenesisState) { g.FinancialZone.ConnectionId = "/" }, zonelinktypes.ErrInvalidZone},
		"bad zonelink channel":    {func(g *types.GenesisState) { g.FinancialZone.ZonelinkChannelId = "/" }, zonelinktypes.ErrInvalidZone},
		"bad transfer channel":    {func(g *types.GenesisState) { g.FinancialZone.TransferChannelId = "/" }, zonelinktypes.ErrInvalidZone},
		"one channel for both":    {func(g *types.GenesisState) { g.FinancialZone.TransferChannelId = "channel-1" }, zonelinktypes.ErrInvalidZone},
		"suspended before linked": {func(g *types.GenesisState) { g.FinancialZone = types.FinancialZone{Suspended: true} }, zonelinktypes.ErrInvalidZone},
		"bad transfer":            {func(g *types.GenesisState) { g.Transfers[0].Bank = "" }, zonelinktypes.ErrInvalidGenesis},
		"brought by nobody":       {func(g *types.GenesisState) { g.Brought[0].Address = "" }, zonelinktypes.ErrInvalidGenesis},
		"brought nothing":         {func(g *types.GenesisState) { g.Brought[0].Amount = math.ZeroInt() }, zonelinktypes.ErrInvalidGenesis},
		"brought an unknown":      {func(g *types.GenesisState) { g.Brought[0].Amount = math.Int{} }, zonelinktypes.ErrInvalidGenesis},
		"brought twice":           {func(g *types.GenesisState) { g.Brought = append(g.Brought, g.Brought[0]) }, zonelinktypes.ErrInvalidGenesis},
		"transfer elsewhere":      {func(g *types.GenesisState) { g.Transfers[0].ChannelId = "channel-1" }, zonelinktypes.ErrInvalidGenesis},
	} {
		t.Run(name, func(t *testing.T) {
			state := full()
			test.change(&state)
			require.ErrorIs(t, state.Validate(), test.want)
		})
	}

	linking := full()
	linking.FinancialZone.TransferChannelId, linking.Transfers = "", nil
	require.NoError(t, linking.Validate(), "between the two handshakes")
}

func TestYenDenom(t *testing.T) {
	zone := full().FinancialZone
	require.NoError(t, zone.CheckActive())
	require.Equal(t, "transfer/channel-2/jpy", zone.YenTrace().GetFullDenomPath())
	require.Equal(t, zone.YenTrace().IBCDenom(), zone.YenDenom())

	zone.Suspended = true
	require.ErrorIs(t, zone.CheckActive(), zonelinktypes.ErrNotConnected)
	require.NotEmpty(t, zone.YenDenom(), "yen stays yen")

	require.ErrorIs(t, types.FinancialZone{}.CheckActive(), zonelinktypes.ErrNotConnected)
	require.Empty(t, types.FinancialZone{}.YenDenom())
}
