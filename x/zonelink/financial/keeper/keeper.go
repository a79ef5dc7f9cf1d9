// Package keeper keeps the Financial Zone's side of the zone links: zones and their channels, links, shares, charges in
// flight, and how far each account's state has reached each zone.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/overlay"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	"github.com/azukari-network/azukari/x/zonelink/internal/inflight"
	"github.com/azukari-network/azukari/x/zonelink/internal/yen"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var (
	_ registrytypes.AccountHooks = (*Keeper)(nil)
	_ registrytypes.CloseGuard   = (*Keeper)(nil)
	_ yen.Ledger                 = (*Keeper)(nil)
)

// zoneBank is (zone id, bank id).
type zoneBank = collections.Pair[string, string]

// zoneFlow is (zone id, payer bank, payee bank).
type zoneFlow = collections.Triple[string, string, string]

// zoneAccount is (zone id, address).
type zoneAccount = collections.Pair[string, sdk.AccAddress]

// Keeper owns the Financial Zone's side of all zone links. It is also the ICS4Wrapper of the transfer keeper.
type Keeper struct {
	ibc        zonelinktypes.IBC
	registry   types.RegistryKeeper
	membership types.MembershipKeeper
	clearing   types.ClearingKeeper
	bankKeeper types.BankKeeper
	// transfer is set once by the app after construction, because it sends through this keeper.
	transfer zonelinktypes.TransferKeeper

	schema         collections.Schema
	params         collections.Item[types.Params]
	zones          collections.Map[string, types.Zone]
	zonesByChannel collections.Map[string, string]
	shares         collections.Map[zoneBank, math.Int]
	unsettled      collections.Map[zoneBank, math.Int]
	transfers      inflight.Transfers
	syncs          collections.Map[zoneAccount, types.AccountSync]
	// queue has a dirty sync as (zone id, nanoseconds of the earliest next attempt, address).
	queue collections.KeySet[collections.Triple[string, int64, sdk.AccAddress]]

	banks   collections.Map[zoneBank, types.ZoneBank]
	flows   collections.Map[zoneFlow, types.ZoneFlow]
	reports collections.Map[string, types.ZoneReports]
	refused collections.Map[string, types.RefusedReport]
	// reserved sums over all zones, by bank, what the zones may still send on their own.
	reserved *overlay.Map[string, math.Int]
	capsDue  collections.KeySet[string]

	throughputs collections.Map[string, types.Throughput]

	brought     collections.Map[zoneAccount, math.Int]
	windUps     collections.Map[string, types.WindUp]
	windUpBooks collections.Map[zoneAccount, types.WindUpAccount]
	windUpHolds collections.KeySet[collections.Pair[string, uint64]]
	provenFlows collections.Map[zoneFlow, math.Int]
}

// NewKeeper returns a keeper that cannot charge before SetTransferKeeper. It panics if the store's layout contradicts
// itself.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService corestore.KVStoreService,
	ibc zonelinktypes.IBC,
	registry types.RegistryKeeper,
	membership types.MembershipKeeper,
	clearing types.ClearingKeeper,
	bankKeeper types.BankKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	zoneBankKey := collections.PairKeyCodec(collections.StringKey, collections.StringKey)
	zoneAccountKey := collections.PairKeyCodec(collections.StringKey, sdk.AccAddressKey)
	zoneFlowKey := collections.TripleKeyCodec(collections.StringKey, collections.StringKey, collections.StringKey)
	keeper := &Keeper{
		ibc:        ibc,
		registry:   registry,
		membership: membership,
		clearing:   clearing,
		bankKeeper: bankKeeper,
		params:     collections.NewItem(builder, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		zones: collections.NewMap(builder, types.ZonesPrefix, "zones",
			collections.StringKey, codec.CollValue[types.Zone](cdc)),
		zonesByChannel: collections.NewMap(builder, types.ZonesByChannelPrefix, "zones_by_channel",
			collections.StringKey, collections.StringValue),
		shares:    collections.NewMap(builder, types.SharesPrefix, "shares", zoneBankKey, sdk.IntValue),
		unsettled: collections.NewMap(builder, types.UnsettledPrefix, "unsettled", zoneBankKey, sdk.IntValue),
		transfers: inflight.New(builder, cdc, types.TransfersPrefix, types.TransfersByAccountPrefix),
		syncs:     collections.NewMap(builder, types.SyncsPrefix, "account_syncs", zoneAccountKey, codec.CollValue[types.AccountSync](cdc)),
		queue: collections.NewKeySet(builder, types.QueuePrefix, "queue",
			collections.TripleKeyCodec(collections.StringKey, collections.Int64Key, sdk.AccAddressKey)),
		banks: collections.NewMap(builder, types.BanksPrefix, "banks", zoneBankKey, codec.CollValue[types.ZoneBank](cdc)),
		flows: collections.NewMap(builder, types.FlowsPrefix, "flows", zoneFlowKey, codec.CollValue[types.ZoneFlow](cdc)),
		reports: collections.NewMap(builder, types.ReportsPrefix, "reports",
			collections.StringKey, codec.CollValue[types.ZoneReports](cdc)),
		refused: collections.NewMap(builder, types.RefusedReportsPrefix, "refused_reports",
			collections.StringKey, codec.CollValue[types.RefusedReport](cdc)),
		reserved: overlay.NewMap(collections.NewMap(builder, types.ReservedPrefix, "reserved", collections.StringKey, sdk.IntValue)),
		capsDue:  collections.NewKeySet(builder, types.CapsDuePrefix, "caps_due", collections.StringKey),
		throughputs: collections.NewMap(builder, types.ThroughputsPrefix, "throughputs",
			collections.StringKey, codec.CollValue[types.Throughput](cdc)),
		brought: collections.NewMap(builder, types.BroughtPrefix, "brought", zoneAccountKey, sdk.IntValue),
		windUps: collections.NewMap(builder, types.WindUpsPrefix, "wind_ups",
			collections.StringKey, codec.CollValue[types.WindUp](cdc)),
		windUpBooks: collections.NewMap(builder, types.WindUpAccountsPrefix, "wind_up_accounts", zoneAccountKey,
			codec.CollValue[types.WindUpAccount](cdc)),
		windUpHolds: collections.NewKeySet(builder, types.WindUpHoldsPrefix, "wind_up_holds",
			collections.PairKeyCodec(collections.StringKey, collections.Uint64Key)),
		provenFlows: collections.NewMap(builder, types.ProvenFlowsPrefix, "proven_flows", zoneFlowKey, sdk.IntValue),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}

// SetTransferKeeper says through which ICS-20 module charges go. It panics on a second call.
func (k *Keeper) SetTransferKeeper(transfer zonelinktypes.TransferKeeper) {
	if k.transfer != nil {
		panic("zonelink: transfer keeper set twice")
	}
	k.transfer = transfer
}

// IterateTransfers visits the charges in flight in ascending order of channel, then sequence, until it is told to stop.
func (k *Keeper) IterateTransfers(ctx context.Context, visit func(zonelinktypes.Transfer) (stop bool, err error)) error {
	return k.transfers.Walk(ctx, visit)
}

// MayClose implements registrytypes.CloseGuard: an account with links or charges in flight stays.
func (k *Keeper) MayClose(ctx context.Context, account registrytypes.Account) error {
	if len(account.Links) > 0 {
		return registrytypes.ErrAccountInUse.Wrapf("expected no links of %s, got one to zone %s (%s); unlink it first",
			account.Address, account.Links[0].Zone, account.Links[0].Status)
	}
	address, err := registrytypes.ParseAddress(account.Address)
	if err != nil {
		return err
	}
	inFlight, err := k.transfers.HasAccount(ctx, address)
	if err != nil {
		return err
	}
	if inFlight {
		return registrytypes.ErrAccountInUse.Wrapf("expected no charges of %s in flight, got some; wait until they settle", account.Address)
	}
	return nil
}
