package base

import (
	"maps"

	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	"github.com/cosmos/cosmos-sdk/server/api"
	"github.com/cosmos/cosmos-sdk/server/config"
	"github.com/cosmos/cosmos-sdk/types/module"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/app/base/openapi"
)

// RegisterAPIRoutes serves every query service over REST, and its description at /openapi.json.
func (app *App) RegisterAPIRoutes(server *api.Server, _ config.APIConfig) {
	clientContext := server.ClientCtx
	authtx.RegisterGRPCGatewayRoutes(clientContext, server.GRPCGatewayRouter)
	cmtservice.RegisterGRPCGatewayRoutes(clientContext, server.GRPCGatewayRouter)
	nodeservice.RegisterGRPCGatewayRoutes(clientContext, server.GRPCGatewayRouter)
	app.BasicManager.RegisterGRPCGatewayRoutes(clientContext, server.GRPCGatewayRouter)
	openapi.Register(server.Router)
}

// RegisterTxService serves transaction queries and broadcasts over gRPC.
func (app *App) RegisterTxService(clientContext client.Context) {
	authtx.RegisterTxService(app.GRPCQueryRouter(), clientContext, app.Simulate, app.Encoding.InterfaceRegistry)
}

// RegisterTendermintService serves blocks and validators over gRPC. The name is the SDK's.
func (app *App) RegisterTendermintService(clientContext client.Context) {
	cmtservice.RegisterTendermintService(
		clientContext, app.GRPCQueryRouter(), app.Encoding.InterfaceRegistry, app.Query,
	)
}

// RegisterNodeService serves the node's own status and configuration over gRPC.
func (app *App) RegisterNodeService(clientContext client.Context, cfg config.Config) {
	nodeservice.RegisterNodeService(clientContext, app.GRPCQueryRouter(), cfg)
}

// AutoCLI returns what the command line is generated from.
func (app *App) AutoCLI(clientContext client.Context) autocli.AppOptions {
	modules := make(map[string]appmodule.AppModule, len(app.ModuleManager.Modules))
	for name, candidate := range maps.All(app.ModuleManager.Modules) {
		if named, ok := candidate.(module.HasName); ok {
			if appModule, ok := named.(appmodule.AppModule); ok {
				modules[name] = appModule
			}
		}
	}
	return autocli.AppOptions{
		Modules:               modules,
		ModuleOptions:         runtimeservices.ExtractAutoCLIOptions(app.ModuleManager.Modules),
		AddressCodec:          address.Codec(),
		ValidatorAddressCodec: address.ValidatorCodec(),
		ConsensusAddressCodec: address.ConsensusCodec(),
		ClientCtx:             clientContext,
	}
}
