package bench

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// What is written account by account is what a genesis of the same accounts makes: the same export of every module, but for the
// numbers of signers, which a genesis gives in another order.
func TestStreamedStateIsThatOfAGenesis(t *testing.T) {
	for _, kind := range []string{commitstore.KindIAVL, commitstore.KindMemIAVL} {
		t.Run(kind, func(t *testing.T) { testStreamedState(t, kind) })
	}
}

func testStreamedState(t *testing.T, kind string) {
	t.Helper()
	options := DefaultOptions()
	manifest := manifestOf(options)
	keys := devnet.NewKeys(manifest.Seed)
	accounts, err := newPopulation(t.Context(), options.Seed, KindOrders, manifest.BankIDs(), 250)
	require.NoError(t, err)

	home := t.TempDir()
	genesis := smallGenesis(t, manifest, keys)
	state, err := build(t.Context(), home, kind, accounts, keys, genesis, 100, func(int) {})
	require.NoError(t, err)
	require.EqualValues(t, 250*251/2, state.total)
	require.Equal(t, state.height+1, genesis.InitialHeight)
	require.Len(t, genesis.Consensus.Validators, 4)
	streamed := exportOf(t, openState(t, home, genesis.ChainID, kind))

	whole := exportOf(t, fromGenesis(t, manifest, keys, accounts))
	require.Equal(t, signersOf(t, whole), signersOf(t, streamed))
	delete(whole, authtypes.ModuleName)
	delete(streamed, authtypes.ModuleName)
	require.Len(t, streamed, len(whole))
	for module, want := range whole {
		require.JSONEq(t, string(want), string(streamed[module]), module)
	}
}

func smallGenesis(t *testing.T, manifest devnet.Manifest, keys *devnet.Keys) *genutiltypes.AppGenesis {
	t.Helper()
	app := openApp(dbm.NewMemDB(), t.TempDir(), manifest.ChainID(devnet.FinancialID), commitstore.KindIAVL, true)
	genesis, err := devnet.Genesis(manifest, keys, devnet.FinancialID, app.DefaultGenesis(), func(zone, name string) []byte {
		return cmted25519.GenPrivKeyFromSecret([]byte(zone + name)).PubKey().Bytes()
	}, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	return genesis
}

// fromGenesis starts a chain from a genesis with all accounts in it.
func fromGenesis(t *testing.T, manifest devnet.Manifest, keys *devnet.Keys, accounts *population) *financial.App {
	t.Helper()
	genesis := smallGenesis(t, manifest, keys)
	home := t.TempDir()
	app := openState(t, home, genesis.ChainID, commitstore.KindIAVL)
	b := builder{accounts: accounts, keys: keys, app: app, genesis: genesis}
	total, _ := accounts.totals()
	require.NoError(t, amend(app, genesis, registrytypes.ModuleName, func(state *registrytypes.GenesisState) {
		for _, i := range accounts.sorted {
			state.Accounts = append(state.Accounts, accounts.account(int(i)))
		}
	}))
	require.NoError(t, amend(app, genesis, banktypes.ModuleName, func(state *banktypes.GenesisState) {
		for i := range accounts.count() {
			state.Balances = append(state.Balances, banktypes.Balance{
				Address: accounts.address(i).String(), Coins: sdk.NewCoins(sdk.NewCoin(registrytypes.YenDenom, math.NewIntFromUint64(accounts.units(i)))),
			})
		}
		state.Supply = state.Supply.Add(sdk.NewCoin(registrytypes.YenDenom, math.NewIntFromUint64(total)))
	}))
	require.NoError(t, amend(app, genesis, deposittypes.ModuleName, func(state *deposittypes.GenesisState) { *state = b.books() }))
	require.NoError(t, amend(app, genesis, paymenttypes.ModuleName, func(state *paymenttypes.GenesisState) {
		state.Params.BundleOrdersMax, state.Params.GatewayOrdersPerBlock = paymenttypes.BundleOrdersMax, paymenttypes.GatewayOrdersMax
	}))
	params := genesis.Consensus.Params.ToProto()
	_, err := app.InitChain(&abci.RequestInitChain{
		ChainId: genesis.ChainID, Time: genesis.GenesisTime, ConsensusParams: &params, AppStateBytes: genesis.AppState, InitialHeight: 1,
	})
	require.NoError(t, err)
	_, err = app.FinalizeBlock(&abci.RequestFinalizeBlock{Height: 1, Time: genesis.GenesisTime})
	require.NoError(t, err)
	_, err = app.Commit()
	require.NoError(t, err)
	return app
}

func openState(t *testing.T, home, chainID, kind string) *financial.App {
	t.Helper()
	db, err := dbm.NewGoLevelDB("application", filepath.Join(home, dataFolder), nil)
	require.NoError(t, err)
	app := openApp(db, home, chainID, kind, true)
	t.Cleanup(func() {
		t.Helper()
		require.NoError(t, app.Close())
	})
	return app
}

func exportOf(t *testing.T, app *financial.App) map[string]json.RawMessage {
	t.Helper()
	exported, err := app.ExportAppStateAndValidators(false, nil, nil)
	require.NoError(t, err)
	var modules map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(exported.AppState, &modules))
	return modules
}

// signersOf lists the addresses that may sign.
func signersOf(t *testing.T, modules map[string]json.RawMessage) map[string]bool {
	t.Helper()
	var state struct {
		Accounts []struct {
			Address     string
			BaseAccount struct{ Address string } `json:"base_account"`
		}
	}
	require.NoError(t, json.Unmarshal(modules[authtypes.ModuleName], &state))
	signers := map[string]bool{}
	for _, account := range state.Accounts {
		signers[account.Address+account.BaseAccount.Address] = true
	}
	require.Greater(t, len(signers), 250)
	return signers
}

// Every payment of many rounds can be made, in the order of the schedule and with amounts that are known before.
func TestScheduleAlwaysPaysWhatThePayerHolds(t *testing.T) {
	const count, rounds = 101, 5
	accounts, err := newPopulation(t.Context(), "schedule", KindOrders, []string{"bank-a", "bank-b"}, count)
	require.NoError(t, err)
	s := newSchedule(accounts, "schedule", count*rounds)
	held := make([]uint64, count)
	for i := range held {
		held[i] = accounts.units(i)
	}
	got := make([]int, count)
	for n := range count * rounds {
		p := s.at(n)
		require.NotEqual(t, p.payer, p.payee)
		require.Equal(t, n/count, p.round)
		require.GreaterOrEqual(t, held[p.payer], p.amount, n)
		if p.round > 0 {
			// What is paid on came in long before.
			require.GreaterOrEqual(t, n-got[p.payer], count/4)
		}
		held[p.payer] -= p.amount
		held[p.payee] += p.amount
		got[p.payee] = n
	}
	var sum uint64
	for _, units := range held {
		require.Positive(t, units)
		sum += units
	}
	total, ofBank := accounts.totals()
	require.Equal(t, total, sum)
	require.Equal(t, total, ofBank[0]+ofBank[1])
}
