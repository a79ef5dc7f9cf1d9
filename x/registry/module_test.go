package registry_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/readme"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry"
	"github.com/azukari-network/azukari/x/registry/keeper"
	"github.com/azukari-network/azukari/x/registry/types"
)

func newKeeper(t *testing.T) (*keepertest.Fixture, *keeper.Keeper) {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey, membershiptypes.StoreKey}})
	membership := membershipkeeper.NewKeeper(
		fixture.Codec, runtime.NewKVStoreService(fixture.Keys[membershiptypes.StoreKey]), fixture.Account)
	return fixture, keeper.NewKeeper(
		fixture.Codec, runtime.NewKVStoreService(fixture.Keys[types.StoreKey]), fixture.Account, fixture.Bank, membership)
}

const (
	applyURL   = "/azukari.registry.v1.MsgApplyAccount"
	accountURL = "/azukari.registry.v1.Query/Account"
)

func TestServices(t *testing.T) {
	for name, messages := range map[string]bool{"bank-written": true, "replica": false} {
		t.Run(name, func(t *testing.T) {
			fixture, k := newKeeper(t)
			built := registry.NewAppModule(fixture.Codec, k)
			if !messages {
				built = registry.NewReplicaModule(fixture.Codec, k)
			}
			built.RegisterInterfaces(fixture.InterfaceRegistry)
			built.RegisterLegacyAminoCodec(fixture.Amino)
			router, queries := baseapp.NewMsgServiceRouter(), baseapp.NewGRPCQueryRouter()
			router.SetInterfaceRegistry(fixture.InterfaceRegistry)
			queries.SetInterfaceRegistry(fixture.InterfaceRegistry)
			built.RegisterServices(module.NewConfigurator(fixture.Codec, router, queries))
			built.RegisterGRPCGatewayRoutes(client.Context{}, gwruntime.NewServeMux())

			require.Equal(t, messages, router.HandlerByTypeURL(applyURL) != nil)
			require.NotNil(t, queries.Route(accountURL))
			_, err := fixture.InterfaceRegistry.Resolve(applyURL)
			require.Equal(t, messages, err == nil)

			options := built.AutoCLIOptions()
			require.Equal(t, messages, options.Tx != nil)
			require.Len(t, options.Query.RpcCommandOptions, len(types.Query_serviceDesc.Methods))
			if messages {
				require.Len(t, options.Tx.RpcCommandOptions, len(types.Msg_serviceDesc.Methods))
			}
			require.NoError(t, built.BeginBlock(fixture.Ctx))
			require.Equal(t, types.ModuleName, built.Name())
			require.Equal(t, uint64(1), built.ConsensusVersion())
			built.IsAppModule()
			built.IsOnePerModuleType()
		})
	}
}

func TestGenesisJSON(t *testing.T) {
	fixture, k := newKeeper(t)
	financial, replica := registry.NewAppModule(fixture.Codec, k), registry.NewReplicaModule(fixture.Codec, k)
	raw := financial.DefaultGenesis(fixture.Codec)
	require.NoError(t, financial.ValidateGenesis(fixture.Codec, fixture.TxConfig, raw))
	require.NoError(t, replica.ValidateGenesis(fixture.Codec, fixture.TxConfig, raw))

	// An account as a Business Zone knows it is no account of the Financial Zone.
	raw = json.RawMessage(`{"accounts":[{"address":"` + keepertest.Address("a").String() + `","bank":"bank-a",
		"status":"ACCOUNT_STATUS_ACTIVE","kind":"ACCOUNT_KIND_BUSINESS","revision":"3",
		"limits":{"per_payment":"1","per_day":"2","balance":"3"}}],
		"spending":[{"address":"` + keepertest.Address("a").String() + `","hour":"1","amount":"2"}]}`)
	require.ErrorIs(t, financial.ValidateGenesis(fixture.Codec, fixture.TxConfig, raw), types.ErrInvalidAccount)
	require.NoError(t, replica.ValidateGenesis(fixture.Codec, fixture.TxConfig, raw))
	require.Panics(t, func() { financial.InitGenesis(fixture.Ctx, fixture.Codec, raw) })

	replica.InitGenesis(fixture.Ctx, fixture.Codec, raw)
	exported := replica.ExportGenesis(fixture.Ctx, fixture.Codec)
	other, k2 := newKeeper(t)
	second := registry.NewReplicaModule(other.Codec, k2)
	second.InitGenesis(other.Ctx, other.Codec, exported)
	require.Equal(t, exported, second.ExportGenesis(other.Ctx, other.Codec))

	require.ErrorContains(t, replica.ValidateGenesis(fixture.Codec, fixture.TxConfig, json.RawMessage("{")), "registry genesis")
	require.Panics(t, func() { replica.InitGenesis(fixture.Ctx, fixture.Codec, json.RawMessage(`{"accounts":[{}]}`)) })
}

func TestReadme(t *testing.T) {
	readme.Require(t, "azukari.registry.v1")
	raw, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for prefix := range 19 {
		require.Contains(t, string(raw), fmt.Sprintf("| `0x%02x", prefix))
	}
}
