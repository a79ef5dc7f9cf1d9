package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/clearing/keeper"
	"github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// busy is a world in which something of everything is there: closed cycles, obligations of every kind, claims, a key, caps,
// holidays, orders in every status and payments that wait.
func busy(t *testing.T) *world {
	t.Helper()
	w := owing(t)
	w.setKey(types.LossShare{Bank: beta, Weight: 1}, types.LossShare{Bank: gamma, Weight: 2})
	w.pledge(alpha, 5)
	w.later(due)
	w.setCap(delta, 400)
	w.issue(delta, 77)
	_, err := w.request(agent, issue, delta, 5)
	require.NoError(t, err)
	require.NoError(t, w.confirm(2, "confirm-1"))
	w.mustPay(delta, alpha, 30)
	w.mustPay(delta, beta, 60)
	require.NotZero(t, w.queue(gamma, alpha, 2_000))
	require.NotZero(t, w.queue(delta, gamma, 500))
	require.NotZero(t, w.queue(delta, gamma, 600))
	w.end()
	w.setCap(delta, 401) // and so its queue is to be looked at
	_, err = w.ClearingMsgs.SetHolidays(w.Ctx, &types.MsgSetHolidays{Authority: w.Authority, Add: []string{"2026-04-29", "2026-05-04"}})
	require.NoError(t, err)
	return w
}

func TestGenesisRoundTrip(t *testing.T) {
	w := busy(t)
	exported, err := w.Clearing.ExportGenesis(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, exported.Validate())
	for name, list := range map[string]int{
		"holidays": len(exported.Holidays), "reserve banks": len(exported.ReserveBanks), "participants": len(exported.Participants),
		"cycles": len(exported.Cycles), "positions": len(exported.Positions), "flows": len(exported.Flows),
		"orders": len(exported.ReserveOrders), "obligations": len(exported.Obligations), "claims": len(exported.Claims),
		"key": len(exported.LossSharingKey), "queue": len(exported.Queue), "references": len(exported.PaymentReferences),
		"dirty": len(exported.DirtyBanks), "last served": len(exported.LastServedBank),
	} {
		require.NotZero(t, list, name)
	}
	raw := w.Codec.MustMarshalJSON(&exported)

	fresh := moneytest.New(t, moneytest.Options{Banks: fourBanks, Clearing: &exported})
	again, err := fresh.Clearing.ExportGenesis(fresh.Ctx)
	require.NoError(t, err)
	require.Equal(t, string(raw), string(w.Codec.MustMarshalJSON(&again)))
	// The indexes are there too.
	queries := keeper.NewQueryServer(fresh.Clearing)
	open, err := queries.Obligations(fresh.Ctx, &types.QueryObligationsRequest{Debtor: gamma, Status: types.ObligationStatusOpen})
	require.NoError(t, err)
	require.Len(t, open.Obligations, 1)
	requested, err := queries.ReserveOrders(fresh.Ctx, &types.QueryReserveOrdersRequest{
		Organization: agent, Status: types.ReserveOrderStatusRequested,
	})
	require.NoError(t, err)
	require.Len(t, requested.Orders, 2)
	require.True(t, fresh.Clearing.IsReserveAddress(fresh.Ctx, types.PledgeAddress(alpha)))
}

func TestQueries(t *testing.T) {
	w := busy(t)
	params, err := w.queries.Params(w.Ctx, &types.QueryParamsRequest{})
	require.NoError(t, err)
	require.Len(t, params.LossSharingKey, 2)

	positions, err := w.queries.Positions(w.Ctx, &types.QueryPositionsRequest{})
	require.NoError(t, err)
	require.EqualValues(t, 3, positions.Cycle)
	require.Len(t, positions.Positions, 4)
	for i, bank := range fourBanks {
		one, err := w.queries.Position(w.Ctx, &types.QueryPositionRequest{Bank: bank})
		require.NoError(t, err)
		require.Equal(t, positions.Positions[i], one.Position)
		require.Equal(t, bank, one.Position.Bank)
	}
	_, err = w.queries.Position(w.Ctx, &types.QueryPositionRequest{Bank: agent})
	require.ErrorIs(t, err, types.ErrNotBank)

	cycles, err := w.queries.Cycles(w.Ctx, &types.QueryCyclesRequest{Pagination: &query.PageRequest{Reverse: true, Limit: 2}})
	require.NoError(t, err)
	require.Len(t, cycles.Cycles, 2)
	require.True(t, cycles.Cycles[0].IsOpen())
	cycle, err := w.queries.Cycle(w.Ctx, &types.QueryCycleRequest{Number: 1})
	require.NoError(t, err)
	require.EqualValues(t, 900, cycle.Cycle.Obligations.Int64())
	_, err = w.queries.Cycle(w.Ctx, &types.QueryCycleRequest{Number: 4})
	require.ErrorIs(t, err, types.ErrCycleNotFound)

	report, err := w.queries.CycleReport(w.Ctx, &types.QueryCycleReportRequest{Number: 1, Pagination: &query.PageRequest{Limit: 1}})
	require.NoError(t, err)
	require.Len(t, report.Flows, 1)
	require.NotEmpty(t, report.Pagination.NextKey)
	require.Len(t, report.Positions, 3)
	require.Len(t, report.Obligations, 2, "of a loss the obligation is in the cycle of the obligation that was lost")
	_, err = w.queries.CycleReport(w.Ctx, &types.QueryCycleReportRequest{Number: 9})
	require.ErrorIs(t, err, types.ErrCycleNotFound)

	queue, err := w.queries.Queue(w.Ctx, &types.QueryQueueRequest{Bank: delta})
	require.NoError(t, err)
	require.Len(t, queue.Payments, 2)
	payment, err := w.queries.QueuedPayment(w.Ctx, &types.QueryQueuedPaymentRequest{Id: queue.Payments[0].Id})
	require.NoError(t, err)
	require.Equal(t, queue.Payments[0], payment.Payment)
	_, err = w.queries.QueuedPayment(w.Ctx, &types.QueryQueuedPaymentRequest{Id: 99})
	require.ErrorIs(t, err, types.ErrPaymentNotFound)

	obligation, err := w.queries.Obligation(w.Ctx, &types.QueryObligationRequest{Id: 1})
	require.NoError(t, err)
	require.Equal(t, types.ObligationStatusDefaulted, obligation.Obligation.Status)
	_, err = w.queries.Obligation(w.Ctx, &types.QueryObligationRequest{Id: 3})
	require.ErrorIs(t, err, types.ErrObligationNotFound)
	for want, request := range map[int]*types.QueryObligationsRequest{
		2: {}, 1: {Status: types.ObligationStatusOpen}, 0: {Debtor: beta},
	} {
		got, err := w.queries.Obligations(w.Ctx, request)
		require.NoError(t, err)
		require.Len(t, got.Obligations, want)
	}
	got, err := w.queries.Obligations(w.Ctx, &types.QueryObligationsRequest{Debtor: alpha})
	require.NoError(t, err)
	require.Len(t, got.Obligations, 1)

	order, err := w.queries.ReserveOrder(w.Ctx, &types.QueryReserveOrderRequest{Organization: agent, Reference: "confirm-1"})
	require.NoError(t, err)
	require.Equal(t, types.ReserveOrderKindConfirm, order.Order.Kind)
	_, err = w.queries.ReserveOrder(w.Ctx, &types.QueryReserveOrderRequest{Organization: beta, Reference: "confirm-1"})
	require.ErrorIs(t, err, types.ErrOrderNotFound)
	orders, err := w.queries.ReserveOrders(w.Ctx, &types.QueryReserveOrdersRequest{Organization: agent})
	require.NoError(t, err)
	require.Len(t, orders.Orders, 4)

	calendar, err := w.queries.Calendar(w.Ctx, &types.QueryCalendarRequest{})
	require.NoError(t, err)
	require.Len(t, calendar.CutOffs, 10)
	require.Equal(t, []string{"2026-04-29", "2026-05-04"}, calendar.Holidays)
	_, err = w.queries.Calendar(w.Ctx, &types.QueryCalendarRequest{CutOffs: 101})
	require.Error(t, err)
}

func TestQueriesOfNothing(t *testing.T) {
	w := newWorld(t, nil)
	q := w.queries
	for name, ask := range map[string]func() error{
		"Position":      func() error { _, err := q.Position(w.Ctx, nil); return err },
		"Cycle":         func() error { _, err := q.Cycle(w.Ctx, nil); return err },
		"Cycles":        func() error { _, err := q.Cycles(w.Ctx, nil); return err },
		"CycleReport":   func() error { _, err := q.CycleReport(w.Ctx, nil); return err },
		"Queue":         func() error { _, err := q.Queue(w.Ctx, nil); return err },
		"QueuedPayment": func() error { _, err := q.QueuedPayment(w.Ctx, nil); return err },
		"Obligation":    func() error { _, err := q.Obligation(w.Ctx, nil); return err },
		"Obligations":   func() error { _, err := q.Obligations(w.Ctx, nil); return err },
		"Claims":        func() error { _, err := q.Claims(w.Ctx, nil); return err },
		"Calendar":      func() error { _, err := q.Calendar(w.Ctx, nil); return err },
		"ReserveOrder":  func() error { _, err := q.ReserveOrder(w.Ctx, nil); return err },
		"ReserveOrders": func() error { _, err := q.ReserveOrders(w.Ctx, nil); return err },
	} {
		require.ErrorContains(t, ask(), "expected a request", name)
	}
}

// A bank that others have a claim on, or that has one on others, is not removed.
func TestMayRemove(t *testing.T) {
	w := owing(t)
	refuse := func(bank, why string) {
		t.Helper()
		err := w.Clearing.MayRemove(w.Ctx, bank)
		require.ErrorIs(t, err, membershiptypes.ErrOrganizationInUse)
		require.ErrorContains(t, err, why)
	}
	require.NoError(t, w.Clearing.MayRemove(w.Ctx, gamma))
	require.NoError(t, w.Clearing.MayRemove(w.Ctx, agent))
	refuse(alpha, "no reserve")
	refuse(beta, "no open obligation to beta")
	w.mustPay(gamma, beta, 1)
	refuse(gamma, "no position")
	w.mustPay(beta, gamma, 1)
	require.NoError(t, w.Clearing.MayRemove(w.Ctx, gamma))
	w.queue(gamma, beta, 2_000)
	refuse(gamma, "no queued payments")
	reference, err := w.request(alpha, pledge, alpha, 20)
	require.NoError(t, err)
	require.NoError(t, w.approve(alpha, alpha, reference))
	refuse(alpha, "no pledge")
	w.later(due)
	refuse(alpha, "no claims on alpha")
	w.later(30 * time.Hour)
	refuse(beta, "no reserve")
}
