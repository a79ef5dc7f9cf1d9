package financial_test

import (
	"crypto/sha256"
	"slices"
	"time"

	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

func recallOperations() operations {
	return operations{
		"request recall": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, payer := s.party(r)
			_, payee := s.party(r)
			payment := sha256.Sum256([]byte{rapid.Byte().Draw(r, "payment")})
			return &paymenttypes.MsgRequestRecall{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Reference: s.reference(r), Payer: payer, Payee: payee,
				Amount: yen(r), TxHash: payment[:], Reason: "sent twice",
				ExpiresAt: s.ctx.BlockTime().Add(rapid.SampledFrom([]time.Duration{80 * 24 * time.Hour, time.Minute, 100 * time.Hour, 91 * 24 * time.Hour}).Draw(r, "time")),
			}
		},
		"cancel recall": func(s *simulation, r *rapid.T) sdk.Msg {
			recall := s.recall(r, paymenttypes.RecallStatusRequested)
			return &paymenttypes.MsgCancelRecall{
				Operator: s.operator(r, recall.PayerBank, membershiptypes.RoleMaker), Reference: recall.Reference, Reason: "a mistake",
			}
		},
		"consent to recall": func(s *simulation, r *rapid.T) sdk.Msg {
			recall := s.recall(r, paymenttypes.RecallStatusRequested)
			return &paymenttypes.MsgConsentRecall{Payee: recall.Payee, PayerBank: recall.PayerBank, Reference: recall.Reference}
		},
		"refuse recall": func(s *simulation, r *rapid.T) sdk.Msg {
			recall := s.recall(r, paymenttypes.RecallStatusRequested, paymenttypes.RecallStatusConsented)
			signer := recall.Payee
			if rapid.Bool().Draw(r, "by checker") {
				signer = s.operator(r, recall.PayeeBank, membershiptypes.RoleChecker)
			}
			return &paymenttypes.MsgRefuseRecall{Signer: signer, PayerBank: recall.PayerBank, Reference: recall.Reference, Reason: "goods were sent"}
		},
		"return recall": func(s *simulation, r *rapid.T) sdk.Msg {
			recall := s.recall(r, paymenttypes.RecallStatusConsented)
			return &paymenttypes.MsgReturnRecall{
				Operator: s.operator(r, recall.PayeeBank, membershiptypes.RoleChecker), PayerBank: recall.PayerBank, Reference: recall.Reference,
			}
		},
	}
}

// recall is one in a status that admits the next step, sometimes one in another, and one that nobody knows if there is none.
func (s *simulation) recall(r *rapid.T, admitting ...paymenttypes.RecallStatus) paymenttypes.Recall {
	bank, account := s.party(r)
	recalls := []paymenttypes.Recall{}
	anyStatus := rapid.IntRange(0, 9).Draw(r, "any status") == 0
	err := s.app.Payment.IterateRecalls(s.ctx, func(recall paymenttypes.Recall) (bool, error) {
		if anyStatus || slices.Contains(admitting, recall.Status) {
			recalls = append(recalls, recall)
		}
		return false, nil
	})
	if err != nil {
		r.Fatalf("recalls: %v", err)
	}
	if len(recalls) == 0 {
		return paymenttypes.Recall{PayerBank: bank, PayeeBank: bank, Payee: account, Reference: "none"}
	}
	return rapid.SampledFrom(recalls).Draw(r, "recall")
}
