package business

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/x/asset"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/audit"
	audittypes "github.com/azukari-network/azukari/x/audit/types"
	"github.com/azukari-network/azukari/x/payment"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	"github.com/azukari-network/azukari/x/registry"
	"github.com/azukari-network/azukari/x/settlement"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	"github.com/azukari-network/azukari/x/zonelink/business"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// modules returns every module of a Business Zone.
func (app *App) modules() []module.AppModule {
	cdc := app.Encoding.Codec
	return append(app.CommonModules(),
		registry.NewReplicaModule(cdc, app.Registry),
		asset.NewAppModule(cdc, app.Asset),
		payment.NewAppModule(cdc, app.Payment),
		settlement.NewAppModule(cdc, app.Settlement),
		business.NewAppModule(cdc, app.Zonelink),
		audit.NewAppModule(app.Audit),
	)
}

// orders returns the order in which modules act. Units that come back from holds and trades in a block's begin are destroyed there,
// too, if their time is over.
func orders() base.Orders {
	orders := base.CommonOrders(
		[]string{assettypes.ModuleName, paymenttypes.ModuleName, settlementtypes.ModuleName, audittypes.ModuleName}, zonelinktypes.ModuleName,
	)
	// Behind the holds: what expires in a block must not be paid in it.
	orders.BeginBlock = append(orders.BeginBlock, settlementtypes.ModuleName, assettypes.ModuleName, paymenttypes.ModuleName)
	return orders
}
