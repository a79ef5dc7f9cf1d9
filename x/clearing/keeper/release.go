package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// EndBlock settles queued payments that the block has made room for: first one after the other, then, of those that
// cannot go alone, some together.
func (k *Keeper) EndBlock(ctx context.Context) error {
	dirty, err := k.dirtyInTurn(ctx)
	if err != nil || len(dirty) == 0 {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	rested, err := k.releaseInTurn(ctx, dirty, int(params.QueueAttemptsPerBlock))
	if err != nil {
		return errorsmod.Wrap(err, "release queued payments")
	}
	// While single payments still go, the next block carries on with them.
	if !rested || params.QueueOffsetMax == 0 {
		return nil
	}
	return errorsmod.Wrap(k.offset(ctx, params), "offset queued payments")
}

// dirtyInTurn returns the banks whose queues are to be looked at, beginning behind the one that was looked at last.
func (k *Keeper) dirtyInTurn(ctx context.Context) ([]string, error) {
	var banks []string
	err := k.dirtyBanks.Walk(ctx, nil, func(bank string) (bool, error) {
		banks = append(banks, bank)
		return false, nil
	})
	if err != nil || len(banks) == 0 {
		return nil, err
	}
	last, err := k.lastServed.Get(ctx)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return nil, err
	}
	first, found := slices.BinarySearch(banks, last)
	if found {
		first++
	}
	return slices.Concat(banks[first:], banks[:first]), nil
}

// releaseInTurn looks at the head of each bank's queue in turn and pays it if the bank can settle it, until no head can go
// or the attempts are used up. It says whether it came to rest.
func (k *Keeper) releaseInTurn(ctx context.Context, ring []string, attempts int) (bool, error) {
	for ; len(ring) > 0 && attempts > 0; attempts-- {
		bank := ring[0]
		ring = ring[1:]
		if err := k.lastServed.Set(ctx, bank); err != nil {
			return false, err
		}
		moved, payee, err := k.releaseHead(ctx, bank)
		if err != nil {
			return false, err
		}
		if !moved {
			if err := k.dirtyBanks.Remove(ctx, bank); err != nil {
				return false, err
			}
			continue
		}
		for _, again := range []string{bank, payee} {
			dirty, err := k.dirtyBanks.Has(ctx, again)
			if err != nil {
				return false, err
			}
			if dirty && !slices.Contains(ring, again) {
				ring = append(ring, again)
			}
		}
	}
	return len(ring) == 0, nil
}

// releaseHead pays the head of a bank's queue if the bank can settle it. It says whether the head is gone, and which
// bank was paid.
func (k *Keeper) releaseHead(ctx context.Context, bank string) (bool, string, error) {
	heads, err := k.headsOf(ctx, bank, 1)
	if err != nil || len(heads) == 0 {
		return false, "", err
	}
	head := heads[0]
	if !sdk.UnwrapSDKContext(ctx).BlockTime().Before(head.ExpiresAt) {
		return true, bank, k.expire(ctx, head)
	}
	payeeBank, err := k.payeeBank(ctx, head)
	if err != nil {
		return false, "", err
	}
	// Asked before the capture, because most heads that wait cannot go yet and a capture costs much more.
	if payeeBank != bank {
		cycle, err := k.openNumber.Get(ctx)
		if err != nil {
			return false, "", err
		}
		_, err = k.choose(ctx, cycle, bank, payeeBank, head.Amount.Amount)
		if waits(err) {
			return false, "", nil
		}
		if err != nil {
			return false, "", err
		}
	}
	cached, write := branch.Begin(ctx)
	err = k.capture(cached, head, false)
	switch {
	case err == nil:
		write()
		return true, payeeBank, nil
	case waits(err):
		return false, "", nil
	default:
		return true, bank, k.giveBack(ctx, head, err)
	}
}

// waits says whether a payment that fails with an error may go later.
func waits(err error) bool {
	return errors.Is(err, types.ErrInsufficientLiquidity) || errors.Is(err, types.ErrBankStopped)
}

// capture pays a queued payment out of its hold; the flow is settled on the way.
func (k *Keeper) capture(ctx context.Context, payment types.QueuedPayment, offset bool) error {
	payee, err := registrytypes.ParseAddress(payment.Payee)
	if err != nil {
		return err
	}
	if err := k.hold.Capture(ctx, payment.HoldId, holdtypes.Payout{Payee: payee, Amount: payment.Amount}); err != nil {
		return err
	}
	if err := k.removePayment(ctx, payment); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventQueuedPaymentPaid{
		Id: payment.Id, Bank: payment.Bank, Payer: payment.Payer, Payee: payment.Payee,
		Amount: payment.Amount.Amount, Reference: payment.Reference, Offset: offset,
	})
}
