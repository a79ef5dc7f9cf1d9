// Package moneytest builds the money of a Financial Zone for keeper tests: real membership, registry, hold, deposit and
// clearing keepers on keepertest's x/auth and x/bank, wired as the app wires them.
package moneytest

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/memberstest"
	clearingkeeper "github.com/azukari-network/azukari/x/clearing/keeper"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	depositkeeper "github.com/azukari-network/azukari/x/deposit/keeper"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdkeeper "github.com/azukari-network/azukari/x/hold/keeper"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Options says what the world must make room for.
type Options struct {
	// Banks are the ids of the member banks, in ascending order. At least one.
	Banks []string
	// Stores names KV stores beside those of the money modules.
	Stores []string
	// MemoryStores names memory stores.
	MemoryStores []string
	// Reserved are addresses that no account may have, beside the module accounts.
	Reserved []sdk.AccAddress
	// Flows books settled payments between banks in place of the deposit module, which is given.
	Flows func(deposit *depositkeeper.Keeper) registrytypes.FlowRecorder
	// Clearing is the genesis of the clearing module; none for one in which every bank can settle whatever its customers pay.
	Clearing *clearingtypes.GenesisState
}

// SettlementAgent is the id of the member that keeps the banks' reserves. It has the same operators as a bank.
const SettlementAgent = "settlement-agent"

// World is the money of a Financial Zone.
type World struct {
	*keepertest.Fixture

	Membership *membershipkeeper.Keeper
	Registry   *registrykeeper.Keeper
	Hold       *holdkeeper.Keeper
	Deposit    *depositkeeper.Keeper
	Clearing   *clearingkeeper.Keeper

	RegistryMsgs registrytypes.MsgServer
	DepositMsgs  deposittypes.MsgServer
	ClearingMsgs clearingtypes.MsgServer
	BankMsgs     banktypes.MsgServer

	requests int // how many references of requests are used up
}

// Auditor is the id of the auditor organization of every world. Its one operator is Operator(Auditor, "auditor").
const Auditor = memberstest.Auditor

// New builds a world with members and without accounts.
func New(t testing.TB, options Options) *World {
	t.Helper()
	fixture := keepertest.New(t, keepertest.Options{
		Stores: append([]string{
			membershiptypes.StoreKey, registrytypes.StoreKey, holdtypes.StoreKey, deposittypes.StoreKey, clearingtypes.StoreKey,
		}, options.Stores...),
		MemoryStores: options.MemoryStores,
		ModuleAccounts: map[string][]string{
			membershiptypes.ModuleName: nil,
			holdtypes.ModuleName:       nil,
			deposittypes.ModuleName:    {authtypes.Minter, authtypes.Burner},
			clearingtypes.ModuleName:   {authtypes.Minter, authtypes.Burner},
		},
	})
	membership := membershipkeeper.NewKeeper(fixture.Codec,
		runtime.NewKVStoreService(fixture.Keys[membershiptypes.StoreKey]), fixture.Account)
	registry := registrykeeper.NewKeeper(fixture.Codec,
		runtime.NewKVStoreService(fixture.Keys[registrytypes.StoreKey]), fixture.Account, fixture.Bank, membership)
	hold := holdkeeper.NewKeeper(fixture.Codec,
		runtime.NewKVStoreService(fixture.Keys[holdtypes.StoreKey]), fixture.Bank)
	deposit := depositkeeper.NewKeeper(fixture.Codec,
		runtime.NewKVStoreService(fixture.Keys[deposittypes.StoreKey]), fixture.Bank, registry, hold, membership)

	registry.SetYen(registrytypes.FixedYen(registrytypes.YenDenom))
	registry.SetCloseGuards(hold, deposit)
	var flows registrytypes.FlowRecorder = deposit
	if options.Flows != nil {
		flows = options.Flows(deposit)
	}
	clearing := clearingkeeper.NewKeeper(fixture.Codec,
		runtime.NewKVStoreService(fixture.Keys[clearingtypes.StoreKey]), fixture.Bank, registry, hold, flows, membership)
	hold.AddExpiryRoutes(
		holdtypes.ExpiryRoute{Prefix: clearingtypes.QueuePurposePrefix, Handler: clearing},
		holdtypes.ExpiryRoute{Prefix: registrytypes.ScreeningPurposePrefix, Handler: registry},
	)
	registry.SetHold(hold)
	registry.SetFlowRecorder(clearing)
	reserved := append([]sdk.AccAddress{
		authtypes.NewModuleAddress(holdtypes.ModuleName), authtypes.NewModuleAddress(deposittypes.ModuleName),
		authtypes.NewModuleAddress(clearingtypes.ModuleName),
	}, options.Reserved...)
	registry.SetReservedAddresses(func(ctx context.Context, address sdk.AccAddress) bool {
		return slices.ContainsFunc(reserved, func(one sdk.AccAddress) bool { return one.Equals(address) }) ||
			clearing.IsReserveAddress(ctx, address)
	})
	fixture.Bank.AppendSendRestriction(registry.SendRestriction)

	w := &World{
		Fixture: fixture, Membership: membership, Registry: registry, Hold: hold, Deposit: deposit, Clearing: clearing,
		RegistryMsgs: registrykeeper.NewMsgServer(registry),
		DepositMsgs:  depositkeeper.NewMsgServer(deposit),
		ClearingMsgs: clearingkeeper.NewMsgServer(clearing),
		BankMsgs:     bankkeeper.NewMsgServerImpl(fixture.Bank.BaseKeeper),
	}
	_, err := membership.InitGenesis(w.Ctx, members(options.Banks))
	require.NoError(t, err)
	require.NoError(t, hold.InitGenesis(w.Ctx, *holdtypes.DefaultGenesis()))
	state := options.Clearing
	if state == nil {
		state = unboundedClearing()
	}
	require.NoError(t, clearing.InitGenesis(w.Ctx, *state))
	return w
}

// unboundedClearing lets every bank settle in its position whatever its customers pay.
func unboundedClearing() *clearingtypes.GenesisState {
	state := clearingtypes.DefaultGenesis()
	state.Params.DefaultNetDebitCap = clearingtypes.MaxAmount
	state.Params.LargeValueThreshold = clearingtypes.MaxAmount
	return state
}

func members(banks []string) membershiptypes.GenesisState {
	var organizations []memberstest.Organization
	for _, bank := range banks {
		organizations = append(organizations, memberstest.Organization{ID: bank, Kind: membershiptypes.OrganizationKindBank})
	}
	return memberstest.Genesis(append(organizations, memberstest.Organization{
		ID: SettlementAgent, Kind: membershiptypes.OrganizationKindSettlementAgent,
	})...)
}

// Operator returns the address of a bank's or the settlement agent's operator: "maker", "checker", "compliance", "compliance-2", "gateway", or
// "both" maker and checker; of the auditor "auditor".
func Operator(bank, role string) string {
	return memberstest.Operator(bank, role)
}

// Yen returns an amount of yen.
func Yen(amount int64) sdk.Coin {
	return sdk.NewInt64Coin(registrytypes.YenDenom, amount)
}

// Balance returns the yen of an address.
func (w *World) Balance(address string) int64 {
	return w.Bank.GetBalance(w.Ctx, sdk.MustAccAddressFromBech32(address), registrytypes.YenDenom).Amount.Int64()
}
