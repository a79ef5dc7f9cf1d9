package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// withProducts is a suite in which there is something of every product.
func withProducts(t *testing.T) *products {
	t.Helper()
	s := newProducts(t)
	require.NoError(t, s.requestPayment(s.invoice("open", 100, true)))
	require.NoError(t, s.requestPayment(s.invoice("paid", 100, false)))
	_, err := s.payRequest("paid", "P-1", 100)
	require.NoError(t, err)
	require.NoError(t, s.grantMandate(s.mandateOf("M")))
	_, err = s.pull(s.bob, "M", "1", 10)
	require.NoError(t, err)
	for _, reference := range []string{"S-2", "S-1"} {
		msg := s.scheduleOf(reference, 100)
		msg.Every, msg.Count = types.PeriodDay, 3
		require.NoError(t, s.schedulePayment(msg))
	}
	require.NoError(t, s.setConsent(s.bob, s.amy))
	require.NoError(t, s.setConsent(s.amy))
	_, err = s.pay(s.ann, s.bob, 50, "waits", 0)
	require.NoError(t, err)
	_, err = s.pay(s.ann, s.amy, 50, "", 0)
	require.NoError(t, err)
	_, err = s.refund(s.bob, "P-1", 40, "RF")
	require.NoError(t, err)
	return s
}

// Export, import and export again gives the same bytes, and indexes, queues and marks that work.
func TestProductsGenesisRoundTrip(t *testing.T) {
	s := withProducts(t)
	exported := s.module.ExportGenesis(s.Ctx, s.Codec)
	require.NoError(t, s.module.ValidateGenesis(s.Codec, s.TxConfig, exported))

	// The other side knows accounts and holds, and nothing of payments.
	other := &products{suite: newConsenting(t)}
	registry, err := s.Registry.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	holds, err := s.Hold.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	deposits, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.NoError(t, other.Deposit.InitGenesis(other.Ctx, deposits))
	other.Bank.InitGenesis(other.Ctx, s.Bank.ExportGenesis(s.Ctx))
	require.NoError(t, other.Registry.InitGenesis(other.Ctx, *registry))
	require.NoError(t, other.Hold.InitGenesis(other.Ctx, *holds))
	other.module.InitGenesis(other.Ctx, other.Codec, exported)
	other.ann, other.amy, other.bob, other.collector = s.ann, s.amy, s.bob, s.collector
	other.Ctx = other.Ctx.WithBlockTime(s.Ctx.BlockTime())
	require.Equal(t, string(exported), string(other.module.ExportGenesis(other.Ctx, other.Codec)))

	require.Equal(t, []string{"open"}, other.requests(t, types.PaymentRequestStatusOpen))
	require.ErrorIs(t, other.Pay(other.ann, other.bob, 1), registrytypes.ErrConsentNeeded, "the mark is there again")
	require.NoError(t, other.Pay(other.amy, other.bob, 1))
	waiting, err := other.queries.WaitingPaymentsFromAccount(other.Ctx, &types.QueryWaitingPaymentsFromAccountRequest{Payer: other.ann})
	require.NoError(t, err)
	require.Len(t, waiting.Payments, 2)
	require.NoError(t, other.accept(other.bob, 1))
	received, err := other.queries.MandatesByPayee(other.Ctx, &types.QueryMandatesByPayeeRequest{Payee: other.bob})
	require.NoError(t, err)
	require.Len(t, received.Mandates, 1)
	other.block(t, time.Hour)
	require.Equal(t, []string{"open"}, other.requests(t, types.PaymentRequestStatusExpired))
	require.Equal(t, types.PaymentStatusWaiting, other.record(t, other.ann, "S-1/1").Status)
}

func TestProductsGenesisRefused(t *testing.T) {
	s := withProducts(t)
	tests := map[string]struct {
		change func(g *types.GenesisState)
		says   string
	}{
		"requests out of order":     {func(g *types.GenesisState) { g.Requests[0], g.Requests[1] = g.Requests[1], g.Requests[0] }, "requests[1]"},
		"request of no status":      {func(g *types.GenesisState) { g.Requests[0].Status = 0 }, "expected a status"},
		"request of a new status":   {func(g *types.GenesisState) { g.Requests[0].Status = 9 }, "expected a known status"},
		"request open and ended":    {func(g *types.GenesisState) { g.Requests[0].EndedAt = &g.Requests[0].ExpiresAt }, "expected an open request"},
		"request paid and not":      {func(g *types.GenesisState) { g.Requests[1].Payments = nil }, "expected a request to be paid exactly"},
		"request paid without end":  {func(g *types.GenesisState) { g.Requests[1].EndedAt = nil }, "expected an end"},
		"request paid with reason":  {func(g *types.GenesisState) { g.Requests[1].Reason = "x" }, "expected no reason"},
		"request paid too much":     {func(g *types.GenesisState) { g.Requests[1].Payments[0].Amount = types.MaxAmount }, "payments[0]"},
		"request paid later":        {func(g *types.GenesisState) { g.Requests[1].Payments[0].At = g.Requests[1].ExpiresAt }, "payments[0]"},
		"request paid nothing":      {func(g *types.GenesisState) { g.Requests[1].Payments[0].Amount = math.ZeroInt() }, "payments[0]"},
		"payment of a request":      {func(g *types.GenesisState) { g.Requests[1].Payments[0].Reference = "" }, "payments[0]"},
		"mandate twice":             {func(g *types.GenesisState) { g.Mandates = append(g.Mandates, g.Mandates[0]) }, "mandates[1]"},
		"mandate of no status":      {func(g *types.GenesisState) { g.Mandates[0].Status = 0 }, "expected a status"},
		"mandate of a new status":   {func(g *types.GenesisState) { g.Mandates[0].Status = 9 }, "expected a known status"},
		"mandate active and ended":  {func(g *types.GenesisState) { g.Mandates[0].EndedAt = &g.Mandates[0].GrantedAt }, "expected ended_at"},
		"mandate over its cap":      {func(g *types.GenesisState) { g.Mandates[0].Pulled = g.Mandates[0].Total.AddRaw(1) }, "expected pulled"},
		"mandate without its pull":  {func(g *types.GenesisState) { g.Mandates[0].LastPullAt = nil }, "expected pulls"},
		"schedules out of order":    {func(g *types.GenesisState) { g.Schedules[0], g.Schedules[1] = g.Schedules[1], g.Schedules[0] }, "schedules[1]"},
		"schedule of no status":     {func(g *types.GenesisState) { g.Schedules[0].Status = 0 }, "expected a status"},
		"schedule of a new status":  {func(g *types.GenesisState) { g.Schedules[0].Status = 9 }, "expected a known status"},
		"schedule ahead of itself":  {func(g *types.GenesisState) { g.Schedules[0].Next = 2 }, "expected a next payment"},
		"schedule at the end":       {func(g *types.GenesisState) { g.Schedules[0].Next, g.Schedules[0].Paid = 4, 3 }, "expected an active schedule"},
		"schedule too late":         {func(g *types.GenesisState) { g.Schedules[0].NextAt = g.Schedules[0].NextAt.Add(1) }, "expected payment 1 at its time"},
		"schedule of 1970":          {func(g *types.GenesisState) { g.Schedules[0].NextAt = time.Time{} }, "expected next_at"},
		"schedule without failures": {func(g *types.GenesisState) { fail(&g.Schedules[0]).Failures = nil }, "expected the last failures"},
		"failure of a later one":    {func(g *types.GenesisState) { fail(&g.Schedules[0]).Failures[0].Number = 2 }, "failures[0]"},
		"failure without error":     {func(g *types.GenesisState) { fail(&g.Schedules[0]).Failures[0].Code = 0 }, "failures[0]"},
		"failure without time":      {func(g *types.GenesisState) { fail(&g.Schedules[0]).Failures[0].At = time.Time{} }, "failures[0]"},
		"consents out of order":     {func(g *types.GenesisState) { g.Consents[0], g.Consents[1] = g.Consents[1], g.Consents[0] }, "consents[1]"},
		"waiting out of order": {func(g *types.GenesisState) {
			g.WaitingPayments[0], g.WaitingPayments[1] = g.WaitingPayments[1], g.WaitingPayments[0]
		}, "waiting_payments[1]"},
		"waiting without hold":         {func(g *types.GenesisState) { g.WaitingPayments[0].Id = 0 }, "expected a hold"},
		"waiting for oneself":          {func(g *types.GenesisState) { g.WaitingPayments[0].Payee = g.WaitingPayments[0].Payer }, "expected another payee"},
		"waiting for nothing":          {func(g *types.GenesisState) { g.WaitingPayments[0].Amount = moneytest.Yen(0) }, "expected an amount"},
		"waiting by no method":         {func(g *types.GenesisState) { g.WaitingPayments[0].Method = 0 }, "expected a method"},
		"waiting with a fee of nobody": {func(g *types.GenesisState) { g.WaitingPayments[0].Fee = types.MaxAmount }, "expected a fee"},
		"waiting too long": {func(g *types.GenesisState) {
			g.WaitingPayments[0].ExpiresAt = g.WaitingPayments[0].PaidAt.Add(31 * 24 * time.Hour)
		}, "at most 30 days"},
		"waiting with bad details": {func(g *types.GenesisState) { g.WaitingPayments[1].Invoice = "x" }, "expected a reference beside invoice"},
		"waiting without record":   {func(g *types.GenesisState) { g.WaitingPayments[0].Reference = "other" }, "expected the record of payment other"},
		"record without waiting":   {func(g *types.GenesisState) { g.WaitingPayments = g.WaitingPayments[1:] }, "expected a waiting payment for each record"},
		"record of no status":      {func(g *types.GenesisState) { recordOf(g, "P-1").Status = 0 }, "expected a status"},
		"record paid in a hold":    {func(g *types.GenesisState) { recordOf(g, "P-1").HoldId = 7 }, "expected a hold exactly"},
		"record refunded too much": {func(g *types.GenesisState) { recordOf(g, "P-1").Refunded = types.MaxAmount }, "expected refunds of 0"},
		"waiting record refunded":  {func(g *types.GenesisState) { recordOf(g, "waits").Refunded = recordOf(g, "P-1").Refunded }, "expected refunds only"},
		"refund of nothing":        {func(g *types.GenesisState) { recordOf(g, "RF").RefundOf = "" }, "expected refund_of"},
		"two records in one hold": {func(g *types.GenesisState) {
			recordOf(g, "P-1").Status, recordOf(g, "P-1").HoldId, recordOf(g, "P-1").Refunded = types.PaymentStatusWaiting, 1, types.OrNone(math.Int{})
		}, "expected a hold of its own"},
		"payment that is no refund": {func(g *types.GenesisState) { recordOf(g, "P-1").RefundOf = "x" }, "expected refund_of"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			state, err := s.keeper.ExportGenesis(s.Ctx)
			require.NoError(t, err)
			require.NoError(t, state.Validate())
			test.change(&state)
			require.ErrorContains(t, state.Validate(), test.says)
		})
	}
}

// fail lets the first payment of a schedule have failed.
func fail(schedule *types.Schedule) *types.Schedule {
	*schedule, _ = schedule.WithFailure(schedule.NextAt, "sdk", 5, true)
	schedule.Status = types.ScheduleStatusActive
	return schedule
}

func recordOf(g *types.GenesisState, reference string) *types.PaymentRecord {
	for i := range g.Payments {
		if g.Payments[i].Reference == reference {
			return &g.Payments[i]
		}
	}
	return nil
}

// Queries about products refuse requests that say nothing.
func TestProductQueriesRefused(t *testing.T) {
	s := newProducts(t)
	for name, ask := range map[string]func(empty bool) error{
		"request": func(empty bool) error {
			_, err := s.queries.PaymentRequest(s.Ctx, orNil(empty, &types.QueryPaymentRequestRequest{}))
			return err
		},
		"requests by payee": func(empty bool) error {
			_, err := s.queries.PaymentRequestsByPayee(s.Ctx, orNil(empty, &types.QueryPaymentRequestsByPayeeRequest{}))
			return err
		},
		"requests by payer": func(empty bool) error {
			_, err := s.queries.PaymentRequestsByPayer(s.Ctx, orNil(empty, &types.QueryPaymentRequestsByPayerRequest{}))
			return err
		},
		"mandate": func(empty bool) error {
			_, err := s.queries.Mandate(s.Ctx, orNil(empty, &types.QueryMandateRequest{}))
			return err
		},
		"mandates by payer": func(empty bool) error {
			_, err := s.queries.MandatesByPayer(s.Ctx, orNil(empty, &types.QueryMandatesByPayerRequest{}))
			return err
		},
		"mandates by payee": func(empty bool) error {
			_, err := s.queries.MandatesByPayee(s.Ctx, orNil(empty, &types.QueryMandatesByPayeeRequest{}))
			return err
		},
		"schedule": func(empty bool) error {
			_, err := s.queries.Schedule(s.Ctx, orNil(empty, &types.QueryScheduleRequest{}))
			return err
		},
		"schedules": func(empty bool) error {
			_, err := s.queries.Schedules(s.Ctx, orNil(empty, &types.QuerySchedulesRequest{}))
			return err
		},
		"consent": func(empty bool) error {
			_, err := s.queries.Consent(s.Ctx, orNil(empty, &types.QueryConsentRequest{}))
			return err
		},
		"waiting payment": func(empty bool) error {
			_, err := s.queries.WaitingPayment(s.Ctx, orNil(empty, &types.QueryWaitingPaymentRequest{}))
			return err
		},
		"waiting to": func(empty bool) error {
			_, err := s.queries.WaitingPaymentsToAccount(s.Ctx, orNil(empty, &types.QueryWaitingPaymentsToAccountRequest{}))
			return err
		},
		"waiting from": func(empty bool) error {
			_, err := s.queries.WaitingPaymentsFromAccount(s.Ctx, orNil(empty, &types.QueryWaitingPaymentsFromAccountRequest{}))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, ask(true), "expected a request, got none")
			require.Error(t, ask(false))
		})
	}
	_, err := s.queries.Mandate(s.Ctx, &types.QueryMandateRequest{Payer: s.ann, Reference: "M"})
	require.ErrorIs(t, err, types.ErrMandateNotFound)
	_, err = s.queries.Schedule(s.Ctx, &types.QueryScheduleRequest{Payer: s.ann, Reference: "S"})
	require.ErrorIs(t, err, types.ErrScheduleNotFound)
	_, err = s.queries.PaymentRequest(s.Ctx, &types.QueryPaymentRequestRequest{Payee: s.bob, Reference: "R"})
	require.ErrorIs(t, err, types.ErrPaymentRequestNotFound)
}

func orNil[T any](empty bool, request *T) *T {
	if empty {
		return nil
	}
	return request
}
