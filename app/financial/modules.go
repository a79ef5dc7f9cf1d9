package financial

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/x/audit"
	audittypes "github.com/azukari-network/azukari/x/audit/types"
	"github.com/azukari-network/azukari/x/clearing"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/deposit"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/payment"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	"github.com/azukari-network/azukari/x/registry"
	"github.com/azukari-network/azukari/x/zonelink/financial"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// modules returns every module of the Financial Zone.
func (app *App) modules() []module.AppModule {
	cdc := app.Encoding.Codec
	return append(app.CommonModules(),
		registry.NewAppModule(cdc, app.Registry),
		deposit.NewAppModule(cdc, app.Deposit),
		clearing.NewAppModule(cdc, app.Clearing),
		payment.NewAppModule(cdc, app.Payment),
		financial.NewAppModule(cdc, app.Zonelink),
		audit.NewAppModule(app.Audit),
	)
}

// orders returns the order in which modules act.
func orders() base.Orders {
	orders := base.CommonOrders(
		[]string{deposittypes.ModuleName, clearingtypes.ModuleName, paymenttypes.ModuleName, audittypes.ModuleName}, zonelinktypes.ModuleName,
	)
	// Behind the holds: a queued payment that expires in a block must not be paid in it.
	orders.BeginBlock = append(orders.BeginBlock, clearingtypes.ModuleName, paymenttypes.ModuleName)
	orders.EndBlock = append([]string{clearingtypes.ModuleName}, orders.EndBlock...)
	return orders
}
