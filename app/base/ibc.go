package base

import (
	"encoding/json"
	"slices"

	capabilitykeeper "github.com/cosmos/ibc-go/modules/capability/keeper"
	capabilitytypes "github.com/cosmos/ibc-go/modules/capability/types"
	transferkeeper "github.com/cosmos/ibc-go/v8/modules/apps/transfer/keeper"
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	ibc "github.com/cosmos/ibc-go/v8/modules/core"
	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"
	porttypes "github.com/cosmos/ibc-go/v8/modules/core/05-port/types"
	ibcexported "github.com/cosmos/ibc-go/v8/modules/core/exported"
	ibckeeper "github.com/cosmos/ibc-go/v8/modules/core/keeper"
	ibctypes "github.com/cosmos/ibc-go/v8/modules/core/types"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// IBC holds the keepers of ibc-go. All that is specific to its version stays in this file and in the modules'
// ibc_module.go files, so that the next major version is one step away.
type IBC struct {
	Capability *capabilitykeeper.Keeper
	Core       *ibckeeper.Keeper
	Transfer   transferkeeper.Keeper

	scopedZonelink capabilitykeeper.ScopedKeeper
	scopedTransfer capabilitykeeper.ScopedKeeper
}

// buildIBC builds IBC core. x/membership stands in for x/staking, and no module has legacy parameter subspaces.
func (app *App) buildIBC() {
	cdc := app.Encoding.Codec
	capability := capabilitykeeper.NewKeeper(
		cdc, app.keys[capabilitytypes.StoreKey], app.memKeys[capabilitytypes.MemStoreKey],
	)
	scopedIBC := capability.ScopeToModule(ibcexported.ModuleName)
	app.IBC = IBC{
		Capability:     capability,
		scopedTransfer: capability.ScopeToModule(transfertypes.ModuleName),
		scopedZonelink: capability.ScopeToModule(zonelinktypes.ModuleName),
	}
	capability.Seal()
	app.IBC.Core = ibckeeper.NewKeeper(
		cdc, app.keys[ibcexported.StoreKey], nil, app.Membership, app.Upgrade, scopedIBC, app.Authority(),
	)
}

// ZonelinkIBC returns what the zone link may use of IBC core.
func (app *App) ZonelinkIBC() zonelinktypes.IBC {
	core := app.IBC.Core
	return zonelinktypes.NewIBC(core.ChannelKeeper, core.ClientKeeper, core.PortKeeper, app.IBC.scopedZonelink, app.IBC.scopedTransfer)
}

// ConnectTransfer builds the ICS-20 keeper below the zone's own middleware: packets that it sends pass through
// wrapper, and the coins that it moves carry their cause.
func (app *App) ConnectTransfer(wrapper porttypes.ICS4Wrapper) {
	app.IBC.Transfer = transferkeeper.NewKeeper(
		app.Encoding.Codec, app.keys[transfertypes.StoreKey], nil, wrapper,
		app.IBC.Core.ChannelKeeper, app.IBC.Core.PortKeeper, app.Account,
		zonelinktypes.NewTransferBank(app.Bank), app.IBC.scopedTransfer, app.Authority(),
	)
}

// RouteIBC sets the two applications that IBC packets of a zone reach: ICS-20 with its middleware, and the zone link.
func (app *App) RouteIBC(transfer, zonelink porttypes.IBCModule) {
	router := porttypes.NewRouter().
		AddRoute(transfertypes.ModuleName, transfer).
		AddRoute(zonelinktypes.ModuleName, zonelink)
	app.IBC.Core.SetRouter(router)
}

// coreModule is IBC core with one kind of light client allowed, and an export that can be imported and exported again.
type coreModule struct {
	ibc.AppModule

	keeper *ibckeeper.Keeper
}

// DefaultGenesis allows only light clients of CometBFT chains, which all zones are.
func (coreModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	genesis := ibctypes.DefaultGenesisState()
	genesis.ClientGenesis.Params = clienttypes.NewParams(ibcexported.Tendermint)
	return cdc.MustMarshalJSON(genesis)
}

// ExportGenesis leaves out the localhost client: the import makes it anew at its own height, so that an export would
// never be the same twice.
func (m coreModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	genesis := ibc.ExportGenesis(ctx, *m.keeper)
	genesis.ClientGenesis.Clients = slices.DeleteFunc(
		genesis.ClientGenesis.Clients,
		func(client clienttypes.IdentifiedClientState) bool {
			return client.ClientId == ibcexported.LocalhostClientID
		},
	)
	return cdc.MustMarshalJSON(genesis)
}
