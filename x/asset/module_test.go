package asset_test

import (
	"encoding/json"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	sdkruntime "github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/businesstest"
	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/x/asset"
	"github.com/azukari-network/azukari/x/asset/keeper"
	"github.com/azukari-network/azukari/x/asset/types"
)

func TestModule(t *testing.T) {
	w := businesstest.New(t, businesstest.Options{Banks: []string{"alpha"}, Stores: []string{types.StoreKey}})
	assets := keeper.NewKeeper(w.Codec, sdkruntime.NewKVStoreService(w.Keys[types.StoreKey]), w.Bank, w.Registry)
	appModule := asset.NewAppModule(w.Codec, assets)
	require.Equal(t, "asset", appModule.Name())
	require.EqualValues(t, 1, appModule.ConsensusVersion())

	appModule.RegisterInterfaces(w.InterfaceRegistry)
	appModule.RegisterLegacyAminoCodec(w.Amino)
	appModule.RegisterGRPCGatewayRoutes(client.Context{}, runtime.NewServeMux())
	msgs := baseapp.NewMsgServiceRouter()
	msgs.SetInterfaceRegistry(w.InterfaceRegistry)
	queries := baseapp.NewGRPCQueryRouter()
	queries.SetInterfaceRegistry(w.InterfaceRegistry)
	appModule.RegisterServices(module.NewConfigurator(w.Codec, msgs, queries))
	require.NotNil(t, msgs.HandlerByTypeURL(sdk.MsgTypeURL(&types.MsgTransfer{})))
	require.NotNil(t, queries.Route("/azukari.asset.v1.Query/Trace"))

	raw := appModule.DefaultGenesis(w.Codec)
	require.NoError(t, appModule.ValidateGenesis(w.Codec, nil, raw))
	appModule.InitGenesis(w.Ctx, w.Codec, raw)
	require.JSONEq(t, string(raw), string(appModule.ExportGenesis(w.Ctx, w.Codec)))
	require.NoError(t, appModule.BeginBlock(w.Ctx))

	wrong := json.RawMessage(`{"classes":[{}]}`)
	require.ErrorIs(t, appModule.ValidateGenesis(w.Codec, nil, wrong), types.ErrInvalidClass)
	require.ErrorContains(t, appModule.ValidateGenesis(w.Codec, nil, json.RawMessage(`[]`)), "expected JSON of azukari.asset.v1.GenesisState")
	require.Panics(t, func() { appModule.InitGenesis(w.Ctx, w.Codec, wrong) })
}

// Every method of both services has a command, and every command a method.
func TestAutoCLI(t *testing.T) {
	options := asset.AppModule{}.AutoCLIOptions()
	var described []string
	for _, command := range options.Query.RpcCommandOptions {
		described = append(described, command.RpcMethod)
	}
	require.ElementsMatch(t, methods(types.Query_serviceDesc), described)
	described = nil
	for _, command := range options.Tx.RpcCommandOptions {
		described = append(described, command.RpcMethod)
	}
	require.ElementsMatch(t, methods(types.Msg_serviceDesc), described)
}

func methods(service grpc.ServiceDesc) []string {
	var names []string
	for _, method := range service.Methods {
		names = append(names, method.MethodName)
	}
	return names
}

func TestReadme(t *testing.T) { readme.Require(t, "azukari.asset.v1") }
