package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// roomNow returns what a bank's position may still do in the open cycle.
func (k *Keeper) roomNow(ctx context.Context, bank string) (room, error) {
	cycle, err := k.openNumber.Get(ctx)
	if err != nil {
		return room{}, err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return room{}, err
	}
	participant, err := k.participant(ctx, bank)
	if err != nil {
		return room{}, err
	}
	return k.roomOf(ctx, params, cycle, participant)
}

// Headroom returns how much more a bank can send in positions, below zero if it may not even send what it has, and whether
// the bank has failed.
func (k *Keeper) Headroom(ctx context.Context, bank string) (headroom math.Int, failed bool, err error) {
	room, err := k.roomNow(ctx, bank)
	if err != nil {
		return math.Int{}, false, err
	}
	participant, err := k.participant(ctx, bank)
	return room.headroom(), participant.IsFailed(), err
}

// OpenCycleNumber returns the number of the open cycle.
func (k *Keeper) OpenCycleNumber(ctx context.Context) (uint64, error) {
	return k.openNumber.Get(ctx)
}

// RoomGrew has the queue of a bank looked at, because part of its cap is no longer set aside.
func (k *Keeper) RoomGrew(ctx context.Context, bank string) error {
	return k.markDirty(ctx, bank)
}

// changeCap changes one of a bank's caps. A cap below the present debit only blocks new debits.
func (k *Keeper) changeCap(ctx context.Context, bank string, change func(*types.Participant)) error {
	if err := k.updateParticipant(ctx, bank, change); err != nil {
		return err
	}
	participant, err := k.participant(ctx, bank)
	if err != nil {
		return err
	}
	if err := k.markDirty(ctx, bank); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventNetDebitCapChanged{
		Bank: bank, NetDebitCap: participant.NetDebitCap, OwnCap: participant.OwnCap,
	})
}

// setParams replaces the parameters. Changed cut-offs move the open cycle's, and more room lets queues go on.
func (k *Keeper) setParams(ctx context.Context, params types.Params) error {
	if err := k.params.Set(ctx, params); err != nil {
		return err
	}
	if err := k.reschedule(ctx); err != nil {
		return err
	}
	if err := k.markAllDirty(ctx); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventParamsUpdated{Params: params})
}

// setHolidays changes the calendar and moves the open cycle's cut-off. Days are ascending.
func (k *Keeper) setHolidays(ctx context.Context, add, remove []string) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	removed, err := parseDates(remove)
	if err != nil {
		return err
	}
	for i, day := range removed {
		known, err := k.holidays.Has(ctx, day)
		if err != nil {
			return err
		}
		if !known {
			return types.ErrInvalidCalendar.Wrapf("expected a holiday to remove, got %s; query the calendar", remove[i])
		}
		if err := k.holidays.Remove(ctx, day); err != nil {
			return err
		}
	}
	added, err := parseDates(add)
	if err != nil {
		return err
	}
	for i, day := range added {
		known, err := k.holidays.Has(ctx, day)
		if err != nil {
			return err
		}
		if known {
			return types.ErrInvalidCalendar.Wrapf("expected a day that is no holiday yet, got %s", add[i])
		}
		if err := k.holidays.Set(ctx, day); err != nil {
			return err
		}
	}
	calendar := k.calendar(ctx, params)
	for _, day := range added {
		if err := calendar.CheckRun(day); err != nil {
			return err
		}
	}
	if err := k.reschedule(ctx); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventHolidaysChanged{Added: add, Removed: remove})
}

// parseDates decodes dates in ascending order.
func parseDates(dates []string) ([]int64, error) {
	if len(dates) > types.HolidaysPerMessage {
		return nil, types.ErrInvalidCalendar.Wrapf("expected at most %d dates in one list, got %d", types.HolidaysPerMessage, len(dates))
	}
	days := make([]int64, len(dates))
	for i, date := range dates {
		day, err := types.ParseDate(date)
		if err != nil {
			return nil, err
		}
		if i > 0 && day <= days[i-1] {
			return nil, types.ErrInvalidCalendar.Wrapf("expected dates in ascending order, got %s after %s", date, dates[i-1])
		}
		days[i] = day
	}
	return days, nil
}

// setLossShares replaces the loss-sharing key.
func (k *Keeper) setLossShares(ctx context.Context, shares []types.LossShare) error {
	if err := k.lossShares.Clear(ctx, nil); err != nil {
		return err
	}
	for _, share := range shares {
		if err := k.requireBank(ctx, share.Bank); err != nil {
			return err
		}
		if err := k.lossShares.Set(ctx, share.Bank, share); err != nil {
			return err
		}
	}
	return event.Emit(ctx, &types.EventLossSharingKeySet{Shares: shares})
}

// Position returns what one bank has in the open cycle and what it may still do.
func (k *Keeper) Position(ctx context.Context, bank string) (types.BankPosition, error) {
	room, err := k.roomNow(ctx, bank)
	if err != nil {
		return types.BankPosition{}, err
	}
	participant, err := k.participant(ctx, bank)
	if err != nil {
		return types.BankPosition{}, err
	}
	queued, err := k.queueTotal(ctx, bank)
	if err != nil {
		return types.BankPosition{}, err
	}
	return types.BankPosition{
		Bank: bank, Status: participant.Status, Position: room.position, Cap: room.cap, Owed: room.owed,
		Reserved: room.reserved,
		Headroom: math.MaxInt(room.headroom(), math.ZeroInt()), Reserve: k.Reserve(ctx, bank), Pledge: k.Pledge(ctx, bank),
		QueuedCount: queued.Count, Queued: queued.Amount,
	}, nil
}
