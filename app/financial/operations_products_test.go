package financial_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

// productOperations are payments of all methods, and the steps of payment products.
func productOperations() operations {
	return operations{
		"pay with reference": func(s *simulation, r *rapid.T) sdk.Msg {
			payer, payee := s.holders(r)
			return &paymenttypes.MsgPay{Payer: payer, Payee: payee, Amount: yen(r), Reference: s.reference(r)}
		},
		"pay batch": func(s *simulation, r *rapid.T) sdk.Msg {
			payer, payee := s.holders(r)
			_, other := s.holders(r)
			return &paymenttypes.MsgPayBatch{
				Payer: payer, AllOrNone: rapid.Bool().Draw(r, "all or none"),
				Lines: []paymenttypes.BatchLine{{Payee: payee, Amount: yen(r), Reference: s.reference(r)}, {Payee: other, Amount: yen(r)}},
			}
		},
		"pay split": func(s *simulation, r *rapid.T) sdk.Msg {
			payer, payee := s.holders(r)
			_, other := s.holders(r)
			return &paymenttypes.MsgPaySplit{Payer: payer, Amount: yen(r), Shares: []paymenttypes.SplitShare{
				{Payee: payee, Weight: rapid.Uint64Range(1, 5).Draw(r, "weight")}, {Payee: other, Weight: 3},
			}}
		},
		"request payment": func(s *simulation, r *rapid.T) sdk.Msg {
			payer, payee := s.holders(r)
			return &paymenttypes.MsgRequestPayment{
				Payee: payee, Reference: s.reference(r), Payer: payer, Amount: yen(r), Partial: rapid.Bool().Draw(r, "partial"),
				ExpiresAt: s.ctx.BlockTime().Add(rapid.SampledFrom([]time.Duration{200 * time.Hour, time.Hour, 0}).Draw(r, "time")),
			}
		},
		"pay request": func(s *simulation, r *rapid.T) sdk.Msg {
			request := sampled(r, s.payments(r).Requests, func(one paymenttypes.PaymentRequest) bool {
				return one.Status == paymenttypes.PaymentRequestStatusOpen
			})
			amount := yen(r)
			if rapid.Bool().Draw(r, "the rest") && !request.Amount.IsNil() {
				amount.Amount = request.Left()
			}
			return &paymenttypes.MsgPayRequest{Payer: request.Payer, Payee: request.Payee, Request: request.Reference, Reference: s.reference(r), Amount: amount}
		},
		"end request": func(s *simulation, r *rapid.T) sdk.Msg {
			request := sampled(r, s.payments(r).Requests, func(one paymenttypes.PaymentRequest) bool {
				return one.Status == paymenttypes.PaymentRequestStatusOpen
			})
			if rapid.Bool().Draw(r, "by payer") {
				return &paymenttypes.MsgRejectRequest{Payer: request.Payer, Payee: request.Payee, Request: request.Reference, Reason: "no"}
			}
			return &paymenttypes.MsgCancelRequest{Payee: request.Payee, Request: request.Reference, Reason: "no"}
		},
		"grant mandate": func(s *simulation, r *rapid.T) sdk.Msg {
			payer, payee := s.holders(r)
			return &paymenttypes.MsgGrantMandate{
				Payer: payer, Reference: s.reference(r), Payee: payee, Denom: "jpy", PerPull: math.NewInt(10_000), PerPeriod: math.NewInt(30_000),
				Period: paymenttypes.PeriodDay, Total: math.NewInt(100_000),
			}
		},
		"pull payment": func(s *simulation, r *rapid.T) sdk.Msg {
			mandate := sampled(r, s.payments(r).Mandates, func(one paymenttypes.Mandate) bool {
				return one.Status == paymenttypes.MandateStatusActive
			})
			return &paymenttypes.MsgPullPayment{
				Puller: mandate.Payee, Payer: mandate.Payer, Mandate: mandate.Reference, Amount: yen(r), Reference: s.reference(r),
			}
		},
		"end mandate": func(s *simulation, r *rapid.T) sdk.Msg {
			mandate := sampled(r, s.payments(r).Mandates, nil)
			if rapid.Bool().Draw(r, "by payer") {
				return &paymenttypes.MsgRevokeMandate{Payer: mandate.Payer, Mandate: mandate.Reference}
			}
			return &paymenttypes.MsgCancelMandate{Payee: mandate.Payee, Payer: mandate.Payer, Mandate: mandate.Reference}
		},
		"schedule payment": func(s *simulation, r *rapid.T) sdk.Msg {
			payer, payee := s.holders(r)
			return &paymenttypes.MsgSchedulePayment{
				Payer: payer, Reference: s.reference(r), Payee: payee, Amount: yen(r), Every: paymenttypes.PeriodDay, Count: 3,
				FirstAt: s.ctx.BlockTime().Add(rapid.SampledFrom([]time.Duration{time.Second, time.Hour, 0}).Draw(r, "time")),
			}
		},
		"cancel schedule": func(s *simulation, r *rapid.T) sdk.Msg {
			schedule := sampled(r, s.payments(r).Schedules, func(one paymenttypes.Schedule) bool {
				return one.Status == paymenttypes.ScheduleStatusActive
			})
			return &paymenttypes.MsgCancelSchedule{Payer: schedule.Payer, Schedule: schedule.Reference}
		},
		"set consent": func(s *simulation, r *rapid.T) sdk.Msg {
			account, allowed := s.holders(r)
			if rapid.Bool().Draw(r, "no more") {
				return &paymenttypes.MsgSetConsent{Account: account}
			}
			return &paymenttypes.MsgSetConsent{Account: account, Needed: true, DecisionTime: 100 * time.Hour, AllowedPayers: []string{allowed}}
		},
		"decide waiting payment": func(s *simulation, r *rapid.T) sdk.Msg {
			payment := sampled(r, s.payments(r).WaitingPayments, nil)
			switch rapid.IntRange(0, 3).Draw(r, "decision") {
			case 0:
				return &paymenttypes.MsgRefusePayment{Payee: payment.Payee, Id: payment.Id, Reason: "no"}
			case 1:
				return &paymenttypes.MsgCancelPayment{Payer: payment.Payer, Id: payment.Id}
			}
			return &paymenttypes.MsgAcceptPayment{Payee: payment.Payee, Id: payment.Id}
		},
		"refund payment": func(s *simulation, r *rapid.T) sdk.Msg {
			payment := sampled(r, s.payments(r).Payments, nil)
			return &paymenttypes.MsgRefundPayment{Payee: payment.Payee, Payer: payment.Payer, Payment: payment.Reference, Amount: yen(r), Reference: s.reference(r)}
		},
	}
}

// holders are two accounts of any banks.
func (s *simulation) holders(r *rapid.T) (one, other string) {
	_, one = s.party(r)
	_, other = s.party(r)
	return one, other
}

// payments is what there is of payments.
func (s *simulation) payments(r *rapid.T) paymenttypes.GenesisState {
	state, err := s.app.Payment.ExportGenesis(s.ctx)
	if err != nil {
		r.Fatalf("payments: %v", err)
	}
	return state
}

// sampled is mostly a row that suits, sometimes any, and an empty one if there is none.
func sampled[V any](r *rapid.T, rows []V, suits func(V) bool) V {
	if suits != nil && rapid.IntRange(0, 9).Draw(r, "any") > 0 {
		rows = slices.DeleteFunc(rows, func(row V) bool { return !suits(row) })
	}
	if len(rows) == 0 {
		var none V
		return none
	}
	return rapid.SampledFrom(rows).Draw(r, "row")
}
