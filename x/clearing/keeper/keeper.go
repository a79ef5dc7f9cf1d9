// Package keeper settles between banks: in reserve at once, or in positions that are netted when a cycle closes.
package keeper

import (
	"sync"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/overlay"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var (
	_ registrytypes.FlowRecorder = (*Keeper)(nil)
	_ holdtypes.ExpiryHandler    = (*Keeper)(nil)
)

// Keeper owns positions, cycles, obligations and queues, and moves the banks' reserves.
type Keeper struct {
	// bankKeeper is x/bank; "bank" alone always means an organization here.
	bankKeeper types.BankKeeper
	registry   types.RegistryKeeper
	hold       types.HoldKeeper
	deposit    types.DepositKeeper
	membership types.MembershipKeeper
	// zones is nil where there are none.
	zones types.ZoneKeeper

	schema   collections.Schema
	params   *overlay.Item[types.Params]
	holidays collections.KeySet[int64]
	// reserveAccounts are the addresses of all reserves and pledges; reserveBanks are their banks.
	reserveAccounts *overlay.Map[[]byte, collections.NoValue]
	reserveBanks    *overlay.Map[string, collections.NoValue]
	// reserveAddresses remembers where the reserves of these banks are, which takes several hashes to tell.
	reserveAddresses sync.Map
	participants     *overlay.Map[string, types.Participant]

	// openNumber is the number of the open cycle.
	openNumber *overlay.Item[uint64]
	cycles     collections.Map[uint64, types.Cycle]
	positions  *overlay.Map[collections.Pair[uint64, string], types.CyclePosition]
	flows      *overlay.Map[collections.Triple[uint64, string, string], types.CycleFlow]

	// reserveOrders maps (organization, reference) to the order; ordersByStatus lists (organization, status, reference).
	reserveOrders  collections.Map[collections.Pair[string, string], types.ReserveOrder]
	ordersByStatus collections.KeySet[collections.Triple[string, int32, string]]

	obligations collections.Map[uint64, types.Obligation]
	// obligationsDue lists open obligations as (due time in Unix nanoseconds, id).
	obligationsDue      collections.KeySet[collections.Pair[int64, uint64]]
	obligationsByCycle  collections.KeySet[collections.Pair[uint64, uint64]]
	obligationsByDebtor collections.KeySet[collections.Triple[string, int32, uint64]]
	nextObligation      collections.Sequence
	// claims maps (debtor, creditor) to what the failed debtor owes.
	claims     collections.Map[collections.Pair[string, string], types.Claim]
	lossShares collections.Map[string, types.LossShare]

	// queue maps (bank, id) to the payment; queueBanks maps id to bank.
	queue             collections.Map[collections.Pair[string, uint64], types.QueuedPayment]
	queueBanks        collections.Map[uint64, string]
	queueTotals       *overlay.Map[string, types.QueueTotal]
	nextPayment       collections.Sequence
	paymentReferences collections.Map[collections.Pair[sdk.AccAddress, string], uint64]
	dirtyBanks        collections.KeySet[string]
	lastServed        collections.Item[string]
}

// NewKeeper returns a keeper on its own store. It panics if two collections share a prefix.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService corestore.KVStoreService,
	bankKeeper types.BankKeeper,
	registry types.RegistryKeeper,
	hold types.HoldKeeper,
	deposit types.DepositKeeper,
	membership types.MembershipKeeper,
) *Keeper {
	sb := collections.NewSchemaBuilder(storeService)
	pair := collections.PairKeyCodec(collections.StringKey, collections.StringKey)
	k := &Keeper{
		bankKeeper: bankKeeper, registry: registry, hold: hold, deposit: deposit, membership: membership,

		params:   overlay.NewItem(collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc))),
		holidays: collections.NewKeySet(sb, types.HolidaysPrefix, "holidays", collections.Int64Key),
		reserveAccounts: overlay.NewMap(collections.Map[[]byte, collections.NoValue](
			collections.NewKeySet(sb, types.ReserveAccountsPrefix, "reserve_accounts", collections.BytesKey))),
		reserveBanks: overlay.NewMap(collections.Map[string, collections.NoValue](
			collections.NewKeySet(sb, types.ReserveBanksPrefix, "reserve_banks", collections.StringKey))),
		participants: overlay.NewMap(collections.NewMap(sb, types.ParticipantsPrefix, "participants",
			collections.StringKey, codec.CollValue[types.Participant](cdc))),

		openNumber: overlay.NewItem(collections.NewItem(sb, types.OpenNumberPrefix, "open_number", collections.Uint64Value)),
		cycles:     collections.NewMap(sb, types.CyclesPrefix, "cycles", collections.Uint64Key, codec.CollValue[types.Cycle](cdc)),
		positions: overlay.NewMap(collections.NewMap(sb, types.PositionsPrefix, "positions",
			collections.PairKeyCodec(collections.Uint64Key, collections.StringKey), codec.CollValue[types.CyclePosition](cdc))),
		flows: overlay.NewMap(collections.NewMap(sb, types.FlowsPrefix, "flows",
			collections.TripleKeyCodec(collections.Uint64Key, collections.StringKey, collections.StringKey),
			codec.CollValue[types.CycleFlow](cdc))),

		reserveOrders: collections.NewMap(sb, types.ReserveOrdersPrefix, "reserve_orders", pair, codec.CollValue[types.ReserveOrder](cdc)),
		ordersByStatus: collections.NewKeySet(sb, types.OrdersByStatusPrefix, "orders_by_status",
			collections.TripleKeyCodec(collections.StringKey, collections.Int32Key, collections.StringKey)),

		obligations: collections.NewMap(sb, types.ObligationsPrefix, "obligations",
			collections.Uint64Key, codec.CollValue[types.Obligation](cdc)),
		obligationsDue: collections.NewKeySet(sb, types.ObligationsDuePrefix, "obligations_due",
			collections.PairKeyCodec(collections.Int64Key, collections.Uint64Key)),
		obligationsByCycle: collections.NewKeySet(sb, types.ObligationsByCyclePrefix, "obligations_by_cycle",
			collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)),
		obligationsByDebtor: collections.NewKeySet(sb, types.ObligationsByDebtorPrefix, "obligations_by_debtor",
			collections.TripleKeyCodec(collections.StringKey, collections.Int32Key, collections.Uint64Key)),
		nextObligation: collections.NewSequence(sb, types.NextObligationPrefix, "next_obligation"),
		claims:         collections.NewMap(sb, types.ClaimsPrefix, "claims", pair, codec.CollValue[types.Claim](cdc)),
		lossShares: collections.NewMap(sb, types.LossSharesPrefix, "loss_shares",
			collections.StringKey, codec.CollValue[types.LossShare](cdc)),

		queue: collections.NewMap(sb, types.QueuePrefix, "queue",
			collections.PairKeyCodec(collections.StringKey, collections.Uint64Key), codec.CollValue[types.QueuedPayment](cdc)),
		queueBanks: collections.NewMap(sb, types.QueueBanksPrefix, "queue_banks", collections.Uint64Key, collections.StringValue),
		queueTotals: overlay.NewMap(collections.NewMap(sb, types.QueueTotalsPrefix, "queue_totals",
			collections.StringKey, codec.CollValue[types.QueueTotal](cdc))),
		nextPayment: collections.NewSequence(sb, types.NextPaymentPrefix, "next_payment"),
		paymentReferences: collections.NewMap(sb, types.PaymentReferencesPrefix, "payment_references",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), collections.Uint64Value),
		dirtyBanks: collections.NewKeySet(sb, types.DirtyBanksPrefix, "dirty_banks", collections.StringKey),
		lastServed: collections.NewItem(sb, types.LastServedPrefix, "last_served", collections.StringValue),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

// SetZones says who sets parts of the banks' net debit caps aside for Business Zones. It panics on a second call.
func (k *Keeper) SetZones(zones types.ZoneKeeper) {
	if k.zones != nil {
		panic("clearing: zones set twice")
	}
	k.zones = zones
}
