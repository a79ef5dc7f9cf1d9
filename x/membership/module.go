package membership

import (
	"context"
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/spf13/cobra"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/x/membership/client/cli"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

var (
	_ module.AppModuleBasic      = AppModule{}
	_ module.HasABCIGenesis      = AppModule{}
	_ module.HasServices         = AppModule{}
	_ module.HasConsensusVersion = AppModule{}
	_ module.HasABCIEndBlock     = AppModule{}
	_ appmodule.AppModule        = AppModule{}
	_ appmodule.HasBeginBlocker  = AppModule{}
)

// AppModule plugs the keeper into an app.
type AppModule struct {
	cdc    codec.Codec
	keeper *keeper.Keeper
}

// NewAppModule returns the module of a keeper.
func NewAppModule(cdc codec.Codec, keeper *keeper.Keeper) AppModule {
	return AppModule{cdc: cdc, keeper: keeper}
}

// Name returns the module's name.
func (AppModule) Name() string { return types.ModuleName }

// IsAppModule marks the module for appmodule.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the module for appmodule.
func (AppModule) IsOnePerModuleType() {}

// ConsensusVersion returns the version of the module's state.
func (AppModule) ConsensusVersion() uint64 { return 1 }

// RegisterLegacyAminoCodec registers nothing: no message is signed in Amino.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the messages.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes serves the queries over REST.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(fmt.Errorf("register the REST routes of %s: %w", types.ModuleName, err))
	}
}

// GetTxCmd returns the commands that cannot be generated.
func (AppModule) GetTxCmd() *cobra.Command {
	return cli.NewTxCommand()
}

// RegisterServices serves the messages and the queries.
func (am AppModule) RegisterServices(cfg module.Configurator) {
	types.RegisterMsgServer(cfg.MsgServer(), keeper.NewMsgServer(am.keeper))
	types.RegisterQueryServer(cfg.QueryServer(), keeper.NewQueryServer(am.keeper))
}

// DefaultGenesis returns a genesis without members, which ValidateGenesis refuses until a validator is added.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a genesis without writing it.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	var gs types.GenesisState
	if err := cdc.UnmarshalJSON(raw, &gs); err != nil {
		return fmt.Errorf("read the genesis of %s: %w", types.ModuleName, err)
	}
	return gs.Validate()
}

// InitGenesis writes a genesis and returns every validator. It panics on an invalid one.
func (am AppModule) InitGenesis(ctx sdk.Context, _ codec.JSONCodec, raw json.RawMessage) []abci.ValidatorUpdate {
	var gs types.GenesisState
	am.cdc.MustUnmarshalJSON(raw, &gs)
	updates, err := am.keeper.InitGenesis(ctx, gs)
	if err != nil {
		panic(fmt.Errorf("genesis of %s: %w", types.ModuleName, err))
	}
	return updates
}

// ExportGenesis reads the genesis back. It panics if the store cannot be read.
func (am AppModule) ExportGenesis(ctx sdk.Context, _ codec.JSONCodec) json.RawMessage {
	gs, err := am.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(fmt.Errorf("export the genesis of %s: %w", types.ModuleName, err))
	}
	return am.cdc.MustMarshalJSON(gs)
}

// BeginBlock keeps the block's header for IBC and ends the vote on proposals whose time is over.
func (am AppModule) BeginBlock(ctx context.Context) error {
	return am.keeper.BeginBlock(ctx)
}

// EndBlock returns the block's validator updates.
func (am AppModule) EndBlock(ctx context.Context) ([]abci.ValidatorUpdate, error) {
	return am.keeper.EndBlock(ctx)
}
