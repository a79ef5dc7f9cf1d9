package base

import (
	"encoding/json"
	"slices"

	"github.com/cosmos/ibc-go/modules/capability"
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	"github.com/cosmos/ibc-go/v8/modules/apps/transfer"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	ibc "github.com/cosmos/ibc-go/v8/modules/core"
	ibcexported "github.com/cosmos/ibc-go/v8/modules/core/exported"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"

	"cosmossdk.io/x/upgrade"
	upgradetypes "cosmossdk.io/x/upgrade/types"

	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	"github.com/azukari-network/azukari/x/hold"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/membership"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/notary"
	notarytypes "github.com/azukari-network/azukari/x/notary/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Orders is the order in which modules act in each phase of a block and in genesis.
type Orders struct {
	PreBlock   []string
	BeginBlock []string
	EndBlock   []string
	// Genesis is used for init and for export.
	Genesis []string
}

// apply sets the orders on a module manager, which panics if one of them leaves out a module that acts in it.
func (o Orders) apply(manager *module.Manager) {
	manager.SetOrderPreBlockers(o.PreBlock...)
	manager.SetOrderBeginBlockers(o.BeginBlock...)
	manager.SetOrderEndBlockers(o.EndBlock...)
	manager.SetOrderInitGenesis(o.Genesis...)
	manager.SetOrderExportGenesis(o.Genesis...)
}

// CommonOrders returns the orders of the common modules, with the application's own modules behind the registry and
// the holds that they build on, and the zone link last, behind the IBC modules whose state it refers to.
func CommonOrders(own []string, zonelink string) Orders {
	genesis := []string{
		// Capabilities first: IBC modules claim theirs while they initialise.
		capabilitytypes.ModuleName, authtypes.ModuleName, banktypes.ModuleName, consensustypes.ModuleName,
		upgradetypes.ModuleName, membershiptypes.ModuleName, registrytypes.ModuleName, holdtypes.ModuleName,
		notarytypes.ModuleName,
	}
	genesis = append(genesis, own...)
	genesis = append(genesis, ibcexported.ModuleName, ibctm.ModuleName, transfertypes.ModuleName, zonelink)
	return Orders{
		// x/auth cleans up unordered-transaction nonces before the block.
		PreBlock: []string{upgradetypes.ModuleName, authtypes.ModuleName},
		BeginBlock: []string{
			capabilitytypes.ModuleName, membershiptypes.ModuleName, registrytypes.ModuleName, holdtypes.ModuleName, ibcexported.ModuleName,
		},
		// Validator updates last: what a block decided about members goes to consensus in the same block.
		EndBlock: []string{zonelink, membershiptypes.ModuleName},
		Genesis:  genesis,
	}
}

// CommonModules returns the modules that both applications run. The registry differs between them and is theirs.
func (app *App) CommonModules() []module.AppModule {
	cdc := app.Encoding.Codec
	return []module.AppModule{
		auth.NewAppModule(cdc, app.Account, nil, nil),
		bankModule{AppModule: bank.NewAppModule(cdc, app.Bank.BaseKeeper, app.Account, nil), keeper: app.Bank},
		consensus.NewAppModule(cdc, app.Consensus),
		upgrade.NewAppModule(app.Upgrade, app.Account.AddressCodec()),
		capability.NewAppModule(cdc, *app.IBC.Capability, false),
		membership.NewAppModule(cdc, app.Membership),
		hold.NewAppModule(cdc, app.Hold),
		notary.NewAppModule(cdc, app.Notary),
		coreModule{AppModule: ibc.NewAppModule(app.IBC.Core), keeper: app.IBC.Core},
		ibctm.NewAppModule(),
		transfer.NewAppModule(app.IBC.Transfer),
	}
}

// sortedKeys returns a genesis's module names in ascending order.
func sortedKeys(genesis map[string]json.RawMessage) []string {
	names := make([]string, 0, len(genesis))
	for name := range genesis {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
