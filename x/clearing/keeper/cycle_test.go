package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/clearing/keeper"
	"github.com/azukari-network/azukari/x/clearing/types"
)

// japan returns a time of 2026 in Japan time.
func japan(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, time.FixedZone("JST", 9*60*60)).UTC()
}

func TestCloseFromReserves(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.issue(alpha, 500)
	w.issue(gamma, 50)
	w.mustPay(alpha, beta, 300)
	w.mustPay(beta, delta, 100)
	w.mustPay(gamma, beta, 40)
	w.mustPay(delta, alpha, 20)
	w.requirePositions(-280, 240, 80, -40)

	closed := w.close()
	require.Equal(t, japan(4, 1, 9, 30), *closed.ClosedAt)
	require.Equal(t, "2026-04-01", closed.BusinessDate)
	require.Equal(t, types.Cycle{
		Number: 1, OpenedAt: keepertest.Start, ScheduledFor: japan(4, 1, 9, 30), ClosedAt: closed.ClosedAt,
		BusinessDate: "2026-04-01", Banks: 4,
		Gross: amount(460), Net: amount(320), ReserveMoved: amount(320), Obligations: amount(0),
	}, closed)
	w.requireReserves(220, 240, 80, 10)
	w.requirePositions(0, 0, 0, 0)
	require.Empty(t, w.obligations())
	keepertest.RequireEvent(t, w.Ctx, &types.EventPositionSettled{
		Cycle: 1, Bank: alpha, Position: amount(-280), Moved: amount(-280), Left: amount(0),
	})
	keepertest.RequireEvent(t, w.Ctx, &types.EventCycleClosed{
		Cycle: 1, BusinessDate: "2026-04-01", Banks: 4,
		Gross: amount(460), Net: amount(320), ReserveMoved: amount(320), Obligations: amount(0),
	})
	open, err := w.Clearing.OpenCycle(w.Ctx)
	require.NoError(t, err)
	require.Equal(t, types.NewCycle(2, japan(4, 1, 9, 30), japan(4, 1, 11, 30)), open)
	w.mustPay(alpha, beta, 1_000)
	require.EqualValues(t, 550, w.supply(), "a close makes and destroys no reserve")
}

// What is missing becomes obligations; creditors share what came in, and what is missing, to the yen.
func TestCloseWithoutEnoughReserve(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.issue(alpha, 70)
	w.mustPay(alpha, beta, 100)
	w.mustPay(gamma, beta, 30)
	w.mustPay(gamma, delta, 71)
	w.requirePositions(-100, 130, 71, -101)

	closed := w.close()
	require.EqualValues(t, 201, closed.Net.Int64())
	require.EqualValues(t, 70, closed.ReserveMoved.Int64())
	require.EqualValues(t, 131, closed.Obligations.Int64())
	// 70 × 130/201 = 45.27 and 70 × 71/201 = 24.73: the yen that is left goes to delta.
	w.requireReserves(0, 45, 25, 0)
	// alpha's 30 of 85 and 46: 19.47 and 10.53; gamma owes what is left.
	due := japan(4, 1, 11, 30)
	want := []types.Obligation{
		{
			Id: 1, Cycle: 1, Debtor: alpha, Amount: amount(30),
			Creditors: []types.Credit{{Bank: beta, Amount: amount(19)}, {Bank: delta, Amount: amount(11)}},
		},
		{
			Id: 2, Cycle: 1, Debtor: gamma, Amount: amount(101),
			Creditors: []types.Credit{{Bank: beta, Amount: amount(66)}, {Bank: delta, Amount: amount(35)}},
		},
	}
	for i := range want {
		want[i].Status, want[i].CreatedAt, want[i].DueAt = types.ObligationStatusOpen, japan(4, 1, 9, 30), due
		want[i].FromReserve, want[i].FromPledge, want[i].Shared = amount(0), amount(0), amount(0)
		keepertest.RequireEvent(t, w.Ctx, &types.EventObligationCreated{
			Id: want[i].Id, Cycle: 1, Debtor: want[i].Debtor, Amount: want[i].Amount, DueAt: due,
		})
		require.NoError(t, want[i].Validate())
	}
	require.Equal(t, want, w.obligations())
	position := w.position(gamma)
	require.EqualValues(t, 101, position.Owed.Int64())
	require.EqualValues(t, 899, position.Headroom.Int64(), "what a bank owes takes room under its cap")
	require.ErrorIs(t, w.pay(gamma, beta, 900), types.ErrInsufficientLiquidity)
	w.mustPay(gamma, beta, 899)
}

func TestNobodyPaysBeforeTheCutOff(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.mustPay(alpha, beta, 10)
	w.begin(japan(4, 1, 9, 30).Add(-time.Nanosecond))
	w.requirePositions(-10, 10)
	w.begin(japan(4, 1, 9, 30))
	w.requirePositions(0, 0)
}

// A zone that was halted closes in its first block; the cut-offs it missed are there, without anything in them.
func TestMissedCutOffs(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.issue(alpha, 10)
	w.mustPay(alpha, beta, 10)
	now := japan(4, 2, 10, 0)
	w.begin(now)
	cut := []time.Time{japan(4, 1, 9, 30), japan(4, 1, 11, 30), japan(4, 1, 15, 30), japan(4, 1, 17, 30), japan(4, 2, 9, 30)}
	for i, scheduled := range cut {
		cycle, err := w.Clearing.GetCycle(w.Ctx, uint64(i)+1)
		require.NoError(t, err)
		require.Equal(t, scheduled, cycle.ScheduledFor)
		require.Equal(t, now, *cycle.ClosedAt)
		require.Equal(t, i > 0, cycle.Missed)
		require.NoError(t, cycle.Validate())
		want := int64(0)
		if i == 0 {
			want = 10
		}
		require.Equal(t, want, cycle.Net.Int64())
	}
	open, err := w.Clearing.OpenCycle(w.Ctx)
	require.NoError(t, err)
	require.Equal(t, types.NewCycle(6, now, japan(4, 2, 11, 30)), open)
	w.requireReserves(0, 10)
}

// However long the halt was, one block records a bounded number of the cut-offs that it missed.
func TestLongHalt(t *testing.T) {
	w := newWorld(t, nil)
	now := japan(12, 1, 8, 0)
	w.begin(now)
	open, err := w.Clearing.OpenCycle(w.Ctx)
	require.NoError(t, err)
	require.EqualValues(t, keeper.MissedCyclesPerBlock+2, open.Number)
	require.Equal(t, japan(12, 1, 9, 30), open.ScheduledFor)
	last, err := w.Clearing.GetCycle(w.Ctx, open.Number-1)
	require.NoError(t, err)
	keepertest.RequireEvent(t, w.Ctx, &types.EventCutOffsSkipped{RecordedUntil: last.ScheduledFor, Next: open.ScheduledFor})
	state, err := w.Clearing.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, state.Validate())
}

func TestWeekendsAndHolidays(t *testing.T) {
	w := newWorld(t, nil)
	set := func(add, remove []string) error {
		return w.Do(func(ctx context.Context) error {
			_, err := w.ClearingMsgs.SetHolidays(ctx, &types.MsgSetHolidays{Authority: w.Authority, Add: add, Remove: remove})
			return err
		})
	}
	require.NoError(t, set([]string{"2026-04-03", "2026-04-29"}, nil))
	keepertest.RequireEvent(t, w.Ctx, &types.EventHolidaysChanged{Added: []string{"2026-04-03", "2026-04-29"}})
	w.begin(japan(4, 2, 17, 30))
	open, err := w.Clearing.OpenCycle(w.Ctx)
	require.NoError(t, err)
	require.Equal(t, japan(4, 6, 9, 30), open.ScheduledFor, "Friday is a holiday, then the weekend")
	require.Equal(t, "2026-04-06", open.BusinessDate)

	calendar, err := w.queries.Calendar(w.Ctx, &types.QueryCalendarRequest{CutOffs: 5})
	require.NoError(t, err)
	require.Equal(t, []time.Time{
		japan(4, 6, 9, 30), japan(4, 6, 11, 30), japan(4, 6, 15, 30), japan(4, 6, 17, 30), japan(4, 7, 9, 30),
	}, calendar.CutOffs)
	require.Equal(t, []string{"2026-04-03", "2026-04-29"}, calendar.Holidays)

	require.NoError(t, set(nil, []string{"2026-04-03"}))
	open, err = w.Clearing.OpenCycle(w.Ctx)
	require.NoError(t, err)
	require.Equal(t, japan(4, 3, 9, 30), open.ScheduledFor, "the open cycle follows the calendar")

	for name, tc := range map[string]struct{ add, remove []string }{
		"a holiday twice":          {[]string{"2026-04-29"}, nil},
		"no holiday to remove":     {nil, []string{"2026-04-30"}},
		"no date":                  {[]string{"2026-4-30"}, nil},
		"no date to remove":        {nil, []string{"tomorrow"}},
		"out of order":             {[]string{"2026-05-02", "2026-05-01"}, nil},
		"twice in one list":        {[]string{"2026-05-01", "2026-05-01"}, nil},
		"a month without cut-offs": {days("2026-06-01", 31), nil},
		"too many":                 {days("2027-01-01", types.HolidaysPerMessage+1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, set(tc.add, tc.remove), types.ErrInvalidCalendar)
		})
	}
	require.NoError(t, set([]string{"2026-06-01", "2026-06-02"}, []string{"2026-04-29"}))
}

// days returns so many dates from one on.
func days(first string, count int) []string {
	day, err := types.ParseDate(first)
	if err != nil {
		panic(err)
	}
	dates := make([]string, count)
	for i := range dates {
		dates[i] = types.FormatDate(day + int64(i))
	}
	return dates
}

func TestUpdateParams(t *testing.T) {
	w := newWorld(t, nil)
	require.NoError(t, w.setParams(func(params *types.Params) { params.CutOffs = []uint32{600} }))
	open, err := w.Clearing.OpenCycle(w.Ctx)
	require.NoError(t, err)
	require.Equal(t, japan(4, 1, 10, 0), open.ScheduledFor)
	require.ErrorIs(t, w.setParams(func(params *types.Params) { params.CutOffs = nil }), types.ErrInvalidParams)
	_, err = w.Clearing.GetCycle(w.Ctx, 2)
	require.ErrorIs(t, err, types.ErrCycleNotFound)
}

// Only the members decide what the members decide.
func TestAuthority(t *testing.T) {
	w := newWorld(t, nil)
	for name, send := range map[string]func(ctx context.Context, authority string) error{
		"UpdateParams": func(ctx context.Context, authority string) error {
			_, err := w.ClearingMsgs.UpdateParams(ctx, &types.MsgUpdateParams{Authority: authority, Params: types.DefaultParams()})
			return err
		},
		"SetHolidays": func(ctx context.Context, authority string) error {
			_, err := w.ClearingMsgs.SetHolidays(ctx, &types.MsgSetHolidays{Authority: authority})
			return err
		},
		"SetNetDebitCap": func(ctx context.Context, authority string) error {
			_, err := w.ClearingMsgs.SetNetDebitCap(ctx, &types.MsgSetNetDebitCap{Authority: authority, Bank: alpha})
			return err
		},
		"SetLossSharingKey": func(ctx context.Context, authority string) error {
			_, err := w.ClearingMsgs.SetLossSharingKey(ctx, &types.MsgSetLossSharingKey{Authority: authority})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, _ := w.Ctx.CacheContext()
			require.ErrorIs(t, send(ctx, w.holder[alpha]), types.ErrNotAuthority)
			require.NoError(t, send(ctx, w.Authority))
		})
	}
	_, err := w.ClearingMsgs.ReinstateBank(w.Ctx, &types.MsgReinstateBank{Authority: w.holder[alpha], Bank: alpha})
	require.ErrorIs(t, err, types.ErrNotAuthority)
	_, err = w.ClearingMsgs.ReinstateBank(w.Ctx, &types.MsgReinstateBank{Authority: w.Authority, Bank: alpha})
	require.ErrorIs(t, err, types.ErrBankNotFailed)
	bound := types.MaxAmount.AddRaw(1)
	_, err = w.ClearingMsgs.SetNetDebitCap(w.Ctx, &types.MsgSetNetDebitCap{Authority: w.Authority, Bank: alpha, Cap: &bound})
	require.ErrorIs(t, err, types.ErrInvalidCap)
	_, err = w.ClearingMsgs.SetNetDebitCap(w.Ctx, &types.MsgSetNetDebitCap{Authority: w.Authority, Bank: "nobody"})
	require.ErrorIs(t, err, types.ErrNotBank)
	_, err = w.ClearingMsgs.SetLossSharingKey(w.Ctx, &types.MsgSetLossSharingKey{
		Authority: w.Authority, Shares: []types.LossShare{{Bank: "nobody", Weight: 1}},
	})
	require.ErrorIs(t, err, types.ErrNotBank)
	_, err = w.ClearingMsgs.SetLossSharingKey(w.Ctx, &types.MsgSetLossSharingKey{
		Authority: w.Authority, Shares: []types.LossShare{{Bank: alpha}},
	})
	require.ErrorIs(t, err, types.ErrInvalidLossShares)
}
