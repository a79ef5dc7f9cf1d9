package keeper

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// scheduleStore has schedules by (payer, reference).
type scheduleStore struct {
	schedules collections.Map[accountReference, types.Schedule]
	// byStatus lists schedules as (payer, status, reference).
	byStatus collections.KeySet[collections.Triple[sdk.AccAddress, int32, string]]
	// due lists active schedules as (time of the next try, payer, reference).
	due collections.KeySet[timedReference]
}

func newScheduleStore(builder *collections.SchemaBuilder, cdc codec.BinaryCodec) scheduleStore {
	return scheduleStore{
		schedules: collections.NewMap(builder, types.SchedulesPrefix, "schedules",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), codec.CollValue[types.Schedule](cdc)),
		byStatus: collections.NewKeySet(builder, types.SchedulesByStatusPrefix, "schedules_by_status",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.Int32Key, collections.StringKey)),
		due: collections.NewKeySet(builder, types.SchedulesDuePrefix, "schedules_due",
			collections.TripleKeyCodec(collections.Int64Key, sdk.AccAddressKey, collections.StringKey)),
	}
}

// GetSchedule returns the schedule that a payer made under a reference, or ErrScheduleNotFound.
func (k *Keeper) GetSchedule(ctx context.Context, payer sdk.AccAddress, reference string) (types.Schedule, error) {
	schedule, err := k.schedules.schedules.Get(ctx, collections.Join(payer, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Schedule{}, types.ErrScheduleNotFound.Wrapf(
			"expected a schedule of %s, got reference %q; list the payer's schedules for those in use", payer, reference)
	}
	return schedule, err
}

// add writes a schedule and its index entries.
func (s scheduleStore) add(ctx context.Context, payer sdk.AccAddress, schedule types.Schedule) error {
	if err := s.byStatus.Set(ctx, collections.Join3(payer, int32(schedule.Status), schedule.Reference)); err != nil {
		return err
	}
	if schedule.Status == types.ScheduleStatusActive {
		if err := s.due.Set(ctx, collections.Join3(schedule.NextAt.UnixNano(), payer, schedule.Reference)); err != nil {
			return err
		}
	}
	return s.schedules.Set(ctx, collections.Join(payer, schedule.Reference), schedule)
}

// replace writes an active schedule after a change, which moves it in the indexes.
func (s scheduleStore) replace(ctx context.Context, payer sdk.AccAddress, before, after types.Schedule) error {
	if err := s.byStatus.Remove(ctx, collections.Join3(payer, int32(before.Status), before.Reference)); err != nil {
		return err
	}
	if err := s.due.Remove(ctx, collections.Join3(before.NextAt.UnixNano(), payer, before.Reference)); err != nil {
		return err
	}
	return s.add(ctx, payer, after)
}

// schedule stores a new schedule.
func (k *Keeper) schedule(ctx context.Context, payer sdk.AccAddress, schedule types.Schedule) error {
	used, err := k.schedules.schedules.Has(ctx, collections.Join(payer, schedule.Reference))
	if err != nil {
		return err
	}
	if used {
		return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used for a schedule, got %q; choose a new one", payer, schedule.Reference)
	}
	active := 0
	ofPayer := collections.NewSuperPrefixedTripleRange[sdk.AccAddress, int32, string](payer, int32(types.ScheduleStatusActive))
	err = k.schedules.byStatus.Walk(ctx, ofPayer, func(collections.Triple[sdk.AccAddress, int32, string]) (bool, error) {
		active++
		return active == types.MaxSchedules, nil
	})
	if err != nil {
		return err
	}
	if active == types.MaxSchedules {
		return types.ErrTooManySchedules.Wrapf("expected fewer than %d active schedules of %s, got %d; cancel one first", types.MaxSchedules, payer, active)
	}
	if err := k.schedules.add(ctx, payer, schedule); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentScheduled{
		Payer: schedule.Payer, Schedule: schedule.Reference, Payee: schedule.Payee, Amount: schedule.Amount,
		FirstAt: schedule.FirstAt, Every: schedule.Every, Count: schedule.Count, EndsAt: schedule.EndsAt,
	})
}

// cancelSchedule ends a schedule for its payer.
func (k *Keeper) cancelSchedule(ctx context.Context, payer sdk.AccAddress, schedule types.Schedule) error {
	if schedule.Status != types.ScheduleStatusActive {
		return types.ErrScheduleEnded.Wrapf("%s: expected it active, got %s", schedule.Name(), schedule.Status.Word())
	}
	after := schedule
	after.Status = types.ScheduleStatusCancelled
	if err := k.schedules.replace(ctx, payer, schedule, after); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventScheduleCancelled{
		Payer: after.Payer, Schedule: after.Reference, Payee: after.Payee, Paid: after.Paid, Failed: after.Failed,
	})
}

// RunSchedules tries the scheduled payments whose time has come, the oldest first and at most types.MaxScheduledPaymentsPerBlock of
// them. It is called once per block. A payment that fails, or panics, stops neither the others nor the chain.
func (k *Keeper) RunSchedules(ctx context.Context) error {
	due, err := firstDue(ctx, k.schedules.due, types.MaxScheduledPaymentsPerBlock)
	if err != nil {
		return err
	}
	for _, key := range due {
		payer := key.K2()
		schedule, err := k.GetSchedule(ctx, payer, key.K3())
		if err != nil {
			return err
		}
		if err := k.runSchedule(ctx, payer, schedule); err != nil {
			return errorsmod.Wrap(err, schedule.Name())
		}
	}
	return nil
}

// runSchedule tries the next payment of a schedule and writes down what became of it.
func (k *Keeper) runSchedule(ctx context.Context, payer sdk.AccAddress, schedule types.Schedule) error {
	var after types.Schedule
	var told sdk.Msg
	if failure := k.tryScheduled(ctx, schedule); failure == nil {
		after = schedule.WithPaid()
		told = &types.EventScheduledPaymentMade{
			Payer: schedule.Payer, Schedule: schedule.Reference, Payee: schedule.Payee, Number: schedule.Next, Amount: schedule.Amount,
		}
	} else {
		codespace, code, _ := errorsmod.ABCIInfo(failure, false)
		var again bool
		// A closed account never opens again.
		after, again = schedule.WithFailure(blockTime(ctx), codespace, code, errors.Is(failure, registrytypes.ErrAccountClosed))
		if again {
			told = &types.EventScheduledPaymentDelayed{
				Payer: schedule.Payer, Schedule: schedule.Reference, Payee: schedule.Payee, Number: schedule.Next,
				Codespace: codespace, Code: code, NextAt: after.NextAt,
			}
		} else {
			told = &types.EventScheduledPaymentFailed{
				Payer: schedule.Payer, Schedule: schedule.Reference, Payee: schedule.Payee, Number: schedule.Next,
				Codespace: codespace, Code: code, Attempts: schedule.Attempts + 1,
			}
		}
	}
	if err := k.schedules.replace(ctx, payer, schedule, after); err != nil {
		return err
	}
	if err := event.Emit(ctx, told); err != nil {
		return err
	}
	if after.Status != types.ScheduleStatusCompleted {
		return nil
	}
	return event.Emit(ctx, &types.EventScheduleCompleted{
		Payer: after.Payer, Schedule: after.Reference, Payee: after.Payee, Paid: after.Paid, Failed: after.Failed,
	})
}

// tryScheduled makes the next payment of a schedule, or changes nothing and returns why it could not be made.
func (k *Keeper) tryScheduled(ctx context.Context, schedule types.Schedule) (failure error) {
	cached, write := branch.Begin(ctx)
	defer func() {
		if cause := recover(); cause != nil {
			sdk.UnwrapSDKContext(ctx).Logger().Error("scheduled payment panicked", "schedule", schedule.Name(), "cause", cause)
			failure = types.ErrPaymentPanicked.Wrapf("%s: %s", schedule.Name(), fmt.Sprint(cause))
		}
	}()
	payer, payee, err := partiesOf(schedule.Payer, schedule.Payee)
	if err != nil {
		return err
	}
	_, err = k.Pay(cached, types.Payment{
		Payer: payer, Payee: payee, Amount: schedule.Amount,
		Reference: types.NumberedReference(schedule.Reference, int(schedule.Next)),
		Invoice:   schedule.Invoice, MemoHash: schedule.MemoHash, MaxFee: schedule.MaxFee, Method: types.PaymentMethodSchedule,
	})
	if err != nil {
		return err
	}
	write()
	return nil
}
