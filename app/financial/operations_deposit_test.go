package financial_test

import (
	"bytes"
	"time"

	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// requester is the holder or a maker of the bank, with a reference of its own.
func (s *simulation) requester(r *rapid.T, bank, account string) (requester, reference string) {
	reference = s.reference(r)
	if rapid.Bool().Draw(r, "by maker") {
		s.send("order", bank, reference)
		return s.operator(r, bank, membershiptypes.RoleMaker), reference
	}
	s.send("order", bank, deposittypes.HolderReference(account, reference))
	return account, reference
}

func depositOperations() operations {
	return operations{
		"request issue": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			requester, reference := s.requester(r, bank, account)
			return &deposittypes.MsgRequestIssue{Requester: requester, Account: account, Amount: yen(r), Reference: reference}
		},
		"request redeem": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			requester, reference := s.requester(r, bank, account)
			return &deposittypes.MsgRequestRedeem{Requester: requester, Account: account, Amount: yen(r), Reference: reference}
		},
		"confirm debit": func(s *simulation, r *rapid.T) sdk.Msg {
			order := s.subject(r, "order")
			return &deposittypes.MsgConfirmDebit{
				Operator: s.operator(r, order.bank, membershiptypes.RoleMaker), Reference: order.reference, CoreReference: s.reference(r),
			}
		},
		"approve order": func(s *simulation, r *rapid.T) sdk.Msg {
			order := s.subject(r, "order")
			return &deposittypes.MsgApprove{Operator: s.operator(r, order.bank, membershiptypes.RoleChecker), Reference: order.reference}
		},
		"approve part of order": func(s *simulation, r *rapid.T) sdk.Msg {
			part, order := yen(r), s.subject(r, "order")
			return &deposittypes.MsgApprove{
				Operator: s.operator(r, order.bank, membershiptypes.RoleChecker), Reference: order.reference, Amount: &part,
				RejectCode: deposittypes.RejectCodeLimit, Reason: "a part",
			}
		},
		"reject order": func(s *simulation, r *rapid.T) sdk.Msg {
			order := s.subject(r, "order")
			return &deposittypes.MsgReject{
				Operator: s.operator(r, order.bank, membershiptypes.RoleChecker), Reference: order.reference,
				RejectCode: rejectCode(r), Reason: "why not",
			}
		},
		"cancel order": func(s *simulation, r *rapid.T) sdk.Msg {
			order := s.subject(r, "order")
			requester, _ := deposittypes.SplitReference(order.reference)
			if requester == "" {
				requester = s.operator(r, order.bank, membershiptypes.RoleMaker)
			}
			return &deposittypes.MsgCancelOrder{Requester: requester, Reference: order.reference}
		},
	}
}

func rejectCode(r *rapid.T) deposittypes.RejectCode {
	return deposittypes.RejectCode(rapid.Int32Range(0, 8).Draw(r, "code"))
}

func batchOperations() operations {
	return operations{
		"submit batch": func(s *simulation, r *rapid.T) sdk.Msg {
			bank := s.bank(r)
			msg := &deposittypes.MsgSubmitBatch{Operator: s.operator(r, bank, membershiptypes.RoleMaker), Batch: s.reference(r)}
			s.send("batch", bank, msg.Batch)
			for range rapid.IntRange(1, 5).Draw(r, "lines") {
				msg.Lines = append(msg.Lines, deposittypes.BatchOrder{
					Kind:    deposittypes.OrderKind(rapid.Int32Range(0, 2).Draw(r, "kind")),
					Account: s.account(r, bank), Amount: yen(r), Reference: s.reference(r),
				})
			}
			return msg
		},
		"approve batch": func(s *simulation, r *rapid.T) sdk.Msg {
			batch := s.subject(r, "batch")
			return &deposittypes.MsgApproveBatch{Operator: s.operator(r, batch.bank, membershiptypes.RoleChecker), Batch: batch.reference}
		},
		"reject batch": func(s *simulation, r *rapid.T) sdk.Msg {
			batch := s.subject(r, "batch")
			return &deposittypes.MsgRejectBatch{
				Operator: s.operator(r, batch.bank, membershiptypes.RoleChecker), Batch: batch.reference,
				RejectCode: rejectCode(r), Reason: "why not",
			}
		},
	}
}

// oversightOperations are what banks declare, auditors sign and members bound.
func oversightOperations() operations {
	return operations{
		"submit attestation": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, reference := s.bank(r), s.reference(r)
			s.send("attestation", bank, reference)
			return &deposittypes.MsgSubmitAttestation{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Reference: reference,
				AsOf:     s.ctx.BlockTime().Truncate(time.Second).Add(-time.Duration(rapid.IntRange(-1, 9).Draw(r, "hours")) * time.Hour),
				Deposits: yen(r).Amount, ReserveAssets: yen(r).Amount, DocumentHash: bytes.Repeat([]byte{1}, 32),
			}
		},
		"confirm attestation": func(s *simulation, r *rapid.T) sdk.Msg {
			attestation := s.subject(r, "attestation")
			return &deposittypes.MsgConfirmAttestation{
				Operator: s.operator(r, attestation.bank, membershiptypes.RoleChecker), Reference: attestation.reference,
			}
		},
		"countersign attestation": func(s *simulation, r *rapid.T) sdk.Msg {
			attestation := s.subject(r, "attestation")
			return &deposittypes.MsgCountersignAttestation{
				Operator: s.keys.Operator(devnet.AuditorID, membershiptypes.RoleAuditor).String(),
				Bank:     attestation.bank, Reference: attestation.reference,
			}
		},
		"close business day": func(s *simulation, r *rapid.T) sdk.Msg {
			days := rapid.IntRange(-1, 3).Draw(r, "days ago")
			return &deposittypes.MsgCloseBusinessDay{
				Operator: s.operator(r, s.bank(r), membershiptypes.RoleChecker),
				Date:     deposittypes.DateOf(s.ctx.BlockTime().AddDate(0, 0, -days)),
			}
		},
		"set ceiling": func(s *simulation, r *rapid.T) sdk.Msg {
			return &deposittypes.MsgSetCeiling{
				Authority: s.app.Authority(), Bank: s.bank(r),
				Amount: sdkInt(rapid.SampledFrom([]int64{-1, 5_000_000, 5_100_000, 1_000_000_000}).Draw(r, "ceiling")),
			}
		},
		"remove ceiling": func(s *simulation, r *rapid.T) sdk.Msg {
			return &deposittypes.MsgRemoveCeiling{Authority: s.app.Authority(), Bank: s.bank(r)}
		},
	}
}
