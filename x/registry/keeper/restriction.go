package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// SendRestriction guards every movement of coins through x/bank. What it asks depends on the movement's cause, see
// types.WithCause: statuses of the accounts and pauses of their banks for every coin, limits, frozen amounts and flows for
// yen only. A payment that the payer's bank screens goes to the hold module instead of the payee; no other movement changes
// its recipient. A payment that it lets through is counted at once, so a caller that survives a failing send must have made
// it in a cached context.
func (k *Keeper) SendRestriction(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) (sdk.AccAddress, error) {
	cause := types.CauseOf(ctx)
	switch cause.Kind { //nolint:exhaustive // the rest is checkMovement's
	case types.CausePayment, types.CauseApprovedPayment, types.CauseConsentedPayment:
		return k.pay(ctx, from, to, amount, cause)
	}
	if err := k.checkMovement(ctx, from, to, amount, cause); err != nil {
		return nil, err
	}
	return to, nil
}

func (k *Keeper) checkMovement(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins, cause types.Cause) error {
	switch cause.Kind {
	case types.CauseHoldCapture:
		return k.capture(ctx, cause.Owner, to, amount)
	case types.CauseIssue:
		_, err := k.checkCredit(ctx, to, amount)
		return err
	case types.CauseHoldPlace:
		return k.checkDebit(ctx, from, amount)
	case types.CauseCharge:
		if k.reserved(ctx, to) { // the Financial Zone's side: into the escrow
			return k.checkDebit(ctx, from, amount)
		}
		_, err := k.checkCredit(ctx, to, amount)
		return err
	case types.CauseDischarge:
		if k.reserved(ctx, to) { // the Business Zone's side: back to x/transfer, which burns it
			return k.checkDebit(ctx, from, amount)
		}
		return k.checkHomecoming(ctx, to)
	case types.CauseForcedTransfer:
		return k.checkForcedTransfer(ctx, from, to, amount)
	case types.CauseFee:
		return k.checkFee(ctx, from, to, amount)
	case types.CauseHeldFee:
		return k.checkHeldFee(ctx, cause.Owner, to, amount)
	case types.CauseHoldRelease, types.CauseRedeem, types.CauseRefund:
		// Coins on their way back to their owner, or already taken from it for good: nothing may stop them.
		return nil
	case types.CauseReserve:
		return k.checkReserve(ctx, from, to)
	case types.CauseHandIn:
		if err := k.checkNoYen(ctx, amount); err != nil {
			return err
		}
		return k.checkDebit(ctx, from, amount)
	case types.CauseRevoke:
		return k.checkNoYen(ctx, amount)
	case types.CauseSettlement:
		return k.settle(ctx, cause, amount)
	case types.CauseReturnPayment:
		return k.giveBack(ctx, from, to, amount)
	case types.CausePayment, types.CauseApprovedPayment, types.CauseConsentedPayment: // see pay
	}
	return errorsmod.Wrapf(types.ErrCauseMissing, "expected a known cause, got %d", cause.Kind)
}

// pay checks and counts an ordinary payment, and returns to whom the coins go: the payee, or the hold module.
func (k *Keeper) pay(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins, cause types.Cause) (sdk.AccAddress, error) {
	payer, payee, err := k.parties(ctx, from, to)
	if err != nil {
		return nil, err
	}
	if cause.Outcome != nil {
		cause.Outcome.PayerBank, cause.Outcome.PayeeBank = payer.Bank, payee.Bank
	}
	if cause.Kind != types.CauseConsentedPayment {
		if err := k.checkConsent(ctx, from, payee); err != nil {
			return nil, err
		}
	}
	yen, found := k.yenIn(ctx, amount)
	if !found {
		return to, nil
	}
	if cause.Kind != types.CauseApprovedPayment {
		if err := checkThreshold(payer, types.YenOf(yen.Amount)); err != nil {
			return nil, err
		}
	}
	if err := k.admit(ctx, payer, payee, yen); err != nil {
		return nil, err
	}
	reasons, err := k.screen(ctx, payer, payee, yen)
	if err != nil {
		return nil, err
	}
	if payer.Bank == payee.Bank && len(reasons) == 0 {
		return to, nil
	}
	if err := k.checkFunds(ctx, payer, yen); err != nil {
		return nil, err
	}
	if len(reasons) > 0 {
		return k.divert(ctx, payer, payee, amount, yen, reasons)
	}
	return to, k.recordFlow(ctx, payer.Bank, payee.Bank, yen.Amount)
}

// AdmitPayment checks and counts a payment that is made out of a hold later, as an ordinary payment is at once: statuses of
// payer and payee, pauses of their banks, the payer's limits per payment and per day and its frozen amounts, and the payee's
// limit of balance, which the capture of the hold checks again. It returns the same errors, and types.ErrScreened for one
// that has to wait for compliance, which a hold of another module must not get around; nor approvals; nor the payee's consent,
// unless the cause is types.CauseConsentedPayment. Of a coin that is not yen only the accounts are checked.
func (k *Keeper) AdmitPayment(ctx context.Context, from, to sdk.AccAddress, coin sdk.Coin) error {
	payer, payee, err := k.parties(ctx, from, to)
	if err != nil {
		return err
	}
	if types.CauseOf(ctx).Kind != types.CauseConsentedPayment {
		if err := k.checkConsent(ctx, from, payee); err != nil {
			return err
		}
	}
	yen, found := k.yenIn(ctx, sdk.Coins{coin})
	if !found {
		return nil
	}
	return k.admitHeld(ctx, payer, payee, yen)
}

// admitHeld is AdmitPayment of yen for parties that are active and agree.
func (k *Keeper) admitHeld(ctx context.Context, payer, payee party, yen sdk.Coin) error {
	if err := checkThreshold(payer, types.YenOf(yen.Amount)); err != nil {
		return err
	}
	if err := k.admit(ctx, payer, payee, yen); err != nil {
		return err
	}
	reasons, err := k.screen(ctx, payer, payee, yen)
	if err != nil {
		return err
	}
	if len(reasons) > 0 {
		return errorsmod.Wrapf(types.ErrScreened, "expected a payment that bank %s does not screen, got one that it does for %s; send it as a plain payment",
			payer.Bank, reasons[0])
	}
	return nil
}

// admit checks a payment of yen against the limits of both accounts and counts it in the payer's day.
func (k *Keeper) admit(ctx context.Context, payer, payee party, yen sdk.Coin) error {
	if err := checkPerPayment(payer, yen.Amount); err != nil {
		return err
	}
	// A payment to oneself leaves the balance as it is.
	if !payer.address.Equals(payee.address) {
		if err := k.checkBalanceLimit(ctx, payee, yen); err != nil {
			return err
		}
		if err := k.checkSpendable(ctx, payer, yen); err != nil {
			return err
		}
	}
	return k.spend(ctx, payer, types.YenOf(yen.Amount))
}

// giveBack checks a payment that its payee, who is from here, sends back: it counts in no limit of payments, waits for nobody and
// needs no approvals, because it gives nobody more than was paid. Whoever names this cause makes sure of that.
func (k *Keeper) giveBack(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error {
	payer, payee, err := k.parties(ctx, from, to)
	if err != nil {
		return err
	}
	yen, found := k.yenIn(ctx, amount)
	if !found {
		return nil
	}
	if err := k.checkBalanceLimit(ctx, payee, yen); err != nil {
		return err
	}
	if err := k.checkSpendable(ctx, payer, yen); err != nil {
		return err
	}
	if payer.Bank == payee.Bank {
		return nil
	}
	if err := k.checkFunds(ctx, payer, yen); err != nil {
		return err
	}
	return k.recordFlow(ctx, payer.Bank, payee.Bank, yen.Amount)
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
	payer, err = k.underRules(ctx, payer)
	if err != nil {
		return errorsmod.Wrap(err, "owner of the hold")
	}
	return k.recordFlow(ctx, payer.Bank, payee.Bank, yen.Amount)
}

// checkForcedTransfer checks what not even an order of a court may pass: an account that is no more, and a payee that
// cannot be paid. Limits, frozen amounts, a freeze of the payer and pauses are all the holder's or its bank's, and yield.
func (k *Keeper) checkForcedTransfer(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) error {
	payer, err := k.party(ctx, from)
	if err != nil {
		return errorsmod.Wrap(err, "payer")
	}
	if err := payer.CheckNotClosed(from); err != nil {
		return errorsmod.Wrap(err, "payer")
	}
	payee, err := k.party(ctx, to)
	if err != nil {
		return errorsmod.Wrap(err, "payee")
	}
	if err := payee.CheckActive(to); err != nil {
		return errorsmod.Wrap(err, "payee")
	}
	yen, found := k.yenIn(ctx, amount)
	if !found || payer.Bank == payee.Bank {
		return nil
	}
	return k.recordFlow(ctx, payer.Bank, payee.Bank, yen.Amount)
}

// checkDebit checks an account whose coins leave it, but stay its own or are set aside.
func (k *Keeper) checkDebit(ctx context.Context, from sdk.AccAddress, amount sdk.Coins) error {
	payer, err := k.activeParty(ctx, from)
	if err != nil {
		return errorsmod.Wrap(err, "payer")
	}
	if yen, found := k.yenIn(ctx, amount); found {
		return k.checkSpendable(ctx, payer, yen)
	}
	return nil
}

// checkCredit checks an account that gets coins from a module, and returns it.
func (k *Keeper) checkCredit(ctx context.Context, to sdk.AccAddress, amount sdk.Coins) (party, error) {
	payee, err := k.activeParty(ctx, to)
	if err != nil {
		return party{}, errorsmod.Wrap(err, "payee")
	}
	if yen, found := k.yenIn(ctx, amount); found {
		if err := k.checkBalanceLimit(ctx, payee, yen); err != nil {
			return party{}, err
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
	return errorsmod.Wrap(payee.CheckNotClosed(to), "payee")
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

// checkNoYen keeps yen out of the hands of modules that destroy other coins.
func (k *Keeper) checkNoYen(ctx context.Context, amount sdk.Coins) error {
	if yen, found := k.yenIn(ctx, amount); found {
		return errorsmod.Wrapf(types.ErrCauseMissing, "expected no yen to be handed in or revoked, got %s; redeem it at its bank", yen)
	}
	return nil
}
