package financial

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

	"github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// consensusVersion grows with each change of the state's layout.
const consensusVersion = 1

var (
	_ appmodule.AppModule     = AppModule{}
	_ appmodule.HasEndBlocker = AppModule{}
	_ module.AppModuleBasic   = AppModule{}
	_ module.HasGenesis       = AppModule{}
	_ module.HasServices      = AppModule{}
)

// AppModule is the zonelink module of the Financial Zone. Its genesis comes after that of IBC's core.
type AppModule struct {
	cdc    codec.Codec
	keeper *keeper.Keeper
}

// NewAppModule returns the module.
func NewAppModule(cdc codec.Codec, keeper *keeper.Keeper) AppModule {
	return AppModule{cdc: cdc, keeper: keeper}
}

// IsAppModule marks the type as an application module.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the module as one of its kind.
func (AppModule) IsOnePerModuleType() {}

// Name returns the module's name.
func (AppModule) Name() string { return zonelinktypes.ModuleName }

// ConsensusVersion returns the version of the state's layout.
func (AppModule) ConsensusVersion() uint64 { return consensusVersion }

// RegisterLegacyAminoCodec registers nothing: no message is signed in Amino.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the messages.
func (AppModule) RegisterInterfaces(registry codectypes.InterfaceRegistry) {
	types.RegisterInterfaces(registry)
}

// RegisterGRPCGatewayRoutes registers the REST routes. It panics if they clash with others.
func (AppModule) RegisterGRPCGatewayRoutes(clientCtx client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(clientCtx)); err != nil {
		panic(err)
	}
}

// RegisterServices registers messages and queries.
func (m AppModule) RegisterServices(cfg module.Configurator) {
	types.RegisterMsgServer(cfg.MsgServer(), keeper.NewMsgServer(m.keeper))
	types.RegisterQueryServer(cfg.QueryServer(), keeper.NewQueryServer(m.keeper))
}

// EndBlock sends changed accounts and caps to the zones.
func (m AppModule) EndBlock(ctx context.Context) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	if err := m.keeper.SendAccountUpdates(sdkCtx); err != nil { //nolint:contextcheck // the cached context inside is made of ctx
		return err
	}
	return m.keeper.SendCapUpdates(sdkCtx) //nolint:contextcheck // as above
}

// DefaultGenesis returns a genesis without zones.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a genesis by itself; InitGenesis also compares it with IBC's.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	_, err := decodeGenesis(cdc, raw)
	return err
}

// InitGenesis stores the genesis. It panics on one that is invalid, or that contradicts IBC's.
func (m AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	state, err := decodeGenesis(cdc, raw)
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

func decodeGenesis(cdc codec.JSONCodec, raw json.RawMessage) (types.GenesisState, error) {
	var state types.GenesisState
	if err := cdc.UnmarshalJSON(raw, &state); err != nil {
		return state, fmt.Errorf("zonelink genesis: expected JSON of azukari.zonelink.financial.v1.GenesisState: %w", err)
	}
	return state, state.Validate()
}
