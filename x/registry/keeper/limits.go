package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/x/registry/types"
)

// The error of x/bank, so that a payer gets the same one whether or not the payee has the same bank.
var errInsufficientFunds = sdkerrors.ErrInsufficientFunds

// party is an account that takes part in a movement, with the rules of its bank.
type party struct {
	types.Standing
	address sdk.AccAddress
	rules   types.Rules
}

// yenIn returns the yen among coins, which are sorted by denom and positive as x/bank sends them.
func (k *Keeper) yenIn(ctx context.Context, coins sdk.Coins) (sdk.Coin, bool) {
	if k.yen == nil {
		return sdk.Coin{}, false
	}
	denom := k.yen.YenDenom(ctx)
	if denom == "" {
		return sdk.Coin{}, false
	}
	// Yen mostly moves alone.
	if len(coins) == 1 && coins[0].Denom == denom {
		return coins[0], true
	}
	found, yen := coins.Find(denom)
	return yen, found
}

func checkPerPayment(payer party, amount math.Int) error {
	if limit := payer.LimitsUnder(payer.rules).PerPayment; types.YenOf(amount) > limit {
		return errorsmod.Wrapf(types.ErrLimitPerPayment,
			"expected at most %d yen in one payment of %s, got %s; pay less or ask bank %s", limit, payer.address, amount, payer.Bank)
	}
	return nil
}

// checkBalanceLimit checks that yen fits under the payee's limit of balance. It subtracts rather than adds, so that no
// amount overflows.
func (k *Keeper) checkBalanceLimit(ctx context.Context, payee party, yen sdk.Coin) error {
	balance := k.yenBalance(ctx, payee.address, yen.Denom)
	limit := payee.LimitsUnder(payee.rules).Balance
	if balance > limit || types.YenOf(yen.Amount) > limit-balance {
		return errorsmod.Wrapf(types.ErrLimitBalance,
			"expected at most %d yen in account %s, got %s on top of %d; pay less or ask bank %s",
			limit, payee.address, yen.Amount, balance, payee.Bank)
	}
	return nil
}

// checkSpendable checks that yen leaves an account what orders forbid to spend.
func (k *Keeper) checkSpendable(ctx context.Context, payer party, yen sdk.Coin) error {
	if payer.Frozen == 0 {
		return nil
	}
	balance := k.yenBalance(ctx, payer.address, yen.Denom)
	amount := types.YenOf(yen.Amount)
	if amount > balance {
		return nil // x/bank refuses it, and says why
	}
	if balance-amount < payer.Frozen {
		return errorsmod.Wrapf(types.ErrAmountFrozen,
			"expected %d yen to stay in account %s under orders, got %d of %d left after %d; pay less or ask bank %s",
			payer.Frozen, payer.address, balance-amount, balance, amount, payer.Bank)
	}
	return nil
}

// spend counts a payment in the payer's Japan-time day.
func (k *Keeper) spend(ctx context.Context, payer party, amount uint64) error {
	hour := thisHour(ctx)
	limit, spent := payer.DayLimit(payer.LimitsUnder(payer.rules)), payer.SpentOn(hour)
	if spent > limit || amount > limit-spent {
		return errorsmod.Wrapf(types.ErrLimitPerDay,
			"expected at most %d yen in one Japan-time day of %s, got %d on top of %d; pay tomorrow or ask bank %s",
			limit, payer.address, amount, spent, payer.Bank)
	}
	payer.Count(hour, amount)
	return k.standings.Set(ctx, payer.address, payer.Standing)
}

// checkFunds checks that the payer has the yen. x/bank looks at it after the send restriction; it is said before the banks' books
// are asked, which would give a reason that is not the payer's.
func (k *Keeper) checkFunds(ctx context.Context, payer party, yen sdk.Coin) error {
	if balance := k.yenBalance(ctx, payer.address, yen.Denom); balance < types.YenOf(yen.Amount) {
		return errorsmod.Wrapf(errInsufficientFunds, "expected a balance of %s of at least %s, got %d", payer.address, yen, balance)
	}
	return nil
}

// yenBalance returns the yen of an address as a number.
func (k *Keeper) yenBalance(ctx context.Context, address sdk.AccAddress, denom string) uint64 {
	return types.YenOf(k.bankKeeper.GetBalance(ctx, address, denom).Amount)
}

func (k *Keeper) recordFlow(ctx context.Context, payerBank, payeeBank string, amount math.Int) error {
	if k.flows == nil {
		return errorsmod.Wrapf(types.ErrNoFlowRecorder, "expected payer and payee of one bank, got %s and %s", payerBank, payeeBank)
	}
	return k.flows.RecordFlow(ctx, payerBank, payeeBank, amount)
}
