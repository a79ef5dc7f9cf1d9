package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/clearing/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// MissedCyclesPerBlock bounds how many cut-offs that a halt has missed get a cycle of their own.
const MissedCyclesPerBlock = 100

// BeginBlock enforces obligations that are due, and then closes the open cycle if its cut-off has come: a bank's reserve
// is for its older debts first.
func (k *Keeper) BeginBlock(ctx context.Context) error {
	if err := k.enforceDue(ctx); err != nil {
		return errorsmod.Wrap(err, "enforce obligations")
	}
	return errorsmod.Wrap(k.closeDue(ctx), "close the cycle")
}

// closeDue closes the open cycle at its cut-off. Cut-offs that the zone has missed close with it: the first takes all
// flows, the others are recorded without any, and the next cycle opens for the first cut-off to come.
func (k *Keeper) closeDue(ctx context.Context) error {
	open, err := k.OpenCycle(ctx)
	if err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	if now.Before(open.ScheduledFor) {
		return nil
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if err := k.close(ctx, params, open); err != nil {
		return err
	}
	calendar := k.calendar(ctx, params)
	last := open
	for missed := 0; ; missed++ {
		next, err := calendar.Next(last.ScheduledFor)
		if err != nil {
			return err
		}
		if next.After(now) {
			return k.open(ctx, types.NewCycle(last.Number+1, now, next))
		}
		if missed == MissedCyclesPerBlock {
			return k.skip(ctx, calendar, last)
		}
		last = types.NewCycle(last.Number+1, last.ScheduledFor, next)
		last.Missed = true
		if err := k.storeClosed(ctx, last); err != nil {
			return err
		}
	}
}

// skip goes on after a halt that missed more cut-offs than one block records.
func (k *Keeper) skip(ctx context.Context, calendar types.Calendar, last types.Cycle) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	next, err := calendar.Next(now)
	if err != nil {
		return err
	}
	if err := event.Emit(ctx, &types.EventCutOffsSkipped{RecordedUntil: last.ScheduledFor, Next: next}); err != nil {
		return err
	}
	return k.open(ctx, types.NewCycle(last.Number+1, now, next))
}

// open lets flows enter a new cycle. Every debit starts from zero, so whatever waits may go on now.
func (k *Keeper) open(ctx context.Context, cycle types.Cycle) error {
	if err := k.storeOpen(ctx, cycle); err != nil {
		return err
	}
	return k.markAllDirty(ctx)
}

// close nets a cycle: banks that owe pay from their reserves, banks that are owed get what came in, and what is missing
// becomes obligations. It reads one row per bank; the rows per pair of banks stay as they are.
func (k *Keeper) close(ctx context.Context, params types.Params, cycle types.Cycle) error {
	positions, err := k.positionsOf(ctx, cycle.Number)
	if err != nil {
		return err
	}
	nets := make([]net, len(positions))
	for i, position := range positions {
		nets[i] = newNet(position.Bank, position.Net())
		cycle.Gross = cycle.Gross.Add(position.Sent)
	}
	if err := k.settleNets(ctx, nets); err != nil {
		return err
	}
	cycle.Banks = uint32(len(nets)) // #nosec G115 -- as many as there are banks
	for i, settled := range nets {
		positions[i].Moved, positions[i].Left = settled.moved, settled.left
		if err := k.storeSettled(ctx, positions[i]); err != nil {
			return err
		}
		if settled.amount.IsPositive() {
			cycle.Net = cycle.Net.Add(settled.amount)
			cycle.ReserveMoved = cycle.ReserveMoved.Add(settled.moved)
			cycle.Obligations = cycle.Obligations.Add(settled.left)
		}
	}
	due := sdk.UnwrapSDKContext(ctx).BlockTime().Add(params.ObligationDue)
	if err := k.createObligations(ctx, nets, types.Obligation{Cycle: cycle.Number, DueAt: due}); err != nil {
		return err
	}
	return k.storeClosed(ctx, cycle)
}

func (k *Keeper) storeSettled(ctx context.Context, position types.CyclePosition) error {
	if err := k.positions.Set(ctx, collections.Join(position.Cycle, position.Bank), position); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPositionSettled{
		Cycle: position.Cycle, Bank: position.Bank, Position: position.Net(), Moved: position.Moved, Left: position.Left,
	})
}

func (k *Keeper) storeOpen(ctx context.Context, cycle types.Cycle) error {
	if err := k.openNumber.Set(ctx, cycle.Number); err != nil {
		return err
	}
	return k.cycles.Set(ctx, cycle.Number, cycle)
}

func (k *Keeper) storeClosed(ctx context.Context, cycle types.Cycle) error {
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	cycle.ClosedAt = &now
	if err := k.cycles.Set(ctx, cycle.Number, cycle); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventCycleClosed{
		Cycle: cycle.Number, BusinessDate: cycle.BusinessDate, Missed: cycle.Missed, Banks: cycle.Banks,
		Gross: cycle.Gross, Net: cycle.Net, ReserveMoved: cycle.ReserveMoved, Obligations: cycle.Obligations,
	})
}

// reschedule gives the open cycle the next cut-off of a changed calendar.
func (k *Keeper) reschedule(ctx context.Context) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	open, err := k.OpenCycle(ctx)
	if err != nil {
		return err
	}
	next, err := k.calendar(ctx, params).Next(sdk.UnwrapSDKContext(ctx).BlockTime())
	if err != nil {
		return err
	}
	open.ScheduledFor, open.BusinessDate = next, types.BusinessDate(next)
	return k.storeOpen(ctx, open)
}

func (k *Keeper) calendar(ctx context.Context, params types.Params) types.Calendar {
	return types.Calendar{
		CutOffs:   params.CutOffs,
		IsHoliday: func(day int64) (bool, error) { return k.holidays.Has(ctx, day) },
	}
}

// OpenCycle returns the cycle that flows enter now.
func (k *Keeper) OpenCycle(ctx context.Context) (types.Cycle, error) {
	number, err := k.openNumber.Get(ctx)
	if err != nil {
		return types.Cycle{}, err
	}
	return k.cycles.Get(ctx, number)
}

// GetCycle returns a cycle, open or closed, or ErrCycleNotFound.
func (k *Keeper) GetCycle(ctx context.Context, number uint64) (types.Cycle, error) {
	cycle, err := k.cycles.Get(ctx, number)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Cycle{}, errorsmod.Wrapf(types.ErrCycleNotFound, "expected the number of a cycle, got %d; list cycles for those there are", number)
	}
	return cycle, err
}

// positionsOf returns the positions of one cycle in ascending order of bank.
func (k *Keeper) positionsOf(ctx context.Context, cycle uint64) ([]types.CyclePosition, error) {
	var positions []types.CyclePosition
	ofCycle := collections.NewPrefixedPairRange[uint64, string](cycle)
	err := k.positions.Walk(ctx, ofCycle, func(_ collections.Pair[uint64, string], position types.CyclePosition) (bool, error) {
		positions = append(positions, position)
		return false, nil
	})
	return positions, err
}

// dueAt returns when what is created now is due.
func (k *Keeper) dueAt(ctx context.Context) (time.Time, error) {
	params, err := k.params.Get(ctx)
	return sdk.UnwrapSDKContext(ctx).BlockTime().Add(params.ObligationDue), err
}

// net is what one bank gets, or below zero pays, in a settlement among several.
type net struct {
	bank   string
	amount math.Int
	// moved and left sum to amount: what was settled in reserve, and what was not.
	moved, left math.Int
}

func newNet(bank string, amount math.Int) net {
	return net{bank: bank, amount: amount, moved: math.ZeroInt(), left: amount}
}
