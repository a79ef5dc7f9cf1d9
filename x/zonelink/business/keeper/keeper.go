// Package keeper keeps a Business Zone's side of its link with the Financial Zone: the channels, the yen that came over
// them, and discharges in flight. It is the only writer of the zone's registry.
package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/overlay"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/business/types"
	"github.com/azukari-network/azukari/x/zonelink/internal/inflight"
	"github.com/azukari-network/azukari/x/zonelink/internal/yen"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

var (
	_ registrytypes.YenSource    = (*Keeper)(nil)
	_ registrytypes.FlowRecorder = (*Keeper)(nil)
	_ yen.Ledger                 = (*Keeper)(nil)
)

// Keeper owns a Business Zone's side of its link. It is also the ICS4Wrapper of the transfer keeper.
type Keeper struct {
	ibc        zonelinktypes.IBC
	registry   types.RegistryKeeper
	hold       types.HoldKeeper
	bankKeeper types.BankKeeper
	// transfer is set once by the app after construction, because it sends through this keeper.
	transfer zonelinktypes.TransferKeeper
	// unlinkGuards are set once by the app after construction, because they reserve flows with this keeper.
	unlinkGuards []types.UnlinkGuard

	schema        collections.Schema
	params        collections.Item[types.Params]
	financialZone *overlay.Item[types.FinancialZone]
	transfers     inflight.Transfers

	reportState *overlay.Item[types.ReportState]
	// flows has totals by (payer bank, payee bank); bankTotals sums them by bank.
	flows      *overlay.Map[bankPair, types.FlowTotal]
	bankTotals *overlay.Map[string, types.BankTotal]
	caps       *overlay.Map[string, zonelinktypes.BankCap]
	brought    collections.Map[sdk.AccAddress, math.Int]
}

// bankPair is (payer bank, payee bank).
type bankPair = collections.Pair[string, string]

// NewKeeper returns a keeper that cannot discharge, nor open its ICS-20 channel, before SetTransferKeeper. It panics if
// the store's layout contradicts itself.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService corestore.KVStoreService,
	ibc zonelinktypes.IBC,
	registry types.RegistryKeeper,
	hold types.HoldKeeper,
	bankKeeper types.BankKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	keeper := &Keeper{
		ibc:        ibc,
		registry:   registry,
		hold:       hold,
		bankKeeper: bankKeeper,
		params:     collections.NewItem(builder, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		financialZone: overlay.NewItem(collections.NewItem(builder, types.FinancialZonePrefix, "financial_zone",
			codec.CollValue[types.FinancialZone](cdc))),
		transfers:   inflight.New(builder, cdc, types.TransfersPrefix, types.TransfersByAccountPrefix),
		reportState: overlay.NewItem(collections.NewItem(builder, types.ReportStatePrefix, "report_state", codec.CollValue[types.ReportState](cdc))),
		flows: overlay.NewMap(collections.NewMap(builder, types.FlowsPrefix, "flows",
			collections.PairKeyCodec(collections.StringKey, collections.StringKey), codec.CollValue[types.FlowTotal](cdc))),
		bankTotals: overlay.NewMap(collections.NewMap(builder, types.BankTotalsPrefix, "bank_totals",
			collections.StringKey, codec.CollValue[types.BankTotal](cdc))),
		caps: overlay.NewMap(collections.NewMap(builder, types.CapsPrefix, "caps",
			collections.StringKey, codec.CollValue[zonelinktypes.BankCap](cdc))),
		brought: collections.NewMap(builder, types.BroughtPrefix, "brought", sdk.AccAddressKey, sdk.IntValue),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}

// SetUnlinkGuards says who may need an account to stay linked; they are asked in this order. It panics on a second call.
func (k *Keeper) SetUnlinkGuards(guards ...types.UnlinkGuard) {
	if k.unlinkGuards != nil {
		panic("zonelink: unlink guards set twice")
	}
	k.unlinkGuards = guards
}

// SetTransferKeeper says through which ICS-20 module discharges go. It panics on a second call.
func (k *Keeper) SetTransferKeeper(transfer zonelinktypes.TransferKeeper) {
	if k.transfer != nil {
		panic("zonelink: transfer keeper set twice")
	}
	k.transfer = transfer
}

// FinancialZone returns this end of the link.
func (k *Keeper) FinancialZone(ctx context.Context) (types.FinancialZone, error) {
	return k.financialZone.Get(ctx)
}

// YenDenom implements registrytypes.YenSource: the denom of the yen in this zone, or the empty string before the ICS-20
// channel is open. It panics if the store cannot be read: yen that is taken for another coin would pass without limits.
func (k *Keeper) YenDenom(ctx context.Context) string {
	zone, err := k.financialZone.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		// Genesis of other modules comes first.
		return ""
	}
	if err != nil {
		panic(err)
	}
	return zone.YenDenom()
}

// IterateTransfers visits the discharges in flight in ascending order of channel, then sequence, until it is told to
// stop.
func (k *Keeper) IterateTransfers(ctx context.Context, visit func(zonelinktypes.Transfer) (stop bool, err error)) error {
	return k.transfers.Walk(ctx, visit)
}
