// Package bank is x/bank with a payment of one coin made cheaper: the same balances, accounts, events, restrictions and errors as
// x/bank's SendCoins has, with fewer reads and writes.
//
//   - x/bank writes an index of the holders of each denom with each change of a balance. It changes only when an account gets its first
//     coin of a denom or loses its last one; otherwise the same empty entry is written over itself, which doubles what a
//     payment writes. Here it is written when it changes.
//   - x/bank reads the payer's account for what vesting locks. Zones have no vesting accounts: their types are not registered.
//   - Balances stay decoded during a session of x/internal/overlay, and so payments of a bundle read and write each of them once.
package bank

import (
	"context"
	"errors"

	abci "github.com/cometbft/cometbft/abci/types"

	"cosmossdk.io/collections"
	"cosmossdk.io/collections/indexes"
	corestore "cosmossdk.io/core/store"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log"
	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/bech32"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/x/internal/overlay"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Keeper is x/bank's keeper with its own SendCoins. Copies share their restrictions, as those of x/bank's do.
//
// During a session it can do what payments need: GetBalance, SendCoins of one coin, and the same from and to modules. Everything else
// would not see the session's balances, and panics.
type Keeper struct {
	bankkeeper.BaseKeeper

	accounts banktypes.AccountKeeper
	// balances are the rows of BaseKeeper.Balances, and holders their index: who has some of a denom.
	balances    *overlay.Map[collections.Pair[sdk.AccAddress, string], math.Int]
	holders     *indexes.ReversePair[sdk.AccAddress, string, math.Int]
	restriction *banktypes.SendRestrictionFn
}

// NewKeeper returns a keeper without send restrictions, on its own store. See x/bank for the arguments.
func NewKeeper(
	cdc codec.BinaryCodec, store corestore.KVStoreService, accounts banktypes.AccountKeeper, blocked map[string]bool, authority string, logger log.Logger,
) Keeper {
	builder := collections.NewSchemaBuilder(store)
	return Keeper{
		BaseKeeper: bankkeeper.NewBaseKeeper(cdc, outsideSessions{store}, accounts, blocked, authority, logger), accounts: accounts,
		balances: overlay.NewMap(collections.NewMap(builder, banktypes.BalancesPrefix, "balances",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), banktypes.BalanceValueCodec)),
		holders: indexes.NewReversePair[math.Int](builder, banktypes.DenomAddressPrefix, "address_by_denom_index",
			collections.PairKeyCodec(sdk.LengthPrefixedAddressKey(sdk.AccAddressKey), collections.StringKey), //nolint:staticcheck // x/bank's own index has it
			indexes.WithReversePairUncheckedValue()),
		restriction: new(banktypes.SendRestrictionFn),
	}
}

// outsideSessions is a store that is not opened during a session, whose balances it does not have.
type outsideSessions struct {
	corestore.KVStoreService
}

// OpenKVStore implements corestore.KVStoreService.
func (s outsideSessions) OpenKVStore(ctx context.Context) corestore.KVStore {
	if overlay.Of(ctx) != nil {
		panic("bank: x/bank's store was opened during a session; use what bank.Keeper has for it")
	}
	return s.KVStoreService.OpenKVStore(ctx)
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
	cause := registrytypes.CauseOf(ctx)
	if !hasSigner(cause) && !k.accounts.HasAccount(ctx, to) {
		k.accounts.SetAccount(ctx, k.accounts.NewAccountWithAddress(ctx, to))
	}
	return tell(ctx, cause, from, to, amount)
}

// hasSigner says that the payee of a movement has an account of x/auth for certain, or needs none: the registry makes one of whoever
// it lets be paid, and nobody ever signs for a bank's reserve.
func hasSigner(cause registrytypes.Cause) bool {
	if cause.Kind == registrytypes.CauseReserve {
		return true
	}
	return cause.Outcome != nil && cause.Outcome.PayeeBank != "" && cause.Outcome.Screened == 0
}

// SendCoinsFromAccountToModule moves coins to a module's account; see x/bank.
func (k Keeper) SendCoinsFromAccountToModule(ctx context.Context, from sdk.AccAddress, module string, amount sdk.Coins) error {
	account := k.accounts.GetModuleAccount(ctx, module)
	if account == nil {
		panic(errorsmod.Wrapf(sdkerrors.ErrUnknownAddress, "module account %s does not exist", module))
	}
	return k.SendCoins(ctx, from, account.GetAddress(), amount)
}

// SendCoinsFromModuleToAccount moves coins from a module's account; see x/bank.
func (k Keeper) SendCoinsFromModuleToAccount(ctx context.Context, module string, to sdk.AccAddress, amount sdk.Coins) error {
	address := k.accounts.GetModuleAddress(module)
	if address == nil {
		panic(errorsmod.Wrapf(sdkerrors.ErrUnknownAddress, "module account %s does not exist", module))
	}
	if k.BlockedAddr(to) {
		return errorsmod.Wrapf(sdkerrors.ErrUnauthorized, "%s is not allowed to receive funds", to)
	}
	return k.SendCoins(ctx, address, to, amount)
}

// GetBalance returns what an address has of a denom, zero if nothing; see x/bank.
func (k Keeper) GetBalance(ctx context.Context, address sdk.AccAddress, denom string) sdk.Coin {
	balance, err := k.balance(ctx, collections.Join(address, denom))
	if err != nil {
		balance = math.ZeroInt() // as x/bank has it
	}
	return sdk.Coin{Denom: denom, Amount: balance}
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
	if !left.IsZero() {
		return k.balances.Set(ctx, key, left)
	}
	if err := k.holders.Unreference(ctx, key, nil); err != nil {
		return err
	}
	return k.balances.Remove(ctx, key)
}

// give adds a coin to a balance.
func (k Keeper) give(ctx context.Context, to sdk.AccAddress, coin sdk.Coin) error {
	key := collections.Join(to, coin.Denom)
	balance, err := k.balance(ctx, key)
	if err != nil {
		return err
	}
	if balance.IsZero() {
		if err := k.holders.Reference(ctx, key, coin.Amount, nil); err != nil {
			return err
		}
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

// tell emits those events of x/bank that a cause asks for.
func tell(ctx context.Context, cause registrytypes.Cause, from, to sdk.AccAddress, amount sdk.Coins) error {
	if cause.Events == registrytypes.NoEvents {
		return nil
	}
	payer, err := textOf(from)
	if err != nil {
		return err
	}
	payee, err := textOf(to)
	if err != nil {
		return err
	}
	if cause.Outcome != nil {
		cause.Outcome.Payer, cause.Outcome.Payee = payer, payee
	}
	coins := amount.String()
	events := sdk.UnwrapSDKContext(ctx).EventManager()
	transfer := sdk.Event{Type: banktypes.EventTypeTransfer, Attributes: append(make([]abci.EventAttribute, 0, 4), // baseapp adds one
		abci.EventAttribute{Key: banktypes.AttributeKeyRecipient, Value: payee}, abci.EventAttribute{Key: banktypes.AttributeKeySender, Value: payer},
		abci.EventAttribute{Key: sdk.AttributeKeyAmount, Value: coins},
	)}
	if cause.Events == registrytypes.TransferEvent {
		events.EmitEvent(transfer)
		return nil
	}
	events.EmitEvents(sdk.Events{
		sdk.NewEvent(banktypes.EventTypeCoinSpent,
			sdk.NewAttribute(banktypes.AttributeKeySpender, payer), sdk.NewAttribute(sdk.AttributeKeyAmount, coins)),
		sdk.NewEvent(banktypes.EventTypeCoinReceived,
			sdk.NewAttribute(banktypes.AttributeKeyReceiver, payee), sdk.NewAttribute(sdk.AttributeKeyAmount, coins)),
		transfer,
		sdk.NewEvent(sdk.EventTypeMessage, sdk.NewAttribute(banktypes.AttributeKeySender, payer)),
	})
	return nil
}

// textOf is AccAddress.String without its cache, which a country's accounts pass through without being found again.
func textOf(address sdk.AccAddress) (string, error) {
	if address.Empty() {
		return "", nil
	}
	return bech32.ConvertAndEncode(sdk.GetConfig().GetBech32AccountAddrPrefix(), address)
}
