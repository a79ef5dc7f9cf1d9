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
	state.Brought = []types.Brought{
		{Zone: "retail", Address: holders[0], Amount: math.NewInt(9)},
		{Zone: "retail", Address: holders[1], Amount: math.NewInt(-4)},
	}
	return state
}

// woundUp returns the same with retail wound up, and something in every list of that.
func woundUp() types.GenesisState {
	state := full()
	state.Zones[1].Status = types.ZoneStatusWindingUp
	earned := math.NewInt(-3)
	state.WindUps = []types.WindUp{{
		Zone: "retail", Revision: 1, Height: 7, Root: make([]byte, 32), Reason: "dead", Paid: math.NewInt(8),
	}}
	state.WindUpAccounts = []types.WindUpAccount{
		{Zone: "retail", Address: state.Brought[0].Address, Bank: "bank-a", Earned: &earned, Paid: math.NewInt(8)},
		{Zone: "retail", Address: state.Brought[1].Address, Bank: "bank-b", Paid: math.ZeroInt()},
	}
	state.WindUpHolds = []types.WindUpHold{{Zone: "retail", Id: 1}, {Zone: "retail", Id: 3}}
	state.ProvenFlows = []types.ZoneFlow{
		{Zone: "retail", PayerBank: "bank-a", PayeeBank: "bank-b", Total: math.NewInt(4)},
		{Zone: "retail", PayerBank: "bank-b", PayeeBank: "bank-a", Total: math.NewInt(1)},
	}
	return state
}

func TestGenesisOfAWindUp(t *testing.T) {
	require.NoError(t, woundUp().Validate())
	closed := woundUp()
	closed.Zones[1].Status = types.ZoneStatusClosed
	require.NoError(t, closed.Validate())
	for name, change := range map[string]func(*types.GenesisState){
		"of a zone that lives":      func(g *types.GenesisState) { g.Zones[1].Status = types.ZoneStatusActive },
		"missing":                   func(g *types.GenesisState) { g.WindUps = nil },
		"twice":                     func(g *types.GenesisState) { g.WindUps = append(g.WindUps, g.WindUps[0]) },
		"without a root":            func(g *types.GenesisState) { g.WindUps[0].Root = nil },
		"without a height":          func(g *types.GenesisState) { g.WindUps[0].Height = 0 },
		"paid more than accounts":   func(g *types.GenesisState) { g.WindUps[0].Paid = math.NewInt(9) },
		"paid nothing known":        func(g *types.GenesisState) { g.WindUps[0].Paid = math.Int{} },
		"account of another zone":   func(g *types.GenesisState) { g.WindUpAccounts[0].Zone = "energy" },
		"account of no bank":        func(g *types.GenesisState) { g.WindUpAccounts[0].Bank = "" },
		"account paid less than 0":  func(g *types.GenesisState) { g.WindUpAccounts[1].Paid = math.NewInt(-1) },
		"account that is none":      func(g *types.GenesisState) { g.WindUpAccounts[0].Address = "x" },
		"accounts descending":       func(g *types.GenesisState) { slices.Reverse(g.WindUpAccounts) },
		"hold of another zone":      func(g *types.GenesisState) { g.WindUpHolds[0].Zone = "energy" },
		"hold 0":                    func(g *types.GenesisState) { g.WindUpHolds[0].Id = 0 },
		"holds descending":          func(g *types.GenesisState) { slices.Reverse(g.WindUpHolds) },
		"flow of another zone":      func(g *types.GenesisState) { g.ProvenFlows[0].Zone = "energy" },
		"flow of nothing":           func(g *types.GenesisState) { g.ProvenFlows[0].Total = math.ZeroInt() },
		"flows descending":          func(g *types.GenesisState) { slices.Reverse(g.ProvenFlows) },
		"brought to no zone":        func(g *types.GenesisState) { g.Brought[0].Zone = "energy" },
		"brought by nobody":         func(g *types.GenesisState) { g.Brought[0].Address = "" },
		"brought nothing":           func(g *types.GenesisState) { g.Brought[0].Amount = math.ZeroInt() },
		"brought an unknown amount": func(g *types.GenesisState) { g.Brought[0].Amount = math.Int{} },
		"brought, descending":       func(g *types.GenesisState) { slices.Reverse(g.Brought) },
		"brought less than shares":  func(g *types.GenesisState) { g.Brought = g.Brought[:1] },
		"brought nothing at all":    func(g *types.GenesisState) { g.Brought = nil },
	} {
		t.Run(name, func(t *testing.T) {
			state := woundUp()
			change(&state)
			require.ErrorIs(t, state.Validate(), zonelinktypes.ErrInvalidGenesis)
		})
	}
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
		"half a hash":                 func(z *types.Zone) { z.ValidatorsHash = make([]byte, 16) },
		"long chain id":               func(z *types.Zone) { z.ChainId = string(make([]byte, 51)) },
		"no connection":               func(z *types.Zone) { z.ConnectionId = "" },
		"bad connection":              func(z *types.Zone) { z.ConnectionId = "/" },
		"bad channel":                 func(z *types.Zone) { z.TransferChannelId = "/" },
		"transfer channel only":       func(z *types.Zone) { z.ConnectionId, z.ZonelinkChannelId = "", "" },
		"registered with channel":     func(z *types.Zone) { z.Status = types.ZoneStatusRegistered },
		"active without channel":      func(z *types.Zone) { z.TransferChannelId = "" },
		"no status":                   func(z *types.Zone) { z.Status = types.ZoneStatusUnspecified },
		"winding up without channel":  func(z *types.Zone) { z.Status, z.TransferChannelId = types.ZoneStatusWindingUp, "" },
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
