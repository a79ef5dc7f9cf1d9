package payment_test

import (
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/x/payment"
	"github.com/azukari-network/azukari/x/payment/types"
)

func TestModule(t *testing.T) {
	w := moneytest.New(t, moneytest.Options{Banks: []string{"alpha"}})
	appModule := payment.NewAppModule(w.Codec, nil)
	require.Equal(t, "payment", appModule.Name())
	require.EqualValues(t, 1, appModule.ConsensusVersion())

	appModule.RegisterInterfaces(w.InterfaceRegistry)
	appModule.RegisterLegacyAminoCodec(w.Amino)
	appModule.RegisterGRPCGatewayRoutes(client.Context{}, runtime.NewServeMux())
	for _, msg := range []sdk.Msg{&types.MsgRequestRecall{}, &types.MsgCancelRecall{}, &types.MsgConsentRecall{}, &types.MsgRefuseRecall{}, &types.MsgReturnRecall{}} {
		_, err := w.InterfaceRegistry.Resolve(sdk.MsgTypeURL(msg))
		require.NoError(t, err)
	}

	msgs := baseapp.NewMsgServiceRouter()
	msgs.SetInterfaceRegistry(w.InterfaceRegistry)
	queries := baseapp.NewGRPCQueryRouter()
	queries.SetInterfaceRegistry(w.InterfaceRegistry)
	appModule.RegisterServices(module.NewConfigurator(w.Codec, msgs, queries))
	require.NotNil(t, msgs.HandlerByTypeURL(sdk.MsgTypeURL(&types.MsgReturnRecall{})))
	require.NotNil(t, queries.Route("/azukari.payment.v1.Query/RecallsToBank"))
}

// Every method of both services has a command, and every command a method.
func TestAutoCLI(t *testing.T) {
	options := payment.AppModule{}.AutoCLIOptions()
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

func TestReadme(t *testing.T) { readme.Require(t, "azukari.payment.v1") }
