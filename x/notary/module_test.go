package notary_test

import (
	"encoding/json"
	"testing"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/x/notary"
	"github.com/azukari-network/azukari/x/notary/keeper"
	"github.com/azukari-network/azukari/x/notary/types"
)

func newModule(t *testing.T) (*keepertest.Fixture, notary.AppModule) {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey}})
	k := keeper.NewKeeper(fixture.Codec, runtime.NewKVStoreService(fixture.Keys[types.StoreKey]), nil, nil)
	return fixture, notary.NewAppModule(fixture.Codec, k)
}

func TestServices(t *testing.T) {
	fixture, built := newModule(t)
	built.RegisterInterfaces(fixture.InterfaceRegistry)
	built.RegisterLegacyAminoCodec(fixture.Amino)
	built.RegisterGRPCGatewayRoutes(client.Context{}, gwruntime.NewServeMux())
	msgs, queries := baseapp.NewMsgServiceRouter(), baseapp.NewGRPCQueryRouter()
	msgs.SetInterfaceRegistry(fixture.InterfaceRegistry)
	queries.SetInterfaceRegistry(fixture.InterfaceRegistry)
	built.RegisterServices(module.NewConfigurator(fixture.Codec, msgs, queries))
	require.NotNil(t, msgs.HandlerByTypeURL(sdk.MsgTypeURL(&types.MsgNotarize{})))
	require.NotNil(t, queries.Route("/azukari.notary.v1.Query/NotarizationsOfDocument"))

	options := built.AutoCLIOptions()
	require.Len(t, options.Tx.RpcCommandOptions, len(types.Msg_serviceDesc.Methods))
	require.Len(t, options.Query.RpcCommandOptions, len(types.Query_serviceDesc.Methods))
	require.Equal(t, types.ModuleName, built.Name())
	require.Equal(t, uint64(1), built.ConsensusVersion())
	built.IsAppModule()
	built.IsOnePerModuleType()
}

func TestGenesisJSON(t *testing.T) {
	fixture, built := newModule(t)
	require.NoError(t, built.ValidateGenesis(fixture.Codec, fixture.TxConfig, built.DefaultGenesis(fixture.Codec)))
	raw := json.RawMessage(`{"notarizations":[{"notary":"` + keepertest.Address("a").String() + `",
		"hash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","label":"nothing","organization":"shop",
		"time":"2026-04-01T00:00:00.123456789Z","height":"7"}]}`)
	built.InitGenesis(fixture.Ctx, fixture.Codec, raw)
	exported := built.ExportGenesis(fixture.Ctx, fixture.Codec)
	require.JSONEq(t, string(raw), string(exported))

	require.ErrorContains(t, built.ValidateGenesis(fixture.Codec, fixture.TxConfig, json.RawMessage("{")), "notary genesis")
	invalid := json.RawMessage(`{"notarizations":[{}]}`)
	require.ErrorContains(t, built.ValidateGenesis(fixture.Codec, fixture.TxConfig, invalid), "notary genesis: notarizations[0]")
	require.Panics(t, func() { built.InitGenesis(fixture.Ctx, fixture.Codec, invalid) })
}

func TestReadme(t *testing.T) { readme.Require(t, "azukari.notary.v1") }
