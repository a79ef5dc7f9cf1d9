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

func (s *products) requestPayment(msg *types.MsgRequestPayment) error {
	return s.Do(func(ctx context.Context) error { _, err := s.msgs.RequestPayment(ctx, msg); return err })
}

// invoice is a request of bob to ann.
func (s *products) invoice(reference string, amount int64, partial bool) *types.MsgRequestPayment {
	return &types.MsgRequestPayment{
		Payee: s.bob, Reference: reference, Payer: s.ann, Amount: moneytest.Yen(amount), Invoice: "INV-" + reference, MemoHash: hash,
		Partial: partial, ExpiresAt: s.Ctx.BlockTime().Add(time.Hour),
	}
}

func (s *products) payRequest(request, reference string, amount int64) (*types.MsgPayRequestResponse, error) {
	var response *types.MsgPayRequestResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.msgs.PayRequest(ctx, &types.MsgPayRequest{
			Payer: s.ann, Payee: s.bob, Request: request, Reference: reference, Amount: moneytest.Yen(amount), MaxFee: math.NewInt(5),
		})
		return err
	})
	return response, err
}

func (s *products) rejectRequest(payer, request, reason string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.RejectRequest(ctx, &types.MsgRejectRequest{Payer: payer, Payee: s.bob, Request: request, Reason: reason})
		return err
	})
}

func (s *products) cancelRequest(payee, request, reason string) error {
	return s.Do(func(ctx context.Context) error {
		_, err := s.msgs.CancelRequest(ctx, &types.MsgCancelRequest{Payee: payee, Request: request, Reason: reason})
		return err
	})
}

// shownRequest is a request of bob as queries show it.
func (s *products) shownRequest(t require.TestingT, reference string) types.PaymentRequest {
	response, err := s.queries.PaymentRequest(s.Ctx, &types.QueryPaymentRequestRequest{Payee: s.bob, Reference: reference})
	require.NoError(t, err)
	require.NoError(t, response.Request.Validate())
	return response.Request
}

// requests returns the references of bob's requests in a status, and of those to ann, which are the same.
func (s *products) requests(t require.TestingT, status types.PaymentRequestStatus) []string {
	byPayee, err := s.queries.PaymentRequestsByPayee(s.Ctx, &types.QueryPaymentRequestsByPayeeRequest{Payee: s.bob, Status: status})
	require.NoError(t, err)
	byPayer, err := s.queries.PaymentRequestsByPayer(s.Ctx, &types.QueryPaymentRequestsByPayerRequest{Payer: s.ann, Status: status})
	require.NoError(t, err)
	require.Equal(t, byPayee.Requests, byPayer.Requests)
	references := []string{}
	for _, request := range byPayee.Requests {
		references = append(references, request.Reference)
	}
	return references
}

// A payee asks, the payer pays in two parts, and both find all of it by their references.
func TestRequestPaidInParts(t *testing.T) {
	s := newProducts(t)
	s.takeFees(t, 5, types.FeePayerPayer)
	msg := s.invoice("R-1", 1_000, true)
	require.NoError(t, s.requestPayment(msg))
	keepertest.RequireEvent(t, s.Ctx, &types.EventPaymentRequested{
		Payee: s.bob, Reference: "R-1", Payer: s.ann, Amount: moneytest.Yen(1_000), Invoice: "INV-R-1", MemoHash: hash,
		Partial: true, ExpiresAt: msg.ExpiresAt,
	})
	asked := s.Ctx.BlockTime()
	want := types.PaymentRequest{
		Payee: s.bob, Reference: "R-1", Payer: s.ann, Amount: moneytest.Yen(1_000), Invoice: "INV-R-1", MemoHash: hash, Partial: true,
		ExpiresAt: msg.ExpiresAt, Status: types.PaymentRequestStatusOpen, RequestedAt: asked,
	}
	require.Equal(t, want, s.shownRequest(t, "R-1"))

	s.block(t, time.Minute)
	response, err := s.payRequest("R-1", "P-1", 400)
	require.NoError(t, err)
	require.Equal(t, &types.MsgPayRequestResponse{Fee: math.NewInt(5), Left: math.NewInt(600)}, response)
	keepertest.RequireEvent(t, s.Ctx, &types.EventRequestPaid{
		Payee: s.bob, Reference: "R-1", Payer: s.ann, Amount: moneytest.Yen(400), Payment: "P-1", Left: math.NewInt(600), Invoice: "INV-R-1",
	})
	want.Payments = []types.RequestPayment{{Reference: "P-1", Amount: math.NewInt(400), At: asked.Add(time.Minute)}}
	require.Equal(t, want, s.shownRequest(t, "R-1"))
	record := s.record(t, s.ann, "P-1")
	require.Equal(t, types.PaymentMethodRequest, record.Method)
	require.Equal(t, "INV-R-1", record.Invoice)
	require.Equal(t, hash, record.MemoHash)

	_, err = s.payRequest("R-1", "P-2", 601)
	require.ErrorIs(t, err, types.ErrPaymentRequestAmount)
	_, err = s.payRequest("R-1", "P-1", 600)
	require.ErrorIs(t, err, types.ErrReferenceUsed)
	s.block(t, time.Minute)
	response, err = s.payRequest("R-1", "P-2", 600)
	require.NoError(t, err)
	require.True(t, response.Left.IsZero())
	ended := asked.Add(2 * time.Minute)
	require.Equal(t, types.PaymentRequestStatusPaid, s.shownRequest(t, "R-1").Status)
	require.Equal(t, &ended, s.shownRequest(t, "R-1").EndedAt)
	require.Equal(t, []int64{8_990, 11_000, 10}, []int64{s.Balance(s.ann), s.Balance(s.bob), s.Balance(s.collector)})

	_, err = s.payRequest("R-1", "P-3", 1)
	require.ErrorIs(t, err, types.ErrPaymentRequestEnded)
	require.ErrorIs(t, s.requestPayment(s.invoice("R-1", 1, false)), types.ErrReferenceUsed)
	s.block(t, 2*time.Hour)
	require.Equal(t, types.PaymentRequestStatusPaid, s.shownRequest(t, "R-1").Status, "what is paid does not expire")
	s.requireSound(t)
}

func TestRequestEnds(t *testing.T) {
	tests := map[string]struct {
		end    func(t *testing.T, s *products)
		status types.PaymentRequestStatus
		reason string
	}{
		"rejected": {func(t *testing.T, s *products) {
			t.Helper()
			require.NoError(t, s.rejectRequest(s.ann, "R", "never ordered"))
			keepertest.RequireEvent(t, s.Ctx, &types.EventRequestRejected{
				Payee: s.bob, Reference: "R", Payer: s.ann, Amount: moneytest.Yen(100), Left: math.NewInt(70), Reason: "never ordered",
			})
		}, types.PaymentRequestStatusRejected, "never ordered"},
		"cancelled": {func(t *testing.T, s *products) {
			t.Helper()
			require.NoError(t, s.cancelRequest(s.bob, "R", "wrong price"))
			keepertest.RequireEvent(t, s.Ctx, &types.EventRequestCancelled{
				Payee: s.bob, Reference: "R", Payer: s.ann, Amount: moneytest.Yen(100), Left: math.NewInt(70), Reason: "wrong price",
			})
		}, types.PaymentRequestStatusCancelled, "wrong price"},
		"expired": {func(t *testing.T, s *products) {
			t.Helper()
			s.NextBlock(time.Hour)
			require.Equal(t, types.PaymentRequestStatusExpired, s.shownRequest(t, "R").Status, "shown before it is written down")
			_, err := s.payRequest("R", "late", 70)
			require.ErrorIs(t, err, types.ErrPaymentRequestEnded)
			require.ErrorIs(t, s.rejectRequest(s.ann, "R", "late"), types.ErrPaymentRequestEnded)
			require.NoError(t, s.module.BeginBlock(s.Ctx))
			keepertest.RequireEvent(t, s.Ctx, &types.EventRequestExpired{
				Payee: s.bob, Reference: "R", Payer: s.ann, Amount: moneytest.Yen(100), Left: math.NewInt(70),
			})
		}, types.PaymentRequestStatusExpired, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newProducts(t)
			require.NoError(t, s.requestPayment(s.invoice("R", 100, true)))
			_, err := s.payRequest("R", "P", 30)
			require.NoError(t, err)
			require.Equal(t, []string{"R"}, s.requests(t, types.PaymentRequestStatusOpen))
			test.end(t, s)
			request := s.shownRequest(t, "R")
			require.Equal(t, test.status, request.Status)
			require.Equal(t, test.reason, request.Reason)
			now := s.Ctx.BlockTime()
			require.Equal(t, &now, request.EndedAt)
			require.Equal(t, []string{"R"}, s.requests(t, test.status))
			require.Empty(t, s.requests(t, types.PaymentRequestStatusOpen))
			_, err = s.payRequest("R", "P-2", 70)
			require.ErrorIs(t, err, types.ErrPaymentRequestEnded)
			require.ErrorIs(t, s.cancelRequest(s.bob, "R", "again"), types.ErrPaymentRequestEnded)
			require.Equal(t, int64(9_970), s.Balance(s.ann), "what was paid stays paid")
			s.requireSound(t)
		})
	}
}

func TestRequestRefusedFields(t *testing.T) {
	s := newProducts(t)
	closed := s.Open(t, "beta", "closed")
	require.NoError(t, s.Close("beta", closed))
	frozen := s.Open(t, "beta", "frozen")
	require.NoError(t, s.Freeze("beta", frozen))
	for name, test := range map[string]struct {
		change func(m *types.MsgRequestPayment)
		want   error
	}{
		"reference":         {func(m *types.MsgRequestPayment) { m.Reference = "" }, registrytypes.ErrInvalidReference},
		"payer unknown":     {func(m *types.MsgRequestPayment) { m.Payer = keepertest.Address("x").String() }, registrytypes.ErrAccountNotFound},
		"payer closed":      {func(m *types.MsgRequestPayment) { m.Payer = closed }, registrytypes.ErrAccountClosed},
		"payer no address":  {func(m *types.MsgRequestPayment) { m.Payer = "ann" }, registrytypes.ErrInvalidAccount},
		"payee frozen":      {func(m *types.MsgRequestPayment) { m.Payee = frozen }, registrytypes.ErrAccountFrozen},
		"payee is payer":    {func(m *types.MsgRequestPayment) { m.Payee = m.Payer }, types.ErrInvalidPaymentRequest},
		"no amount":         {func(m *types.MsgRequestPayment) { m.Amount = moneytest.Yen(0) }, types.ErrInvalidPayment},
		"nil amount":        {func(m *types.MsgRequestPayment) { m.Amount.Amount = math.Int{} }, types.ErrInvalidPayment},
		"too much":          {func(m *types.MsgRequestPayment) { m.Amount = moneytest.Yen(1_000_000_000_000_001) }, types.ErrInvalidPayment},
		"invoice":           {func(m *types.MsgRequestPayment) { m.Invoice = "a b" }, registrytypes.ErrInvalidReference},
		"memo hash":         {func(m *types.MsgRequestPayment) { m.MemoHash = hash[1:] }, types.ErrInvalidPayment},
		"expires now":       {func(m *types.MsgRequestPayment) { m.ExpiresAt = s.Ctx.BlockTime() }, types.ErrInvalidPaymentRequest},
		"no expiry":         {func(m *types.MsgRequestPayment) { m.ExpiresAt = time.Time{} }, types.ErrInvalidPaymentRequest},
		"in 367 days":       {func(m *types.MsgRequestPayment) { m.ExpiresAt = s.Ctx.BlockTime().AddDate(0, 0, 367) }, types.ErrInvalidPaymentRequest},
		"in the year 10000": {func(m *types.MsgRequestPayment) { m.ExpiresAt = s.Ctx.BlockTime().AddDate(8_000, 0, 0) }, types.ErrInvalidPaymentRequest},
	} {
		t.Run(name, func(t *testing.T) {
			msg := s.invoice("R", 100, false)
			test.change(msg)
			s.requireRefused(t, test.want, func(ctx context.Context) error { _, err := s.msgs.RequestPayment(ctx, msg); return err })
		})
	}
}

// Who is not a party cannot act, one that is to be paid at once is paid whole, and reasons have bounds.
func TestRequestStepsRefused(t *testing.T) {
	s := newProducts(t)
	_, err := s.payRequest("R", "P", 100)
	require.ErrorIs(t, err, types.ErrPaymentRequestNotFound)
	require.NoError(t, s.requestPayment(s.invoice("R", 100, false)))
	_, err = s.payRequest("R", "P", 99)
	require.ErrorIs(t, err, types.ErrPaymentRequestAmount, "one-time")
	_, err = s.payRequest("R", "", 100)
	require.ErrorIs(t, err, registrytypes.ErrInvalidReference)
	_, err = s.payRequest("R", "P", 0)
	require.ErrorIs(t, err, types.ErrInvalidPayment)
	for name, message := range map[string]func(ctx context.Context) error{
		"paid by another": func(ctx context.Context) error {
			_, err := s.msgs.PayRequest(ctx, &types.MsgPayRequest{Payer: s.amy, Payee: s.bob, Request: "R", Reference: "P", Amount: moneytest.Yen(100)})
			return err
		},
		"rejected by another": func(ctx context.Context) error {
			_, err := s.msgs.RejectRequest(ctx, &types.MsgRejectRequest{Payer: s.amy, Payee: s.bob, Request: "R", Reason: "no"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { s.requireRefused(t, types.ErrNotParty, message) })
	}
	require.ErrorIs(t, s.cancelRequest(s.ann, "R", "no"), types.ErrPaymentRequestNotFound, "references are each payee's own")
	require.ErrorIs(t, s.cancelRequest("bob", "R", "no"), registrytypes.ErrInvalidAccount)
	require.ErrorIs(t, s.rejectRequest("ann", "R", "no"), registrytypes.ErrInvalidAccount)
	for _, reason := range []string{"", strings.Repeat("x", 257)} {
		require.ErrorIs(t, s.rejectRequest(s.ann, "R", reason), registrytypes.ErrInvalidReason)
		require.ErrorIs(t, s.cancelRequest(s.bob, "R", reason), registrytypes.ErrInvalidReason)
	}
	other := s.invoice("R", 100, false)
	other.Amount = sdk.NewInt64Coin("points", 100)
	other.Reference = "in-points"
	require.NoError(t, s.requestPayment(other), "whatever x/bank knows")
	_, err = s.payRequest("in-points", "P", 100)
	require.ErrorIs(t, err, types.ErrPaymentRequestAmount, "yen for points")
	require.NoError(t, s.Freeze("alpha", s.ann))
	_, err = s.payRequest("R", "P", 100)
	require.ErrorIs(t, err, registrytypes.ErrAccountFrozen, "with the checks of a payment")
	require.NoError(t, s.rejectRequest(s.ann, "R", "my account is frozen"))
}

// The hundredth payment of a request is the last.
func TestRequestHasAtMostAHundredPayments(t *testing.T) {
	s := newProducts(t)
	require.NoError(t, s.requestPayment(s.invoice("R", 1_000, true)))
	for i := range types.MaxRequestPayments - 1 {
		_, err := s.payRequest("R", fmt.Sprint("P-", i), 1)
		require.NoError(t, err)
	}
	_, err := s.payRequest("R", "P", 900)
	require.ErrorIs(t, err, types.ErrPaymentRequestAmount)
	_, err = s.payRequest("R", "P", 901)
	require.NoError(t, err)
	require.Equal(t, types.PaymentRequestStatusPaid, s.shownRequest(t, "R").Status)
}

// However many requests expire at once, a block writes down a bounded number, the oldest first.
func TestRequestsExpireInBoundedWork(t *testing.T) {
	s := newProducts(t)
	total := types.MaxRequestExpiriesPerBlock + 50
	for i := range total {
		msg := s.invoice(fmt.Sprintf("R-%03d", i), 1, false)
		msg.ExpiresAt = msg.ExpiresAt.Add(-time.Duration(i) * time.Second)
		require.NoError(t, s.requestPayment(msg))
	}
	s.block(t, time.Hour)
	left, err := s.queries.PaymentRequestsByPayee(s.Ctx, &types.QueryPaymentRequestsByPayeeRequest{Payee: s.bob, Status: types.PaymentRequestStatusOpen})
	require.NoError(t, err)
	require.Len(t, left.Requests, 50)
	require.Equal(t, "R-000", left.Requests[0].Reference, "the youngest expiry is the last")
	require.Equal(t, types.PaymentRequestStatusExpired, left.Requests[0].Status)
	s.block(t, time.Second)
	require.Empty(t, s.requests(t, types.PaymentRequestStatusOpen))
}

// Whatever payees and payers do with requests, beside a ledger on paper: exactly what was paid has moved, never more than was asked
// for, nothing after the end, and no reference twice.
func TestRequestsKeepTheLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newProducts(t)
		type paper struct {
			left    int64
			partial bool
			open    bool
			expires time.Time
		}
		requests, used, ann, bob := map[string]*paper{}, map[string]bool{}, int64(10_000), int64(10_000)
		name := func() string { return rapid.SampledFrom([]string{"a", "b", "c"}).Draw(r, "request") }
		for range rapid.IntRange(1, 40).Draw(r, "steps") {
			reference := name()
			request, known := requests[reference]
			live := known && request.open && s.Ctx.BlockTime().Before(request.expires)
			switch rapid.IntRange(0, 5).Draw(r, "action") {
			case 0:
				msg := s.invoice(reference, rapid.Int64Range(1, 3_000).Draw(r, "amount"), rapid.Bool().Draw(r, "partial"))
				require.Equal(r, !known, s.requestPayment(msg) == nil)
				if !known {
					requests[reference] = &paper{msg.Amount.Amount.Int64(), msg.Partial, true, msg.ExpiresAt}
				}
			case 1, 2:
				payment := rapid.SampledFrom([]string{"p", "q", "r", "s", "t", "u", "v", "w"}).Draw(r, "payment")
				amount := rapid.Int64Range(1, 3_000).Draw(r, "amount")
				if live && rapid.Bool().Draw(r, "the rest") {
					amount = request.left
				}
				_, err := s.payRequest(reference, payment, amount)
				may := live && !used[payment] && amount <= ann && (amount == request.left || request.partial && amount < request.left)
				require.Equal(r, may, err == nil, "%v", err)
				if may {
					used[payment] = true
					ann, bob, request.left = ann-amount, bob+amount, request.left-amount
					request.open = request.left > 0
				}
			case 3:
				require.Equal(r, live, s.rejectRequest(s.ann, reference, "no") == nil)
				if live {
					request.open = false
				}
			case 4:
				require.Equal(r, live, s.cancelRequest(s.bob, reference, "no") == nil)
				if live {
					request.open = false
				}
			case 5:
				s.block(r, time.Duration(rapid.IntRange(1, 50).Draw(r, "minutes"))*time.Minute)
			}
			require.Equal(r, []int64{ann, bob}, []int64{s.Balance(s.ann), s.Balance(s.bob)})
			s.requireSound(r)
		}
	})
}
