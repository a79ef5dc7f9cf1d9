package membership_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/readme"
	"github.com/azukari-network/azukari/x/membership"
	"github.com/azukari-network/azukari/x/membership/keeper"
	"github.com/azukari-network/azukari/x/membership/types"
)

func newModule(t *testing.T) (*keepertest.Fixture, *keeper.Keeper, membership.AppModule) {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{Stores: []string{types.StoreKey}})
	k := keeper.NewKeeper(fixture.Codec, runtime.NewKVStoreService(fixture.Keys[types.StoreKey]), fixture.Account)
	return fixture, k, membership.NewAppModule(fixture.Codec, k)
}

func rawGenesis(fixture *keepertest.Fixture) json.RawMessage {
	return fixture.Codec.MustMarshalJSON(&types.GenesisState{
		Params: types.DefaultParams(), NextProposalId: 1,
		Organizations: []types.Organization{{Id: "bank-a", Name: "Bank A", Kind: types.OrganizationKindBank, Status: types.OrganizationStatusActive}},
		Operators: []types.Operator{
			{Address: keepertest.Address("maker").String(), Organization: "bank-a", Roles: []types.Role{types.RoleMaker}},
		},
		Validators: []types.Validator{
			{Organization: "bank-a", ConsensusKey: bytes.Repeat([]byte{1}, 32), Power: 10},
			{Organization: "bank-a", ConsensusKey: bytes.Repeat([]byte{2}, 32), Power: 10},
		},
	})
}

func TestModuleGenesis(t *testing.T) {
	fixture, k, am := newModule(t)
	raw := rawGenesis(fixture)
	require.NoError(t, am.ValidateGenesis(fixture.Codec, fixture.TxConfig, raw))
	updates := am.InitGenesis(fixture.Ctx, fixture.Codec, raw)
	require.Len(t, updates, 2)
	require.Equal(t, raw, am.ExportGenesis(fixture.Ctx, fixture.Codec))

	require.NoError(t, am.BeginBlock(fixture.Ctx))
	_, err := k.GetHistoricalInfo(fixture.Ctx, 1)
	require.NoError(t, err)

	require.NoError(t, k.RemoveValidator(fixture.Ctx, bytes.Repeat([]byte{1}, 32)))
	updates, err = am.EndBlock(fixture.Ctx)
	require.NoError(t, err)
	require.Len(t, updates, 1)
	require.Zero(t, updates[0].Power)
}

func TestModuleRefusesBadGenesis(t *testing.T) {
	fixture, _, am := newModule(t)
	err := am.ValidateGenesis(fixture.Codec, fixture.TxConfig, am.DefaultGenesis(fixture.Codec))
	require.ErrorIs(t, err, types.ErrInvalidGenesis)
	require.ErrorContains(t, err, "add the founders' consensus keys")
	require.ErrorContains(t, am.ValidateGenesis(fixture.Codec, fixture.TxConfig, json.RawMessage(`{"x":1}`)), "read the genesis of membership")
	require.Panics(t, func() { am.InitGenesis(fixture.Ctx, fixture.Codec, am.DefaultGenesis(fixture.Codec)) })
	require.Panics(t, func() { am.ExportGenesis(fixture.Ctx, fixture.Codec) }, "no genesis was written")
}

func TestModuleServesEveryQuery(t *testing.T) {
	fixture, _, am := newModule(t)
	am.RegisterInterfaces(fixture.InterfaceRegistry)
	am.InitGenesis(fixture.Ctx, fixture.Codec, rawGenesis(fixture))

	messages, queries := baseapp.NewMsgServiceRouter(), baseapp.NewGRPCQueryRouter()
	messages.SetInterfaceRegistry(fixture.InterfaceRegistry)
	queries.SetInterfaceRegistry(fixture.InterfaceRegistry)
	am.RegisterServices(module.NewConfigurator(fixture.Codec, messages, queries))

	var described []string
	for _, command := range am.AutoCLIOptions().Query.RpcCommandOptions {
		described = append(described, command.RpcMethod)
	}
	var served []string
	for _, method := range types.Query_serviceDesc.Methods {
		served = append(served, method.MethodName)
		require.NotNil(t, queries.Route("/"+types.Query_serviceDesc.ServiceName+"/"+method.MethodName))
	}
	require.ElementsMatch(t, served, described)
	require.Equal(t, types.Query_serviceDesc.ServiceName, am.AutoCLIOptions().Query.Service)
	require.NotPanics(t, func() { am.RegisterGRPCGatewayRoutes(client.Context{}, gwruntime.NewServeMux()) })
}

// The module manager, as the apps use it, finds every part of the module.
func TestModuleManagerRunsTheModule(t *testing.T) {
	fixture, k, am := newModule(t)
	require.Equal(t, "membership", am.Name())
	manager := module.NewManager(am)
	require.Equal(t, uint64(1), manager.GetVersionMap()[types.ModuleName])
	basics := module.NewBasicManagerFromManager(manager, nil)
	basics.RegisterInterfaces(fixture.InterfaceRegistry)
	basics.RegisterLegacyAminoCodec(fixture.Amino)
	require.Error(t, basics.ValidateGenesis(fixture.Codec, fixture.TxConfig, basics.DefaultGenesis(fixture.Codec)))

	response, err := manager.InitGenesis(fixture.Ctx, fixture.Codec, map[string]json.RawMessage{types.ModuleName: rawGenesis(fixture)})
	require.NoError(t, err)
	require.Len(t, response.Validators, 2)

	fixture.NextBlock(time.Second)
	_, err = manager.BeginBlock(fixture.Ctx)
	require.NoError(t, err)
	_, err = k.GetHistoricalInfo(fixture.Ctx, 2)
	require.NoError(t, err)
	require.NoError(t, k.SetValidator(fixture.Ctx, types.Validator{Organization: "bank-a", ConsensusKey: bytes.Repeat([]byte{1}, 32), Power: 11}))
	end, err := manager.EndBlock(fixture.Ctx)
	require.NoError(t, err)
	require.Len(t, end.ValidatorUpdates, 1)
}

func TestReadme(t *testing.T) { readme.Require(t, "azukari.membership.v1") }
