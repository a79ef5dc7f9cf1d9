package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// openOrder returns an order that still waits for somebody.
func (k *Keeper) openOrder(ctx context.Context, bank, reference string) (types.Order, error) {
	order, err := k.GetOrder(ctx, bank, reference)
	if err != nil {
		return types.Order{}, err
	}
	if !order.IsOpen() {
		return types.Order{}, types.ErrOrderDecided.Wrapf("%s: expected status %s or %s, got %s by %s; request a new order",
			order.Name(), types.OrderStatusRequested, types.OrderStatusDebited, order.Status, order.DecidedBy)
	}
	return order, nil
}

// decidableOrder returns an order that the checker may decide: an open one that others requested and confirmed.
func (k *Keeper) decidableOrder(ctx context.Context, bank, reference, checker string) (types.Order, error) {
	order, err := k.openOrder(ctx, bank, reference)
	if err != nil {
		return types.Order{}, err
	}
	if checker == order.RequestedBy || checker == order.ConfirmedBy {
		return types.Order{}, types.ErrSameOperator.Wrapf("%s: expected another checker than who requested or confirmed it, got %s",
			order.Name(), checker)
	}
	return order, nil
}

// confirmDebit notes that the core ledger debited the deposit of a holder's issue order, under an id that counts once.
func (k *Keeper) confirmDebit(ctx context.Context, order types.Order, maker, coreReference string) error {
	if order.Kind != types.OrderKindIssue || order.Status != types.OrderStatusRequested {
		return types.ErrNotConfirmable.Wrapf("expected an issue order in status %s, got %s in %s",
			types.OrderStatusRequested, order.Name(), order.Status)
	}
	if err := types.ValidateReference(coreReference); err != nil {
		return err
	}
	if err := k.requireUnused(ctx, order.Bank, coreReference); err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	debited := order
	debited.Status = types.OrderStatusDebited
	debited.ConfirmedBy, debited.ConfirmedAt, debited.CoreReference = maker, &now, coreReference
	if err := k.replaceOrder(ctx, order, debited); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventDebitConfirmed{
		Bank: order.Bank, Reference: order.Reference, CoreReference: coreReference, ConfirmedBy: maker,
	})
}

// decision is what somebody makes of an open order.
type decision struct {
	status types.OrderStatus
	by     string
	// amount is what an approval carries out; nil for all.
	amount *sdk.Coin
	// code and reason say why the order or its rest is rejected.
	code   types.RejectCode
	reason string
}

// approve turns the money of an open order, or of a part of it, and books it. The rest of a redeem order's hold goes back.
func (k *Keeper) approve(ctx context.Context, order types.Order, made decision) error {
	if order.Kind == types.OrderKindIssue && order.Status != types.OrderStatusDebited {
		return types.ErrNotDebited.Wrapf("%s: expected status %s, got %s; let a maker confirm the debit first",
			order.Name(), types.OrderStatusDebited, order.Status)
	}
	approved, rest, err := order.CheckApproval(made.amount, made.code, made.reason)
	if err != nil {
		return err
	}
	account, address, err := k.orderAccount(ctx, order.Account)
	if err != nil {
		return err
	}
	// The order is on the bank's own books: approved for an account of another bank it would leave that bank's liability wrong.
	if err := requireBank(account, order.Bank); err != nil {
		return err
	}
	if order.Kind == types.OrderKindIssue {
		err = k.issue(ctx, address, order, approved)
	} else {
		err = k.redeem(ctx, order, approved, rest)
	}
	if err != nil {
		return err
	}
	decided, err := k.decide(ctx, order, made, &approved)
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventOrderApproved{
		Bank: order.Bank, Reference: order.Reference, Kind: order.Kind, Account: order.Account, Amount: order.Amount,
		ApprovedBy: made.by, ApprovedAmount: approved, RejectCode: made.code, Reason: made.reason,
		BusinessDate: decided.DecidedDate,
	})
}

// reject closes an open order. A redeem order's yen goes back to its holder, frozen or not, paused or not.
func (k *Keeper) reject(ctx context.Context, order types.Order, made decision) error {
	if err := k.giveBack(ctx, order); err != nil {
		return err
	}
	decided, err := k.decide(ctx, order, made, nil)
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventOrderRejected{
		Bank: order.Bank, Reference: order.Reference, Kind: order.Kind, Account: order.Account, Amount: order.Amount,
		RejectedBy: made.by, Reason: made.reason, RejectCode: made.code, BusinessDate: decided.DecidedDate,
	})
}

// cancel closes an open order for its requester, as long as nobody else has acted on it: a deposit that was debited for a
// holder is for the bank to give back.
func (k *Keeper) cancel(ctx context.Context, order types.Order, requester string) error {
	if order.RequestedBy != requester || order.ConfirmedBy != "" {
		return types.ErrNotCancellable.Wrapf("%s: expected its requester before the debit was confirmed, got %s at %s; ask a checker to reject it",
			order.Name(), requester, order.Status)
	}
	if err := k.giveBack(ctx, order); err != nil {
		return err
	}
	decided, err := k.decide(ctx, order, decision{status: types.OrderStatusCancelled, by: requester}, nil)
	if err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventOrderCancelled{
		Bank: order.Bank, Reference: order.Reference, Kind: order.Kind, Account: order.Account, Amount: order.Amount,
		CancelledBy: requester, BusinessDate: decided.DecidedDate,
	})
}

// giveBack releases the hold of a redeem order.
func (k *Keeper) giveBack(ctx context.Context, order types.Order) error {
	if order.Kind != types.OrderKindRedeem {
		return nil
	}
	return k.hold.Release(ctx, order.HoldId)
}

// decide writes and returns the order as a decision leaves it. Its hold, if it had one, is gone.
func (k *Keeper) decide(ctx context.Context, open types.Order, made decision, approved *sdk.Coin) (types.Order, error) {
	date, err := k.businessDate(ctx, open.Bank)
	if err != nil {
		return types.Order{}, err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	order := open
	order.Status, order.HoldId = made.status, 0
	order.DecidedBy, order.DecidedAt, order.DecidedDate = made.by, &now, date
	order.ApprovedAmount, order.RejectCode, order.Reason = approved, made.code, made.reason
	return order, k.replaceOrder(ctx, open, order)
}
