// Package businesstest builds a Business Zone for keeper tests: real membership, registry, hold and zone link keepers on
// keepertest's x/auth and x/bank, wired as the app wires them. Accounts are replicas, yen comes by charges through the
// ICS-20 module and its middleware, and the zone link counts what passes between banks. Of IBC's core there are channels
// without light clients: packets come in by Charge, and none goes out.
package businesstest

import (
	"context"
	"slices"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	capabilitykeeper "github.com/cosmos/ibc-go/modules/capability/keeper"
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	"github.com/cosmos/ibc-go/v8/modules/apps/transfer"
	transferkeeper "github.com/cosmos/ibc-go/v8/modules/apps/transfer/keeper"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channelkeeper "github.com/cosmos/ibc-go/v8/modules/core/04-channel/keeper"
	portkeeper "github.com/cosmos/ibc-go/v8/modules/core/05-port/keeper"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/memberstest"
	holdkeeper "github.com/azukari-network/azukari/x/hold/keeper"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/business"
	businesskeeper "github.com/azukari-network/azukari/x/zonelink/business/keeper"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Ids of this zone's end of its link with the Financial Zone.
const (
	Connection      = "connection-0"
	ZonelinkChannel = "channel-0"
	TransferChannel = "channel-1"
)

// YenDenom is the denom of yen in the zone: the voucher of the Financial Zone's.
var YenDenom = businesstypes.FinancialZone{TransferChannelId: TransferChannel}.YenDenom()

// Options says what the world must make room for.
type Options struct {
	// Banks are the ids of banks with customers in the zone, in ascending order. At least one. They are members, too.
	Banks []string
	// Businesses are the ids of other members.
	Businesses []string
	// Stores names KV stores beside those of the modules above.
	Stores []string
	// ModuleAccounts maps more module accounts to their permissions. Their addresses are reserved.
	ModuleAccounts map[string][]string
	// DB is where the stores are kept; in memory if nil.
	DB dbm.DB
	// Caps bounds what customers of banks pay to those of others, in ascending order of bank; without any, nothing does.
	Caps []zonelinktypes.BankCap
}

// World is a Business Zone whose link is open.
type World struct {
	*keepertest.Fixture

	Membership *membershipkeeper.Keeper
	Registry   *registrykeeper.Keeper
	Hold       *holdkeeper.Keeper
	Link       *businesskeeper.Keeper
	Transfer   transferkeeper.Keeper
	Channels   channelkeeper.Keeper

	BankMsgs banktypes.MsgServer

	// ics20 is the ICS-20 module with its middleware, as packets reach it.
	ics20   porttypes.IBCModule
	charges uint64 // sequence of the last charge
}

// New builds a world with members and without accounts.
func New(t testing.TB, options Options) *World {
	t.Helper()
	modules := map[string][]string{
		membershiptypes.ModuleName: nil,
		holdtypes.ModuleName:       nil,
		transfertypes.ModuleName:   {authtypes.Minter, authtypes.Burner},
	}
	for name, granted := range options.ModuleAccounts {
		modules[name] = granted
	}
	fixture := keepertest.New(t, keepertest.Options{
		Stores: append([]string{
			membershiptypes.StoreKey, registrytypes.StoreKey, holdtypes.StoreKey, zonelinktypes.StoreKey,
			capabilitytypes.StoreKey, exported.StoreKey, transfertypes.StoreKey,
		}, options.Stores...),
		MemoryStores:   []string{capabilitytypes.MemStoreKey},
		ModuleAccounts: modules,
		DB:             options.DB,
	})
	var reserved []string
	for name := range modules {
		reserved = append(reserved, authtypes.NewModuleAddress(name).String())
	}
	slices.Sort(reserved)

	w := &World{Fixture: fixture, BankMsgs: bankkeeper.NewMsgServerImpl(fixture.Bank.BaseKeeper)}
	w.Membership = membershipkeeper.NewKeeper(fixture.Codec,
		runtime.NewKVStoreService(fixture.Keys[membershiptypes.StoreKey]), fixture.Account)
	w.Registry = registrykeeper.NewKeeper(fixture.Codec,
		runtime.NewKVStoreService(fixture.Keys[registrytypes.StoreKey]), fixture.Account, fixture.Bank, w.Membership)
	w.Hold = holdkeeper.NewKeeper(fixture.Codec, runtime.NewKVStoreService(fixture.Keys[holdtypes.StoreKey]), fixture.Bank)
	w.connect()
	w.Registry.SetYen(w.Link)
	w.Registry.SetFlowRecorder(w.Link)
	w.Registry.SetReservedFlowRecorder(w.Link)
	w.Registry.SetReservedAddresses(func(_ context.Context, address sdk.AccAddress) bool {
		_, found := slices.BinarySearch(reserved, address.String())
		return found
	})
	fixture.Bank.AppendSendRestriction(w.Registry.SendRestriction)

	_, err := w.Membership.InitGenesis(w.Ctx, members(options))
	require.NoError(t, err)
	require.NoError(t, w.Registry.InitGenesis(w.Ctx, *registrytypes.DefaultGenesis()))
	require.NoError(t, w.Hold.InitGenesis(w.Ctx, *holdtypes.DefaultGenesis()))
	w.Transfer.InitGenesis(w.Ctx, *transfertypes.DefaultGenesisState())
	require.NoError(t, w.Link.InitGenesis(w.Ctx, link(options)))
	return w
}

// connect builds the zone link with the ICS-20 module above it, on IBC's channels.
func (w *World) connect() {
	capabilities := capabilitykeeper.NewKeeper(w.Codec, w.Keys[capabilitytypes.StoreKey], w.MemKeys[capabilitytypes.MemStoreKey])
	core := capabilities.ScopeToModule(exported.ModuleName)
	ofLink := capabilities.ScopeToModule(zonelinktypes.ModuleName)
	ofTransfer := capabilities.ScopeToModule(transfertypes.ModuleName)
	capabilities.Seal()
	capabilities.InitMemStore(w.Ctx)
	ports := portkeeper.NewKeeper(core)
	w.Channels = channelkeeper.NewKeeper(w.Codec, w.Keys[exported.StoreKey], nil, nil, &ports, core)
	w.Link = businesskeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[zonelinktypes.StoreKey]),
		zonelinktypes.NewIBC(w.Channels, nil, &ports, ofLink, ofTransfer), w.Registry, w.Hold, w.Bank)
	w.Transfer = transferkeeper.NewKeeper(w.Codec, w.Keys[transfertypes.StoreKey], nil, w.Link,
		w.Channels, &ports, w.Account, zonelinktypes.NewTransferBank(w.Bank), ofTransfer, w.Authority)
	w.Link.SetTransferKeeper(w.Transfer)
	w.ics20 = business.NewTransferMiddleware(transfer.NewIBCModule(w.Transfer), w.Link)
}

func members(options Options) membershiptypes.GenesisState {
	var organizations []memberstest.Organization
	for _, bank := range options.Banks {
		organizations = append(organizations, memberstest.Organization{ID: bank, Kind: membershiptypes.OrganizationKindBank})
	}
	for _, id := range options.Businesses {
		organizations = append(organizations, memberstest.Organization{ID: id, Kind: membershiptypes.OrganizationKindBusiness})
	}
	return memberstest.Genesis(organizations...)
}

// link returns the genesis of an open link.
func link(options Options) businesstypes.GenesisState {
	state := businesstypes.DefaultGenesis()
	state.FinancialZone = businesstypes.FinancialZone{
		ConnectionId: Connection, ZonelinkChannelId: ZonelinkChannel, TransferChannelId: TransferChannel,
	}
	state.ReportState.CapRevision = 1
	state.Caps = options.Caps
	if state.Caps == nil {
		for _, bank := range options.Banks {
			state.Caps = append(state.Caps, zonelinktypes.BankCap{Bank: bank, Limit: registrytypes.MaxLimit})
		}
	}
	return *state
}
