package audit_test

import (
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/audit"
	"github.com/azukari-network/azukari/x/audit/keeper"
	"github.com/azukari-network/azukari/x/audit/types"
)

func TestModule(t *testing.T) {
	w := moneytest.New(t, moneytest.Options{Banks: []string{"alpha"}})
	appModule := audit.NewAppModule(keeper.NewBusinessKeeper(w.Bank, w.Account, w.Registry, w.Hold, nil, nil, nil, nil, nil))
	require.Equal(t, "audit", appModule.Name())
	require.EqualValues(t, 1, appModule.ConsensusVersion())

	appModule.RegisterInterfaces(w.InterfaceRegistry)
	appModule.RegisterLegacyAminoCodec(w.Amino)
	appModule.RegisterGRPCGatewayRoutes(client.Context{}, runtime.NewServeMux())
	queries := baseapp.NewGRPCQueryRouter()
	queries.SetInterfaceRegistry(w.InterfaceRegistry)
	appModule.RegisterServices(module.NewConfigurator(w.Codec, baseapp.NewMsgServiceRouter(), queries))
	require.NotNil(t, queries.Route("/azukari.audit.v1.Query/Laws"))

	commands := audit.AppModule{}.AutoCLIOptions().Query
	require.Equal(t, types.Query_serviceDesc.ServiceName, commands.Service)
	require.Len(t, commands.RpcCommandOptions, len(types.Query_serviceDesc.Methods))
}
