package ops

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	defaultRecallDays = 30
	maxRecallDays     = 90
	// recallSlack keeps the longest expiry within the chain's bound although its clock is behind this one.
	recallSlack = time.Hour
)

// RequestRecall asks for a payment back. Payer, payee and amount are the transaction's.
func (s *Service) RequestRecall(ctx context.Context, request *bankpb.RequestRecallRequest) (*bankpb.RecallResponse, error) {
	hash, err := hex.DecodeString(request.TxHash)
	if err != nil || len(hash) != 32 {
		return nil, badInputf("tx_hash", "expected 64 hex digits, got %q", request.TxHash)
	}
	days := request.Days
	if days == 0 {
		days = defaultRecallDays
	}
	if days > maxRecallDays {
		return nil, badInputf("days", "expected 1 to %d, got %d", maxRecallDays, days)
	}
	payment, err := s.payment(ctx, hash, request.MessageIndex)
	if err != nil {
		return nil, err
	}
	amount := payment.Amount.AmountOf(registrytypes.YenDenom)
	if request.Amount != "" {
		var c checks
		part := c.amount(request.Amount)
		if err := c.err(); err != nil {
			return nil, err
		}
		if part.GT(amount) {
			return nil, badInputf("amount", "expected at most the payment of %s yen, got %s", amount, part)
		}
		amount = part
	}
	maker, err := s.keys.Maker()
	if err != nil {
		return nil, badInput("", err)
	}
	before, found, err := s.recall(ctx, s.bank, request.Reference)
	if err != nil {
		return nil, err
	}
	if found {
		if !sameRecall(before, payment, amount, hash, request) {
			return nil, fmt.Errorf("expected a reference that %s has not used, got that of the recall of %s: choose a new one",
				s.bank, types.PaymentName(before.TxHash, before.MessageIndex))
		}
		return &bankpb.RecallResponse{Recall: recallOf(before)}, nil
	}
	answer, err := s.send(ctx, maker, &types.MsgRequestRecall{
		Operator: maker.Address().String(), Reference: request.Reference, Payer: payment.FromAddress, Payee: payment.ToAddress,
		Amount: sdk.NewCoin(registrytypes.YenDenom, amount), TxHash: hash, MessageIndex: request.MessageIndex, Reason: request.Reason,
		ExpiresAt: time.Now().Add(time.Duration(days)*24*time.Hour - recallSlack).UTC().Truncate(time.Second),
	})
	return s.recallAfter(ctx, answer, err, s.bank, request.Reference)
}

// sameRecall says whether a recall is the one that is asked for again.
func sameRecall(one types.Recall, payment *banktypes.MsgSend, amount math.Int, hash []byte, request *bankpb.RequestRecallRequest) bool {
	return one.Payer == payment.FromAddress && one.Payee == payment.ToAddress && one.Amount.Amount.Equal(amount) &&
		bytes.Equal(one.TxHash, hash) && one.MessageIndex == request.MessageIndex && one.Steps[0].Reason == request.Reason
}

// payment reads a payment of yen out of a transaction that succeeded.
func (s *Service) payment(ctx context.Context, hash []byte, index uint32) (*banktypes.MsgSend, error) {
	name := strings.ToUpper(hex.EncodeToString(hash))
	found, err := s.client.FindTx(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("transaction %s: %w", name, err)
	}
	if found == nil {
		return nil, badInputf("tx_hash", "expected a transaction of the zone, got %s, which no block has", name)
	}
	if found.Code != 0 {
		return nil, badInputf("tx_hash", "expected a transaction that succeeded, got %s, which failed: %s", name, found.RawLog)
	}
	var decoded txtypes.Tx
	if err := decoded.Unmarshal(found.Tx.Value); err != nil {
		return nil, fmt.Errorf("decode transaction %s: %w", name, err)
	}
	if int(index) >= len(decoded.Body.Messages) {
		return nil, badInputf("message_index", "expected 0 to %d, got %d", len(decoded.Body.Messages)-1, index)
	}
	packed := decoded.Body.Messages[index]
	var payment banktypes.MsgSend
	if packed.TypeUrl != sdk.MsgTypeURL(&payment) {
		return nil, badInputf("message_index", "expected a payment, got %s", packed.TypeUrl)
	}
	if err := payment.Unmarshal(packed.Value); err != nil {
		return nil, fmt.Errorf("decode transaction %s: %w", name, err)
	}
	if !payment.Amount.AmountOf(registrytypes.YenDenom).IsPositive() {
		return nil, badInputf("tx_hash", "expected a payment of yen, got one of %s", payment.Amount)
	}
	return &payment, nil
}

// CancelRecall takes a request of the bank back.
func (s *Service) CancelRecall(ctx context.Context, request *bankpb.CancelRecallRequest) (*bankpb.RecallResponse, error) {
	maker, err := s.keys.Maker()
	if err != nil {
		return nil, badInput("", err)
	}
	return s.step(ctx, maker, types.RecallStatusCancelled, s.bank, request.Reference, &types.MsgCancelRecall{
		Operator: maker.Address().String(), Reference: request.Reference, Reason: request.Reason,
	})
}

// ConsentRecall agrees as the payee.
func (s *Service) ConsentRecall(ctx context.Context, request *bankpb.ConsentRecallRequest) (*bankpb.RecallResponse, error) {
	payee, err := s.keys.Named(request.PayeeKey)
	if err != nil {
		return nil, badInput("payee_key", err)
	}
	return s.step(ctx, payee, types.RecallStatusConsented, request.PayerBank, request.Reference, &types.MsgConsentRecall{
		Payee: payee.Address().String(), PayerBank: request.PayerBank, Reference: request.Reference,
	})
}

// RefuseRecall refuses as the payee's bank, or as the payee.
func (s *Service) RefuseRecall(ctx context.Context, request *bankpb.RefuseRecallRequest) (*bankpb.RecallResponse, error) {
	signer, err := s.keys.Checker()
	if request.PayeeKey != "" {
		signer, err = s.keys.Named(request.PayeeKey)
	}
	if err != nil {
		return nil, badInput("payee_key", err)
	}
	return s.step(ctx, signer, types.RecallStatusRefused, request.PayerBank, request.Reference, &types.MsgRefuseRecall{
		Signer: signer.Address().String(), PayerBank: request.PayerBank, Reference: request.Reference, Reason: request.Reason,
	})
}

// ReturnRecall pays the held yen back.
func (s *Service) ReturnRecall(ctx context.Context, request *bankpb.ReturnRecallRequest) (*bankpb.RecallResponse, error) {
	checker, err := s.keys.Checker()
	if err != nil {
		return nil, badInput("", err)
	}
	return s.step(ctx, checker, types.RecallStatusReturned, request.PayerBank, request.Reference, &types.MsgReturnRecall{
		Operator: checker.Address().String(), PayerBank: request.PayerBank, Reference: request.Reference,
	})
}

// step takes one step of a recall. A step that this very signer has taken before is reported as it stands.
func (s *Service) step(
	ctx context.Context, signer profile.Key, target types.RecallStatus, payerBank, reference string, msg sdk.Msg,
) (*bankpb.RecallResponse, error) {
	before, found, err := s.recall(ctx, payerBank, reference)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("expected a recall of %s, got reference %q, which it has not used", payerBank, reference)
	}
	taken := slices.ContainsFunc(before.Steps, func(step types.RecallStep) bool {
		return step.Status == target && step.By == signer.Address().String()
	})
	if taken {
		return &bankpb.RecallResponse{Recall: recallOf(before)}, nil
	}
	answer, err := s.send(ctx, signer, msg)
	return s.recallAfter(ctx, answer, err, payerBank, reference)
}

// recallAfter returns a recall as a transaction left it.
func (s *Service) recallAfter(
	ctx context.Context, answer *sdk.TxResponse, err error, payerBank, reference string,
) (*bankpb.RecallResponse, error) {
	if err != nil {
		return nil, err
	}
	after, _, err := s.recall(ctx, payerBank, reference)
	if err != nil {
		return nil, err
	}
	return &bankpb.RecallResponse{Recall: recallOf(after), TxHash: answer.TxHash}, nil
}

// recall returns a recall, and false if the bank has none with the reference.
func (s *Service) recall(ctx context.Context, payerBank, reference string) (types.Recall, bool, error) {
	answer, err := types.NewQueryClient(s.client.GRPC()).Recall(ctx, &types.QueryRecallRequest{PayerBank: payerBank, Reference: reference})
	if recallNotFound(err) {
		return types.Recall{}, false, nil
	}
	if err != nil {
		return types.Recall{}, false, fmt.Errorf("recall %s of %s: %w", reference, payerBank, err)
	}
	return answer.Recall, true, nil
}

// ListRecalls lists the recalls from the bank and to it.
func (s *Service) ListRecalls(ctx context.Context, request *bankpb.ListRecallsRequest) (*bankpb.ListRecallsResponse, error) {
	wanted, err := recallStatus(request.Status)
	if err != nil {
		return nil, err
	}
	// What people call expired is stored as requested until somebody acts on it.
	stored := wanted
	if wanted == types.RecallStatusExpired {
		stored = types.RecallStatusUnspecified
	}
	client := types.NewQueryClient(s.client.GRPC())
	var response bankpb.ListRecallsResponse
	err = allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.RecallsFromBank(ctx, &types.QueryRecallsFromBankRequest{PayerBank: s.bank, Status: stored, Pagination: page})
		if err != nil {
			return nil, err
		}
		response.Sent = append(response.Sent, recallsOf(answer.Recalls, wanted)...)
		return answer.Pagination, nil
	})
	if err != nil {
		return nil, err
	}
	err = allPages(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := client.RecallsToBank(ctx, &types.QueryRecallsToBankRequest{PayeeBank: s.bank, Status: stored, Pagination: page})
		if err != nil {
			return nil, err
		}
		response.Received = append(response.Received, recallsOf(answer.Recalls, wanted)...)
		return answer.Pagination, nil
	})
	return &response, err
}

func recallStatus(word string) (types.RecallStatus, error) {
	if word == "" {
		return types.RecallStatusUnspecified, nil
	}
	for value := range types.RecallStatus_name {
		if status := types.RecallStatus(value); status != types.RecallStatusUnspecified && status.Word() == word {
			return status, nil
		}
	}
	return 0, badInputf("status", "expected requested, consented, returned, refused, cancelled or expired, got %q", word)
}

func recallsOf(recalls []types.Recall, wanted types.RecallStatus) []*bankpb.BankRecall {
	var list []*bankpb.BankRecall
	for _, one := range recalls {
		if wanted == types.RecallStatusUnspecified || one.Status == wanted {
			list = append(list, recallOf(one))
		}
	}
	return list
}

func recallOf(one types.Recall) *bankpb.BankRecall {
	recall := &bankpb.BankRecall{
		PayerBank: one.PayerBank, Reference: one.Reference, Status: one.Status.Word(), Payer: one.Payer, Payee: one.Payee,
		PayeeBank: one.PayeeBank, Amount: one.Amount.Amount.String(), TxHash: strings.ToUpper(hex.EncodeToString(one.TxHash)),
		MessageIndex: one.MessageIndex, ExpiresAt: rfc3339(one.ExpiresAt),
	}
	for _, step := range one.Steps {
		recall.Steps = append(recall.Steps, &bankpb.BankRecallStep{
			Status: step.Status.Word(), By: step.By, At: rfc3339(step.At), Reason: step.Reason,
		})
	}
	return recall
}
