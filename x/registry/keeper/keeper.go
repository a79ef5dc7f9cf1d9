// Package keeper keeps the registry of accounts and guards every coin movement with it.
package keeper

import (
	"context"
	"time"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/overlay"
	"github.com/azukari-network/azukari/x/registry/types"
)

// Keeper owns accounts, what they have paid today, what banks decided about them, and every change of them.
type Keeper struct {
	accountKeeper types.AccountKeeper
	bankKeeper    types.BankKeeper
	membership    types.MembershipKeeper

	// Set once by the app after construction, because those modules need the registry themselves.
	hold  HoldKeeper
	yen   types.YenSource
	flows types.FlowRecorder
	// reservedFlows books what settlements bring from bank to bank; only where trades settle.
	reservedFlows types.ReservedFlowRecorder
	consents      types.ConsentSource
	hooks         types.AccountHooks
	closeGuards   []types.CloseGuard
	isReserved    func(ctx context.Context, address sdk.AccAddress) bool

	schema collections.Schema
	// standings and details together are the accounts.
	standings      *overlay.Map[sdk.AccAddress, types.Standing]
	details        collections.Map[sdk.AccAddress, types.AccountDetails]
	accountsByBank collections.KeySet[collections.Pair[string, sdk.AccAddress]]
	// history maps (account, revision) to the change that made the revision.
	history collections.Map[collections.Pair[sdk.AccAddress, uint64], types.AccountChange]
	rules   *overlay.Map[string, types.Rules]
	params  collections.Item[types.Params]
	// requests maps (bank, reference) to the request; the sets are (bank, status, reference) and (account, bank, reference).
	requests          collections.Map[collections.Pair[string, string], types.AccountRequest]
	requestsByStatus  collections.KeySet[collections.Triple[string, int32, string]]
	requestsByAccount collections.KeySet[collections.Triple[sdk.AccAddress, string, string]]
	// frozenAmounts maps (account, order reference), forcedTransfers (bank, order reference).
	frozenAmounts   collections.Map[collections.Pair[sdk.AccAddress, string], types.FrozenAmount]
	forcedTransfers collections.Map[collections.Pair[string, string], types.ForcedTransfer]
	// deadlines lists what ends by itself as (Unix time in nanoseconds, kind, key of that kind).
	deadlines collections.KeySet[collections.Triple[int64, int32, string]]
	// screened maps the id of the hold to the payment; the set is (bank, status, id).
	screened         collections.Map[uint64, types.ScreenedPayment]
	screenedByStatus collections.KeySet[collections.Triple[string, int32, uint64]]
	// listed maps (bank, address) to the counterparty.
	listed   collections.Map[collections.Pair[string, sdk.AccAddress], types.ListedCounterparty]
	activity collections.Map[sdk.AccAddress, types.Activity]
	// proposals maps (account, reference).
	proposals   collections.Map[collections.Pair[sdk.AccAddress, string], types.ProposedPayment]
	pendingKeys collections.Map[sdk.AccAddress, types.PendingOrderKeys]
	// moves maps (new bank, reference).
	moves collections.Map[collections.Pair[string, string], types.AccountMove]
}

// HoldKeeper keeps the yen of payments that wait.
type HoldKeeper interface {
	// Adopt records a hold of coins that the registry brings to the hold module by itself.
	Adopt(ctx context.Context, owner sdk.AccAddress, amount sdk.Coin, purpose string, expiresAt time.Time) (uint64, error)
	Capture(ctx context.Context, id uint64, payouts ...holdtypes.Payout) error
	Release(ctx context.Context, id uint64) error
}

// NewKeeper returns a keeper without any of the parts that the Set methods add: it knows no yen, books no flows, and
// reserves no addresses. It panics if the store's layout contradicts itself.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService corestore.KVStoreService,
	accountKeeper types.AccountKeeper,
	bankKeeper types.BankKeeper,
	membership types.MembershipKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	keeper := &Keeper{
		accountKeeper: accountKeeper,
		bankKeeper:    bankKeeper,
		membership:    membership,
		standings:     overlay.NewMap(collections.NewMap(builder, types.StandingsPrefix, "standings", sdk.AccAddressKey, types.StandingValue)),
		details: collections.NewMap(builder, types.DetailsPrefix, "details",
			sdk.AccAddressKey, codec.CollValue[types.AccountDetails](cdc)),
		accountsByBank: collections.NewKeySet(builder, types.AccountsByBankPrefix, "accounts_by_bank",
			collections.PairKeyCodec(collections.StringKey, sdk.AccAddressKey)),
		history: collections.NewMap(builder, types.HistoryPrefix, "history",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.Uint64Key), codec.CollValue[types.AccountChange](cdc)),
		rules:  overlay.NewMap(collections.NewMap(builder, types.RulesPrefix, "rules", collections.StringKey, types.RulesValue)),
		params: collections.NewItem(builder, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		requests: collections.NewMap(builder, types.RequestsPrefix, "requests",
			collections.PairKeyCodec(collections.StringKey, collections.StringKey), codec.CollValue[types.AccountRequest](cdc)),
		requestsByStatus: collections.NewKeySet(builder, types.RequestsByStatusPrefix, "requests_by_status",
			collections.TripleKeyCodec(collections.StringKey, collections.Int32Key, collections.StringKey)),
		requestsByAccount: collections.NewKeySet(builder, types.RequestsByAccountPrefix, "requests_by_account",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.StringKey, collections.StringKey)),
		frozenAmounts: collections.NewMap(builder, types.FrozenAmountsPrefix, "frozen_amounts",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), codec.CollValue[types.FrozenAmount](cdc)),
		forcedTransfers: collections.NewMap(builder, types.ForcedTransfersPrefix, "forced_transfers",
			collections.PairKeyCodec(collections.StringKey, collections.StringKey), codec.CollValue[types.ForcedTransfer](cdc)),
		deadlines: collections.NewKeySet(builder, types.DeadlinesPrefix, "deadlines",
			collections.TripleKeyCodec(collections.Int64Key, collections.Int32Key, collections.StringKey)),
		screened: collections.NewMap(builder, types.ScreenedPaymentsPrefix, "screened_payments",
			collections.Uint64Key, codec.CollValue[types.ScreenedPayment](cdc)),
		screenedByStatus: collections.NewKeySet(builder, types.ScreenedByStatusPrefix, "screened_by_status",
			collections.TripleKeyCodec(collections.StringKey, collections.Int32Key, collections.Uint64Key)),
		listed: collections.NewMap(builder, types.ListedPrefix, "listed_counterparties",
			collections.PairKeyCodec(collections.StringKey, sdk.AccAddressKey), codec.CollValue[types.ListedCounterparty](cdc)),
		activity: collections.NewMap(builder, types.ActivityPrefix, "activity",
			sdk.AccAddressKey, codec.CollValue[types.Activity](cdc)),
		proposals: collections.NewMap(builder, types.ProposedPaymentsPrefix, "proposed_payments",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), codec.CollValue[types.ProposedPayment](cdc)),
		pendingKeys: collections.NewMap(builder, types.PendingOrderKeysPrefix, "pending_order_keys",
			sdk.AccAddressKey, codec.CollValue[types.PendingOrderKeys](cdc)),
		moves: collections.NewMap(builder, types.MovesPrefix, "moves",
			collections.PairKeyCodec(collections.StringKey, collections.StringKey), codec.CollValue[types.AccountMove](cdc)),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}

// SetHold says who keeps the yen of payments that wait. Without it no bank's rules let a payment wait: they refuse it.
// It panics on a second call.
func (k *Keeper) SetHold(hold HoldKeeper) {
	if k.hold != nil {
		panic("registry: hold keeper set twice")
	}
	k.hold = hold
}

// SetYen says which denom is yen. It panics on a second call.
func (k *Keeper) SetYen(yen types.YenSource) {
	if k.yen != nil {
		panic("registry: yen source set twice")
	}
	k.yen = yen
}

// SetFlowRecorder says who books yen that passes between banks. Without one such payments are refused.
// It panics on a second call.
func (k *Keeper) SetFlowRecorder(flows types.FlowRecorder) {
	if k.flows != nil {
		panic("registry: flow recorder set twice")
	}
	k.flows = flows
}

// SetReservedFlowRecorder says who books yen that passes between banks in settlements. Without one such settlements are refused.
// It panics on a second call.
func (k *Keeper) SetReservedFlowRecorder(flows types.ReservedFlowRecorder) {
	if k.reservedFlows != nil {
		panic("registry: recorder of reserved flows set twice")
	}
	k.reservedFlows = flows
}

// SetConsentSource says who knows whose payments pass to accounts that want to consent to payments. Without one none do.
// It panics on a second call.
func (k *Keeper) SetConsentSource(consents types.ConsentSource) {
	if k.consents != nil {
		panic("registry: consent source set twice")
	}
	k.consents = consents
}

// SetAccountHooks says who learns of changed accounts. It panics on a second call.
func (k *Keeper) SetAccountHooks(hooks types.AccountHooks) {
	if k.hooks != nil {
		panic("registry: account hooks set twice")
	}
	k.hooks = hooks
}

// SetCloseGuards says who may still have something of an account that is to be closed; they are asked in this order.
// It panics on a second call.
func (k *Keeper) SetCloseGuards(guards ...types.CloseGuard) {
	if k.closeGuards != nil {
		panic("registry: close guards set twice")
	}
	k.closeGuards = guards
}

// SetReservedAddresses says which addresses belong to modules and escrows; they can never be accounts, and no payment
// reaches them. It panics on a second call.
func (k *Keeper) SetReservedAddresses(isReserved func(ctx context.Context, address sdk.AccAddress) bool) {
	if k.isReserved != nil {
		panic("registry: reserved addresses set twice")
	}
	k.isReserved = isReserved
}

func (k *Keeper) reserved(ctx context.Context, address sdk.AccAddress) bool {
	return k.isReserved != nil && k.isReserved(ctx, address)
}
