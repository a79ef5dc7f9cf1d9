package business

import (
	"github.com/cosmos/cosmos-sdk/types/module"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/x/audit"
	audittypes "github.com/azukari-network/azukari/x/audit/types"
	"github.com/azukari-network/azukari/x/payment"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	"github.com/azukari-network/azukari/x/registry"
	"github.com/azukari-network/azukari/x/zonelink/business"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// modules returns every module of a Business Zone.
func (app *App) modules() []module.AppModule {
	cdc := app.Encoding.Codec
	return append(app.CommonModules(),
		registry.NewReplicaModule(cdc, app.Registry),
		payment.NewAppModule(cdc, app.Payment),
		business.NewAppModule(cdc, app.Zonelink),
		audit.NewAppModule(app.Audit),
	)
}

// orders returns the order in which modules act.
func orders() base.Orders {
	return base.CommonOrders([]string{paymenttypes.ModuleName, audittypes.ModuleName}, zonelinktypes.ModuleName)
}
