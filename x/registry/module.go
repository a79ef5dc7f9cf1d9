package registry

import (
	"context"
	"encoding/json"
	"fmt"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"

	"cosmossdk.io/core/appmodule"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/x/registry/keeper"
	"github.com/azukari-network/azukari/x/registry/types"
)

// consensusVersion grows with each change of the state's layout.
const consensusVersion = 1

var (
	_ appmodule.AppModule       = AppModule{}
	_ module.AppModuleBasic     = AppModule{}
	_ module.HasGenesis         = AppModule{}
	_ module.HasServices        = AppModule{}
	_ appmodule.HasBeginBlocker = AppModule{}
)

// AppModule is the registry of the Financial Zone, or its replica in a Business Zone.
type AppModule struct {
	cdc     codec.Codec
	keeper  *keeper.Keeper
	replica bool
}

// NewAppModule returns the registry of the Financial Zone, which banks write by messages.
func NewAppModule(cdc codec.Codec, keeper *keeper.Keeper) AppModule {
	return AppModule{cdc: cdc, keeper: keeper}
}

// NewReplicaModule returns the registry of a Business Zone, which has no messages.
func NewReplicaModule(cdc codec.Codec, keeper *keeper.Keeper) AppModule {
	return AppModule{cdc: cdc, keeper: keeper, replica: true}
}

// IsAppModule marks the type as an application module.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the module as one of its kind.
func (AppModule) IsOnePerModuleType() {}

// Name returns the module's name.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion returns the version of the state's layout.
func (AppModule) ConsensusVersion() uint64 { return consensusVersion }

// RegisterLegacyAminoCodec registers nothing: no message is signed in Amino.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the messages; a replica has none.
func (m AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	if !m.replica {
		types.RegisterInterfaces(registry)
	}
}

// RegisterGRPCGatewayRoutes registers the REST routes. It panics if they clash with others.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices registers the queries, and the messages unless the module is a replica.
func (m AppModule) RegisterServices(cfg module.Configurator) {
	types.RegisterQueryServer(cfg.QueryServer(), keeper.NewQueryServer(m.keeper))
	if !m.replica {
		types.RegisterMsgServer(cfg.MsgServer(), keeper.NewMsgServer(m.keeper))
	}
}

// BeginBlock ends what has reached its deadline. A replica has no deadlines.
func (m AppModule) BeginBlock(ctx context.Context) error {
	if m.replica {
		return nil
	}
	return m.keeper.EndExpired(ctx)
}

// DefaultGenesis returns a registry without accounts.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a genesis as strictly as InitGenesis does.
func (m AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	_, err := m.decodeGenesis(cdc, raw)
	return err
}

// InitGenesis stores the genesis. It panics on one that is invalid.
func (m AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	state, err := m.decodeGenesis(cdc, raw)
	if err != nil {
		panic(err)
	}
	if err := m.keeper.InitGenesis(ctx, state); err != nil {
		panic(err)
	}
}

// ExportGenesis returns the whole state. It panics if the store cannot be read.
func (m AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	state, err := m.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(err)
	}
	return cdc.MustMarshalJSON(state)
}

func (m AppModule) decodeGenesis(cdc codec.JSONCodec, raw json.RawMessage) (types.GenesisState, error) {
	var state types.GenesisState
	if err := cdc.UnmarshalJSON(raw, &state); err != nil {
		return state, fmt.Errorf("registry genesis: expected JSON of azukari.registry.v1.GenesisState: %w", err)
	}
	if m.replica {
		return state, state.ValidateReplica()
	}
	return state, state.Validate()
}
