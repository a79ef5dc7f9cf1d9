package keeper_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func (s *products) schedulePayment(msg *types.MsgSchedulePayment) error {
	return s.Do(func(ctx context.Context) error { _, err := s.msgs.SchedulePayment(ctx, msg); return err })
}

func (s *products) cancelSchedule(payer, schedule string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CancelSchedule(ctx, &types.MsgCancelSchedule{Payer: payer, Schedule: schedule})
		return err
	})
}

// scheduleOf is one of ann to bob, an hour ahead.
func (s *products) scheduleOf(reference string, amount int64) *types.MsgSchedulePayment {
	return &types.MsgSchedulePayment{
		Payer: s.ann, Reference: reference, Payee: s.bob, Amount: moneytest.Yen(amount), Invoice: "INV", MemoHash: hash,
		MaxFee: math.NewInt(5), FirstAt: s.Ctx.BlockTime().Add(time.Hour),
	}
}

func (s *products) schedule(t require.TestingT, reference string) types.Schedule {
	response, err := s.queries.Schedule(s.Ctx, &types.QueryScheduleRequest{Payer: s.ann, Reference: reference})
	require.NoError(t, err)
	require.NoError(t, response.Schedule.Validate())
	return response.Schedule
}

func TestSinglePaymentAtATime(t *testing.T) {
	s := newProducts(t)
	s.takeFees(t, 5, types.FeePayerPayer)
	msg := s.scheduleOf("S", 100)
	require.NoError(t, s.schedulePayment(msg))
	scheduled := s.Ctx.BlockTime()
	keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentScheduled{
		Payer: s.ann, Schedule: "S", Payee: s.bob, Amount: moneytest.Yen(100), FirstAt: msg.FirstAt,
	})
	want := types.Schedule{
		Payer: s.ann, Reference: "S", Payee: s.bob, Amount: moneytest.Yen(100), Invoice: "INV", MemoHash: hash, MaxFee: math.NewInt(5),
		FirstAt: msg.FirstAt, Status: types.ScheduleStatusActive, ScheduledAt: scheduled, Next: 1, NextAt: msg.FirstAt,
	}
	require.Equal(t, want, s.schedule(t, "S"))
	s.block(t, time.Hour-time.Nanosecond)
	require.Equal(t, int64(10_000), s.Balance(s.ann), "a nanosecond too early")
	s.block(t, time.Nanosecond)
	require.Equal(t, []int64{9_895, 10_100, 5}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(s.collector)})
	keepertest.RequireEvent(t, s.Ctx, &types.EventScheduledPaymentMade{Payer: s.ann, Schedule: "S", Payee: s.bob, Number: 1, Amount: moneytest.Yen(100)})
	keepertest.RequireEvent(t, s.Ctx, &types.EventScheduleCompleted{Payer: s.ann, Schedule: "S", Payee: s.bob, Paid: 1})
	want.Status, want.Next, want.Paid = types.ScheduleStatusCompleted, 2, 1
	require.Equal(t, want, s.schedule(t, "S"))
	record := s.record(t, s.ann, "S/1")
	require.Equal(t, types.PaymentMethodSchedule, record.Method)
	require.Equal(t, "INV", record.Invoice)
	require.Equal(t, hash, record.MemoHash)
	s.block(t, 24*time.Hour)
	require.Equal(t, int64(9_895), s.Balance(s.ann), "once")
	require.ErrorIs(t, s.cancelSchedule(s.ann, "S"), types.ErrScheduleEnded)
	require.ErrorIs(t, s.schedulePayment(s.scheduleOf("S", 1)), types.ErrReferenceUsed)
	s.requireSound(t)
}

// Rent on the 31st: the last of each month, at nine in Japan, until the end.
func TestMonthlySeries(t *testing.T) {
	s := newProducts(t)
	s.goTo(t, "2027-12-15T09:00:00+09:00")
	msg := s.scheduleOf("RENT", 800)
	msg.FirstAt, msg.Every = time.Date(2027, 12, 31, 0, 0, 0, 0, time.UTC), types.PeriodMonth
	ends := time.Date(2028, 4, 30, 0, 0, 0, 0, time.UTC) // the payment of April would be due just then
	msg.EndsAt = &ends
	require.NoError(t, s.schedulePayment(msg))
	for i, due := range []string{"2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"} {
		s.goTo(t, due+"T08:59:59+09:00")
		require.Equal(t, int64(10_000-800*i), s.Balance(s.ann), due)
		s.goTo(t, due+"T09:00:00+09:00")
		require.Equal(t, int64(10_000-800*(i+1)), s.Balance(s.ann), due)
	}
	require.Equal(t, types.ScheduleStatusCompleted, s.schedule(t, "RENT").Status)
	require.EqualValues(t, 4, s.schedule(t, "RENT").Paid)
	s.goTo(t, "2028-05-31T09:00:00+09:00")
	require.Equal(t, int64(10_000-800*4), s.Balance(s.ann))
}

// After a chain has stood still it makes up for the payments that came due meanwhile, the oldest first, one per block of a series.
func TestSeriesCatchesUp(t *testing.T) {
	s := newProducts(t)
	msg := s.scheduleOf("S", 100)
	msg.Every, msg.Count = types.PeriodDay, 3
	require.NoError(t, s.schedulePayment(msg))
	s.block(t, 100*24*time.Hour)
	s.block(t, time.Second)
	require.EqualValues(t, 2, s.schedule(t, "S").Paid)
	s.block(t, time.Second)
	s.block(t, time.Second)
	require.EqualValues(t, 3, s.schedule(t, "S").Paid)
	require.Equal(t, int64(9_700), s.Balance(s.ann))
}

// A payment that fails is tried again every two hours on its day, then recorded, and the series goes on.
func TestFailureIsTriedAgain(t *testing.T) {
	s := newProducts(t)
	s.goTo(t, "2027-05-10T08:00:00+09:00")
	msg := s.scheduleOf("S", 100)
	msg.Every, msg.Count = types.PeriodDay, 3
	require.NoError(t, s.schedulePayment(msg))
	require.NoError(t, s.Freeze("alpha", s.ann))
	for attempt, hour := range []string{"09", "11", "13"} {
		s.goTo(t, "2027-05-10T"+hour+":00:00+09:00")
		schedule := s.schedule(t, "S")
		require.EqualValues(t, attempt+1, schedule.Attempts)
		require.Equal(t, s.Ctx.BlockTime().Add(2*time.Hour), schedule.NextAt)
		keepertest.RequireEvent(t, s.Ctx, &types.EventScheduledPaymentDelayed{
			Payer: s.ann, Schedule: "S", Payee: s.bob, Number: 1, Codespace: "registry", Code: registrytypes.ErrAccountFrozen.ABCICode(), NextAt: schedule.NextAt,
		})
		s.block(t, time.Minute)
		require.EqualValues(t, attempt+1, s.schedule(t, "S").Attempts, "not before its time")
	}
	s.goTo(t, "2027-05-10T15:00:00+09:00")
	last := s.Ctx.BlockTime()
	keepertest.RequireEvent(t, s.Ctx, &types.EventScheduledPaymentFailed{
		Payer: s.ann, Schedule: "S", Payee: s.bob, Number: 1, Codespace: "registry", Code: registrytypes.ErrAccountFrozen.ABCICode(), Attempts: 4,
	})
	schedule := s.schedule(t, "S")
	require.Equal(t, []types.ScheduleFailure{{
		Number: 1, At: last, Codespace: "registry", Code: registrytypes.ErrAccountFrozen.ABCICode(), Attempts: 4,
	}}, schedule.Failures)
	require.Equal(t, []uint32{2, 0, 0, 1}, []uint32{schedule.Next, schedule.Attempts, schedule.Paid, schedule.Failed})
	require.Equal(t, at(t, "2027-05-11T09:00:00+09:00"), schedule.NextAt)

	s.goTo(t, "2027-05-11T09:00:00+09:00")
	require.NoError(t, s.Unfreeze("alpha", s.ann))
	s.goTo(t, "2027-05-11T11:00:00+09:00")
	require.EqualValues(t, 1, s.schedule(t, "S").Paid, "the second try of the second payment")
	s.goTo(t, "2027-05-12T09:00:00+09:00")
	require.Equal(t, int64(9_800), s.Balance(s.ann))
	require.Equal(t, types.ScheduleStatusCompleted, s.schedule(t, "S").Status)
	_, err := s.keeper.GetPayment(s.Ctx, sdk.MustAccAddressFromBech32(s.ann), "S/1")
	require.ErrorIs(t, err, types.ErrPaymentNotFound)
	s.requireSound(t)
}

// Tries end with the day of Japan on which they began.
func TestTriesStayInOneDay(t *testing.T) {
	s := newProducts(t)
	s.goTo(t, "2027-05-10T20:00:00+09:00")
	require.NoError(t, s.schedulePayment(s.scheduleOf("S", 20_000)))
	s.goTo(t, "2027-05-10T21:59:59+09:00") // tried here, again a second before midnight
	require.EqualValues(t, 1, s.schedule(t, "S").Attempts)
	s.goTo(t, "2027-05-10T23:59:59+09:00")
	schedule := s.schedule(t, "S")
	require.Equal(t, types.ScheduleStatusCompleted, schedule.Status)
	require.EqualValues(t, 2, schedule.Failures[0].Attempts)
	require.Equal(t, "sdk", schedule.Failures[0].Codespace)
}

// An account that is closed never opens again: its schedules end.
func TestClosedAccountEndsSeries(t *testing.T) {
	s := newProducts(t)
	msg := s.scheduleOf("S", 100)
	carl := s.Open(t, "beta", "carl")
	msg.Payee, msg.Every, msg.Count = carl, types.PeriodDay, 10
	require.NoError(t, s.schedulePayment(msg))
	require.NoError(t, s.Close("beta", carl))
	s.block(t, time.Hour)
	schedule := s.schedule(t, "S")
	require.Equal(t, types.ScheduleStatusCompleted, schedule.Status)
	require.Equal(t, []uint32{0, 1}, []uint32{schedule.Paid, schedule.Failed})
	keepertest.RequireEvent(t, s.Ctx, &types.EventScheduleCompleted{Payer: s.ann, Schedule: "S", Payee: carl, Failed: 1})
}

// A payment that panics changes nothing, fails, and stops nobody else's.
func TestPanicStopsNothing(t *testing.T) {
	s := newProducts(t)
	boom := false
	s.Bank.AppendSendRestriction(func(_ context.Context, _, to sdk.AccAddress, _ sdk.Coins) (sdk.AccAddress, error) {
		if boom && to.String() == s.bob {
			panic("boom")
		}
		return to, nil
	})
	s.goTo(t, "2027-05-10T20:30:00+09:00")
	require.NoError(t, s.schedulePayment(s.scheduleOf("A", 100)))
	other := s.scheduleOf("B", 100)
	other.Payee = s.amy
	require.NoError(t, s.schedulePayment(other))
	boom = true
	s.block(t, 2*time.Hour)
	require.Equal(t, []int64{9_900, 10_100, 10_000}, []int64{s.Balance(s.ann), s.Balance(s.amy), s.Balance(s.bob)})
	failure := s.schedule(t, "A").Failures[0]
	require.Equal(t, "payment", failure.Codespace)
	require.Equal(t, types.ErrPaymentPanicked.ABCICode(), failure.Code)
	spent, err := s.Registry.SpentToday(s.Ctx, sdk.MustAccAddressFromBech32(s.ann))
	require.NoError(t, err)
	require.Equal(t, int64(100), spent.Int64(), "nothing of the one that panicked counts")
	s.requireSound(t)
}

// However many payments come due at once, a block tries a bounded number, the oldest first.
func TestSchedulesRunInBoundedWork(t *testing.T) {
	s := newProducts(t)
	total := types.MaxScheduledPaymentsPerBlock + 50
	for i := range total {
		msg := s.scheduleOf(fmt.Sprintf("S-%03d", i), 1)
		msg.FirstAt = msg.FirstAt.Add(-time.Duration(i) * time.Second)
		msg.Payer = []string{s.ann, s.amy, s.bob}[i%3]
		msg.Payee = []string{s.amy, s.bob, s.ann}[i%3]
		require.NoError(t, s.schedulePayment(msg))
	}
	s.block(t, time.Hour)
	require.Equal(t, types.ScheduleStatusActive, s.schedule(t, "S-000").Status, "the youngest is the last")
	left := 0
	for _, payer := range []string{s.ann, s.amy, s.bob} {
		response, err := s.queries.Schedules(s.Ctx, &types.QuerySchedulesRequest{Payer: payer, Status: types.ScheduleStatusActive})
		require.NoError(t, err)
		left += len(response.Schedules)
	}
	require.Equal(t, 50, left)
	s.block(t, time.Second)
	require.Equal(t, types.ScheduleStatusCompleted, s.schedule(t, "S-000").Status)
}

func TestScheduleCancelled(t *testing.T) {
	s := newProducts(t)
	msg := s.scheduleOf("S", 100)
	msg.Every, msg.Count = types.PeriodWeek, 3
	require.NoError(t, s.schedulePayment(msg))
	s.block(t, time.Hour)
	require.ErrorIs(t, s.cancelSchedule(s.bob, "S"), types.ErrScheduleNotFound)
	require.ErrorIs(t, s.cancelSchedule("ann", "S"), registrytypes.ErrInvalidAccount)
	require.NoError(t, s.cancelSchedule(s.ann, "S"))
	keepertest.RequireEvent(t, s.Ctx, &types.EventScheduleCancelled{Payer: s.ann, Schedule: "S", Payee: s.bob, Paid: 1})
	require.ErrorIs(t, s.cancelSchedule(s.ann, "S"), types.ErrScheduleEnded)
	s.block(t, 100*24*time.Hour)
	require.Equal(t, int64(9_900), s.Balance(s.ann))
	require.Equal(t, types.ScheduleStatusCancelled, s.schedule(t, "S").Status)
	response, err := s.queries.Schedules(s.Ctx, &types.QuerySchedulesRequest{Payer: s.ann})
	require.NoError(t, err)
	require.Len(t, response.Schedules, 1)
}

func TestScheduleRefusedFields(t *testing.T) {
	s := newProducts(t)
	closed := s.Open(t, "beta", "closed")
	require.NoError(t, s.Close("beta", closed))
	now := s.Ctx.BlockTime()
	tomorrow, farOff := now.AddDate(0, 0, 1), now.AddDate(10, 0, 30)
	for name, test := range map[string]struct {
		change func(m *types.MsgSchedulePayment)
		want   error
	}{
		"reference of 49":      {func(m *types.MsgSchedulePayment) { m.Reference = strings.Repeat("x", 49) }, types.ErrInvalidSchedule},
		"no reference":         {func(m *types.MsgSchedulePayment) { m.Reference = "" }, registrytypes.ErrInvalidReference},
		"payee is payer":       {func(m *types.MsgSchedulePayment) { m.Payee = m.Payer }, types.ErrInvalidSchedule},
		"payee closed":         {func(m *types.MsgSchedulePayment) { m.Payee = closed }, registrytypes.ErrAccountClosed},
		"no amount":            {func(m *types.MsgSchedulePayment) { m.Amount = moneytest.Yen(0) }, types.ErrInvalidPayment},
		"memo hash":            {func(m *types.MsgSchedulePayment) { m.MemoHash = hash[1:] }, types.ErrInvalidPayment},
		"negative fee":         {func(m *types.MsgSchedulePayment) { m.MaxFee = math.NewInt(-1) }, types.ErrInvalidSchedule},
		"now":                  {func(m *types.MsgSchedulePayment) { m.FirstAt = now }, types.ErrInvalidSchedule},
		"no time":              {func(m *types.MsgSchedulePayment) { m.FirstAt = time.Time{} }, types.ErrInvalidSchedule},
		"in eleven years":      {func(m *types.MsgSchedulePayment) { m.FirstAt = farOff }, types.ErrInvalidSchedule},
		"single, count 2":      {func(m *types.MsgSchedulePayment) { m.Count = 2 }, types.ErrInvalidSchedule},
		"single with an end":   {func(m *types.MsgSchedulePayment) { m.EndsAt = &tomorrow }, types.ErrInvalidSchedule},
		"repeated for ever":    {func(m *types.MsgSchedulePayment) { m.Every = types.PeriodDay }, types.ErrInvalidSchedule},
		"unknown period":       {func(m *types.MsgSchedulePayment) { m.Every, m.Count = 9, 2 }, types.ErrInvalidSchedule},
		"for eleven years":     {func(m *types.MsgSchedulePayment) { m.Every, m.Count = types.PeriodMonth, 132 }, types.ErrInvalidSchedule},
		"a billion weeks":      {func(m *types.MsgSchedulePayment) { m.Every, m.Count = types.PeriodWeek, 1_000_000_000 }, types.ErrInvalidSchedule},
		"ends before it":       {func(m *types.MsgSchedulePayment) { m.Every, m.EndsAt = types.PeriodDay, &now }, types.ErrInvalidSchedule},
		"ends in eleven years": {func(m *types.MsgSchedulePayment) { m.Every, m.EndsAt = types.PeriodDay, &farOff }, types.ErrInvalidSchedule},
	} {
		t.Run(name, func(t *testing.T) {
			msg := s.scheduleOf("S", 100)
			test.change(msg)
			s.requireRefused(t, test.want, func(ctx context.Context) error { _, err := s.msgs.SchedulePayment(ctx, msg); return err })
		})
	}
	for i := range types.MaxSchedules {
		require.NoError(t, s.schedulePayment(s.scheduleOf(fmt.Sprint("S-", i), 1)))
	}
	require.ErrorIs(t, s.schedulePayment(s.scheduleOf("S", 1)), types.ErrTooManySchedules)
	require.NoError(t, s.cancelSchedule(s.ann, "S-7"))
	require.NoError(t, s.schedulePayment(s.scheduleOf("S", 1)))
}

// Whatever is scheduled, fails and is cancelled, beside a ledger on paper: each payment is made at most once and counted, never before its
// time, and no block fails.
func TestSchedulesKeepTheLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newProducts(t)
		frozen := false
		var references []string
		for i := range rapid.IntRange(1, 40).Draw(r, "steps") {
			switch rapid.IntRange(0, 6).Draw(r, "action") {
			case 0, 1:
				msg := s.scheduleOf(fmt.Sprint("S", i), rapid.Int64Range(1, 4_000).Draw(r, "amount"))
				msg.FirstAt = s.Ctx.BlockTime().Add(time.Duration(rapid.IntRange(1, 50).Draw(r, "hours")) * time.Hour)
				msg.Every = rapid.SampledFrom([]types.Period{types.PeriodUnspecified, types.PeriodDay, types.PeriodWeek}).Draw(r, "every")
				if msg.Every != types.PeriodUnspecified {
					msg.Count = rapid.Uint32Range(1, 4).Draw(r, "count")
				}
				require.NoError(r, s.schedulePaymentOrFrozen(msg, frozen))
				references = append(references, msg.Reference)
			case 2:
				if len(references) > 0 {
					// Whether it is still active does not matter.
					_ = s.cancelSchedule(s.ann, rapid.SampledFrom(references).Draw(r, "schedule"))
				}
			case 3:
				if frozen {
					require.NoError(r, s.Unfreeze("alpha", s.ann))
				} else {
					require.NoError(r, s.Freeze("alpha", s.ann))
				}
				frozen = !frozen
			default:
				s.block(r, rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 3 * time.Hour, 26 * time.Hour}).Draw(r, "later"))
			}
			paid := int64(0)
			state, err := s.keeper.ExportGenesis(s.Ctx)
			require.NoError(r, err)
			for _, schedule := range state.Schedules {
				paid += int64(schedule.Paid) * schedule.Amount.Amount.Int64()
				for number := uint32(1); number <= schedule.Paid+schedule.Failed+1; number++ {
					record, err := s.keeper.GetPayment(s.Ctx, sdk.MustAccAddressFromBech32(s.ann), types.NumberedReference(schedule.Reference, int(number)))
					if err == nil {
						require.False(r, record.PaidAt.Before(schedule.DueAt(number)), "before its time")
					}
				}
			}
			require.Equal(r, []int64{10_000 - paid, 10_000 + paid}, []int64{s.Balance(s.ann), s.Balance(s.bob)})
			s.requireSound(r)
		}
	})
}

// schedulePaymentOrFrozen schedules, which a frozen account cannot.
func (s *products) schedulePaymentOrFrozen(msg *types.MsgSchedulePayment, frozen bool) error {
	err := s.schedulePayment(msg)
	if frozen {
		if err == nil {
			return fmt.Errorf("expected a frozen account to schedule nothing")
		}
		return nil
	}
	return err
}

func at(t require.TestingT, text string) time.Time {
	parsed, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return parsed.UTC()
}
