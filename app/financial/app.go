// Package financial is the application of the Financial Zone: the one chain that the banks run, where yen is issued
// against deposits, redeemed, paid, and charged to Business Zones.
package financial

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
	auditkeeper "github.com/azukari-network/azukari/x/audit/keeper"
	clearingkeeper "github.com/azukari-network/azukari/x/clearing/keeper"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	depositkeeper "github.com/azukari-network/azukari/x/deposit/keeper"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymentante "github.com/azukari-network/azukari/x/payment/ante"
	paymentkeeper "github.com/azukari-network/azukari/x/payment/keeper"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial"
	financialkeeper "github.com/azukari-network/azukari/x/zonelink/financial/keeper"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Name is the application's name.
const Name = "fzd"

// App is the Financial Zone's application.
type App struct {
	*base.App

	Deposit  *depositkeeper.Keeper
	Clearing *clearingkeeper.Keeper
	Payment  *paymentkeeper.Keeper
	Zonelink *financialkeeper.Keeper
	Audit    *auditkeeper.Keeper
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
		Stores: []string{deposittypes.StoreKey, clearingtypes.StoreKey, paymenttypes.StoreKey, zonelinktypes.StoreKey},
		ModuleAccounts: map[string][]string{
			deposittypes.ModuleName:  {authtypes.Minter, authtypes.Burner},
			clearingtypes.ModuleName: {authtypes.Minter, authtypes.Burner},
		},
	})}

	app.buildKeepers()
	app.wireRegistry()

	transferStack := financial.NewTransferMiddleware(transfer.NewIBCModule(app.IBC.Transfer), app.Zonelink)
	app.RouteIBC(transferStack, financial.NewIBCModule(app.Zonelink))

	app.Measure(app.readers()...)
	app.RegisterUpgrades(app.upgrades()...)
	app.Finish(app.modules(), orders(), app.Audit, loadLatest, paymentante.NewVerifyAheadDecorator(app.Payment))
	return app
}

// buildKeepers builds the Financial Zone's own keepers.
func (app *App) buildKeepers() {
	cdc := app.Encoding.Codec
	app.Deposit = depositkeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.Key(deposittypes.StoreKey)),
		app.Bank, app.Registry, app.Hold, app.Membership,
	)
	app.Clearing = clearingkeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.Key(clearingtypes.StoreKey)),
		app.Bank, app.Registry, app.Hold, app.Deposit, app.Membership,
	)
	app.Payment = paymentkeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.Key(paymenttypes.StoreKey)), app.Bank, app.Registry, app.Hold, app.Membership,
	)
	app.Bank.AppendSendRestriction(app.Payment.SendRestriction)
	app.Hold.AddExpiryRoutes(
		holdtypes.ExpiryRoute{Prefix: clearingtypes.QueuePurposePrefix, Handler: app.Clearing},
		holdtypes.ExpiryRoute{Prefix: paymenttypes.RecallPurposePrefix, Handler: app.Payment},
		holdtypes.ExpiryRoute{Prefix: paymenttypes.ConsentPurposePrefix, Handler: app.Payment},
		holdtypes.ExpiryRoute{Prefix: registrytypes.ScreeningPurposePrefix, Handler: app.Registry},
	)
	app.Zonelink = financialkeeper.NewKeeper(
		cdc, runtime.NewKVStoreService(app.Key(zonelinktypes.StoreKey)),
		app.ZonelinkIBC(), app.Registry, app.Membership, app.Clearing, app.Bank,
	)
	app.Clearing.SetZones(app.Zonelink)
	app.ConnectTransfer(app.Zonelink)
	app.Zonelink.SetTransferKeeper(app.IBC.Transfer)
	app.Audit = auditkeeper.NewFinancialKeeper(
		app.Bank, app.Account, app.Registry, app.Hold, app.IBC.Core.ChannelKeeper,
		app.Deposit, app.Clearing, app.Payment, app.Zonelink,
	)
}

// wireRegistry tells the registry whom to ask and whom to tell: the yen is jpy itself, flows are settled between banks,
// changed accounts go to their zones, and nothing that an account still has part in lets it close.
func (app *App) wireRegistry() {
	app.Registry.SetHold(app.Hold)
	app.Registry.SetYen(registrytypes.FixedYen(registrytypes.YenDenom))
	app.Registry.SetFlowRecorder(app.Clearing)
	app.Registry.SetConsentSource(app.Payment)
	app.Registry.SetAccountHooks(app.Zonelink)
	app.Registry.SetCloseGuards(app.Hold, app.Deposit, app.Zonelink)
	app.GuardMembers(app.Deposit, app.Clearing)
	app.Registry.SetReservedAddresses(func(ctx context.Context, address sdk.AccAddress) bool {
		return app.IsModuleAddress(address.String()) || app.Clearing.IsReserveAddress(ctx, address) ||
			app.Zonelink.IsEscrow(ctx, address)
	})
}
