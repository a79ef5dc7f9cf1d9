// Package payment pays: directly, by payment orders that gateways bring, and back.
package payment

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/grpc-ecosystem/grpc-gateway/runtime"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/x/payment/keeper"
	"github.com/azukari-network/azukari/x/payment/types"
)

const consensusVersion = 1

var (
	_ appmodule.AppModule        = AppModule{}
	_ module.AppModuleBasic      = AppModule{}
	_ module.HasGenesis          = AppModule{}
	_ module.HasServices         = AppModule{}
	_ module.HasConsensusVersion = AppModule{}
	_ appmodule.HasBeginBlocker  = AppModule{}
)

// AppModule is the payment module of a zone.
type AppModule struct {
	cdc    codec.Codec
	keeper *keeper.Keeper
}

// NewAppModule returns the module on a keeper.
func NewAppModule(cdc codec.Codec, keeper *keeper.Keeper) AppModule {
	return AppModule{cdc: cdc, keeper: keeper}
}

// IsOnePerModuleType marks the type for depinject.
func (AppModule) IsOnePerModuleType() {}

// IsAppModule marks the type as a module.
func (AppModule) IsAppModule() {}

// Name returns the module's name.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion counts the state-breaking versions of the module.
func (AppModule) ConsensusVersion() uint64 { return consensusVersion }

// RegisterLegacyAminoCodec does nothing: the module's messages are signed in direct mode only.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the module's messages.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes serves the queries over REST. It panics if the routes cannot be registered.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *runtime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices registers the message and query services.
func (m AppModule) RegisterServices(configurator module.Configurator) {
	types.RegisterMsgServer(configurator.MsgServer(), keeper.NewMsgServer(m.keeper))
	types.RegisterQueryServer(configurator.QueryServer(), keeper.NewQueryServer(m.keeper))
}

// DefaultGenesis returns a genesis without payments, without fees.
func (m AppModule) DefaultGenesis(codec.JSONCodec) json.RawMessage {
	return m.cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a genesis.
func (m AppModule) ValidateGenesis(_ codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	var state types.GenesisState
	if err := m.cdc.UnmarshalJSON(raw, &state); err != nil {
		return fmt.Errorf("%s genesis: expected JSON of azukari.payment.v1.GenesisState: %w", types.ModuleName, err)
	}
	if err := state.Validate(); err != nil {
		return fmt.Errorf("%s genesis: %w", types.ModuleName, err)
	}
	return nil
}

// BeginBlock makes the scheduled payments that are due and ends requests whose time is over, each in bounded work.
func (m AppModule) BeginBlock(ctx context.Context) error {
	if err := m.keeper.ExpireRequests(ctx); err != nil {
		return err
	}
	return m.keeper.RunSchedules(ctx)
}

// InitGenesis writes a genesis. It panics if the genesis is invalid.
func (m AppModule) InitGenesis(ctx sdk.Context, _ codec.JSONCodec, raw json.RawMessage) {
	var state types.GenesisState
	m.cdc.MustUnmarshalJSON(raw, &state)
	if err := state.Validate(); err != nil {
		panic(fmt.Errorf("%s genesis: %w", types.ModuleName, err))
	}
	if err := m.keeper.InitGenesis(ctx, state); err != nil {
		panic(fmt.Errorf("%s genesis: %w", types.ModuleName, err))
	}
}

// ExportGenesis returns the state as a genesis. It panics if the store cannot be read.
func (m AppModule) ExportGenesis(ctx sdk.Context, _ codec.JSONCodec) json.RawMessage {
	state, err := m.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(fmt.Errorf("%s genesis: %w", types.ModuleName, err))
	}
	return m.cdc.MustMarshalJSON(&state)
}
