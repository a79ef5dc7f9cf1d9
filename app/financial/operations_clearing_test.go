package financial_test

import (
	"time"

	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

func clearingOperations() operations {
	maker, checker := membershiptypes.RoleMaker, membershiptypes.RoleChecker
	agent := func(s *simulation, r *rapid.T, bank string, role membershiptypes.Role) string {
		if rapid.Bool().Draw(r, "by the agent") {
			bank = devnet.SettlementAgentID
		}
		return s.keys.Operator(bank, role).String()
	}
	amount := func(r *rapid.T) math.Int {
		return sdkInt(rapid.OneOf(rapid.Int64Range(1, 100_000), rapid.SampledFrom([]int64{0, -5, 1_000_000})).Draw(r, "amount"))
	}
	capOf := func(r *rapid.T) *math.Int {
		if rapid.Bool().Draw(r, "default cap") {
			return nil
		}
		value := sdkInt(rapid.SampledFrom([]int64{0, 10_000, 100_000, 1_000_000}).Draw(r, "cap"))
		return &value
	}
	return operations{
		"request reserve": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, reference := s.bank(r), s.reference(r)
			msg := &clearingtypes.MsgRequestReserve{
				Operator: agent(s, r, bank, maker), Bank: bank, Amount: amount(r), Reference: reference,
				Kind: rapid.SampledFrom([]clearingtypes.ReserveOrderKind{
					clearingtypes.ReserveOrderKindIssue, clearingtypes.ReserveOrderKindIssue, clearingtypes.ReserveOrderKindRedeem,
					clearingtypes.ReserveOrderKindPledge, clearingtypes.ReserveOrderKindRelease,
				}).Draw(r, "kind"),
			}
			s.send("reserve order", bank, reference)
			return msg
		},
		"approve reserve": func(s *simulation, r *rapid.T) sdk.Msg {
			order := s.subject(r, "reserve order")
			return &clearingtypes.MsgApproveReserve{
				Operator:     agent(s, r, order.bank, checker),
				Organization: rapid.SampledFrom([]string{order.bank, devnet.SettlementAgentID}).Draw(r, "organization"), Reference: order.reference,
			}
		},
		"reject reserve": func(s *simulation, r *rapid.T) sdk.Msg {
			order := s.subject(r, "reserve order")
			return &clearingtypes.MsgRejectReserve{
				Operator:     agent(s, r, order.bank, checker),
				Organization: rapid.SampledFrom([]string{order.bank, devnet.SettlementAgentID}).Draw(r, "organization"), Reference: order.reference,
				Reason: "no funds came",
			}
		},
		"confirm obligation": func(s *simulation, r *rapid.T) sdk.Msg {
			reference := s.reference(r)
			s.send("reserve order", devnet.SettlementAgentID, reference)
			return &clearingtypes.MsgConfirmObligation{
				Operator:     s.keys.Operator(devnet.SettlementAgentID, maker).String(),
				ObligationId: s.obligation(r).Id, Reference: reference,
			}
		},
		"settle obligation": func(s *simulation, r *rapid.T) sdk.Msg {
			obligation := s.obligation(r)
			return &clearingtypes.MsgSettleObligation{Operator: s.operator(r, obligation.Debtor, maker), ObligationId: obligation.Id}
		},
		"repay claim": func(s *simulation, r *rapid.T) sdk.Msg {
			return &clearingtypes.MsgRepayClaim{Operator: s.operator(r, s.bank(r), maker), Creditor: s.bank(r), Amount: amount(r)}
		},
		"set own cap": func(s *simulation, r *rapid.T) sdk.Msg {
			return &clearingtypes.MsgSetOwnCap{Operator: s.operator(r, s.bank(r), membershiptypes.RoleCompliance), Cap: capOf(r)}
		},
		"queue payment": func(s *simulation, r *rapid.T) sdk.Msg {
			_, payer := s.party(r)
			_, payee := s.party(r)
			wait := rapid.SampledFrom([]time.Duration{-time.Second, time.Minute, time.Hour, 30 * time.Hour}).Draw(r, "wait")
			return &clearingtypes.MsgQueuePayment{
				Payer: payer, Payee: payee, Amount: yen(r), Reference: s.reference(r), ExpiresAt: s.ctx.BlockTime().Add(wait),
			}
		},
		"cancel queued payment": func(s *simulation, r *rapid.T) sdk.Msg {
			var queued []clearingtypes.QueuedPayment
			must(s.app.Clearing.IterateQueue(s.ctx, func(payment clearingtypes.QueuedPayment) (bool, error) {
				queued = append(queued, payment)
				return false, nil
			}))
			payment := one(r, "queued", queued)
			return &clearingtypes.MsgCancelQueuedPayment{Payer: payment.Payer, Id: payment.Id}
		},
		"set clearing parameters": func(s *simulation, r *rapid.T) sdk.Msg {
			params := simulatedClearing()
			params.Mode = rapid.SampledFrom([]clearingtypes.SettlementMode{
				clearingtypes.SettlementModeHybrid, clearingtypes.SettlementModeGross, clearingtypes.SettlementModeNet, 0,
			}).Draw(r, "mode")
			return &clearingtypes.MsgUpdateParams{Authority: s.authority(r), Params: params}
		},
		"set holidays": func(s *simulation, r *rapid.T) sdk.Msg {
			date := s.ctx.BlockTime().AddDate(0, 0, rapid.IntRange(0, 4).Draw(r, "days")).Format(time.DateOnly)
			msg := &clearingtypes.MsgSetHolidays{Authority: s.authority(r)}
			if rapid.Bool().Draw(r, "remove") {
				msg.Remove = []string{date}
			} else {
				msg.Add = []string{date}
			}
			return msg
		},
		"set net debit cap": func(s *simulation, r *rapid.T) sdk.Msg {
			return &clearingtypes.MsgSetNetDebitCap{Authority: s.authority(r), Bank: s.bank(r), Cap: capOf(r)}
		},
		"set loss-sharing key": func(s *simulation, r *rapid.T) sdk.Msg {
			msg := &clearingtypes.MsgSetLossSharingKey{Authority: s.authority(r)}
			for _, bank := range s.banks {
				if rapid.IntRange(0, 3).Draw(r, "in") > 0 {
					msg.Shares = append(msg.Shares, clearingtypes.LossShare{Bank: bank, Weight: uint32(rapid.IntRange(1, 9).Draw(r, "weight"))})
				}
			}
			return msg
		},
		"reinstate bank": func(s *simulation, r *rapid.T) sdk.Msg {
			return &clearingtypes.MsgReinstateBank{Authority: s.authority(r), Bank: s.bank(r), WriteOff: rapid.Bool().Draw(r, "write off")}
		},
	}
}

// simulatedClearing makes caps, queues, netting and failures happen among customers who have 100,000 yen each.
func simulatedClearing() clearingtypes.Params {
	params := clearingtypes.DefaultParams()
	params.LargeValueThreshold = sdkInt(60_000)
	params.DefaultNetDebitCap = sdkInt(50_000)
	params.ObligationDue = time.Hour
	return params
}

func (s *simulation) obligation(r *rapid.T) clearingtypes.Obligation {
	var obligations []clearingtypes.Obligation
	must(s.app.Clearing.IterateObligations(s.ctx, func(obligation clearingtypes.Obligation) (bool, error) {
		obligations = append(obligations, obligation)
		return false, nil
	}))
	return one(r, "obligation", obligations)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// one is one of a list, mostly of its end, or the zero value of an empty one.
func one[T any](r *rapid.T, label string, list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	last := len(list) - 1
	return list[last-rapid.OneOf(rapid.IntRange(0, min(last, 3)), rapid.IntRange(0, last)).Draw(r, label)]
}
