// Package keeper implements the payment module: payments with their fees and records, payment orders, and how final payments
// come back with the payee's consent.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	collcodec "cosmossdk.io/collections/codec"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/payment/types"
)

var _ holdtypes.ExpiryHandler = (*Keeper)(nil)

type (
	// recallID is (payer bank, reference).
	recallID = collections.Pair[string, string]
	// accountReference is (account, reference of its own).
	accountReference = collections.Pair[sdk.AccAddress, string]
	// usageID is (month, organization).
	usageID = collections.Pair[uint32, string]
)

// Keeper owns records of payments, what orders used up, payment products, and recalls. What waits is in holds.
type Keeper struct {
	bank       types.BankKeeper
	registry   types.RegistryKeeper
	hold       types.HoldKeeper
	membership types.MembershipKeeper

	schema  collections.Schema
	recalls collections.Map[recallID, types.Recall]
	// byPayerBank lists recalls as (payer bank, status, reference).
	byPayerBank collections.KeySet[collections.Triple[string, int32, string]]
	// byPayeeBank lists recalls as (payee bank, status, payer bank, reference).
	byPayeeBank collections.KeySet[collections.Quad[string, int32, string, string]]
	// byPayee lists recalls as (payee, payer bank, reference).
	byPayee collections.KeySet[collections.Triple[sdk.AccAddress, string, string]]
	// payments maps (payer, transaction, message index) to the recall that keeps the payment from being recalled again.
	// The payer is part of it, so that a bank that names a payment of another bank's customer does not stand in its way.
	recalledPayments collections.Map[collections.Triple[sdk.AccAddress, []byte, uint32], recallID]

	params collections.Item[types.Params]
	// payments maps (payer, reference) to the payment; the set is (payee, invoice, payer, reference).
	payments        collections.Map[accountReference, types.PaymentRecord]
	paymentsByPayee collections.KeySet[collections.Quad[sdk.AccAddress, string, sdk.AccAddress, string]]
	gatewayLoads    collections.Map[sdk.AccAddress, types.GatewayLoad]
	// usages maps (month, organization).
	usages collections.Map[usageID, types.Usage]

	requests  requestStore
	mandates  mandateStore
	schedules scheduleStore
	consents  consentStore

	// verified is no state: each node has its own.
	verified *verifiedSignatures
}

// NewKeeper returns a keeper on its own store. It panics if two collections share a prefix.
func NewKeeper(
	cdc codec.BinaryCodec,
	storeService corestore.KVStoreService,
	bank types.BankKeeper,
	registry types.RegistryKeeper,
	hold types.HoldKeeper,
	membership types.MembershipKeeper,
) *Keeper {
	builder := collections.NewSchemaBuilder(storeService)
	id := collections.PairKeyCodec(collections.StringKey, collections.StringKey)
	k := &Keeper{
		bank:       bank,
		registry:   registry,
		hold:       hold,
		membership: membership,
		recalls:    collections.NewMap(builder, types.RecallsPrefix, "recalls", id, codec.CollValue[types.Recall](cdc)),
		byPayerBank: collections.NewKeySet(builder, types.RecallsByPayerBankPrefix, "recalls_by_payer_bank",
			collections.TripleKeyCodec(collections.StringKey, collections.Int32Key, collections.StringKey)),
		byPayeeBank: collections.NewKeySet(builder, types.RecallsByPayeeBankPrefix, "recalls_by_payee_bank",
			collections.QuadKeyCodec(collections.StringKey, collections.Int32Key, collections.StringKey, collections.StringKey)),
		byPayee: collections.NewKeySet(builder, types.RecallsByPayeePrefix, "recalls_by_payee",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.StringKey, collections.StringKey)),
		recalledPayments: collections.NewMap(builder, types.RecalledPaymentsPrefix, "recalled_payments",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.BytesKey, collections.Uint32Key),
			collcodec.KeyToValueCodec(id)),
		params: collections.NewItem(builder, types.ParamsPrefix, "params", codec.CollValue[types.Params](cdc)),
		payments: collections.NewMap(builder, types.PaymentsPrefix, "payments",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), codec.CollValue[types.PaymentRecord](cdc)),
		paymentsByPayee: collections.NewKeySet(builder, types.PaymentsByPayeePrefix, "payments_by_payee",
			collections.QuadKeyCodec(sdk.AccAddressKey, collections.StringKey, sdk.AccAddressKey, collections.StringKey)),
		gatewayLoads: collections.NewMap(builder, types.GatewayLoadsPrefix, "gateway_loads",
			sdk.AccAddressKey, codec.CollValue[types.GatewayLoad](cdc)),
		usages: collections.NewMap(builder, types.UsagesPrefix, "usages",
			collections.PairKeyCodec(collections.Uint32Key, collections.StringKey), codec.CollValue[types.Usage](cdc)),
		requests:  newRequestStore(builder, cdc),
		mandates:  newMandateStore(builder, cdc),
		schedules: newScheduleStore(builder, cdc),
		consents:  newConsentStore(builder, cdc),
		verified:  newVerifiedSignatures(),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	k.schema = schema
	return k
}

// IterateRecalls calls visit with every recall in ascending order of payer bank, then reference, until it says stop.
func (k *Keeper) IterateRecalls(ctx context.Context, visit func(types.Recall) (stop bool, err error)) error {
	return k.recalls.Walk(ctx, nil, func(_ recallID, recall types.Recall) (bool, error) {
		return visit(recall)
	})
}
