package keeper_test

import (
	"context"
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

func (s *products) grantMandate(msg *types.MsgGrantMandate) error {
	return s.Do(func(ctx context.Context) error { _, err := s.msgs.GrantMandate(ctx, msg); return err })
}

// mandateOf is one of ann for bob: 100 yen a pull, 150 a month, 400 in all.
func (s *products) mandateOf(reference string) *types.MsgGrantMandate {
	return &types.MsgGrantMandate{
		Payer: s.ann, Reference: reference, Payee: s.bob, Denom: registrytypes.YenDenom, PerPull: math.NewInt(100),
		PerPeriod: math.NewInt(150), Period: types.PeriodMonth, Total: math.NewInt(400), MaxFee: math.NewInt(5),
	}
}

func (s *products) pull(puller, mandate, reference string, amount int64) (*types.MsgPullPaymentResponse, error) {
	var response *types.MsgPullPaymentResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.msgs.PullPayment(ctx, &types.MsgPullPayment{
			Puller: puller, Payer: s.ann, Mandate: mandate, Amount: moneytest.Yen(amount), Reference: reference, Invoice: "INV-" + reference,
		})
		return err
	})
	return response, err
}

// goTo begins a block at a time.
func (s *products) goTo(t require.TestingT, text string) {
	to, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	s.block(t, to.Sub(s.Ctx.BlockTime()))
}

func (s *products) mandate(t require.TestingT, reference string) *types.QueryMandateResponse {
	response, err := s.queries.Mandate(s.Ctx, &types.QueryMandateRequest{Payer: s.ann, Reference: reference})
	require.NoError(t, err)
	require.NoError(t, response.Mandate.Validate())
	return response
}

// A payee pulls within the caps, month by month of Japan.
func TestMandate(t *testing.T) {
	s := newProducts(t)
	s.takeFees(t, 5, types.FeePayerPayer)
	s.goTo(t, "2027-01-10T12:00:00+09:00")
	msg := s.mandateOf("GYM")
	require.NoError(t, s.grantMandate(msg))
	granted := s.Ctx.BlockTime()
	keepertest.RequireEvent(t, s.Ctx, &types.EventMandateGranted{
		Payer: s.ann, Mandate: "GYM", Payee: s.bob, Denom: "jpy", PerPull: msg.PerPull, PerPeriod: msg.PerPeriod, Period: msg.Period, Total: msg.Total,
	})
	response, err := s.pull(s.bob, "GYM", "01", 100)
	require.NoError(t, err)
	require.Equal(t, &types.MsgPullPaymentResponse{Fee: math.NewInt(5)}, response)
	require.Equal(t, []int64{9_895, 10_100, 5}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(s.collector)})
	keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentPulled{
		Payer: s.ann, Mandate: "GYM", Payee: s.bob, Puller: s.bob, Reference: "01", Amount: moneytest.Yen(100),
		LeftInPeriod: math.NewInt(50), Left: math.NewInt(300),
	})
	record := s.record(t, s.ann, "GYM/01")
	require.Equal(t, types.PaymentMethodMandate, record.Method)
	require.Equal(t, "INV-01", record.Invoice)
	require.Equal(t, types.Mandate{
		Payer: s.ann, Reference: "GYM", Payee: s.bob, Denom: "jpy", PerPull: msg.PerPull, PerPeriod: msg.PerPeriod, Period: msg.Period,
		Total: msg.Total, MaxFee: msg.MaxFee, Status: types.MandateStatusActive, GrantedAt: granted,
		Pulled: math.NewInt(100), PulledInPeriod: math.NewInt(100), LastPullAt: &granted, Pulls: 1,
	}, s.mandate(t, "GYM").Mandate)

	_, err = s.pull(s.bob, "GYM", "01", 1)
	require.ErrorIs(t, err, types.ErrReferenceUsed)
	_, err = s.pull(s.bob, "GYM", "02", 51)
	require.ErrorIs(t, err, types.ErrMandateCap)
	require.ErrorContains(t, err, "at most 50jpy in this month")
	s.goTo(t, "2027-01-31T23:59:59+09:00")
	_, err = s.pull(s.bob, "GYM", "02", 51)
	require.ErrorIs(t, err, types.ErrMandateCap, "a second before the month is over")
	s.goTo(t, "2027-02-01T00:00:00+09:00")
	require.Equal(t, math.NewInt(150), s.mandate(t, "GYM").LeftInPeriod)
	for _, reference := range []string{"02", "03"} {
		_, err = s.pull(s.bob, "GYM", reference, 75)
		require.NoError(t, err)
	}
	_, err = s.pull(s.bob, "GYM", "04", 1)
	require.ErrorIs(t, err, types.ErrMandateCap)
	s.goTo(t, "2027-03-01T00:00:00+09:00")
	_, err = s.pull(s.bob, "GYM", "04", 101)
	require.ErrorContains(t, err, "at most 100jpy in one pull")
	_, err = s.pull(s.bob, "GYM", "04", 100)
	require.NoError(t, err)
	_, err = s.pull(s.bob, "GYM", "05", 50)
	require.NoError(t, err)
	s.goTo(t, "2027-04-01T00:00:00+09:00")
	require.True(t, s.mandate(t, "GYM").Left.IsZero())
	_, err = s.pull(s.bob, "GYM", "06", 1)
	require.ErrorContains(t, err, "at most 0jpy in all")
	require.Equal(t, int64(10_400), s.Balance(s.bob))
	s.requireSound(t)
}

// A mandate ends at once, by the payer or the payee, and its times bound it.
func TestMandateEnds(t *testing.T) {
	s := newProducts(t)
	now := s.Ctx.BlockTime()
	starts, ends := now.Add(time.Hour), now.Add(2*time.Hour)
	msg := s.mandateOf("timed")
	msg.StartsAt, msg.EndsAt = &starts, &ends
	require.NoError(t, s.grantMandate(msg))
	_, err := s.pull(s.bob, "timed", "1", 1)
	require.ErrorIs(t, err, types.ErrMandateStatus, "too early")
	s.block(t, time.Hour)
	_, err = s.pull(s.bob, "timed", "1", 1)
	require.NoError(t, err)
	s.block(t, time.Hour)
	_, err = s.pull(s.bob, "timed", "2", 1)
	require.ErrorIs(t, err, types.ErrMandateStatus, "too late")

	for name, test := range map[string]struct {
		end    func(ctx context.Context) error
		status types.MandateStatus
	}{
		"revoked": {func(ctx context.Context) error {
			_, err := s.msgs.RevokeMandate(ctx, &types.MsgRevokeMandate{Payer: s.ann, Mandate: "revoked"})
			return err
		}, types.MandateStatusRevoked},
		"cancelled": {func(ctx context.Context) error {
			_, err := s.msgs.CancelMandate(ctx, &types.MsgCancelMandate{Payee: s.bob, Payer: s.ann, Mandate: "cancelled"})
			return err
		}, types.MandateStatusCancelled},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, s.grantMandate(s.mandateOf(name)))
			_, err := s.pull(s.bob, name, "1", 1)
			require.NoError(t, err)
			require.NoError(t, s.Do(test.end))
			ended := s.Ctx.BlockTime()
			require.Equal(t, test.status, s.mandate(t, name).Mandate.Status)
			require.Equal(t, &ended, s.mandate(t, name).Mandate.EndedAt)
			_, err = s.pull(s.bob, name, "2", 1)
			require.ErrorIs(t, err, types.ErrMandateStatus)
			s.requireRefused(t, types.ErrMandateStatus, test.end)
			require.ErrorIs(t, s.grantMandate(s.mandateOf(name)), types.ErrReferenceUsed, "whatever became of it")
		})
	}
	keepertest.RequireEvent(t, s.Ctx, &types.EventMandateRevoked{Payer: s.ann, Mandate: "revoked", Payee: s.bob})
	keepertest.RequireEvent(t, s.Ctx, &types.EventMandateCancelled{Payer: s.ann, Mandate: "cancelled", Payee: s.bob})
	s.requireRefused(t, types.ErrNotParty, func(ctx context.Context) error {
		_, err := s.msgs.CancelMandate(ctx, &types.MsgCancelMandate{Payee: s.amy, Payer: s.ann, Mandate: "timed"})
		return err
	})
	s.requireRefused(t, types.ErrMandateNotFound, func(ctx context.Context) error {
		_, err := s.msgs.RevokeMandate(ctx, &types.MsgRevokeMandate{Payer: s.bob, Mandate: "timed"})
		return err
	})
	s.requireRefused(t, registrytypes.ErrInvalidAccount, func(ctx context.Context) error {
		_, err := s.msgs.RevokeMandate(ctx, &types.MsgRevokeMandate{Payer: "ann", Mandate: "timed"})
		return err
	})

	list, err := s.queries.MandatesByPayer(s.Ctx, &types.QueryMandatesByPayerRequest{Payer: s.ann})
	require.NoError(t, err)
	require.Len(t, list.Mandates, 3)
	received, err := s.queries.MandatesByPayee(s.Ctx, &types.QueryMandatesByPayeeRequest{Payee: s.bob})
	require.NoError(t, err)
	require.Equal(t, list.Mandates, received.Mandates)
}

// The puller pulls for the payee; nobody else does. Pulls are payments, with all their checks.
func TestWhoPulls(t *testing.T) {
	s := newProducts(t)
	service := s.Open(t, "beta", "service")
	msg := s.mandateOf("M")
	msg.Puller = service
	require.NoError(t, s.grantMandate(msg))
	_, err := s.pull(service, "M", "1", 10)
	require.NoError(t, err)
	require.Equal(t, []int64{10_010, 0}, []int64{s.Balance(s.bob), s.Balance(service)})
	_, err = s.pull(s.bob, "M", "2", 10)
	require.NoError(t, err)
	for _, other := range []string{s.ann, s.amy, ""} {
		_, err = s.pull(other, "M", "3", 10)
		require.ErrorIs(t, err, types.ErrNotParty)
	}
	require.NoError(t, s.grantMandate(s.mandateOf("alone")))
	_, err = s.pull("", "alone", "3", 10)
	require.ErrorIs(t, err, types.ErrNotParty)

	_, err = s.pull(s.bob, "M", strings.Repeat("x", 32), 10)
	require.ErrorIs(t, err, types.ErrInvalidMandate)
	_, err = s.pull(s.bob, "M", "a b", 10)
	require.ErrorIs(t, err, registrytypes.ErrInvalidReference)
	_, err = s.pull(s.bob, "M", "3", 0)
	require.ErrorIs(t, err, types.ErrInvalidPayment)
	_, err = s.pull(s.bob, "none", "3", 10)
	require.ErrorIs(t, err, types.ErrMandateNotFound)
	s.requireRefused(t, types.ErrMandateCap, func(ctx context.Context) error {
		_, err := s.msgs.PullPayment(ctx, &types.MsgPullPayment{
			Puller: s.bob, Payer: s.ann, Mandate: "M", Amount: sdk.NewInt64Coin("points", 1), Reference: "3",
		})
		return err
	})
	s.takeFees(t, 6, types.FeePayerPayer)
	_, err = s.pull(s.bob, "M", "3", 10)
	require.ErrorIs(t, err, types.ErrFeeTooHigh)
	s.takeFees(t, 0, types.FeePayerUnspecified)
	require.NoError(t, s.Freeze("alpha", s.ann))
	_, err = s.pull(s.bob, "M", "3", 10)
	require.ErrorIs(t, err, registrytypes.ErrAccountFrozen)
	require.Equal(t, math.NewInt(20), s.mandate(t, "M").Mandate.Pulled, "what failed does not count")
}

func TestMandateRefusedFields(t *testing.T) {
	s := newProducts(t)
	closed := s.Open(t, "beta", "closed")
	require.NoError(t, s.Close("beta", closed))
	now := s.Ctx.BlockTime()
	past, future, never := now.Add(-time.Hour), now.Add(time.Hour), now.AddDate(400, 0, 0)
	for name, test := range map[string]struct {
		change func(m *types.MsgGrantMandate)
		want   error
	}{
		"reference of 33":     {func(m *types.MsgGrantMandate) { m.Reference = strings.Repeat("x", 33) }, types.ErrInvalidMandate},
		"no reference":        {func(m *types.MsgGrantMandate) { m.Reference = "" }, registrytypes.ErrInvalidReference},
		"payee is payer":      {func(m *types.MsgGrantMandate) { m.Payee = m.Payer }, types.ErrInvalidMandate},
		"payee closed":        {func(m *types.MsgGrantMandate) { m.Payee = closed }, registrytypes.ErrAccountClosed},
		"payee unknown":       {func(m *types.MsgGrantMandate) { m.Payee = keepertest.Address("x").String() }, registrytypes.ErrAccountNotFound},
		"puller unknown":      {func(m *types.MsgGrantMandate) { m.Puller = keepertest.Address("x").String() }, registrytypes.ErrAccountNotFound},
		"puller no address":   {func(m *types.MsgGrantMandate) { m.Puller = "x" }, registrytypes.ErrInvalidAccount},
		"puller is payer":     {func(m *types.MsgGrantMandate) { m.Puller = m.Payer }, types.ErrInvalidMandate},
		"puller is payee":     {func(m *types.MsgGrantMandate) { m.Puller = m.Payee }, types.ErrInvalidMandate},
		"denom":               {func(m *types.MsgGrantMandate) { m.Denom = "!" }, types.ErrInvalidMandate},
		"no cap per pull":     {func(m *types.MsgGrantMandate) { m.PerPull = math.Int{} }, types.ErrInvalidMandate},
		"pull over period":    {func(m *types.MsgGrantMandate) { m.PerPull = math.NewInt(151) }, types.ErrInvalidMandate},
		"period over total":   {func(m *types.MsgGrantMandate) { m.PerPeriod = math.NewInt(401) }, types.ErrInvalidMandate},
		"total over 10^15":    {func(m *types.MsgGrantMandate) { m.Total = types.MaxAmount.AddRaw(1) }, types.ErrInvalidMandate},
		"negative fee":        {func(m *types.MsgGrantMandate) { m.MaxFee = math.NewInt(-1) }, types.ErrInvalidMandate},
		"no period":           {func(m *types.MsgGrantMandate) { m.Period = types.PeriodUnspecified }, types.ErrInvalidMandate},
		"unknown period":      {func(m *types.MsgGrantMandate) { m.Period = 9 }, types.ErrInvalidMandate},
		"ended already":       {func(m *types.MsgGrantMandate) { m.EndsAt = &past }, types.ErrInvalidMandate},
		"ends at start":       {func(m *types.MsgGrantMandate) { m.StartsAt, m.EndsAt = &future, &future }, types.ErrInvalidMandate},
		"ends in 400 years":   {func(m *types.MsgGrantMandate) { m.EndsAt = &never }, types.ErrInvalidMandate},
		"starts in 400 years": {func(m *types.MsgGrantMandate) { m.StartsAt = &never }, types.ErrInvalidMandate},
	} {
		t.Run(name, func(t *testing.T) {
			msg := s.mandateOf("M")
			test.change(msg)
			s.requireRefused(t, test.want, func(ctx context.Context) error { _, err := s.msgs.GrantMandate(ctx, msg); return err })
		})
	}
}

// Whoever pulls how much whenever, beside a ledger on paper: no cap is ever exceeded, what the caps leave can be pulled, and each
// pull moves its amount once.
func TestMandatesKeepTheirCaps(t *testing.T) {
	japan := time.FixedZone("JST", 9*60*60)
	rapid.Check(t, func(r *rapid.T) {
		s := newProducts(t)
		s.goTo(r, "2027-12-30T10:00:00+09:00")
		perPull := rapid.Int64Range(1, 300).Draw(r, "per pull")
		perPeriod := perPull + rapid.Int64Range(0, 300).Draw(r, "more per period")
		total := perPeriod + rapid.Int64Range(0, 2_000).Draw(r, "more in all")
		msg := s.mandateOf("M")
		msg.PerPull, msg.PerPeriod, msg.Total = math.NewInt(perPull), math.NewInt(perPeriod), math.NewInt(total)
		msg.Period = rapid.SampledFrom([]types.Period{types.PeriodDay, types.PeriodWeek, types.PeriodMonth}).Draw(r, "period")
		require.NoError(r, s.grantMandate(msg))
		// The ledger sums by the name of the period, which it finds by itself.
		name := func() string {
			at := s.Ctx.BlockTime().In(japan)
			switch msg.Period {
			case types.PeriodDay:
				return at.Format("2006-01-02")
			case types.PeriodMonth:
				return at.Format("2006-01")
			case types.PeriodWeek, types.PeriodUnspecified:
			}
			for at.Weekday() != time.Monday {
				at = at.AddDate(0, 0, -1)
			}
			return at.Format("week of 2006-01-02")
		}
		pulled, inPeriod, used, revoked := int64(0), map[string]int64{}, map[string]bool{}, false
		for i := range rapid.IntRange(1, 60).Draw(r, "steps") {
			switch rapid.IntRange(0, 19).Draw(r, "action") {
			case 0:
				err := s.Do(func(ctx context.Context) error {
					_, err := s.msgs.RevokeMandate(ctx, &types.MsgRevokeMandate{Payer: s.ann, Mandate: "M"})
					return err
				})
				require.Equal(r, revoked, err != nil)
				revoked = true
			case 1, 2, 3, 4, 5, 6, 7:
				s.block(r, rapid.SampledFrom([]time.Duration{time.Minute, time.Hour, 9 * time.Hour, 24 * time.Hour, 8 * 24 * time.Hour}).Draw(r, "later"))
			default:
				amount := rapid.Int64Range(1, perPull+1).Draw(r, "amount")
				reference := []string{"a", "b", "c"}[i%3]
				if rapid.Bool().Draw(r, "new") {
					reference = time.Duration(i).String()
				}
				may := !revoked && !used[reference] && amount <= perPull && inPeriod[name()]+amount <= perPeriod && pulled+amount <= total
				_, err := s.pull(s.bob, "M", reference, amount)
				require.Equal(r, may, err == nil, "%v", err)
				if may {
					used[reference] = true
					pulled += amount
					inPeriod[name()] += amount
				}
			}
			require.Equal(r, []int64{10_000 - pulled, 10_000 + pulled}, []int64{s.Balance(s.ann), s.Balance(s.bob)})
			require.Equal(r, pulled, s.mandate(r, "M").Mandate.Pulled.Int64())
			require.Equal(r, perPeriod-inPeriod[name()], s.mandate(r, "M").LeftInPeriod.Int64())
		}
		s.requireSound(r)
	})
}
