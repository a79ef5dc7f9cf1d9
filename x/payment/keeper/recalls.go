package keeper

import (
	"context"
	"strings"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// request stores a new recall. A recall of the same payment whose time is over makes way for it.
func (k *Keeper) request(ctx context.Context, recall types.Recall) error {
	if err := k.requireUnused(ctx, recall.PayerBank, recall.Reference); err != nil {
		return err
	}
	other, found, err := k.recallOf(ctx, recall)
	if err != nil {
		return err
	}
	if found {
		// The hold of a consented one still stands: it makes way when the yen is back with the payee.
		if other.Status != types.RecallStatusRequested || !other.IsOverdue(blockTime(ctx)) {
			return types.ErrPaymentRecalled.Wrapf("expected payment %s without a recall, got %s, %s: wait for its end",
				types.PaymentName(recall.TxHash, recall.MessageIndex), other.Name(), other.Status.Word())
		}
		if err := k.expire(ctx, other); err != nil {
			return err
		}
	}
	if err := k.add(ctx, recall); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRecallRequested{
		PayerBank: recall.PayerBank, Reference: recall.Reference, PayeeBank: recall.PayeeBank,
		Payer: recall.Payer, Payee: recall.Payee, Amount: recall.Amount,
		TxHash: recall.TxHash, MessageIndex: recall.MessageIndex,
		Reason: recall.Steps[0].Reason, ExpiresAt: recall.ExpiresAt, RequestedBy: recall.RequestedBy(),
	})
}

// live returns a recall on which somebody can act now.
func (k *Keeper) live(ctx context.Context, payerBank, reference string, admitted ...types.RecallStatus) (types.Recall, error) {
	recall, err := k.GetRecall(ctx, payerBank, reference)
	if err != nil {
		return types.Recall{}, err
	}
	if recall.IsOverdue(blockTime(ctx)) {
		return types.Recall{}, types.ErrRecallExpired.Wrapf("%s: expected block time before %s, got %s; request a new recall",
			recall.Name(), text(recall.ExpiresAt), text(blockTime(ctx)))
	}
	for _, status := range admitted {
		if recall.Status == status {
			return recall, nil
		}
	}
	return types.Recall{}, types.ErrRecallStatus.Wrapf("%s: expected status %s, got %s",
		recall.Name(), words(admitted), recall.Status.Word())
}

// cancel ends a request for its bank.
func (k *Keeper) cancel(ctx context.Context, recall types.Recall, operator, reason string) error {
	after := recall.With(step(ctx, types.RecallStatusCancelled, operator, reason))
	if err := k.replace(ctx, recall, after); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRecallCancelled{
		PayerBank: recall.PayerBank, Reference: recall.Reference, PayeeBank: recall.PayeeBank,
		Payer: recall.Payer, Payee: recall.Payee, Amount: recall.Amount, CancelledBy: operator, Reason: reason,
	})
}

// consent holds the payee's yen until the return, and returns the hold's id.
func (k *Keeper) consent(ctx context.Context, recall types.Recall, payee registrytypes.Account) (uint64, error) {
	owner, err := recall.PayeeAddress()
	if err != nil {
		return 0, err
	}
	purpose := types.RecallPurpose(recall.PayerBank, recall.Reference)
	hold, err := k.hold.PlaceUntil(ctx, owner, recall.Amount, purpose, recall.ExpiresAt)
	if err != nil {
		return 0, err
	}
	after := recall.With(step(ctx, types.RecallStatusConsented, recall.Payee, ""))
	after.HoldId, after.PayeeBank = hold, payee.Bank
	if err := k.replace(ctx, recall, after); err != nil {
		return 0, err
	}
	return hold, event.Emit(ctx, &types.EventRecallConsented{
		PayerBank: after.PayerBank, Reference: after.Reference, PayeeBank: after.PayeeBank,
		Payer: after.Payer, Payee: after.Payee, Amount: after.Amount, HoldId: hold,
	})
}

// refuse ends a recall for the payee or its bank. Yen that was held goes back to the payee, frozen or not.
func (k *Keeper) refuse(ctx context.Context, recall types.Recall, payee registrytypes.Account, signer, reason string) error {
	if recall.Status == types.RecallStatusConsented {
		if err := k.hold.Release(ctx, recall.HoldId); err != nil {
			return err
		}
	}
	after := recall.With(step(ctx, types.RecallStatusRefused, signer, reason))
	after.HoldId, after.PayeeBank = 0, payee.Bank
	if err := k.replace(ctx, recall, after); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRecallRefused{
		PayerBank: after.PayerBank, Reference: after.Reference, PayeeBank: after.PayeeBank,
		Payer: after.Payer, Payee: after.Payee, Amount: after.Amount, RefusedBy: signer, Reason: reason,
	})
}

// giveBack pays the held yen to the payer: a new payment, whose flow between banks the registry reports.
func (k *Keeper) giveBack(ctx context.Context, recall types.Recall, payee registrytypes.Account, operator string) error {
	payer, err := recall.PayerAddress()
	if err != nil {
		return err
	}
	if err := k.hold.Capture(ctx, recall.HoldId, holdtypes.Payout{Payee: payer, Amount: recall.Amount}); err != nil {
		return err
	}
	after := recall.With(step(ctx, types.RecallStatusReturned, operator, ""))
	after.HoldId, after.PayeeBank = 0, payee.Bank
	if err := k.replace(ctx, recall, after); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRecallReturned{
		PayerBank: after.PayerBank, Reference: after.Reference, PayeeBank: after.PayeeBank,
		Payer: after.Payer, Payee: after.Payee, Amount: after.Amount, ReturnedBy: operator,
	})
}

// HoldExpired ends the recall whose hold has gone back to the payee, or the waiting payment whose hold has gone back to the payer. It
// returns ErrRecallNotFound, ErrRecallStatus or ErrWaitingPaymentNotFound if there is none: then a law of money is broken.
func (k *Keeper) HoldExpired(ctx context.Context, hold holdtypes.Hold) error {
	if strings.HasPrefix(hold.Purpose, types.ConsentPurposePrefix) {
		return k.consentExpired(ctx, hold)
	}
	payerBank, reference, err := types.ParseRecallPurpose(hold.Purpose)
	if err != nil {
		return err
	}
	recall, err := k.GetRecall(ctx, payerBank, reference)
	if err != nil {
		return err
	}
	if recall.Status != types.RecallStatusConsented || recall.HoldId != hold.Id {
		return types.ErrRecallStatus.Wrapf("%s: expected it consented with hold %d, got %s with hold %d",
			recall.Name(), hold.Id, recall.Status.Word(), recall.HoldId)
	}
	return k.expire(ctx, recall)
}

// expire writes down that a recall's time is over.
func (k *Keeper) expire(ctx context.Context, recall types.Recall) error {
	after := recall.With(step(ctx, types.RecallStatusExpired, "", ""))
	after.HoldId = 0
	if err := k.replace(ctx, recall, after); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRecallExpired{
		PayerBank: after.PayerBank, Reference: after.Reference, PayeeBank: after.PayeeBank,
		Payer: after.Payer, Payee: after.Payee, Amount: after.Amount,
	})
}

func step(ctx context.Context, status types.RecallStatus, by, reason string) types.RecallStep {
	return types.RecallStep{Status: status, By: by, At: blockTime(ctx), Reason: reason}
}

func blockTime(ctx context.Context) time.Time { return sdk.UnwrapSDKContext(ctx).BlockTime() }

func text(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func words(statuses []types.RecallStatus) string {
	list := ""
	for i, status := range statuses {
		if i > 0 {
			list += " or "
		}
		list += status.Word()
	}
	return list
}
