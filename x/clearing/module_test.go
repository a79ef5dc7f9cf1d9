package clearing_test

import (
	"testing"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/x/clearing"
	"github.com/azukari-network/azukari/x/clearing/types"
)

func TestModule(t *testing.T) {
	w := moneytest.New(t, moneytest.Options{Banks: []string{"alpha"}})
	appModule := clearing.NewAppModule(w.Codec, w.Clearing)
	require.Equal(t, "clearing", appModule.Name())
	require.EqualValues(t, 1, appModule.ConsensusVersion())
	appModule.IsAppModule()
	appModule.IsOnePerModuleType()

	appModule.RegisterInterfaces(w.InterfaceRegistry)
	appModule.RegisterLegacyAminoCodec(w.Amino)
	appModule.RegisterGRPCGatewayRoutes(client.Context{}, runtime.NewServeMux())
	_, err := w.InterfaceRegistry.Resolve(sdk.MsgTypeURL(&types.MsgQueuePayment{}))
	require.NoError(t, err)

	msgs := baseapp.NewMsgServiceRouter()
	msgs.SetInterfaceRegistry(w.InterfaceRegistry)
	queries := baseapp.NewGRPCQueryRouter()
	queries.SetInterfaceRegistry(w.InterfaceRegistry)
	appModule.RegisterServices(module.NewConfigurator(w.Codec, msgs, queries))
	require.NotNil(t, msgs.HandlerByTypeURL(sdk.MsgTypeURL(&types.MsgUpdateParams{})))
	require.NotNil(t, queries.Route("/azukari.clearing.v1.Query/CycleReport"))
	require.NoError(t, appModule.BeginBlock(w.Ctx))
	require.NoError(t, appModule.EndBlock(w.Ctx))
}

func TestGenesis(t *testing.T) {
	w := moneytest.New(t, moneytest.Options{Banks: []string{"alpha"}})
	appModule := clearing.NewAppModule(w.Codec, w.Clearing)
	raw := appModule.DefaultGenesis(w.Codec)
	require.NoError(t, appModule.ValidateGenesis(w.Codec, w.TxConfig, raw))
	require.ErrorContains(t, appModule.ValidateGenesis(w.Codec, w.TxConfig, []byte("7")), "clearing genesis: expected JSON")
	require.ErrorIs(t, appModule.ValidateGenesis(w.Codec, w.TxConfig, []byte(`{"params":{"mode":9}}`)), types.ErrInvalidParams)
	require.Panics(t, func() { appModule.InitGenesis(w.Ctx, w.Codec, []byte(`{}`)) })
	exported := appModule.ExportGenesis(w.Ctx, w.Codec)
	appModule.InitGenesis(w.Ctx, w.Codec, exported)
	require.JSONEq(t, string(exported), string(appModule.ExportGenesis(w.Ctx, w.Codec)))
}

// Every method of both services has a command or is left out by name, and every command a method with those fields.
func TestAutoCLI(t *testing.T) {
	options := clearing.AppModule{}.AutoCLIOptions()
	var described []string
	for _, command := range options.Query.RpcCommandOptions {
		described = append(described, command.RpcMethod)
	}
	require.ElementsMatch(t, methods(types.Query_serviceDesc), described)
	described = nil
	for _, command := range options.Tx.RpcCommandOptions {
		described = append(described, command.RpcMethod)
		message := descriptor(t, protoreflect.FullName("azukari.clearing.v1.Msg"+command.RpcMethod))
		for _, argument := range command.PositionalArgs {
			require.NotNil(t, message.Fields().ByName(protoreflect.Name(argument.ProtoField)), "%s %s", command.RpcMethod, argument.ProtoField)
		}
		require.Equal(t, message.Fields().ByName("authority") != nil, command.Skip, command.RpcMethod)
	}
	require.ElementsMatch(t, methods(types.Msg_serviceDesc), described)
}

func descriptor(t *testing.T, name protoreflect.FullName) protoreflect.MessageDescriptor {
	t.Helper()
	found, err := gogoproto.HybridResolver.FindDescriptorByName(name)
	require.NoError(t, err)
	message, ok := found.(protoreflect.MessageDescriptor)
	require.True(t, ok)
	return message
}

func methods(service grpc.ServiceDesc) []string {
	var names []string
	for _, method := range service.Methods {
		names = append(names, method.MethodName)
	}
	return names
}

func TestReadme(t *testing.T) { readme.Require(t, "azukari.clearing.v1") }
