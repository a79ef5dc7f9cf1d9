// Package business is the application of a Business Zone: a chain that businesses run, where yen that was charged from
// the Financial Zone is paid and discharged.
package business

import (
	"context"
	"io"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/ibc-go/v8/modules/apps/transfer"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/runtime"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/app/base"
	assetkeeper "github.com/azukari-network/azukari/x/asset/keeper"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	auditkeeper "github.com/azukari-network/azukari/x/audit/keeper"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymentante "github.com/azukari-network/azukari/x/payment/ante"
	paymentkeeper "github.com/azukari-network/azukari/x/payment/keeper"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	settlementkeeper "github.com/azukari-network/azukari/x/settlement/keeper"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	"github.com/azukari-network/azukari/x/zonelink/business"
	businesskeeper "github.com/azukari-network/azukari/x/zonelink/business/keeper"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Name is the application's name.
const Name = "bzd"

// App is a Business Zone's application.
type App struct {
	*base.App

	Asset      *assetkeeper.Keeper
	Payment    *paymentkeeper.Keeper
	Settlement *settlementkeeper.Keeper
	Zonelink   *businesskeeper.Keeper
	Audit      *auditkeeper.Keeper
}

// New builds the application and, if loadLatest, loads its last committed state. It panics on wiring errors and on
// a store that cannot be read.
func New(
	logger log.Logger, db dbm.DB, traceStore io.Writer, loadLatest bool,
	appOptions servertypes.AppOptions, baseAppOptions ...func(*baseapp.BaseApp),
) *App {
	app := &App{App: base.New(base.Options{
		Name: Name, Logger: logger, DB: db, TraceStore: traceStore,
		AppOptions: appOptions, BaseAppOptions: baseAppOptions,
		Stores: []string{assettypes.StoreKey, paymenttypes.StoreKey, settlementtypes.StoreKey, zonelinktypes.StoreKey},
		ModuleAccounts: map[string][]string{
			assettypes.ModuleName: {authtypes.Minter, authtypes.Burner},
		},
	})}

	app.buildKeepers()
	app.wireRegistry()

	transferStack := business.NewTransferMiddleware(transfer.NewIBCModule(app.IBC.Transfer), app.Zonelink)
	app.RouteIBC(transferStack, business.NewIBCModule(app.Zonelink))

	app.Measure(app.readers()...)
	app.RegisterUpgrades(app.upgrades()...)
	app.Finish(app.modules(), orders(), app.Audit, loadLatest, paymentante.NewVerifyAheadDecorator(app.Payment))
	return app
}

// buildKeepers builds the Business Zone's own keepers.
func (app *App) buildKeepers() {
	app.Asset = assetkeeper.NewKeeper(
		app.Encoding.Codec, runtime.NewKVStoreService(app.Key(assettypes.StoreKey)), app.Bank, app.Registry,
	)
	// Behind the registry's, which asks first whose accounts these are.
	app.Bank.AppendSendRestriction(app.Asset.SendRestriction)
	app.Payment = paymentkeeper.NewKeeper(
		app.Encoding.Codec, runtime.NewKVStoreService(app.Key(paymenttypes.StoreKey)),
		app.Bank, app.Registry, app.Hold, app.Membership,
	)
	app.Bank.AppendSendRestriction(app.Payment.SendRestriction)
	app.Hold.AddExpiryRoutes(
		holdtypes.ExpiryRoute{Prefix: paymenttypes.RecallPurposePrefix, Handler: app.Payment},
		holdtypes.ExpiryRoute{Prefix: paymenttypes.ConsentPurposePrefix, Handler: app.Payment},
	)
	app.Zonelink = businesskeeper.NewKeeper(
		app.Encoding.Codec, runtime.NewKVStoreService(app.Key(zonelinktypes.StoreKey)),
		app.ZonelinkIBC(), app.Registry, app.Hold, app.Bank,
	)
	app.ConnectTransfer(app.Zonelink)
	app.Zonelink.SetTransferKeeper(app.IBC.Transfer)
	app.Settlement = settlementkeeper.NewKeeper(
		app.Encoding.Codec, runtime.NewKVStoreService(app.Key(settlementtypes.StoreKey)),
		app.Registry, app.Asset, app.Hold, app.Bank, app.Zonelink,
	)
	app.Zonelink.SetUnlinkGuards(app.Asset, app.Settlement)
	app.Audit = auditkeeper.NewBusinessKeeper(
		app.Bank, app.Account, app.Registry, app.Hold, app.Payment, app.IBC.Core.ChannelKeeper, app.Asset, app.Settlement, app.Zonelink,
	)
}

// wireRegistry tells the registry whom to ask: the yen is the voucher of the open ICS-20 channel, and the zone link
// decides on payments between customers of two banks. The registry itself is written by AccountUpdates only.
func (app *App) wireRegistry() {
	app.Registry.SetYen(app.Zonelink)
	app.Registry.SetFlowRecorder(app.Zonelink)
	app.Registry.SetReservedFlowRecorder(app.Zonelink)
	app.Registry.SetConsentSource(app.Payment)
	app.GuardMembers()
	app.Registry.SetReservedAddresses(func(_ context.Context, address sdk.AccAddress) bool {
		return app.IsModuleAddress(address.String())
	})
}
