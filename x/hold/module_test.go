package hold_test

import (
	"encoding/json"
	"testing"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/x/hold"
	"github.com/azukari-network/azukari/x/hold/keeper"
	"github.com/azukari-network/azukari/x/hold/types"
)

func newModule(t *testing.T) (*keepertest.Fixture, hold.AppModule) {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey}})
	k := keeper.NewKeeper(fixture.Codec, runtime.NewKVStoreService(fixture.Keys[types.StoreKey]), fixture.Bank)
	return fixture, hold.NewAppModule(fixture.Codec, k)
}

func TestServices(t *testing.T) {
	fixture, built := newModule(t)
	built.RegisterInterfaces(fixture.InterfaceRegistry)
	built.RegisterLegacyAminoCodec(fixture.Amino)
	queries := baseapp.NewGRPCQueryRouter()
	queries.SetInterfaceRegistry(fixture.InterfaceRegistry)
	built.RegisterServices(module.NewConfigurator(fixture.Codec, baseapp.NewMsgServiceRouter(), queries))
	built.RegisterGRPCGatewayRoutes(client.Context{}, gwruntime.NewServeMux())
	require.NotNil(t, queries.Route("/azukari.hold.v1.Query/Hold"))

	options := built.AutoCLIOptions()
	require.Nil(t, options.Tx)
	require.Len(t, options.Query.RpcCommandOptions, 2)
	require.Equal(t, types.ModuleName, built.Name())
	require.Equal(t, uint64(1), built.ConsensusVersion())
	built.IsAppModule()
	built.IsOnePerModuleType()
}

func TestGenesisJSON(t *testing.T) {
	fixture, built := newModule(t)
	require.NoError(t, built.ValidateGenesis(fixture.Codec, fixture.TxConfig, built.DefaultGenesis(fixture.Codec)))
	raw := json.RawMessage(`{"holds":[{"id":"4","owner":"` + keepertest.Address("a").String() + `",
		"amount":{"denom":"jpy","amount":"7"},"purpose":"redeem/R1","expires_at":"2026-04-01T00:00:00Z"}],"next_id":"5"}`)
	built.InitGenesis(fixture.Ctx, fixture.Codec, raw)
	exported := built.ExportGenesis(fixture.Ctx, fixture.Codec)

	other, second := newModule(t)
	second.InitGenesis(other.Ctx, other.Codec, exported)
	require.Equal(t, exported, second.ExportGenesis(other.Ctx, other.Codec))

	require.ErrorContains(t, built.ValidateGenesis(fixture.Codec, fixture.TxConfig, json.RawMessage("{")), "hold genesis")
	require.Panics(t, func() { built.InitGenesis(fixture.Ctx, fixture.Codec, json.RawMessage("{}")) })
}

func TestReadme(t *testing.T) { readme.Require(t, "azukari.hold.v1") }
