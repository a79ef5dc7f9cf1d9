// Package keeper keeps the registry of accounts and guards every coin movement with it.
package keeper

import (
	"context"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// Keeper owns accounts and what they have paid today.
type Keeper struct {
	accountKeeper types.AccountKeeper
	bankKeeper    types.BankKeeper
	membership    types.MembershipKeeper

	// Set once by the app after construction, because those modules need the registry themselves.
	yen         types.YenSource
	flows       types.FlowRecorder
	hooks       types.AccountHooks
	closeGuards []types.CloseGuard
	isReserved  func(ctx context.Context, address sdk.AccAddress) bool

	schema         collections.Schema
	accounts       collections.Map[sdk.AccAddress, types.Account]
	accountsByBank collections.KeySet[collections.Pair[string, sdk.AccAddress]]
	daySpending    collections.Map[sdk.AccAddress, types.DaySpending]
	pausedBanks    collections.KeySet[string]
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
		accounts: collections.NewMap(builder, types.AccountsPrefix, "accounts",
			sdk.AccAddressKey, codec.CollValue[types.Account](cdc)),
		accountsByBank: collections.NewKeySet(builder, types.AccountsByBankPrefix, "accounts_by_bank",
			collections.PairKeyCodec(collections.StringKey, sdk.AccAddressKey)),
		daySpending: collections.NewMap(builder, types.DaySpendingPrefix, "day_spending",
			sdk.AccAddressKey, codec.CollValue[types.DaySpending](cdc)),
		pausedBanks: collections.NewKeySet(builder, types.PausedBanksPrefix, "paused_banks", collections.StringKey),
	}
	schema, err := builder.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
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
