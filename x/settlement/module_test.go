package settlement_test

import (
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/x/settlement"
	"github.com/azukari-network/azukari/x/settlement/types"
)

func TestModule(t *testing.T) {
	fixture := keepertest.New(t, keepertest.Options{})
	appModule := settlement.NewAppModule(fixture.Codec, nil)
	require.Equal(t, "settlement", appModule.Name())
	require.EqualValues(t, 1, appModule.ConsensusVersion())

	appModule.RegisterInterfaces(fixture.InterfaceRegistry)
	appModule.RegisterLegacyAminoCodec(fixture.Amino)
	appModule.RegisterGRPCGatewayRoutes(client.Context{}, runtime.NewServeMux())
	for _, msg := range []sdk.Msg{
		&types.MsgCreateTrade{}, &types.MsgConfirmTrade{}, &types.MsgCancelTrade{}, &types.MsgRefuseTrade{},
		&types.MsgAbortTrade{}, &types.MsgReleaseTrade{}, &types.MsgPresentDocument{},
	} {
		_, err := fixture.InterfaceRegistry.Resolve(sdk.MsgTypeURL(msg))
		require.NoError(t, err)
	}

	msgs := baseapp.NewMsgServiceRouter()
	msgs.SetInterfaceRegistry(fixture.InterfaceRegistry)
	queries := baseapp.NewGRPCQueryRouter()
	queries.SetInterfaceRegistry(fixture.InterfaceRegistry)
	appModule.RegisterServices(module.NewConfigurator(fixture.Codec, msgs, queries))
	require.NotNil(t, msgs.HandlerByTypeURL(sdk.MsgTypeURL(&types.MsgConfirmTrade{})))
	require.NotNil(t, queries.Route("/azukari.settlement.v1.Query/TradesOfAccount"))
}

// Every method of both services has a command, and every command a method.
func TestAutoCLI(t *testing.T) {
	options := settlement.AppModule{}.AutoCLIOptions()
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

func TestReadme(t *testing.T) { readme.Require(t, "azukari.settlement.v1") }
