package keeper

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// GetQueuedPayment returns a payment that waits, or ErrPaymentNotFound.
func (k *Keeper) GetQueuedPayment(ctx context.Context, id uint64) (types.QueuedPayment, error) {
	bank, err := k.queueBanks.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.QueuedPayment{}, errorsmod.Wrapf(types.ErrPaymentNotFound,
			"expected a payment that waits, got id %d; it may have been paid, cancelled or returned", id)
	}
	if err != nil {
		return types.QueuedPayment{}, err
	}
	return k.queue.Get(ctx, collections.Join(bank, id))
}

// payOrQueue pays at once if nothing waits before the payment and its bank can settle it; otherwise the yen is held and
// the payment waits. It returns the id of a payment that waits, or 0.
func (k *Keeper) payOrQueue(ctx context.Context, payment types.QueuedPayment, payer, payee sdk.AccAddress) (uint64, error) {
	waiting, err := k.queueTotals.Has(ctx, payment.Bank)
	if err != nil {
		return 0, err
	}
	if !waiting {
		cached, write := branch.Begin(ctx)
		err := k.bankKeeper.SendCoins(cached, payer, payee, sdk.NewCoins(payment.Amount))
		if err == nil {
			write()
			return 0, nil
		}
		if !errors.Is(err, types.ErrInsufficientLiquidity) {
			return 0, err
		}
	}
	return k.enqueue(ctx, payment, payer, payee)
}

// enqueue counts a payment against its payer's limits, holds its yen and puts it last in its bank's queue.
func (k *Keeper) enqueue(ctx context.Context, payment types.QueuedPayment, payer, payee sdk.AccAddress) (uint64, error) {
	if err := k.registry.AdmitPayment(ctx, payer, payee, payment.Amount); err != nil {
		return 0, err
	}
	id, err := k.nextPayment.Next(ctx)
	if err != nil {
		return 0, err
	}
	payment.Id = id
	payment.HoldId, err = k.hold.PlaceUntil(ctx, payer, payment.Amount, types.QueuePurpose(id), payment.ExpiresAt)
	if err != nil {
		return 0, err
	}
	if err := k.insertPayment(ctx, payment); err != nil {
		return 0, err
	}
	// It may be what others wait for: it pays one of them.
	if err := k.dirtyBanks.Set(ctx, payment.Bank); err != nil {
		return 0, err
	}
	return id, event.Emit(ctx, &types.EventPaymentQueued{
		Id: id, Bank: payment.Bank, Payer: payment.Payer, Payee: payment.Payee, Amount: payment.Amount.Amount,
		Reference: payment.Reference, ExpiresAt: payment.ExpiresAt,
	})
}

// cancel takes a payment out of its queue and gives its yen back.
func (k *Keeper) cancel(ctx context.Context, payment types.QueuedPayment) error {
	if err := k.takeBack(ctx, payment); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventQueuedPaymentCancelled{
		Id: payment.Id, Bank: payment.Bank, Payer: payment.Payer, Reference: payment.Reference,
	})
}

// expire takes a payment out of its queue whose time is over before x/hold has come to its hold.
func (k *Keeper) expire(ctx context.Context, payment types.QueuedPayment) error {
	if err := k.takeBack(ctx, payment); err != nil {
		return err
	}
	return event.Emit(ctx, expired(payment))
}

// giveBack takes a payment out of its queue that its payee cannot take, so that it holds up nobody behind it.
func (k *Keeper) giveBack(ctx context.Context, payment types.QueuedPayment, reason error) error {
	if err := k.takeBack(ctx, payment); err != nil {
		return err
	}
	codespace, code, _ := errorsmod.ABCIInfo(reason, false)
	return event.Emit(ctx, &types.EventQueuedPaymentReturned{
		Id: payment.Id, Bank: payment.Bank, Payer: payment.Payer, Reference: payment.Reference,
		Codespace: codespace, Code: code,
	})
}

func (k *Keeper) takeBack(ctx context.Context, payment types.QueuedPayment) error {
	if err := k.hold.Release(ctx, payment.HoldId); err != nil {
		return err
	}
	return k.removePayment(ctx, payment)
}

// HoldExpired takes a payment out of its queue whose hold has gone back to the payer because its time was over.
func (k *Keeper) HoldExpired(ctx context.Context, hold holdtypes.Hold) error {
	id, err := strconv.ParseUint(strings.TrimPrefix(hold.Purpose, types.QueuePurposePrefix), 10, 64)
	if err != nil {
		return errorsmod.Wrapf(types.ErrPaymentNotFound, "expected the purpose of a queued payment, got %q", hold.Purpose)
	}
	payment, err := k.GetQueuedPayment(ctx, id)
	if err != nil {
		return err
	}
	if err := k.removePayment(ctx, payment); err != nil {
		return err
	}
	return event.Emit(ctx, expired(payment))
}

func expired(payment types.QueuedPayment) *types.EventQueuedPaymentExpired {
	return &types.EventQueuedPaymentExpired{
		Id: payment.Id, Bank: payment.Bank, Payer: payment.Payer, Reference: payment.Reference,
	}
}

// insertPayment writes a payment that waits, and counts it.
func (k *Keeper) insertPayment(ctx context.Context, payment types.QueuedPayment) error {
	total, err := k.queueTotal(ctx, payment.Bank)
	if err != nil {
		return err
	}
	total.Count++
	total.Amount = total.Amount.Add(payment.Amount.Amount)
	if err := k.queueTotals.Set(ctx, payment.Bank, total); err != nil {
		return err
	}
	if err := k.queueBanks.Set(ctx, payment.Id, payment.Bank); err != nil {
		return err
	}
	return k.queue.Set(ctx, collections.Join(payment.Bank, payment.Id), payment)
}

// removePayment forgets a payment that waits no more. Its bank may be able to settle the one behind it.
func (k *Keeper) removePayment(ctx context.Context, payment types.QueuedPayment) error {
	total, err := k.queueTotal(ctx, payment.Bank)
	if err != nil {
		return err
	}
	total.Count--
	total.Amount = total.Amount.Sub(payment.Amount.Amount)
	if err := k.setQueueTotal(ctx, payment.Bank, total); err != nil {
		return err
	}
	if err := k.queueBanks.Remove(ctx, payment.Id); err != nil {
		return err
	}
	return k.queue.Remove(ctx, collections.Join(payment.Bank, payment.Id))
}

// setQueueTotal stores what is left of a bank's queue, which is looked at again unless nothing is.
func (k *Keeper) setQueueTotal(ctx context.Context, bank string, total types.QueueTotal) error {
	if total.Count == 0 {
		if err := k.dirtyBanks.Remove(ctx, bank); err != nil {
			return err
		}
		return k.queueTotals.Remove(ctx, bank)
	}
	if err := k.dirtyBanks.Set(ctx, bank); err != nil {
		return err
	}
	return k.queueTotals.Set(ctx, bank, total)
}

func (k *Keeper) queueTotal(ctx context.Context, bank string) (types.QueueTotal, error) {
	total, err := k.queueTotals.Get(ctx, bank)
	if errors.Is(err, collections.ErrNotFound) {
		return types.NewQueueTotal(), nil
	}
	return total, err
}

// markDirty notes that a bank may be able to settle more than before, if anything waits for it.
func (k *Keeper) markDirty(ctx context.Context, bank string) error {
	waiting, err := k.queueTotals.Has(ctx, bank)
	if err != nil || !waiting {
		return err
	}
	return k.dirtyBanks.Set(ctx, bank)
}

// markAllDirty notes that every bank may be able to settle more than before.
func (k *Keeper) markAllDirty(ctx context.Context) error {
	banks, err := k.queueingBanks(ctx)
	if err != nil {
		return err
	}
	for _, bank := range banks {
		if err := k.dirtyBanks.Set(ctx, bank); err != nil {
			return err
		}
	}
	return nil
}

// queueingBanks returns the banks for which payments wait, ascending.
func (k *Keeper) queueingBanks(ctx context.Context) ([]string, error) {
	var banks []string
	err := k.queueTotals.Walk(ctx, nil, func(bank string, _ types.QueueTotal) (bool, error) {
		banks = append(banks, bank)
		return false, nil
	})
	return banks, err
}

// headsOf returns the first payments that wait for a bank, at most so many.
func (k *Keeper) headsOf(ctx context.Context, bank string, limit int) ([]types.QueuedPayment, error) {
	var heads []types.QueuedPayment
	ofBank := collections.NewPrefixedPairRange[string, uint64](bank)
	err := k.queue.Walk(ctx, ofBank, func(_ collections.Pair[string, uint64], payment types.QueuedPayment) (bool, error) {
		heads = append(heads, payment)
		return len(heads) >= limit, nil
	})
	return heads, err
}

// useReference refuses a reference that a payer has used before.
func (k *Keeper) useReference(ctx context.Context, payer sdk.AccAddress, reference string) error {
	used, err := k.paymentReferences.Has(ctx, collections.Join(payer, reference))
	if err != nil {
		return err
	}
	if used {
		return errorsmod.Wrapf(types.ErrReferenceUsed,
			"expected a reference that %s has not used, got %s; choose a new one", payer, reference)
	}
	return nil
}

// payeeBank returns the bank of a payment's payee now.
func (k *Keeper) payeeBank(ctx context.Context, payment types.QueuedPayment) (string, error) {
	address, err := registrytypes.ParseAddress(payment.Payee)
	if err != nil {
		return "", err
	}
	account, err := k.registry.GetAccount(ctx, address)
	return account.Bank, err
}
