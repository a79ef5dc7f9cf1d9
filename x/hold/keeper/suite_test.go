package keeper_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	corestore "cosmossdk.io/core/store"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/hold/keeper"
	"github.com/azukari-network/azukari/x/hold/types"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	burner = "burner"
	token  = "points"
)

var (
	alice = keepertest.Address("alice") // bank A
	akira = keepertest.Address("akira") // bank A
	bob   = keepertest.Address("bob")   // bank B

	holdAddress = authtypes.NewModuleAddress(types.ModuleName)
)

// suite is the hold module on a real registry. It stands in for x/deposit: it keeps the flows that it would book.
type suite struct {
	*keepertest.Fixture
	registry *registrykeeper.Keeper
	holds    *keeper.Keeper
	queries  types.QueryServer

	flows   map[string]int64 // yen by "payer bank>payee bank"
	flowErr error
}

func (s *suite) RecordFlow(_ context.Context, payerBank, payeeBank string, amount math.Int) error {
	if s.flowErr != nil {
		return s.flowErr
	}
	s.flows[payerBank+">"+payeeBank] += amount.Int64()
	return nil
}

// newSuite opens the accounts of alice, akira and bob with 10,000 yen and 50 tokens each.
func newSuite(t testing.TB) *suite {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{
		Stores:         []string{types.StoreKey, registrytypes.StoreKey, membershiptypes.StoreKey},
		ModuleAccounts: map[string][]string{types.ModuleName: nil, burner: {authtypes.Burner}},
	})
	service := func(key string) corestore.KVStoreService { return runtime.NewKVStoreService(fixture.Keys[key]) }
	membership := membershipkeeper.NewKeeper(fixture.Codec, service(membershiptypes.StoreKey), fixture.Account)
	s := &suite{Fixture: fixture, flows: map[string]int64{}}
	s.registry = registrykeeper.NewKeeper(fixture.Codec, service(registrytypes.StoreKey), fixture.Account, fixture.Bank, membership)
	s.registry.SetYen(registrytypes.FixedYen(registrytypes.YenDenom))
	s.registry.SetFlowRecorder(s)
	fixture.Bank.AppendSendRestriction(s.registry.SendRestriction)

	s.holds = keeper.NewKeeper(fixture.Codec, service(types.StoreKey), fixture.Bank)
	require.NoError(t, s.holds.InitGenesis(fixture.Ctx, *types.DefaultGenesis()))
	s.queries = keeper.NewQueryServer(s.holds)

	for _, holder := range []struct {
		address sdk.AccAddress
		bank    string
	}{{alice, "bank-a"}, {akira, "bank-a"}, {bob, "bank-b"}} {
		s.setAccount(t, holder.address, holder.bank, registrytypes.AccountStatusActive)
		s.Fund(t, holder.address, yen(10_000), points(50))
	}
	return s
}

// setAccount writes an account as a genesis does, which is the shortest way to any status.
func (s *suite) setAccount(t require.TestingT, address sdk.AccAddress, bank string, status registrytypes.AccountStatus) {
	err := s.registry.InitGenesis(s.Ctx, registrytypes.GenesisState{Params: registrytypes.DefaultParams(), Accounts: []registrytypes.Account{{
		Address: address.String(), Bank: bank, Status: status, Kind: registrytypes.AccountKindBusiness,
		IdentityHash: bytes.Repeat([]byte{1}, registrytypes.IdentityHashLength), Revision: 1, Activated: true,
		Limits: registrytypes.Limits{PerPayment: math.NewInt(1_000), PerDay: math.NewInt(3_000), Balance: math.NewInt(20_000)},
	}}})
	require.NoError(t, err)
}

func (s *suite) place(t require.TestingT, owner sdk.AccAddress, amount sdk.Coin) uint64 {
	id, err := s.holds.Place(s.Ctx, owner, amount, "test/1")
	require.NoError(t, err)
	return id
}

func (s *suite) balance(address sdk.AccAddress) int64 {
	return s.Bank.GetBalance(s.Ctx, address, registrytypes.YenDenom).Amount.Int64()
}

// requireCovered checks law of money 4.
func (s *suite) requireCovered(t require.TestingT) {
	open := sdk.NewCoins()
	require.NoError(t, s.holds.IterateHolds(s.Ctx, func(hold types.Hold) (bool, error) {
		require.NoError(t, hold.Validate())
		open = open.Add(hold.Amount)
		return false, nil
	}))
	require.Equal(t, open.String(), s.Bank.GetAllBalances(s.Ctx, holdAddress).String())
}

func yen(amount int64) sdk.Coin {
	return sdk.NewInt64Coin(registrytypes.YenDenom, amount)
}

func points(amount int64) sdk.Coin {
	return sdk.NewInt64Coin(token, amount)
}

func payout(payee sdk.AccAddress, amount sdk.Coin) types.Payout {
	return types.Payout{Payee: payee, Amount: amount}
}
