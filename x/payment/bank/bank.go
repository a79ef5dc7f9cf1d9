// Package bank is x/bank with a payment of one coin made cheaper: the same balances, accounts, events, restrictions and errors as
// x/bank's SendCoins has, with fewer reads and writes.
//
//   - x/bank writes an index of the holders of each denom with each change of a balance. It changes only when an account gets its first
//     coin of a denom or loses its last one; otherwise the same empty entry is written over itself, which doubles what a
//     payment writes. Here it is written when it changes.
//   - x/bank reads the payer's account for what vesting locks. Zones have no vesting accounts: their types are not registered.
package bank

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

// Keeper is x/bank's keeper with its own SendCoins. Copies share their restrictions, as those of x/bank's do.
type Keeper struct {
	bankkeeper.BaseKeeper

	accounts banktypes.AccountKeeper
	// balances are the rows of BaseKeeper.Balances without their index.
	balances    collections.Map[collections.Pair[sdk.AccAddress, string], math.Int]
	restriction *banktypes.SendRestrictionFn
}

// Extend returns a keeper on the store of one of x/bank that has no send restrictions yet.
func Extend(base bankkeeper.BaseKeeper, store corestore.KVStoreService, accounts banktypes.AccountKeeper) Keeper {
	return Keeper{
		BaseKeeper: base, accounts: accounts,
		balances: collections.NewMap(collections.NewSchemaBuilder(store), banktypes.BalancesPrefix, "balances",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), banktypes.BalanceValueCodec),
		restriction: new(banktypes.SendRestrictionFn),
	}
}

// AppendSendRestriction implements bankkeeper.SendKeeper.
func (k Keeper) AppendSendRestriction(restriction banktypes.SendRestrictionFn) {
	k.BaseKeeper.AppendSendRestriction(restriction)
	*k.restriction = k.restriction.Then(restriction)
}

// PrependSendRestriction implements bankkeeper.SendKeeper.
func (k Keeper) PrependSendRestriction(restriction banktypes.SendRestrictionFn) {
	k.BaseKeeper.PrependSendRestriction(restriction)
	*k.restriction = restriction.Then(*k.restriction)
}

// ClearSendRestriction implements bankkeeper.SendKeeper.
func (k Keeper) ClearSendRestriction() {
	k.BaseKeeper.ClearSendRestriction()
	*k.restriction = nil
}

type terseKey struct{}

// Tersely returns a context in which SendCoins emits transfer only, for coins that move by the thousand: x/bank says the same thing
// in three more events, which cost more than the movement. Statements, wallets and explorers find transfers.
func Tersely(ctx context.Context) context.Context {
	return sdk.UnwrapSDKContext(ctx).WithValue(terseKey{}, true)
}

// SendCoins moves coins between two accounts with all send restrictions. See x/bank, also for its errors.
func (k Keeper) SendCoins(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error {
	if len(amount) != 1 {
		return k.BaseKeeper.SendCoins(ctx, from, to, amount)
	}
	if !amount.IsValid() {
		return errorsmod.Wrap(sdkerrors.ErrInvalidCoins, amount.String())
	}
	if *k.restriction != nil {
		var err error
		if to, err = (*k.restriction)(ctx, from, to, amount); err != nil {
			return err
		}
	}
	if err := k.take(ctx, from, amount[0]); err != nil {
		return err
	}
	if err := k.give(ctx, to, amount[0]); err != nil {
		return err
	}
	if !k.accounts.HasAccount(ctx, to) {
		k.accounts.SetAccount(ctx, k.accounts.NewAccountWithAddress(ctx, to))
	}
	tell(ctx, from, to, amount)
	return nil
}

// take takes a coin from a balance.
func (k Keeper) take(ctx context.Context, from sdk.AccAddress, coin sdk.Coin) error {
	key := collections.Join(from, coin.Denom)
	balance, err := k.balance(ctx, key)
	if err != nil {
		return err
	}
	left := balance.Sub(coin.Amount)
	if left.IsNegative() {
		return errorsmod.Wrapf(sdkerrors.ErrInsufficientFunds, "spendable balance %s is smaller than %s", sdk.NewCoin(coin.Denom, balance), coin)
	}
	if left.IsZero() {
		return k.Balances.Remove(ctx, key)
	}
	return k.balances.Set(ctx, key, left)
}

// give adds a coin to a balance.
func (k Keeper) give(ctx context.Context, to sdk.AccAddress, coin sdk.Coin) error {
	key := collections.Join(to, coin.Denom)
	balance, err := k.balance(ctx, key)
	if err != nil {
		return err
	}
	if balance.IsZero() {
		return k.Balances.Set(ctx, key, coin.Amount)
	}
	return k.balances.Set(ctx, key, balance.Add(coin.Amount))
}

func (k Keeper) balance(ctx context.Context, key collections.Pair[sdk.AccAddress, string]) (math.Int, error) {
	balance, err := k.balances.Get(ctx, key)
	if errors.Is(err, collections.ErrNotFound) {
		return math.ZeroInt(), nil
	}
	return balance, err
}

// tell emits the events of x/bank.
func tell(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) {
	payer, payee, coins := from.String(), to.String(), amount.String()
	events := sdk.UnwrapSDKContext(ctx).EventManager()
	transfer := sdk.NewEvent(banktypes.EventTypeTransfer, sdk.NewAttribute(banktypes.AttributeKeyRecipient, payee),
		sdk.NewAttribute(banktypes.AttributeKeySender, payer), sdk.NewAttribute(sdk.AttributeKeyAmount, coins))
	if ctx.Value(terseKey{}) != nil {
		events.EmitEvent(transfer)
		return
	}
	events.EmitEvents(sdk.Events{
		sdk.NewEvent(banktypes.EventTypeCoinSpent,
			sdk.NewAttribute(banktypes.AttributeKeySpender, payer), sdk.NewAttribute(sdk.AttributeKeyAmount, coins)),
		sdk.NewEvent(banktypes.EventTypeCoinReceived,
			sdk.NewAttribute(banktypes.AttributeKeyReceiver, payee), sdk.NewAttribute(sdk.AttributeKeyAmount, coins)),
		transfer,
		sdk.NewEvent(sdk.EventTypeMessage, sdk.NewAttribute(banktypes.AttributeKeySender, payer)),
	})
}
