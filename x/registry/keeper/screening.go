package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// holdAddress is the account of the hold module.
var holdAddress = authtypes.NewModuleAddress(holdtypes.ModuleName)

// screen counts a payment that was admitted in what its payer has paid lately, and returns the rules of the payer's bank for
// which it has to wait, in ascending order. A bank without rules costs nothing. A payment to oneself never waits.
func (k *Keeper) screen(ctx context.Context, payer, payee party, yen sdk.Coin) ([]types.ScreeningReason, error) {
	rules := payer.rules
	if !rules.Screens() || payer.address.Equals(payee.address) {
		return nil, nil
	}
	amount := types.YenOf(yen.Amount)
	var reasons []types.ScreeningReason
	if rules.Screening.Amount > 0 && amount >= rules.Screening.Amount {
		reasons = append(reasons, types.ScreeningReasonAmount)
	}
	exceeded, err := k.countActivity(ctx, payer, amount)
	if err != nil {
		return nil, err
	}
	if exceeded {
		reasons = append(reasons, types.ScreeningReasonVelocity)
	}
	if rules.Listed > 0 {
		listed, err := k.listed.Has(ctx, collections.Join(payer.Bank, payee.address))
		if err != nil {
			return nil, err
		}
		if listed {
			reasons = append(reasons, types.ScreeningReasonCounterparty)
		}
	}
	return reasons, nil
}

// countActivity adds a payment to what its payer has paid lately, and says whether that exceeds a velocity rule.
func (k *Keeper) countActivity(ctx context.Context, payer party, amount uint64) (bool, error) {
	velocity := payer.rules.Screening.Velocity
	if len(velocity) == 0 {
		return false, nil
	}
	activity, err := k.activity.Get(ctx, payer.address)
	if errors.Is(err, collections.ErrNotFound) {
		activity, err = types.Activity{Address: payer.address.String()}, nil
	}
	if err != nil {
		return false, err
	}
	hour := thisHour(ctx)
	activity.Add(hour, amount)
	if err := k.activity.Set(ctx, payer.address, activity); err != nil {
		return false, err
	}
	for _, rule := range velocity {
		if rule.IsExceeded(activity, hour) {
			return true, nil
		}
	}
	return false, nil
}

// divert turns a payment into a hold of the payer's yen, and returns where x/bank brings the coins instead of to the payee.
func (k *Keeper) divert(
	ctx context.Context, payer, payee party, amount sdk.Coins, yen sdk.Coin, reasons []types.ScreeningReason,
) (sdk.AccAddress, error) {
	if len(amount) != 1 || k.hold == nil {
		return nil, errorsmod.Wrapf(types.ErrScreened, "expected yen alone in a payment that bank %s screens, got %s; pay each by itself", payer.Bank, amount)
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	payment := types.ScreenedPayment{
		Bank: payer.Bank, Payer: payer.address.String(), Payee: payee.address.String(), Amount: yen.Amount, Reasons: reasons,
		ScreenedAt: now, ExpiresAt: now.Add(payer.rules.DecisionTime()), Status: types.ScreeningStatusWaiting,
	}
	id, err := k.hold.Adopt(ctx, payer.address, yen, types.ScreeningPurpose(payer.Bank), payment.ExpiresAt)
	if err != nil {
		return nil, err
	}
	payment.Id = id
	if err := k.insertScreened(ctx, payment); err != nil {
		return nil, err
	}
	if outcome := types.CauseOf(ctx).Outcome; outcome != nil {
		outcome.Screened = id
	}
	return holdAddress, event.Emit(ctx, &types.EventPaymentScreened{
		Id: id, Bank: payment.Bank, Payer: payment.Payer, Payee: payment.Payee, Amount: payment.Amount,
		Reasons: reasons, ExpiresAt: payment.ExpiresAt,
	})
}

// GetScreenedPayment returns a screened payment. It returns types.ErrScreenedPaymentNotFound if no payment ever had the id.
func (k *Keeper) GetScreenedPayment(ctx context.Context, id uint64) (types.ScreenedPayment, error) {
	payment, err := k.screened.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.ScreenedPayment{}, errorsmod.Wrapf(types.ErrScreenedPaymentNotFound, "expected the id of a screened payment, got %d", id)
	}
	return payment, err
}

// IterateScreenedPayments calls visit with every screened payment in ascending order of id, until it returns stop or an
// error, which is returned.
func (k *Keeper) IterateScreenedPayments(ctx context.Context, visit func(types.ScreenedPayment) (stop bool, err error)) error {
	return k.screened.Walk(ctx, nil, func(_ uint64, payment types.ScreenedPayment) (bool, error) { return visit(payment) })
}

func (k *Keeper) insertScreened(ctx context.Context, payment types.ScreenedPayment) error {
	if err := k.screenedByStatus.Set(ctx, collections.Join3(payment.Bank, int32(payment.Status), payment.Id)); err != nil {
		return err
	}
	return k.screened.Set(ctx, payment.Id, payment)
}

// replaceScreened stores a payment that waited until now.
func (k *Keeper) replaceScreened(ctx context.Context, payment types.ScreenedPayment) error {
	waited := collections.Join3(payment.Bank, int32(types.ScreeningStatusWaiting), payment.Id)
	if err := k.screenedByStatus.Remove(ctx, waited); err != nil {
		return err
	}
	return k.insertScreened(ctx, payment)
}

// waitingPayment returns a payment that still waits for the bank's compliance.
func (k *Keeper) waitingPayment(ctx context.Context, bank string, id uint64) (types.ScreenedPayment, error) {
	payment, err := k.GetScreenedPayment(ctx, id)
	if err != nil {
		return types.ScreenedPayment{}, err
	}
	if payment.Bank != bank {
		return types.ScreenedPayment{}, errorsmod.Wrapf(types.ErrWrongBank,
			"expected a payment of a customer of bank %s, got %d of bank %s; ask that bank", bank, id, payment.Bank)
	}
	if !payment.IsWaiting() {
		return types.ScreenedPayment{}, errorsmod.Wrapf(types.ErrScreenedPaymentEnded, "expected payment %d to wait, got %s", id, payment.Status)
	}
	return payment, nil
}

// decideScreened stores a decision of compliance.
func (k *Keeper) decideScreened(
	ctx context.Context, payment types.ScreenedPayment, status types.ScreeningStatus, operator, reason string,
) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	payment.Status, payment.DecidedBy, payment.DecidedAt, payment.DecisionReason = status, operator, &now, reason
	return k.replaceScreened(ctx, payment)
}

// releasePayment pays a screened payment to its payee, if it could be made now.
func (k *Keeper) releasePayment(ctx context.Context, operator, bank string, id uint64, reason string) error {
	payment, err := k.waitingPayment(ctx, bank, id)
	if err != nil {
		return err
	}
	if err := k.checkRelease(ctx, payment); err != nil {
		return err
	}
	payee, err := types.ParseAddress(payment.Payee)
	if err != nil {
		return err
	}
	paid := sdk.NewCoin(k.yen.YenDenom(ctx), payment.Amount)
	// The capture checks the payee and its limit of balance, and records the flow.
	if err := k.hold.Capture(ctx, id, holdtypes.Payout{Payee: payee, Amount: paid}); err != nil {
		return err
	}
	if err := k.decideScreened(ctx, payment, types.ScreeningStatusReleased, operator, reason); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventScreenedPaymentReleased{
		Id: id, Bank: bank, Payer: payment.Payer, Payee: payment.Payee, Amount: payment.Amount, Reason: reason, Operator: operator,
	})
}

// checkRelease checks of the payer what may have changed since it paid: its status, its bank's pause, its limit per payment,
// and orders that froze yen which it has only in this payment. Its day was counted when it paid.
func (k *Keeper) checkRelease(ctx context.Context, payment types.ScreenedPayment) error {
	address, err := types.ParseAddress(payment.Payer)
	if err != nil {
		return err
	}
	payer, err := k.activeParty(ctx, address)
	if err != nil {
		return errorsmod.Wrap(err, "payer")
	}
	if err := checkPerPayment(payer, payment.Amount); err != nil {
		return err
	}
	if balance := k.yenBalance(ctx, address, k.yen.YenDenom(ctx)); balance < payer.Frozen {
		return errorsmod.Wrapf(types.ErrAmountFrozen,
			"expected %d yen to stay in account %s under orders, got %d; return the payment", payer.Frozen, address, balance)
	}
	return nil
}

// returnPayment gives a screened payment back to its payer, whatever became of payer and payee.
func (k *Keeper) returnPayment(ctx context.Context, operator, bank string, id uint64, reason string) error {
	payment, err := k.waitingPayment(ctx, bank, id)
	if err != nil {
		return err
	}
	if err := k.hold.Release(ctx, id); err != nil {
		return err
	}
	if err := k.decideScreened(ctx, payment, types.ScreeningStatusReturned, operator, reason); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventScreenedPaymentReturned{
		Id: id, Bank: bank, Payer: payment.Payer, Amount: payment.Amount, Reason: reason, Operator: operator,
	})
}

// HoldExpired takes note that a screened payment went back to its payer because nobody decided in time.
func (k *Keeper) HoldExpired(ctx context.Context, hold holdtypes.Hold) error {
	payment, err := k.GetScreenedPayment(ctx, hold.Id)
	if err != nil {
		return err
	}
	payment.Status = types.ScreeningStatusExpired
	if err := k.replaceScreened(ctx, payment); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventScreenedPaymentExpired{
		Id: payment.Id, Bank: payment.Bank, Payer: payment.Payer, Amount: payment.Amount,
	})
}
