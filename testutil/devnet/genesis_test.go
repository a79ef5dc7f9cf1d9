package devnet

import (
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/codec"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

func decode[T any, P interface {
	*T
	proto.Message
}](t *testing.T, cdc codec.JSONCodec, state map[string]json.RawMessage, module string) T {
	t.Helper()
	var genesis T
	require.NoError(t, cdc.UnmarshalJSON(state[module], P(&genesis)))
	return genesis
}

// buildGenesis returns the application state of a zone of the manifest, with every validator's key made of its name.
func buildGenesis(t *testing.T, manifest Manifest, zone string) map[string]json.RawMessage {
	t.Helper()
	require.NoError(t, manifest.Validate())
	genesis, err := Genesis(manifest, NewKeys(manifest.Seed), zone, applicationOf(zone).genesis,
		func(_, name string) []byte {
			key := make([]byte, 32)
			copy(key, name)
			return key
		}, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, manifest.ChainID(zone), genesis.ChainID)
	require.Empty(t, genesis.Consensus.Validators)
	require.NoError(t, genesis.ValidateAndComplete())
	params := genesis.Consensus.Params
	require.NoError(t, params.ValidateBasic())
	unbonding := time.Duration(manifest.UnbondingTimeSeconds) * time.Second
	require.GreaterOrEqual(t, params.Evidence.MaxAgeDuration, unbonding)
	require.Greater(t, time.Duration(params.Evidence.MaxAgeNumBlocks)*manifest.BlockTime(), unbonding)
	var state map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(genesis.AppState, &state))
	return state
}

func TestFinancialGenesis(t *testing.T) {
	manifest := DefaultManifest()
	manifest.Financial.ValidatorsPerBank = 2
	manifest.PacketTimeoutSeconds = 77
	manifest.Accounts = AccountsManifest{PerBank: 3, BalanceYen: 5_000}
	state := buildGenesis(t, manifest, FinancialID)
	cdc := newCodec()

	membership := decode[membershiptypes.GenesisState](t, cdc, state, membershiptypes.ModuleName)
	require.NoError(t, membership.Validate())
	require.Len(t, membership.Organizations, 4+3)
	require.Len(t, membership.Operators, 4*7+3+1+1)
	require.Len(t, membership.Validators, 8)
	require.Equal(t, 21*24*time.Hour, membership.Params.UnbondingTime)

	zonelink := decode[financialtypes.GenesisState](t, cdc, state, zonelinktypes.ModuleName)
	require.Equal(t, 77*time.Second, zonelink.Params.PacketTimeout)
	for i := range zonelink.Zones {
		require.Len(t, zonelink.Zones[i].ValidatorsHash, 32, "pinned")
		zonelink.Zones[i].ValidatorsHash = nil
	}
	require.Equal(t, []financialtypes.Zone{
		{Id: "energy", ChainId: "energy-1", Status: financialtypes.ZoneStatusRegistered},
		{Id: "retail", ChainId: "retail-1", Status: financialtypes.ZoneStatusRegistered},
	}, zonelink.Zones)

	registry := decode[registrytypes.GenesisState](t, cdc, state, registrytypes.ModuleName)
	require.NoError(t, registry.Validate())
	require.Len(t, registry.Accounts, 12)

	deposit := decode[deposittypes.GenesisState](t, cdc, state, deposittypes.ModuleName)
	require.NoError(t, deposit.Validate())
	require.Len(t, deposit.Orders, 12)
	require.Len(t, deposit.Books, 4)
	require.Equal(t, "15000", deposit.Books[0].Liability.String())

	bank := decode[banktypes.GenesisState](t, cdc, state, banktypes.ModuleName)
	require.NoError(t, bank.Validate())
	require.Equal(t, "60000jpy,4000000000000reserve", bank.Supply.String())

	clearing := decode[clearingtypes.GenesisState](t, cdc, state, clearingtypes.ModuleName)
	require.NoError(t, clearing.Validate())
	require.Equal(t, clearingtypes.SettlementModeHybrid, clearing.Params.Mode)
	require.Equal(t, "1000000000000", clearing.Params.DefaultNetDebitCap.String())
	require.Equal(t, manifest.BankIDs(), clearing.ReserveBanks)
	require.Len(t, clearing.ReserveOrders, 4)
}

func TestGenesisAccountsWithoutYen(t *testing.T) {
	manifest := DefaultManifest()
	manifest.Clearing = ClearingManifest{Mode: "net", NetDebitCapYen: 5}
	state := buildGenesis(t, manifest, FinancialID)
	cdc := newCodec()
	clearing := decode[clearingtypes.GenesisState](t, cdc, state, clearingtypes.ModuleName)
	require.Empty(t, clearing.ReserveOrders)
	require.Equal(t, clearingtypes.SettlementModeNet, clearing.Params.Mode)
	require.Len(t, decode[registrytypes.GenesisState](t, cdc, state, registrytypes.ModuleName).Accounts, 8)
	require.Empty(t, decode[deposittypes.GenesisState](t, cdc, state, deposittypes.ModuleName).Orders)
	require.Empty(t, decode[banktypes.GenesisState](t, cdc, state, banktypes.ModuleName).Balances)
}

func TestBusinessGenesis(t *testing.T) {
	state := buildGenesis(t, DefaultManifest(), "retail")
	cdc := newCodec()
	membership := decode[membershiptypes.GenesisState](t, cdc, state, membershiptypes.ModuleName)
	require.NoError(t, membership.Validate())
	require.Len(t, membership.Validators, 2)
	require.Len(t, membership.Operators, 2*3+1)
	zonelink := decode[businesstypes.GenesisState](t, cdc, state, zonelinktypes.ModuleName)
	require.Equal(t, "financial-1", zonelink.Params.FinancialChainId)
	require.Len(t, zonelink.Params.FinancialValidatorsHash, 32, "pinned")
	require.Equal(t, 600*time.Second, zonelink.Params.PacketTimeout)
	require.Empty(t, decode[registrytypes.GenesisState](t, cdc, state, registrytypes.ModuleName).Accounts)
}

func TestGenesisErrors(t *testing.T) {
	manifest := DefaultManifest()
	key := func(zone, name string) []byte {
		sum := sha256.Sum256([]byte(zone + name))
		return sum[:]
	}
	_, err := Genesis(manifest, NewKeys("s"), "nowhere", nil, key, time.Now())
	require.EqualError(t, err, `expected a zone of the manifest, got "nowhere"`)
	require.Empty(t, manifest.ChainID("nowhere"))

	_, err = Genesis(manifest, NewKeys("s"), "retail", map[string]json.RawMessage{}, key, time.Now())
	require.EqualError(t, err, `expected a default genesis of module "membership", got none`)

	_, err = Genesis(manifest, NewKeys("s"), "retail", map[string]json.RawMessage{"membership": []byte("7")}, key, time.Now())
	require.ErrorContains(t, err, "decode default genesis of membership")
}
