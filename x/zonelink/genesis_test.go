package zonelink_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/testutil/zones"
	"github.com/azukari-network/azukari/x/zonelink/business"
	businesskeeper "github.com/azukari-network/azukari/x/zonelink/business/keeper"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	"github.com/azukari-network/azukari/x/zonelink/financial"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

// busy returns the world with something of everything in flight.
func busy(t testing.TB) *world {
	t.Helper()
	w := charged(t)
	require.NoError(t, w.Charge(w.aoi, retail, 300))
	require.NoError(t, w.Charge(w.ken, retail, 20))
	require.NoError(t, w.Discharge(w.zone, w.aoi, 1))
	require.NoError(t, w.Discharge(w.zone, w.aoi, 2))
	w.Freeze(bankB, w.ken)
	return w
}

func TestExportIsValidAndComesBackTheSame(t *testing.T) {
	w := busy(t)
	cdc := w.Financial.App.Encoding.Codec
	ctx := w.financialCtx()
	module := financial.NewAppModule(cdc, w.keeper)
	exported := module.ExportGenesis(ctx, cdc)
	require.NoError(t, module.ValidateGenesis(cdc, nil, exported))
	var state financialtypes.GenesisState
	cdc.MustUnmarshalJSON(exported, &state)
	require.Len(t, state.Transfers, 2)
	require.Len(t, state.Shares, 2)
	require.Len(t, state.AccountSyncs, 2)

	zoneCtx := w.businessCtx()
	zoneModule := business.NewAppModule(cdc, w.business)
	zoneExported := zoneModule.ExportGenesis(zoneCtx, cdc)
	require.NoError(t, zoneModule.ValidateGenesis(cdc, nil, zoneExported))

	for _, zone := range []*zones.Zone{w.Financial, w.zone} {
		first := zone.Export()
		require.Equal(t, section(t, first.AppState), section(t, zone.Import(first).Export().AppState), zone.ID)
	}
}

// section returns the zonelink module's part of a genesis.
func section(t *testing.T, appState []byte) string {
	t.Helper()
	var sections map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(appState, &sections))
	return string(sections[types.ModuleName])
}

// An imported chain keeps the packets in flight apart from what has settled.
func TestImportRestoresWhatIsUnsettled(t *testing.T) {
	w := busy(t)
	ctx := w.financialCtx()
	state, err := w.keeper.ExportGenesis(ctx)
	require.NoError(t, err)

	imported := w.Financial.Import(w.Financial.Export())
	keeper := imported.Financial.Zonelink
	again, err := keeper.ExportGenesis(imported.Ctx())
	require.NoError(t, err)
	require.Equal(t, state, again)

	// Of bank-a's share, 300 yen are in flight.
	packet := w.homecoming(77, transferData(w.yenPath(), "100001", w.aoi, w.aoi, ""))
	_, err = keeper.CheckReceipt(imported.Ctx(), packet)
	require.ErrorIs(t, err, types.ErrInsufficientShare)
	packet.Data = transferData(w.yenPath(), "100000", w.aoi, w.aoi, "")
	_, err = keeper.CheckReceipt(imported.Ctx(), packet)
	require.NoError(t, err)
}

// Flows, reported or not, and caps survive the import of both zones, with the sums that are made of them: what a bank may still
// send is what it was, and not a yen more.
func TestImportKeepsFlowsAndCaps(t *testing.T) {
	w := charged(t)
	w.setSlice(bankA, 1_000)
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 300))
	w.Rest()
	require.NoError(t, w.zone.Pay(w.aoi, w.ken, 200))
	require.NoError(t, w.zone.Pay(w.ken, w.aoi, 40))
	require.EqualValues(t, 540, w.room(bankA))

	caps, err := w.businessQueries.Caps(w.businessCtx(), &businesstypes.QueryCapsRequest{})
	require.NoError(t, err)
	flows, err := w.businessQueries.Flows(w.businessCtx(), &businesstypes.QueryFlowsRequest{})
	require.NoError(t, err)
	require.Len(t, flows.Flows, 2)
	positions, err := w.queries.ZonePositions(w.financialCtx(), &financialtypes.QueryZonePositionsRequest{Zone: retail})
	require.NoError(t, err)

	exported := w.zone.Export()
	zone := w.zone.Import(exported)
	require.Equal(t, section(t, exported.AppState), section(t, zone.Export().AppState))
	queries := businesskeeper.NewQueryServer(zone.Business.Zonelink)
	capsAgain, err := queries.Caps(zone.Ctx(), &businesstypes.QueryCapsRequest{})
	require.NoError(t, err)
	require.Equal(t, caps, capsAgain)
	flowsAgain, err := queries.Flows(zone.Ctx(), &businesstypes.QueryFlowsRequest{})
	require.NoError(t, err)
	require.Equal(t, flows, flowsAgain)
	require.ErrorIs(t, zone.Pay(w.aoi, w.ken, 541), types.ErrOverSlice)
	require.NoError(t, zone.Pay(w.aoi, w.ken, 540))
	zone.RequireLaws()

	exported = w.Financial.Export()
	chain := w.Financial.Import(exported)
	require.Equal(t, section(t, exported.AppState), section(t, chain.Export().AppState))
	positionsAgain, err := financialkeeper.NewQueryServer(chain.Financial.Zonelink).ZonePositions(
		chain.Ctx(), &financialtypes.QueryZonePositionsRequest{Zone: retail})
	require.NoError(t, err)
	require.Equal(t, positions, positionsAgain)
	chain.RequireLaws()
}

// A transfer without its packet would never settle, a packet without its transfer could not.
func TestGenesisMustMatchThePacketsOfIBC(t *testing.T) {
	w := busy(t)
	invented := types.Transfer{Sequence: 99, Account: w.aoi.String(), Bank: bankA, Amount: math.OneInt()}

	ctx := w.financialCtx()
	state, err := w.keeper.ExportGenesis(ctx)
	require.NoError(t, err)
	invented.ChannelId = w.link.Financial.Transfer
	state.Transfers = append(state.Transfers, invented)
	require.ErrorIs(t, w.keeper.InitGenesis(ctx, *state), types.ErrInvalidGenesis)

	zoneCtx := w.businessCtx()
	zoneState, err := w.business.ExportGenesis(zoneCtx)
	require.NoError(t, err)
	invented.ChannelId = w.link.Business.Transfer
	zoneState.Transfers = append(zoneState.Transfers, invented)
	require.ErrorIs(t, w.business.InitGenesis(zoneCtx, *zoneState), types.ErrInvalidGenesis)

	zoneCtx = w.businessCtx()
	w.zone.App.IBC.Core.ChannelKeeper.SetPacketCommitment(zoneCtx, "transfer", w.link.Business.Transfer, 50, []byte{1})
	zoneState, err = w.business.ExportGenesis(zoneCtx)
	require.NoError(t, err)
	require.ErrorIs(t, w.business.InitGenesis(zoneCtx, *zoneState), types.ErrInvalidGenesis)
}

func TestInvalidGenesisIsRefused(t *testing.T) {
	w := linked(t)
	cdc := w.Financial.App.Encoding.Codec
	module := financial.NewAppModule(cdc, w.keeper)
	require.NoError(t, module.ValidateGenesis(cdc, nil, module.DefaultGenesis(cdc)))
	require.ErrorContains(t, module.ValidateGenesis(cdc, nil, []byte("[]")), "azukari.zonelink.financial.v1.GenesisState")
	require.Panics(t, func() { module.InitGenesis(w.financialCtx(), cdc, []byte("[]")) })

	zoneModule := business.NewAppModule(cdc, w.business)
	require.ErrorIs(t, zoneModule.ValidateGenesis(cdc, nil, zoneModule.DefaultGenesis(cdc)), types.ErrInvalidParams)
	require.ErrorContains(t, zoneModule.ValidateGenesis(cdc, nil, []byte("[]")), "azukari.zonelink.business.v1.GenesisState")
	require.Panics(t, func() { zoneModule.InitGenesis(w.businessCtx(), cdc, []byte("[]")) })
}

func TestReadme(t *testing.T) {
	readme.Require(t, "azukari.zonelink.v1", "azukari.zonelink.financial.v1", "azukari.zonelink.business.v1")
}
