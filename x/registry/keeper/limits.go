package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/x/registry/types"
)

// The error of x/bank, so that a payer gets the same one whether or not the payee has the same bank.
var errInsufficientFunds = sdkerrors.ErrInsufficientFunds

// yenIn returns the yen among coins, which are sorted by denom and positive as x/bank sends them.
func (k *Keeper) yenIn(ctx context.Context, coins sdk.Coins) (sdk.Coin, bool) {
	if k.yen == nil {
		return sdk.Coin{}, false
	}
	denom := k.yen.YenDenom(ctx)
	if denom == "" {
		return sdk.Coin{}, false
	}
	found, yen := coins.Find(denom)
	return yen, found
}

// checkBalanceLimit checks that yen fits under the payee's limit of balance. It subtracts rather than adds, so that no
// amount overflows.
func (k *Keeper) checkBalanceLimit(ctx context.Context, address sdk.AccAddress, payee types.Account, yen sdk.Coin) error {
	balance := k.bankKeeper.GetBalance(ctx, address, yen.Denom)
	if room := payee.Limits.Balance.Sub(balance.Amount); yen.Amount.GT(room) {
		return errorsmod.Wrapf(types.ErrLimitBalance,
			"expected at most %s yen in account %s, got %s on top of %s; pay less or ask bank %s",
			payee.Limits.Balance, address, yen.Amount, balance.Amount, payee.Bank)
	}
	return nil
}

// spend counts a payment in the payer's Japan-time day.
func (k *Keeper) spend(ctx context.Context, address sdk.AccAddress, payer types.Account, amount math.Int) error {
	spent, err := k.SpentToday(ctx, address)
	if err != nil {
		return err
	}
	limit := payer.FinancialDayLimit()
	if left := limit.Sub(spent); amount.GT(left) {
		return errorsmod.Wrapf(types.ErrLimitPerDay,
			"expected at most %s yen in one Japan-time day of %s, got %s on top of %s; pay tomorrow or ask bank %s",
			limit, address, amount, spent, payer.Bank)
	}
	return k.daySpending.Set(ctx, address, types.DaySpending{
		Address: payer.Address, Day: today(ctx), Amount: spent.Add(amount),
	})
}

// SpentToday returns the yen that an account has paid so far in the Japan-time day of the block.
func (k *Keeper) SpentToday(ctx context.Context, address sdk.AccAddress) (math.Int, error) {
	spending, err := k.daySpending.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return math.ZeroInt(), nil
	}
	if err != nil {
		return math.Int{}, err
	}
	if spending.Day != today(ctx) {
		return math.ZeroInt(), nil
	}
	return spending.Amount, nil
}

func today(ctx context.Context) int64 {
	return types.JapanDay(sdk.UnwrapSDKContext(ctx).BlockTime())
}

func (k *Keeper) recordFlow(ctx context.Context, payerBank, payeeBank string, yen sdk.Coin) error {
	if k.flows == nil {
		return errorsmod.Wrapf(types.ErrNoFlowRecorder, "expected payer and payee of one bank, got %s and %s", payerBank, payeeBank)
	}
	return k.flows.RecordFlow(ctx, payerBank, payeeBank, yen.Amount)
}
