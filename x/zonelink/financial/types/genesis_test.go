package types_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// full returns a genesis with something in every list, and two zones.
func full() types.GenesisState {
	holders := []string{keepertest.Address("one").String(), keepertest.Address("two").String()}
	if bytes.Compare(keepertest.Address("one"), keepertest.Address("two")) > 0 {
		slices.Reverse(holders)
	}
	state := *types.DefaultGenesis()
	state.Zones = []types.Zone{
		{Id: "energy", ChainId: "energy-1", Status: types.ZoneStatusRegistered},
		{
			Id: "retail", ChainId: "retail-1", Status: types.ZoneStatusActive,
			ConnectionId: "connection-1", ZonelinkChannelId: "channel-1", TransferChannelId: "channel-2",
		},
	}
	state.Shares = []types.Share{
		{Zone: "retail", Bank: "bank-a", Amount: math.NewInt(30)},
		{Zone: "retail", Bank: "bank-b", Amount: math.NewInt(5)},
	}
	state.Transfers = []zonelinktypes.Transfer{
		{ChannelId: "channel-2", Sequence: 1, Account: holders[0], Bank: "bank-a", Amount: math.NewInt(10)},
		{ChannelId: "channel-2", Sequence: 2, Account: holders[1], Bank: "bank-a", Amount: math.NewInt(20)},
	}
	state.AccountSyncs = []types.AccountSync{
		{Zone: "retail", Address: holders[0], SentRevision: 3, AcknowledgedRevision: 2, SentDigest: make([]byte, 32)},
		{Zone: "retail", Address: holders[1], Dirty: true, NotBefore: time.Unix(1, 0).UTC(), Failures: 2},
	}
	return state
}

func TestGenesisValidate(t *testing.T) {
	require.NoError(t, types.DefaultGenesis().Validate())
	require.NoError(t, full().Validate())

	invalid := zonelinktypes.ErrInvalidGenesis
	for name, test := range map[string]struct {
		change func(*types.GenesisState)
		want   error
	}{
		"bad params":               {func(g *types.GenesisState) { g.Params.UpdatesPerBlock = 0 }, zonelinktypes.ErrInvalidParams},
		"bad zone":                 {func(g *types.GenesisState) { g.Zones[0].Id = "E" }, zonelinktypes.ErrInvalidZone},
		"zones descending":         {func(g *types.GenesisState) { slices.Reverse(g.Zones) }, invalid},
		"zone twice":               {func(g *types.GenesisState) { g.Zones[0] = g.Zones[1] }, invalid},
		"chain twice":              {func(g *types.GenesisState) { g.Zones[0].ChainId = "retail-1" }, invalid},
		"channel twice":            {func(g *types.GenesisState) { g.Zones[1].TransferChannelId = "channel-1" }, invalid},
		"share of no zone":         {func(g *types.GenesisState) { g.Shares[0].Zone = "none" }, invalid},
		"share of an unlinked":     {func(g *types.GenesisState) { g.Shares[0].Zone = "energy" }, invalid},
		"share of no bank":         {func(g *types.GenesisState) { g.Shares[0].Bank = "" }, invalid},
		"share of no amount":       {func(g *types.GenesisState) { g.Shares[0].Amount = math.Int{} }, invalid},
		"empty share":              {func(g *types.GenesisState) { g.Shares[1].Amount = math.ZeroInt() }, invalid},
		"shares descending":        {func(g *types.GenesisState) { slices.Reverse(g.Shares) }, invalid},
		"bad transfer":             {func(g *types.GenesisState) { g.Transfers[0].Sequence = 0 }, invalid},
		"transfer of no share":     {func(g *types.GenesisState) { g.Transfers[0].Bank = "bank-c" }, invalid},
		"transfer on no channel":   {func(g *types.GenesisState) { g.Transfers[0].ChannelId = "channel-1" }, invalid},
		"share too small":          {func(g *types.GenesisState) { g.Shares[0].Amount = math.NewInt(29) }, invalid},
		"sync of no zone":          {func(g *types.GenesisState) { g.AccountSyncs[0].Zone = "none" }, invalid},
		"sync of no account":       {func(g *types.GenesisState) { g.AccountSyncs[0].Address = "" }, invalid},
		"sync ahead of itself":     {func(g *types.GenesisState) { g.AccountSyncs[0].AcknowledgedRevision = 4 }, invalid},
		"sync without digest":      {func(g *types.GenesisState) { g.AccountSyncs[0].SentDigest = nil }, invalid},
		"sync with digest unsent":  {func(g *types.GenesisState) { g.AccountSyncs[1].SentDigest = make([]byte, 32) }, invalid},
		"dirty sync without time":  {func(g *types.GenesisState) { g.AccountSyncs[1].NotBefore = time.Time{} }, invalid},
		"clean sync with time":     {func(g *types.GenesisState) { g.AccountSyncs[0].NotBefore = time.Unix(1, 0) }, invalid},
		"syncs descending":         {func(g *types.GenesisState) { slices.Reverse(g.AccountSyncs) }, invalid},
		"sync of one account only": {func(g *types.GenesisState) { g.AccountSyncs[1].Address = g.AccountSyncs[0].Address }, invalid},
	} {
		t.Run(name, func(t *testing.T) {
			state := full()
			test.change(&state)
			require.ErrorIs(t, state.Validate(), test.want)
		})
	}
}

func TestZoneValidate(t *testing.T) {
	active := full().Zones[1]
	require.NoError(t, active.Validate())
	require.Equal(t, []string{"channel-1", "channel-2"}, active.Channels())
	require.NoError(t, active.CheckActive())

	for name, change := range map[string]func(*types.Zone){
		"no id":                       func(z *types.Zone) { z.Id = "" },
		"no chain id":                 func(z *types.Zone) { z.ChainId = "" },
		"long chain id":               func(z *types.Zone) { z.ChainId = string(make([]byte, 51)) },
		"no connection":               func(z *types.Zone) { z.ConnectionId = "" },
		"bad connection":              func(z *types.Zone) { z.ConnectionId = "/" },
		"bad channel":                 func(z *types.Zone) { z.TransferChannelId = "/" },
		"transfer channel only":       func(z *types.Zone) { z.ConnectionId, z.ZonelinkChannelId = "", "" },
		"registered with channel":     func(z *types.Zone) { z.Status = types.ZoneStatusRegistered },
		"active without channel":      func(z *types.Zone) { z.TransferChannelId = "" },
		"no status":                   func(z *types.Zone) { z.Status = types.ZoneStatusUnspecified },
		"unknown status":              func(z *types.Zone) { z.Status = 99 },
		"zonelink channel before its": func(z *types.Zone) { z.ZonelinkChannelId = "" },
	} {
		t.Run(name, func(t *testing.T) {
			zone := active
			change(&zone)
			require.ErrorIs(t, zone.Validate(), zonelinktypes.ErrInvalidZone)
		})
	}

	suspended := active
	suspended.Status = types.ZoneStatusSuspended
	require.NoError(t, suspended.Validate())
	require.ErrorIs(t, suspended.CheckActive(), zonelinktypes.ErrZoneNotActive)
}
