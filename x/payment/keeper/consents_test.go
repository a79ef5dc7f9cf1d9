package keeper_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// setConsent lets payments to an account wait for a day, but those of allowed payers.
func (s *products) setConsent(account string, allowed ...string) error {
	slices.Sort(allowed)
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.SetConsent(ctx, &types.MsgSetConsent{Account: account, Needed: true, DecisionTime: 24 * time.Hour, AllowedPayers: allowed})
		return err
	})
}

func (s *products) dropConsent(account string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.SetConsent(ctx, &types.MsgSetConsent{Account: account})
		return err
	})
}

func (s *products) accept(payee string, id uint64) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.AcceptPayment(ctx, &types.MsgAcceptPayment{Payee: payee, Id: id})
		return err
	})
}

func (s *products) refusePayment(payee string, id uint64, reason string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.RefusePayment(ctx, &types.MsgRefusePayment{Payee: payee, Id: id, Reason: reason})
		return err
	})
}

func (s *products) cancelPayment(payer string, id uint64) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CancelPayment(ctx, &types.MsgCancelPayment{Payer: payer, Id: id})
		return err
	})
}

// A payment to an account that wants to consent waits in a hold with its fee, and is made when the payee accepts it.
func TestConsentAccepted(t *testing.T) {
	for _, bearer := range []types.FeePayer{types.FeePayerPayer, types.FeePayerPayee} {
		t.Run(bearer.String(), func(t *testing.T) {
			s := newProducts(t)
			s.takeFees(t, 5, bearer)
			require.NoError(t, s.setConsent(s.bob, s.amy))
			keepertest.RequireEvent(t, s.Ctx, &types.EventConsentSet{
				Account: s.bob, Needed: true, DecisionTime: 24 * time.Hour, AllowedPayers: []string{s.amy},
			})
			now := s.Ctx.BlockTime()
			response, err := s.pay(s.ann, s.bob, 1_000, "P-1", 5)
			require.NoError(t, err)
			require.Equal(t, &types.MsgPayResponse{Fee: math.NewInt(5), HoldId: 1}, response)
			want := types.WaitingPayment{
				Id: 1, Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Reference: "P-1", Method: types.PaymentMethodDirect,
				PaidAt: now, ExpiresAt: now.Add(24 * time.Hour), Fee: math.NewInt(5), FeePayer: bearer,
			}
			shown, err := s.queries.WaitingPayment(s.Ctx, &types.QueryWaitingPaymentRequest{Id: 1})
			require.NoError(t, err)
			require.Equal(t, want, shown.Payment)
			to, err := s.queries.WaitingPaymentsToAccount(s.Ctx, &types.QueryWaitingPaymentsToAccountRequest{Payee: s.bob})
			require.NoError(t, err)
			from, err := s.queries.WaitingPaymentsFromAccount(s.Ctx, &types.QueryWaitingPaymentsFromAccountRequest{Payer: s.ann})
			require.NoError(t, err)
			require.Equal(t, []types.WaitingPayment{want}, to.Payments)
			require.Equal(t, to.Payments, from.Payments)
			keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentWaiting{
				Id: 1, Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Reference: "P-1", ExpiresAt: want.ExpiresAt,
			})
			held := int64(1_000)
			if bearer == types.FeePayerPayer {
				held = 1_005
			}
			require.Equal(t, []int64{10_000 - held, 10_000, held, 0}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.held(t), s.Balance(s.collector)})
			record := s.record(t, s.ann, "P-1")
			require.Equal(t, types.PaymentStatusWaiting, record.Status)
			require.EqualValues(t, 1, record.HoldId)
			require.Zero(t, s.usage(t, "beta").PaymentsReceived, "it counts when it is made")
			_, err = s.pay(s.ann, s.bob, 1, "P-1", 5)
			require.ErrorIs(t, err, types.ErrReferenceUsed)
			spent, err := s.Registry.SpentToday(s.Ctx, sdk.MustAccAddressFromBech32(s.ann))
			require.NoError(t, err)
			require.Equal(t, int64(1_000), spent.Int64())
			s.requireSound(t)

			s.block(t, time.Hour)
			require.ErrorIs(t, s.accept(s.ann, 1), types.ErrNotParty)
			require.NoError(t, s.accept(s.bob, 1))
			require.Equal(t, []int64{10_000 - held, 9_995 + held, 0, 5}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.held(t), s.Balance(s.collector)})
			record = s.record(t, s.ann, "P-1")
			require.Equal(t, types.PaymentStatusPaid, record.Status)
			require.Equal(t, now.Add(time.Hour), record.PaidAt)
			require.Equal(t, math.NewInt(5), record.Fee)
			keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentAccepted{
				Id: 1, Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Reference: "P-1",
			})
			keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentMade{
				Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Fee: math.NewInt(5), FeePayer: bearer, Reference: "P-1", Method: types.PaymentMethodDirect,
			})
			require.EqualValues(t, 1, s.usage(t, "beta").PaymentsReceived)
			require.ErrorIs(t, s.accept(s.bob, 1), types.ErrWaitingPaymentNotFound, "once")
			s.requireSound(t)
		})
	}
}

func (s *products) usage(t require.TestingT, bank string) types.Usage {
	response, err := s.queries.Usages(s.Ctx, &types.QueryUsagesRequest{Organization: bank})
	require.NoError(t, err)
	if len(response.Usages) == 0 {
		return types.Usage{}
	}
	return response.Usages[0]
}

// Until the payee accepts it the payment may go back, with its fee, whatever became of payer and payee.
func TestConsentGoesBack(t *testing.T) {
	for name, test := range map[string]struct {
		end    func(t *testing.T, s *products)
		status types.PaymentStatus
	}{
		"refused": {func(t *testing.T, s *products) {
			t.Helper()
			require.ErrorIs(t, s.refusePayment(s.bob, 1, ""), registrytypes.ErrInvalidReason)
			require.ErrorIs(t, s.refusePayment(s.ann, 1, "no"), types.ErrNotParty)
			require.NoError(t, s.refusePayment(s.bob, 1, "not ordered"))
			keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentRefused{
				Id: 1, Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Reference: "P-1", Reason: "not ordered",
			})
		}, types.PaymentStatusRefused},
		"cancelled": {func(t *testing.T, s *products) {
			t.Helper()
			require.ErrorIs(t, s.cancelPayment(s.bob, 1), types.ErrNotParty)
			require.NoError(t, s.cancelPayment(s.ann, 1))
			keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentCancelled{
				Id: 1, Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Reference: "P-1",
			})
		}, types.PaymentStatusCancelled},
		"expired": {func(t *testing.T, s *products) {
			t.Helper()
			s.NextBlock(24 * time.Hour)
			require.ErrorIs(t, s.accept(s.bob, 1), holdtypes.ErrHoldExpired)
			require.NoError(t, s.Hold.ReleaseExpired(s.Ctx))
			keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentExpired{
				Id: 1, Payer: s.ann, Payee: s.bob, Amount: moneytest.Yen(1_000), Reference: "P-1",
			})
		}, types.PaymentStatusExpired},
	} {
		t.Run(name, func(t *testing.T) {
			s := newProducts(t)
			s.takeFees(t, 5, types.FeePayerPayer)
			require.NoError(t, s.setConsent(s.bob))
			_, err := s.pay(s.ann, s.bob, 1_000, "P-1", 5)
			require.NoError(t, err)
			require.NoError(t, s.Freeze("alpha", s.ann))
			require.NoError(t, s.Freeze("beta", s.bob))
			require.ErrorIs(t, s.accept(s.bob, 1), registrytypes.ErrAccountFrozen)
			test.end(t, s)
			require.Equal(t, int64(10_000), s.Balance(s.ann))
			record := s.record(t, s.ann, "P-1")
			require.Equal(t, test.status, record.Status)
			require.Zero(t, record.HoldId)
			require.ErrorIs(t, s.accept(s.bob, 1), types.ErrWaitingPaymentNotFound)
			require.ErrorIs(t, s.refusePayment(s.bob, 1, "no"), types.ErrWaitingPaymentNotFound)
			require.ErrorIs(t, s.cancelPayment(s.ann, 1), types.ErrWaitingPaymentNotFound)
			s.requireSound(t)
		})
	}
}

// A hold for a payment that nobody knows breaks a law of money: the hold module says so.
func TestConsentExpiredUnknown(t *testing.T) {
	s := newProducts(t)
	require.ErrorIs(t, s.keeper.HoldExpired(s.Ctx, holdtypes.Hold{Id: 9, Purpose: "consent/x"}), types.ErrWaitingPaymentNotFound)
}

// Who may pay such an account without asking, and how.
func TestWhoNeedsConsent(t *testing.T) {
	s := newProducts(t)
	require.NoError(t, s.setConsent(s.bob, s.amy))
	refusal := s.Pay(s.ann, s.bob, 10)
	require.ErrorIs(t, refusal, registrytypes.ErrConsentNeeded)
	require.ErrorContains(t, refusal, "pay with a message of the payment module")
	require.NoError(t, s.Pay(s.amy, s.bob, 10), "allowed")
	require.NoError(t, s.Pay(s.bob, s.bob, 10), "oneself")
	require.NoError(t, s.Pay(s.bob, s.ann, 10), "who consents pays freely")
	response, err := s.pay(s.amy, s.bob, 10, "", 0)
	require.NoError(t, err)
	require.Zero(t, response.HoldId)

	// What the payee asked for or pulls itself needs no second word; its puller's word is not its own.
	require.NoError(t, s.requestPayment(s.invoice("R", 100, false)))
	_, err = s.payRequest("R", "P-R", 100)
	require.NoError(t, err)
	msg := s.mandateOf("M")
	msg.Puller = s.collector
	require.NoError(t, s.grantMandate(msg))
	pulled, err := s.pull(s.bob, "M", "1", 100)
	require.NoError(t, err)
	require.Zero(t, pulled.HoldId)
	require.Zero(t, s.held(t))
	pulled, err = s.pull(s.collector, "M", "2", 50)
	require.NoError(t, err)
	require.NotZero(t, pulled.HoldId)

	// Batches, splits and schedules wait too.
	batch, err := s.payBatch(&types.MsgPayBatch{Payer: s.ann, Lines: []types.BatchLine{batchLine(s.bob, 1, ""), batchLine(s.amy, 1, "")}})
	require.NoError(t, err)
	require.Equal(t, []types.BatchResult{{HoldId: pulled.HoldId + 1}, {}}, batch.Results)
	split, err := s.paySplit(&types.MsgPaySplit{Payer: s.ann, Amount: moneytest.Yen(2), Shares: []types.SplitShare{{Payee: s.amy, Weight: 1}, {Payee: s.bob, Weight: 1}}})
	require.NoError(t, err)
	require.Equal(t, []uint64{0, pulled.HoldId + 2}, split.HoldIds)
	require.NoError(t, s.schedulePayment(s.scheduleOf("S", 1)))
	s.block(t, time.Hour)
	require.EqualValues(t, 1, s.schedule(t, "S").Paid)
	require.Equal(t, types.PaymentStatusWaiting, s.record(t, s.ann, "S/1").Status)

	// Without the wish payments arrive at once; what waits goes on to wait.
	require.NoError(t, s.dropConsent(s.bob))
	require.NoError(t, s.Pay(s.ann, s.bob, 10))
	_, err = s.queries.Consent(s.Ctx, &types.QueryConsentRequest{Account: s.bob})
	require.ErrorIs(t, err, types.ErrConsentNotFound)
	require.NoError(t, s.accept(s.bob, pulled.HoldId))
	s.requireSound(t)
}

func TestConsentRefused(t *testing.T) {
	s := newProducts(t)
	frozen := s.Open(t, "beta", "frozen")
	require.NoError(t, s.Freeze("beta", frozen))
	many := make([]string, 101)
	for i := range many {
		many[i] = keepertest.Address(string(rune('0' + i))).String()
	}
	slices.Sort(many)
	for name, test := range map[string]struct {
		msg  types.MsgSetConsent
		want error
	}{
		"frozen":                {types.MsgSetConsent{Account: frozen, Needed: true, DecisionTime: time.Hour}, registrytypes.ErrAccountFrozen},
		"unknown":               {types.MsgSetConsent{Account: keepertest.Address("x").String(), Needed: true, DecisionTime: time.Hour}, registrytypes.ErrAccountNotFound},
		"no address":            {types.MsgSetConsent{Account: "x"}, registrytypes.ErrInvalidAccount},
		"no time":               {types.MsgSetConsent{Account: s.bob, Needed: true}, types.ErrInvalidConsent},
		"31 days":               {types.MsgSetConsent{Account: s.bob, Needed: true, DecisionTime: 31 * 24 * time.Hour}, types.ErrInvalidConsent},
		"101 payers":            {types.MsgSetConsent{Account: s.bob, Needed: true, DecisionTime: time.Hour, AllowedPayers: many}, types.ErrInvalidConsent},
		"itself":                {types.MsgSetConsent{Account: s.bob, Needed: true, DecisionTime: time.Hour, AllowedPayers: []string{s.bob}}, types.ErrInvalidConsent},
		"out of order":          {types.MsgSetConsent{Account: s.bob, Needed: true, DecisionTime: time.Hour, AllowedPayers: []string{many[1], many[0]}}, types.ErrInvalidConsent},
		"no address of a payer": {types.MsgSetConsent{Account: s.bob, Needed: true, DecisionTime: time.Hour, AllowedPayers: []string{"x"}}, registrytypes.ErrInvalidAccount},
		"time without a wish":   {types.MsgSetConsent{Account: s.bob, DecisionTime: time.Hour}, types.ErrInvalidConsent},
		"payers without a wish": {types.MsgSetConsent{Account: s.bob, AllowedPayers: []string{s.ann}}, types.ErrInvalidConsent},
	} {
		t.Run(name, func(t *testing.T) {
			s.requireRefused(t, test.want, func(ctx context.Context) error { _, err := s.msgs.SetConsent(ctx, &test.msg); return err })
		})
	}
	require.NoError(t, s.setConsent(s.bob))
	_, err := s.pay(s.ann, s.bob, 20_000, "", 0)
	require.ErrorIs(t, err, errInsufficientFunds)
	s.takeFees(t, 5, types.FeePayerPayer)
	_, err = s.pay(s.ann, s.bob, 10, "", 4)
	require.ErrorIs(t, err, types.ErrFeeTooHigh)
	_, err = s.pay(s.ann, s.bob, 9_996, "", 5)
	require.ErrorIs(t, err, errInsufficientFunds, "the fee is held too")
	require.NoError(t, s.Freeze("beta", s.bob))
	_, err = s.pay(s.ann, s.bob, 10, "", 5)
	require.ErrorIs(t, err, registrytypes.ErrAccountFrozen)
}

// The fee of a payment that waits is the one of its day, unless the members have done away with fees.
func TestFeeOfAWaitingPayment(t *testing.T) {
	s := newProducts(t)
	s.takeFees(t, 5, types.FeePayerPayer)
	require.NoError(t, s.setConsent(s.bob))
	for range 2 {
		_, err := s.pay(s.ann, s.bob, 100, "", 5)
		require.NoError(t, err)
	}
	s.takeFees(t, 50, types.FeePayerPayee)
	require.NoError(t, s.Freeze("alpha", s.collector))
	require.NoError(t, s.accept(s.bob, 1), "a frozen collector stops nobody")
	require.Equal(t, []int64{9_790, 10_100, 5, 105}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(s.collector), s.held(t)})
	s.takeFees(t, 0, types.FeePayerUnspecified)
	require.NoError(t, s.accept(s.bob, 2))
	require.Equal(t, []int64{9_795, 10_200, 5, 0}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(s.collector), s.held(t)})

	// A fee that is the whole amount leaves the payee nothing, but the payment is made.
	require.NoError(t, s.Unfreeze("alpha", s.collector))
	s.takeFees(t, 50, types.FeePayerPayee)
	_, err := s.pay(s.ann, s.bob, 50, "all-fee", 0)
	require.NoError(t, err)
	require.NoError(t, s.accept(s.bob, 3))
	require.Equal(t, []int64{10_200, 55}, []int64{s.Balance(s.bob), s.Balance(s.collector)})
	require.Equal(t, types.PaymentStatusPaid, s.record(t, s.ann, "all-fee").Status)
	s.requireSound(t)
}

// A payer whose payment waits cannot close; the payee can, and then the payment goes back.
func TestConsentAndClosing(t *testing.T) {
	s := newProducts(t)
	carl := s.Open(t, "beta", "carl")
	require.NoError(t, s.setConsent(carl))
	_, err := s.pay(s.ann, carl, 10_000, "P", 0)
	require.NoError(t, err)
	require.ErrorIs(t, s.Close("alpha", s.ann), registrytypes.ErrAccountInUse)
	require.NoError(t, s.Close("beta", carl))
	require.ErrorIs(t, s.accept(carl, 1), registrytypes.ErrAccountClosed)
	s.block(t, 24*time.Hour)
	require.Equal(t, int64(10_000), s.Balance(s.ann))
	require.Equal(t, types.PaymentStatusExpired, s.record(t, s.ann, "P").Status)
}

// Whoever pays, accepts, refuses and cancels, beside a ledger on paper: what waits is held to the yen, goes to the payee once or back
// whole, and nothing reaches an account that did not want it.
func TestConsentsKeepTheLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newProducts(t)
		fee := rapid.Int64Range(0, 5).Draw(r, "fee")
		bearer := rapid.SampledFrom([]types.FeePayer{types.FeePayerPayer, types.FeePayerPayee}).Draw(r, "bearer")
		s.takeFees(r, fee, bearer)
		type paper struct {
			payer, payee string
			held, gets   int64
			fee          int64
			expires      time.Time
		}
		people := []string{s.ann, s.amy, s.bob}
		balance := map[string]int64{s.ann: 10_000, s.amy: 10_000, s.bob: 10_000, s.collector: 0}
		wants, waiting := map[string][]string{}, map[uint64]*paper{}
		for range rapid.IntRange(1, 50).Draw(r, "steps") {
			who := rapid.SampledFrom(people).Draw(r, "who")
			id := rapid.Uint64Range(1, uint64(len(waiting)+2)).Draw(r, "id")
			payment := waiting[id]
			switch rapid.IntRange(0, 8).Draw(r, "action") {
			case 0:
				allowed := rapid.SampledFrom([][]string{{}, {s.ann}, {s.amy}}).Draw(r, "allowed")
				if slices.Contains(allowed, who) {
					allowed = []string{}
				}
				require.NoError(r, s.setConsent(who, slices.Clone(allowed)...))
				wants[who] = allowed
			case 1:
				require.NoError(r, s.dropConsent(who))
				delete(wants, who)
			case 2, 3, 4:
				payee, amount := rapid.SampledFrom(people).Draw(r, "payee"), rapid.Int64Range(1, 5_000).Draw(r, "amount")
				taken := min(fee, amount)
				costs, gets := amount, amount-taken
				if bearer == types.FeePayerPayer {
					taken = fee
					costs, gets = amount+fee, amount
				}
				response, err := s.pay(who, payee, amount, "", fee)
				if err != nil {
					require.ErrorIs(r, err, errInsufficientFunds)
					require.Less(r, balance[who], costs)
					continue
				}
				allowed, asks := wants[payee]
				mustWait := asks && who != payee && !slices.Contains(allowed, who)
				require.Equal(r, mustWait, response.HoldId != 0)
				balance[who] -= costs
				if mustWait {
					waiting[response.HoldId] = &paper{who, payee, costs, gets, taken, s.Ctx.BlockTime().Add(24 * time.Hour)}
				} else {
					balance[payee] += gets
					balance[s.collector] += taken
				}
			case 5:
				may := payment != nil && payment.payee == who
				require.Equal(r, may, s.accept(who, id) == nil)
				if may {
					balance[who] += payment.gets
					balance[s.collector] += payment.fee
					delete(waiting, id)
				}
			case 6, 7:
				back := payment != nil && payment.payee == who
				if rapid.Bool().Draw(r, "by payer") {
					back = payment != nil && payment.payer == who
					require.Equal(r, back, s.cancelPayment(who, id) == nil)
				} else {
					require.Equal(r, back, s.refusePayment(who, id, "no") == nil)
				}
				if back {
					balance[payment.payer] += payment.held
					delete(waiting, id)
				}
			case 8:
				s.block(r, time.Duration(rapid.IntRange(1, 20).Draw(r, "hours"))*time.Hour)
				for id, payment := range waiting {
					if !s.Ctx.BlockTime().Before(payment.expires) {
						balance[payment.payer] += payment.held
						delete(waiting, id)
					}
				}
			}
			held := int64(0)
			for _, payment := range waiting {
				held += payment.held
			}
			require.Equal(r, held, s.held(r))
			for account, want := range balance {
				require.Equal(r, want, s.Balance(account))
			}
			s.requireSound(r)
		}
	})
}
