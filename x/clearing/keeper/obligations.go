package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// GetObligation returns an obligation, or ErrObligationNotFound.
func (k *Keeper) GetObligation(ctx context.Context, id uint64) (types.Obligation, error) {
	obligation, err := k.obligations.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Obligation{}, errorsmod.Wrapf(types.ErrObligationNotFound,
			"expected the id of an obligation, got %d; list obligations for those there are", id)
	}
	return obligation, err
}

// openObligation returns an obligation that waits to be met, ErrObligationNotFound or ErrObligationEnded.
func (k *Keeper) openObligation(ctx context.Context, id uint64) (types.Obligation, error) {
	obligation, err := k.GetObligation(ctx, id)
	if err != nil {
		return types.Obligation{}, err
	}
	if !obligation.IsOpen() {
		return types.Obligation{}, errorsmod.Wrapf(types.ErrObligationEnded,
			"%s: expected it open, got %s", obligation.Name(), obligation.Status)
	}
	return obligation, nil
}

// payObligation pays an open obligation from its debtor's reserve, which must have the whole amount.
func (k *Keeper) payObligation(ctx context.Context, obligation types.Obligation) error {
	if err := k.collect(ctx, obligation.Debtor, obligation.Amount); err != nil {
		return err
	}
	if err := k.payCreditors(ctx, obligation, obligation.Credits()); err != nil {
		return err
	}
	return k.endObligation(ctx, obligation, types.ObligationStatusSettled)
}

// confirmObligation issues the creditors of an open obligation reserve for what its debtor has paid outside of the zone.
func (k *Keeper) confirmObligation(ctx context.Context, obligation types.Obligation) error {
	if err := k.issue(ctx, obligation.Amount); err != nil {
		return err
	}
	if err := k.payCreditors(ctx, obligation, obligation.Credits()); err != nil {
		return err
	}
	return k.endObligation(ctx, obligation, types.ObligationStatusConfirmed)
}

// payCreditors pays an obligation's creditors out of the pot, and lets their queues go on.
func (k *Keeper) payCreditors(ctx context.Context, obligation types.Obligation, amounts []math.Int) error {
	for i, credit := range obligation.Creditors {
		if err := k.distribute(ctx, credit.Bank, amounts[i]); err != nil {
			return err
		}
		if err := k.markDirty(ctx, credit.Bank); err != nil {
			return err
		}
	}
	return nil
}

// endObligation gives an open obligation its final status; its debtor owes it no more.
func (k *Keeper) endObligation(ctx context.Context, obligation types.Obligation, status types.ObligationStatus) error {
	if err := k.obligationsDue.Remove(ctx, dueKey(obligation)); err != nil {
		return err
	}
	if err := k.obligationsByDebtor.Remove(ctx, debtorKey(obligation)); err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	obligation.Status, obligation.EndedAt = status, &now
	if err := k.storeObligation(ctx, obligation); err != nil {
		return err
	}
	err := k.updateParticipant(ctx, obligation.Debtor, func(participant *types.Participant) {
		participant.Owed = participant.Owed.Sub(obligation.Amount)
	})
	if err != nil {
		return err
	}
	if err := k.markDirty(ctx, obligation.Debtor); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventObligationEnded{
		Id: obligation.Id, Debtor: obligation.Debtor, Amount: obligation.Amount, Status: status,
	})
}

// storeObligation writes an obligation and its index entries.
func (k *Keeper) storeObligation(ctx context.Context, obligation types.Obligation) error {
	if obligation.IsOpen() {
		if err := k.obligationsDue.Set(ctx, dueKey(obligation)); err != nil {
			return err
		}
	}
	if err := k.obligationsByCycle.Set(ctx, collections.Join(obligation.Cycle, obligation.Id)); err != nil {
		return err
	}
	if err := k.obligationsByDebtor.Set(ctx, debtorKey(obligation)); err != nil {
		return err
	}
	return k.obligations.Set(ctx, obligation.Id, obligation)
}

func dueKey(obligation types.Obligation) collections.Pair[int64, uint64] {
	return collections.Join(obligation.DueAt.UnixNano(), obligation.Id)
}

func debtorKey(obligation types.Obligation) collections.Triple[string, int32, uint64] {
	return collections.Join3(obligation.Debtor, int32(obligation.Status), obligation.Id)
}
