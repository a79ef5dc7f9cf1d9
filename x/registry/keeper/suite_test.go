package keeper_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/keeper"
	"github.com/azukari-network/azukari/x/registry/types"
)

const (
	bankA = "bank-a"
	bankB = "bank-b"

	holdModule     = "hold"
	depositModule  = "deposit"
	transferModule = "transfer"

	token = "points"
)

var (
	makerA      = keepertest.Address("maker a")
	complianceA = keepertest.Address("compliance a")
	checkerA    = keepertest.Address("checker a")
	makerB      = keepertest.Address("maker b")
	checkerB    = keepertest.Address("checker b")
	complianceB = keepertest.Address("compliance b")
	// compliance2 is a second operator of compliance of bank A, who decides what the first one asks.
	compliance2 = keepertest.Address("compliance a 2")
	auditor     = keepertest.Address("auditor")

	alice = keepertest.Address("alice") // bank A
	akira = keepertest.Address("akira") // bank A
	bob   = keepertest.Address("bob")   // bank B

	stranger = keepertest.Address("stranger")
	// escrow is an address without a key, as x/transfer's escrows are.
	escrow = authtypes.NewModuleAddress("escrow of zone retail")
)

// flow is one call that x/deposit would get.
type flow struct {
	payerBank, payeeBank string
	amount               int64
}

// suite is a registry of the Financial Zone on real membership, auth and bank keepers. It stands in for the modules
// that the registry calls and that need the registry themselves: it keeps what they were told.
type suite struct {
	*keepertest.Fixture
	registry *keeper.Keeper
	messages types.MsgServer
	queries  types.QueryServer

	flows   []flow
	flowErr error
	changed []types.Account
	hookErr error
	guard   error
	// references is how many references of requests are used up.
	references int
	// reservedLater is one more reserved address.
	reservedLater sdk.AccAddress
}

func (s *suite) RecordFlow(_ context.Context, payerBank, payeeBank string, amount math.Int) error {
	if s.flowErr != nil {
		return s.flowErr
	}
	s.flows = append(s.flows, flow{payerBank, payeeBank, amount.Int64()})
	return nil
}

func (s *suite) AccountChanged(_ context.Context, account types.Account) error {
	s.changed = append(s.changed, account)
	return s.hookErr
}

func (s *suite) MayClose(context.Context, types.Account) error {
	return s.guard
}

// newBareSuite has a registry without the parts that the app adds to it.
func newBareSuite(t testing.TB) *suite {
	t.Helper()
	return newBareSuiteOn(t, nil)
}

// newBareSuiteOn is newBareSuite in a database, or in memory if it is nil.
func newBareSuiteOn(t testing.TB, db dbm.DB) *suite {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{
		DB:     db,
		Stores: []string{types.StoreKey, membershiptypes.StoreKey},
		ModuleAccounts: map[string][]string{
			holdModule: nil, depositModule: {authtypes.Minter, authtypes.Burner}, transferModule: {authtypes.Minter, authtypes.Burner},
		},
	})
	types.RegisterInterfaces(fixture.InterfaceRegistry)
	s := &suite{Fixture: fixture}
	membership := membershipkeeper.NewKeeper(
		fixture.Codec, runtime.NewKVStoreService(fixture.Keys[membershiptypes.StoreKey]), fixture.Account)
	_, err := membership.InitGenesis(fixture.Ctx, members())
	require.NoError(t, err)
	s.registry = keeper.NewKeeper(
		fixture.Codec, runtime.NewKVStoreService(fixture.Keys[types.StoreKey]), fixture.Account, fixture.Bank, membership)
	s.messages = keeper.NewMsgServer(s.registry)
	s.queries = keeper.NewQueryServer(s.registry)
	fixture.Bank.AppendSendRestriction(s.registry.SendRestriction)
	return s
}

// newSuite has a whole registry, and the accounts of alice, akira and bob with 10,000 yen each.
func newSuite(t testing.TB) *suite {
	t.Helper()
	s := newBareSuite(t)
	s.registry.SetYen(types.FixedYen(types.YenDenom))
	s.registry.SetFlowRecorder(s)
	s.registry.SetAccountHooks(s)
	s.registry.SetCloseGuards(s)
	s.registry.SetReservedAddresses(func(_ context.Context, address sdk.AccAddress) bool {
		return address.Equals(escrow) || address.Equals(s.reservedLater) || address.Equals(authtypes.NewModuleAddress(holdModule)) ||
			address.Equals(authtypes.NewModuleAddress(depositModule)) || address.Equals(authtypes.NewModuleAddress(transferModule))
	})
	s.open(t, bankA, alice)
	s.open(t, bankA, akira)
	s.open(t, bankB, bob)
	for _, holder := range []sdk.AccAddress{alice, akira, bob} {
		s.Fund(t, holder, yen(10_000), sdk.NewInt64Coin(token, 50))
	}
	s.changed = nil
	s.Ctx = s.Ctx.WithEventManager(sdk.NewEventManager())
	return s
}

func members() membershiptypes.GenesisState {
	genesis := *membershiptypes.DefaultGenesis()
	genesis.Organizations = []membershiptypes.Organization{
		{Id: "auditor", Name: "Auditor", Kind: membershiptypes.OrganizationKindAuditor, Status: membershiptypes.OrganizationStatusActive},
		{Id: bankA, Name: "Bank A", Kind: membershiptypes.OrganizationKindBank, Status: membershiptypes.OrganizationStatusActive},
		{Id: bankB, Name: "Bank B", Kind: membershiptypes.OrganizationKindBank, Status: membershiptypes.OrganizationStatusActive},
	}
	operator := func(address sdk.AccAddress, bank string, role membershiptypes.Role) membershiptypes.Operator {
		return membershiptypes.Operator{Address: address.String(), Organization: bank, Roles: []membershiptypes.Role{role}}
	}
	genesis.Operators = []membershiptypes.Operator{
		operator(makerA, bankA, membershiptypes.RoleMaker),
		operator(complianceA, bankA, membershiptypes.RoleCompliance),
		operator(checkerA, bankA, membershiptypes.RoleChecker),
		operator(compliance2, bankA, membershiptypes.RoleCompliance),
		operator(makerB, bankB, membershiptypes.RoleMaker),
		operator(checkerB, bankB, membershiptypes.RoleChecker),
		operator(complianceB, bankB, membershiptypes.RoleCompliance),
		operator(auditor, "auditor", membershiptypes.RoleAuditor),
	}
	slices.SortFunc(genesis.Operators, func(a, b membershiptypes.Operator) int {
		return bytes.Compare(sdk.MustAccAddressFromBech32(a.Address), sdk.MustAccAddressFromBech32(b.Address))
	})
	genesis.Validators = []membershiptypes.Validator{{
		Organization: bankA, Power: 1, ConsensusKey: cmted25519.GenPrivKeyFromSecret([]byte("validator")).PubKey().Bytes(),
	}}
	return genesis
}

func limits(perPayment, perDay, balance int64) types.Limits {
	return types.Limits{PerPayment: math.NewInt(perPayment), PerDay: math.NewInt(perDay), Balance: math.NewInt(balance)}
}

func yen(amount int64) sdk.Coin {
	return sdk.NewInt64Coin(types.YenDenom, amount)
}

// application is that for an account of the operator's bank.
func application(operator, address sdk.AccAddress) *types.MsgApplyAccount {
	own := limits(1_000, 3_000, 20_000)
	return &types.MsgApplyAccount{
		Operator: operator.String(), Reference: "open/" + address.String(), Address: address.String(), Kind: types.AccountKindBusiness,
		IdentityHash: bytes.Repeat([]byte{7}, types.IdentityHashLength), Limits: &own,
	}
}

// open makes an address an active account of bank A or B.
func (s *suite) open(t require.TestingT, bank string, address sdk.AccAddress) {
	maker, checker := makerA, checkerA
	if bank == bankB {
		maker, checker = makerB, checkerB
	}
	msg := application(maker, address)
	_, err := s.messages.ApplyAccount(s.Ctx, msg)
	require.NoError(t, err)
	s.approve(t, checker, msg.Reference)
	_, err = s.messages.ActivateAccount(s.Ctx, &types.MsgActivateAccount{Holder: address.String()})
	require.NoError(t, err)
}

// reference returns one that was not used before.
func (s *suite) reference() string {
	s.references++
	return fmt.Sprintf("request/%d", s.references)
}

// unfreeze has two operators of compliance unfreeze an account of bank A.
func (s *suite) unfreeze(t require.TestingT, address sdk.AccAddress) {
	reference := s.reference()
	_, err := s.messages.RequestUnfreeze(s.Ctx, &types.MsgRequestUnfreeze{
		Operator: complianceA.String(), Reference: reference, Address: address.String(), Reason: "lifted",
	})
	require.NoError(t, err)
	s.approve(t, compliance2, reference)
}

func (s *suite) approve(t require.TestingT, operator sdk.AccAddress, reference string) {
	_, err := s.messages.ApproveRequest(s.Ctx, &types.MsgApproveRequest{Operator: operator.String(), Reference: reference})
	require.NoError(t, err)
}

func (s *suite) freeze(t require.TestingT, address sdk.AccAddress) {
	_, err := s.messages.FreezeAccount(s.Ctx, &types.MsgFreezeAccount{
		Operator: complianceA.String(), Address: address.String(), Reason: "court order",
	})
	require.NoError(t, err)
}

func (s *suite) account(t testing.TB, address sdk.AccAddress) types.Account {
	t.Helper()
	account, err := s.registry.GetAccount(s.Ctx, address)
	require.NoError(t, err)
	return account
}

// pay sends coins as the message handler of x/bank does inside a transaction: nothing stays of a payment that fails.
func (s *suite) pay(from, to sdk.AccAddress, coins ...sdk.Coin) error {
	return s.move(types.Cause{}, from, to, coins...)
}

func (s *suite) move(cause types.Cause, from, to sdk.AccAddress, coins ...sdk.Coin) error {
	ctx, write := s.Ctx.CacheContext()
	flows := s.flows
	if err := s.Bank.SendCoins(types.WithCause(ctx, cause), from, to, sdk.NewCoins(coins...)); err != nil {
		s.flows = flows
		return err
	}
	write()
	return nil
}

func (s *suite) balance(address sdk.AccAddress) int64 {
	return s.Bank.GetBalance(s.Ctx, address, types.YenDenom).Amount.Int64()
}

func (s *suite) spent(t testing.TB, address sdk.AccAddress) int64 {
	t.Helper()
	spent, err := s.registry.SpentToday(s.Ctx, address)
	require.NoError(t, err)
	return spent.Int64()
}
