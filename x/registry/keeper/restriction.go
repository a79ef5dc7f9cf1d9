package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// SendRestriction guards every movement of coins through x/bank. What it asks depends on the movement's cause, see
// types.WithCause: statuses of the accounts for every coin, limits and flows for yen only. It never changes the
// recipient. A payment that it lets through is counted at once, so a caller that survives a failing send must have made
// it in a cached context.
func (k *Keeper) SendRestriction(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) (sdk.AccAddress, error) {
	if err := k.checkMovement(ctx, from, to, amount); err != nil {
		return nil, err
	}
	return to, nil
}

func (k *Keeper) checkMovement(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error {
	cause := types.CauseOf(ctx)
	switch cause.Kind {
	case types.CausePayment:
		return k.pay(ctx, from, to, amount)
	case types.CauseHoldCapture:
		return k.capture(ctx, cause.Owner, to, amount)
	case types.CauseIssue:
		_, err := k.checkCredit(ctx, to, amount)
		return err
	case types.CauseHoldPlace:
		return k.checkDebit(ctx, from)
	case types.CauseCharge:
		if k.reserved(ctx, to) { // the Financial Zone's side: into the escrow
			return k.checkDebit(ctx, from)
		}
		_, err := k.checkCredit(ctx, to, amount)
		return err
	case types.CauseDischarge:
		if k.reserved(ctx, to) { // the Business Zone's side: back to x/transfer, which burns it
			return k.checkDebit(ctx, from)
		}
		return k.checkHomecoming(ctx, to)
	case types.CauseHoldRelease, types.CauseRedeem, types.CauseRefund:
		// Coins on their way back to their owner, or already taken from it for good: nothing may stop them.
		return nil
	case types.CauseReserve:
		return k.checkReserve(ctx, from, to)
	}
	return errorsmod.Wrapf(types.ErrCauseMissing, "expected a known cause, got %d", cause.Kind)
}

// pay checks and counts an ordinary payment.
func (k *Keeper) pay(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error {
	payer, payee, err := k.parties(ctx, from, to)
	if err != nil {
		return err
	}
	yen, found := k.yenIn(ctx, amount)
	if !found {
		return nil
	}
	if err := k.admit(ctx, from, to, payer, payee, yen); err != nil {
		return err
	}
	if payer.Bank == payee.Bank {
		return nil
	}
	// x/bank looks at the payer's balance after this restriction: say so here, before the banks' books are asked and
	// give a reason that is not the payer's.
	if balance := k.bankKeeper.GetBalance(ctx, from, yen.Denom); balance.Amount.LT(yen.Amount) {
		return errorsmod.Wrapf(errInsufficientFunds, "expected a balance of %s of at least %s, got %s", from, yen, balance)
	}
	return k.recordFlow(ctx, payer.Bank, payee.Bank, yen)
}

// AdmitPayment checks and counts a payment that is made out of a hold later, as an ordinary payment is at once: statuses of
// payer and payee, the payer's limits per payment and per day, and the payee's limit of balance, which the capture of the
// hold checks again. It returns the same errors.
func (k *Keeper) AdmitPayment(ctx context.Context, from, to sdk.AccAddress, yen sdk.Coin) error {
	payer, payee, err := k.parties(ctx, from, to)
	if err != nil {
		return err
	}
	return k.admit(ctx, from, to, payer, payee, yen)
}

// parties returns the accounts of a payment, both active.
func (k *Keeper) parties(ctx context.Context, from, to sdk.AccAddress) (payer, payee types.Account, err error) {
	if payer, err = k.activeParty(ctx, from); err != nil {
		return payer, payee, errorsmod.Wrap(err, "payer")
	}
	if payee, err = k.activeParty(ctx, to); err != nil {
		return payer, payee, errorsmod.Wrap(err, "payee")
	}
	return payer, payee, nil
}

// admit checks a payment of yen against the limits of both accounts and counts it in the payer's day.
func (k *Keeper) admit(ctx context.Context, from, to sdk.AccAddress, payer, payee types.Account, yen sdk.Coin) error {
	if limit := payer.Limits.PerPayment; yen.Amount.GT(limit) {
		return errorsmod.Wrapf(types.ErrLimitPerPayment,
			"expected at most %s yen in one payment of %s, got %s; pay less or ask bank %s", limit, from, yen.Amount, payer.Bank)
	}
	// A payment to oneself leaves the balance as it is.
	if !from.Equals(to) {
		if err := k.checkBalanceLimit(ctx, to, payee, yen); err != nil {
			return err
		}
	}
	return k.spend(ctx, from, payer, yen.Amount)
}

// capture checks a payment out of the hold module on behalf of a hold's owner. The owner's status and limits do not
// matter any more: it agreed when the hold was placed.
func (k *Keeper) capture(ctx context.Context, owner, to sdk.AccAddress, amount sdk.Coins) error {
	payee, err := k.checkCredit(ctx, to, amount)
	if err != nil {
		return err
	}
	yen, found := k.yenIn(ctx, amount)
	if !found {
		return nil
	}
	payer, err := k.party(ctx, owner)
	if err != nil {
		return errorsmod.Wrap(err, "owner of the hold")
	}
	if payer.Bank == payee.Bank {
		return nil
	}
	return k.recordFlow(ctx, payer.Bank, payee.Bank, yen)
}

// checkDebit checks an account whose coins leave it, but stay its own or are set aside.
func (k *Keeper) checkDebit(ctx context.Context, from sdk.AccAddress) error {
	_, err := k.activeParty(ctx, from)
	return errorsmod.Wrap(err, "payer")
}

// checkCredit checks an account that gets coins from a module, and returns it.
func (k *Keeper) checkCredit(ctx context.Context, to sdk.AccAddress, amount sdk.Coins) (types.Account, error) {
	payee, err := k.activeParty(ctx, to)
	if err != nil {
		return types.Account{}, errorsmod.Wrap(err, "payee")
	}
	if yen, found := k.yenIn(ctx, amount); found {
		if err := k.checkBalanceLimit(ctx, to, payee, yen); err != nil {
			return types.Account{}, err
		}
	}
	return payee, nil
}

// checkHomecoming checks an account whose own yen comes back from a Business Zone: it lands in a frozen account too, and
// above any limit, because it never stopped being the holder's.
func (k *Keeper) checkHomecoming(ctx context.Context, to sdk.AccAddress) error {
	payee, err := k.party(ctx, to)
	if err != nil {
		return errorsmod.Wrap(err, "payee")
	}
	return errorsmod.Wrap(payee.CheckNotClosed(), "payee")
}

// checkReserve keeps settlement money where nobody's key reaches it.
func (k *Keeper) checkReserve(ctx context.Context, from, to sdk.AccAddress) error {
	for _, address := range []sdk.AccAddress{from, to} {
		if !k.reserved(ctx, address) {
			return errorsmod.Wrapf(types.ErrCauseMissing, "expected the reserve of a bank, got %s; reserve never leaves clearing", address)
		}
	}
	return nil
}

func (k *Keeper) activeParty(ctx context.Context, address sdk.AccAddress) (types.Account, error) {
	account, err := k.party(ctx, address)
	if err != nil {
		return types.Account{}, err
	}
	return account, account.CheckActive()
}

// party returns the account of a party to a movement.
func (k *Keeper) party(ctx context.Context, address sdk.AccAddress) (types.Account, error) {
	account, err := k.accounts.Get(ctx, address)
	if !errors.Is(err, collections.ErrNotFound) {
		return account, err
	}
	if k.reserved(ctx, address) {
		return types.Account{}, errorsmod.Wrapf(types.ErrCauseMissing,
			"expected a registered account, got %s of a module or an escrow; pay an account", address)
	}
	return types.Account{}, errorsmod.Wrapf(types.ErrNotRegistered,
		"expected a registered account, got %s; ask a bank to open it", address)
}
