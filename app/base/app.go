// Package base builds what the Financial Zone's and a Business Zone's applications share: the SDK's keepers, the
// consortium, the registry, holds, the notary, IBC core, the ante handler, the API and the export. The two applications add their
// own modules and wire them; see app/financial and app/business.
package base

import (
	"context"
	"io"
	"maps"
	"slices"

	dbm "github.com/cosmos/cosmos-db"
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	ibcexported "github.com/cosmos/ibc-go/v8/modules/core/exported"
	"github.com/spf13/cast"

	"cosmossdk.io/log"
	storetypes "cosmossdk.io/store/types"
	upgradekeeper "cosmossdk.io/x/upgrade/keeper"
	upgradetypes "cosmossdk.io/x/upgrade/types"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/version"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/base/txcache"
	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/metrics"
	audittypes "github.com/azukari-network/azukari/x/audit/types"
	holdkeeper "github.com/azukari-network/azukari/x/hold/keeper"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	membershipkeeper "github.com/azukari-network/azukari/x/membership/keeper"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	notarykeeper "github.com/azukari-network/azukari/x/notary/keeper"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
	"github.com/azukari-network/azukari/x/payment/bank"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Options says what one application is built from.
type Options struct {
	// Name is the application's name, which nodes report to their peers.
	Name string
	// Logger, DB and TraceStore are the node's own.
	Logger     log.Logger
	DB         dbm.DB
	TraceStore io.Writer
	// AppOptions is the node's configuration: app.toml and flags.
	AppOptions servertypes.AppOptions
	// BaseAppOptions are applied to the BaseApp: pruning, snapshots, chain id.
	BaseAppOptions []func(*baseapp.BaseApp)
	// Stores names the KV stores of the application's own modules.
	Stores []string
	// ModuleAccounts maps the application's own module accounts to their permissions.
	ModuleAccounts map[string][]string
}

// LawChecker recomputes the laws of money.
type LawChecker interface {
	Check(ctx context.Context) (audittypes.QueryLawsResponse, error)
}

// App is the common part of the two applications.
type App struct {
	*baseapp.BaseApp

	Encoding encoding.Config

	Account    authkeeper.AccountKeeper
	Bank       bank.Keeper
	Consensus  consensuskeeper.Keeper
	Upgrade    *upgradekeeper.Keeper
	Membership *membershipkeeper.Keeper
	Registry   *registrykeeper.Keeper
	Hold       *holdkeeper.Keeper
	Notary     *notarykeeper.Keeper
	IBC        IBC

	ModuleManager *module.Manager
	BasicManager  module.BasicManager

	keys    map[string]*storetypes.KVStoreKey
	memKeys map[string]*storetypes.MemoryStoreKey
	blocked map[string]bool
	// moduleAccounts are the names of the modules with accounts, in ascending order.
	moduleAccounts []string
	configurator   module.Configurator
	laws           LawChecker
	peers          PeerPolicy
	// store is nil on a node whose state is the SDK's to keep.
	store   *commitstore.Store
	readers []metrics.Reader
	blocks  *metrics.Blocks
	// capabilities guards those of IBC.
	capabilities capabilityLock
}

// New builds the common keepers. The application then builds its own, connects IBC and calls Finish. It panics if the node's data is
// not of the store that its configuration names.
func New(options Options) *App {
	config := encoding.Make()
	store := mustChooseStore(options)
	transactions := txcache.New(config.TxConfig.TxDecoder())
	baseApp := baseapp.NewBaseApp(
		options.Name, options.Logger, options.DB, transactions.Decode, withStore(store, options.BaseAppOptions)...,
	)
	baseApp.SetCommitMultiStoreTracer(options.TraceStore)
	baseApp.SetVersion(version.Version)
	baseApp.SetInterfaceRegistry(config.InterfaceRegistry)
	baseApp.SetTxEncoder(config.TxConfig.TxEncoder())
	blocks := metrics.NewBlocks()
	baseApp.SetStreamingManager(storetypes.StreamingManager{ABCIListeners: []storetypes.ABCIListener{blocks, transactions}})

	app := &App{
		BaseApp:  baseApp,
		Encoding: config,
		blocks:   blocks,
		store:    store,
		keys: storetypes.NewKVStoreKeys(append([]string{
			authtypes.StoreKey, banktypes.StoreKey, consensustypes.StoreKey, upgradetypes.StoreKey,
			membershiptypes.StoreKey, registrytypes.StoreKey, holdtypes.StoreKey, notarytypes.StoreKey,
			capabilitytypes.StoreKey, ibcexported.StoreKey, transfertypes.StoreKey,
		}, options.Stores...)...),
		memKeys: storetypes.NewMemoryStoreKeys(capabilitytypes.MemStoreKey),
	}
	app.buildKeepers(options)
	app.buildIBC()
	return app
}

// buildKeepers builds the keepers that need nothing of IBC.
func (app *App) buildKeepers(options Options) {
	cdc := app.Encoding.Codec
	authority := authtypes.NewModuleAddress(membershiptypes.ModuleName).String()

	permissions := map[string][]string{
		membershiptypes.ModuleName: nil,
		holdtypes.ModuleName:       nil,
		transfertypes.ModuleName:   {authtypes.Minter, authtypes.Burner},
	}
	for name, granted := range options.ModuleAccounts {
		permissions[name] = granted
	}
	app.blocked = make(map[string]bool, len(permissions))
	for name := range permissions {
		app.blocked[authtypes.NewModuleAddress(name).String()] = true
		app.moduleAccounts = append(app.moduleAccounts, name)
	}
	slices.Sort(app.moduleAccounts)

	app.Consensus = consensuskeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.keys[consensustypes.StoreKey]), authority, runtime.EventService{},
	)
	app.SetParamStore(app.Consensus.ParamsStore)

	app.Account = authkeeper.NewAccountKeeper(
		cdc, runtime.NewKVStoreService(app.keys[authtypes.StoreKey]), authtypes.ProtoBaseAccount,
		permissions, address.Codec(), address.Prefix, authority,
	)
	app.Bank = bank.NewKeeper(
		cdc, runtime.NewKVStoreService(app.keys[banktypes.StoreKey]), app.Account, app.blocked, authority, options.Logger,
	)

	skipHeights := map[int64]bool{}
	for _, height := range cast.ToIntSlice(options.AppOptions.Get(server.FlagUnsafeSkipUpgrades)) {
		skipHeights[int64(height)] = true
	}
	app.Upgrade = upgradekeeper.NewKeeper(
		skipHeights, runtime.NewKVStoreService(app.keys[upgradetypes.StoreKey]), cdc,
		cast.ToString(options.AppOptions.Get(flags.FlagHome)), app.BaseApp, authority,
	)

	app.Membership = membershipkeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.keys[membershiptypes.StoreKey]), app.Account,
	)
	app.Registry = registrykeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.keys[registrytypes.StoreKey]), app.Account, app.Bank, app.Membership,
	)
	app.Hold = holdkeeper.NewKeeper(cdc, runtime.NewKVStoreService(app.keys[holdtypes.StoreKey]), app.Bank)
	app.Notary = notarykeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.keys[notarytypes.StoreKey]), app.Membership, app.Registry,
	)
	app.Bank.AppendSendRestriction(app.Registry.SendRestriction)
}

// Key returns the key of a KV store by name.
func (app *App) Key(name string) *storetypes.KVStoreKey {
	return app.keys[name]
}

// StoreNames returns the names of the KV stores in ascending order.
func (app *App) StoreNames() []string {
	return slices.Sorted(maps.Keys(app.keys))
}

// Authority returns the address that parameter changes and other consortium decisions come from.
func (app *App) Authority() string {
	return app.Membership.Authority()
}

// IsModuleAddress says whether an address belongs to a module account.
func (app *App) IsModuleAddress(bech32 string) bool {
	return app.blocked[bech32]
}
