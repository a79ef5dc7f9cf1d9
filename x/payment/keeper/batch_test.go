package keeper_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func (s *products) payBatch(msg *types.MsgPayBatch) (*types.MsgPayBatchResponse, error) {
	var response *types.MsgPayBatchResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.msgs.PayBatch(ctx, msg)
		return err
	})
	return response, err
}

func (s *products) paySplit(msg *types.MsgPaySplit) (*types.MsgPaySplitResponse, error) {
	var response *types.MsgPaySplitResponse
	err := s.Do(func(ctx context.Context) (err error) {
		response, err = s.msgs.PaySplit(ctx, msg)
		return err
	})
	return response, err
}

func batchLine(payee string, amount int64, reference string) types.BatchLine {
	return types.BatchLine{Payee: payee, Amount: moneytest.Yen(amount), Reference: reference, MaxFee: math.NewInt(5)}
}

// Each line of a batch succeeds or fails by itself, and says which.
func TestBatchLineByLine(t *testing.T) {
	s := newProducts(t)
	s.takeFees(t, 5, types.FeePayerPayer)
	stranger := keepertest.Address("stranger").String()
	lines := []types.BatchLine{
		batchLine(s.amy, 100, "P-1"), batchLine(stranger, 100, "P-2"), batchLine(s.bob, 9_900, "P-3"), batchLine(s.bob, 200, "P-1"),
		batchLine(s.bob, 300, ""), batchLine("bob", 1, ""),
		{Payee: s.bob, Amount: moneytest.Yen(1)},
	}
	response, err := s.payBatch(&types.MsgPayBatch{Payer: s.ann, Lines: lines})
	require.NoError(t, err)
	want := []error{nil, registrytypes.ErrNotRegistered, nil, types.ErrReferenceUsed, nil, registrytypes.ErrInvalidAccount, types.ErrFeeTooHigh}
	want[2] = errInsufficientFunds
	for i, result := range response.Results {
		if want[i] == nil {
			require.Equal(t, types.BatchResult{}, result, "line %d", i)
			continue
		}
		codespace, code := codeOf(want[i])
		require.Equal(t, types.BatchResult{Codespace: codespace, Code: code}, result, "line %d", i)
	}
	require.Equal(t, int64(10_000-100-5-300-5), s.Balance(s.ann))
	require.Equal(t, int64(10_300), s.Balance(s.bob))
	require.Equal(t, int64(10), s.Balance(s.collector))
	require.Equal(t, types.PaymentMethodBatch, s.record(t, s.ann, "P-1").Method)
	sent, received := s.usage(t, "alpha"), s.usage(t, "beta")
	require.Equal(t, []uint64{2, 1, 1}, []uint64{sent.PaymentsSent, sent.PaymentsReceived, received.PaymentsReceived})
	require.Equal(t, math.NewInt(400), sent.YenSent)
	require.Equal(t, math.NewInt(10), sent.Fees)
	keepertest.RequireEvent(t, s.Ctx, &types.EventBatchLineFailed{
		Payer: s.ann, Line: 3, Payee: s.bob, Reference: "P-1", Codespace: "payment", Code: 3,
		Error: types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got %q of a payment that was made; choose a new one", s.ann, "P-1").Error(),
	})
	s.requireSound(t)
}

func TestBatchAllOrNone(t *testing.T) {
	s := newProducts(t)
	lines := []types.BatchLine{batchLine(s.amy, 100, "P-1"), batchLine(s.bob, 200, "P-2")}
	response, err := s.payBatch(&types.MsgPayBatch{Payer: s.ann, Lines: lines, AllOrNone: true})
	require.NoError(t, err)
	require.Equal(t, []types.BatchResult{{}, {}}, response.Results)
	require.Equal(t, int64(9_700), s.Balance(s.ann))

	lines = []types.BatchLine{batchLine(s.amy, 100, "P-3"), batchLine(s.bob, 200, "P-2")}
	s.requireRefused(t, types.ErrReferenceUsed, func(ctx context.Context) error {
		_, err := s.msgs.PayBatch(ctx, &types.MsgPayBatch{Payer: s.ann, Lines: lines, AllOrNone: true})
		require.ErrorContains(t, err, "lines[1]")
		return err
	})
	require.Equal(t, int64(9_700), s.Balance(s.ann))
	for name, msg := range map[string]*types.MsgPayBatch{
		"no lines":    {Payer: s.ann},
		"1,001 lines": {Payer: s.ann, Lines: make([]types.BatchLine, 1_001)},
	} {
		_, err := s.payBatch(msg)
		require.ErrorIs(t, err, types.ErrInvalidBatch, name)
	}
	_, err = s.payBatch(&types.MsgPayBatch{Payer: "ann", Lines: lines})
	require.ErrorIs(t, err, registrytypes.ErrInvalidAccount)
}

// A thousand payees are paid by one message.
func TestBatchOfAThousand(t *testing.T) {
	s := newProducts(t)
	msg := &types.MsgPayBatch{Payer: s.ann, Lines: make([]types.BatchLine, types.MaxBatchLines)}
	for i := range msg.Lines {
		msg.Lines[i] = batchLine([]string{s.amy, s.bob}[i%2], 7, fmt.Sprintf("salary/%d", i))
	}
	response, err := s.payBatch(msg)
	require.NoError(t, err)
	for i, result := range response.Results {
		require.Zero(t, result.Code, "line %d", i)
	}
	require.Equal(t, int64(3_000), s.Balance(s.ann))
	require.Equal(t, int64(13_500), s.Balance(s.bob))
}

func TestSplitPays(t *testing.T) {
	s := newProducts(t)
	s.takeFees(t, 5, types.FeePayerPayer)
	msg := &types.MsgPaySplit{
		Payer: s.ann, Amount: moneytest.Yen(1_000), Reference: "song-1", Invoice: "INV", MaxFee: math.NewInt(10),
		Shares: []types.SplitShare{{Payee: s.amy, Weight: 2}, {Payee: s.bob, Weight: 1}},
	}
	response, err := s.paySplit(msg)
	require.NoError(t, err)
	require.Equal(t, &types.MsgPaySplitResponse{
		Amounts: []math.Int{math.NewInt(667), math.NewInt(333)}, Fee: math.NewInt(10), HoldIds: []uint64{0, 0},
	}, response)
	require.Equal(t, []int64{8_990, 10_667, 10_333, 10}, []int64{s.Balance(s.ann), s.Balance(s.amy), s.Balance(s.bob), s.Balance(s.collector)})
	require.Equal(t, moneytest.Yen(333), s.record(t, s.ann, "song-1/2").Amount)
	require.Equal(t, "INV", s.record(t, s.ann, "song-1/1").Invoice)
	keepertest.RequireEvent(t, s.Ctx, &types.EventSplitPaid{Payer: s.ann, Reference: "song-1", Amount: moneytest.Yen(1_000), Payments: 2, Invoice: "INV"})

	// Whatever the weights, the first payment of a split has its number 1: the split is made once.
	again := *msg
	again.Amount, again.Shares = moneytest.Yen(1), []types.SplitShare{{Payee: s.amy, Weight: 1}, {Payee: s.bob, Weight: 9}}
	s.requireRefused(t, types.ErrReferenceUsed, func(ctx context.Context) error { _, err := s.msgs.PaySplit(ctx, &again); return err })

	// The fees of all payments together are more than agreed: nobody is paid.
	dear := *msg
	dear.Reference, dear.MaxFee = "song-2", math.NewInt(9)
	s.requireRefused(t, types.ErrFeeTooHigh, func(ctx context.Context) error { _, err := s.msgs.PaySplit(ctx, &dear); return err })
	dear.MaxFee = math.Int{}
	s.requireRefused(t, types.ErrFeeTooHigh, func(ctx context.Context) error { _, err := s.msgs.PaySplit(ctx, &dear); return err })

	// A payee whose part is 0 yen costs no fee and is not looked at.
	again.Reference, again.MaxFee, again.Shares[0].Payee = "song-3", math.NewInt(5), "nobody"
	response, err = s.paySplit(&again)
	require.NoError(t, err)
	require.Equal(t, "[0 1]", fmt.Sprint(response.Amounts))
	require.Equal(t, moneytest.Yen(1), s.record(t, s.ann, "song-3/1").Amount)

	again.Reference, again.Shares[1].Payee = "song-4", "nobody else"
	s.requireRefused(t, registrytypes.ErrInvalidAccount, func(ctx context.Context) error { _, err := s.msgs.PaySplit(ctx, &again); return err })
	again.Amount = moneytest.Yen(0)
	s.requireRefused(t, types.ErrInvalidPayment, func(ctx context.Context) error { _, err := s.msgs.PaySplit(ctx, &again); return err })
	again.Payer = "ann"
	s.requireRefused(t, registrytypes.ErrInvalidAccount, func(ctx context.Context) error { _, err := s.msgs.PaySplit(ctx, &again); return err })
	s.requireSound(t)
}

// Batches and splits of anybody beside a ledger on paper: each line moves its amount and fee exactly or nothing, no reference pays
// twice, and splits sum exactly.
func TestBatchesAndSplitsKeepTheLaws(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := newProducts(t)
		fee := rapid.Int64Range(0, 3).Draw(r, "fee")
		s.takeFees(r, fee, types.FeePayerPayer)
		people := []string{s.ann, s.amy, s.bob}
		paper := map[string]int64{s.ann: 10_000, s.amy: 10_000, s.bob: 10_000, s.collector: 0}
		used := map[string]bool{}
		for range rapid.IntRange(1, 12).Draw(r, "messages") {
			payer := rapid.SampledFrom(people).Draw(r, "payer")
			if rapid.Bool().Draw(r, "split") {
				shares := []types.SplitShare{
					{Payee: people[0], Weight: rapid.Uint64Range(1, 9).Draw(r, "weight")},
					{Payee: people[1], Weight: rapid.Uint64Range(1, 9).Draw(r, "weight")},
					{Payee: people[2], Weight: rapid.Uint64Range(1, 9).Draw(r, "weight")},
				}
				amount := rapid.Int64Range(1, 6_000).Draw(r, "amount")
				response, err := s.paySplit(&types.MsgPaySplit{Payer: payer, Amount: moneytest.Yen(amount), Shares: shares, MaxFee: math.NewInt(10)})
				if err != nil {
					require.ErrorIs(r, err, errInsufficientFunds)
					require.Less(r, paper[payer], amount+3*fee)
					continue
				}
				sum, payments := int64(0), int64(0)
				for i, part := range response.Amounts {
					sum += part.Int64()
					if part.IsPositive() {
						payments++
					}
					paper[payer] -= part.Int64()
					paper[people[i]] += part.Int64()
				}
				require.Equal(r, amount, sum)
				require.Equal(r, payments*fee, response.Fee.Int64())
				paper[payer] -= payments * fee
				paper[s.collector] += payments * fee
			} else {
				lines := make([]types.BatchLine, rapid.IntRange(1, 6).Draw(r, "lines"))
				for i := range lines {
					lines[i] = batchLine(rapid.SampledFrom(people).Draw(r, "payee"), rapid.Int64Range(1, 6_000).Draw(r, "amount"),
						rapid.SampledFrom([]string{"", "a", "b", "c", "d"}).Draw(r, "reference"))
				}
				msg := &types.MsgPayBatch{Payer: payer, Lines: lines, AllOrNone: rapid.Bool().Draw(r, "all or none")}
				response, err := s.payBatch(msg)
				if err != nil {
					require.True(r, msg.AllOrNone)
				} else {
					for i, line := range lines {
						id := payer + line.Reference
						if response.Results[i].Code != 0 {
							require.False(r, msg.AllOrNone)
							require.True(r, used[id] || paper[payer] < line.Amount.Amount.Int64()+fee, "line %d could have been paid", i)
							continue
						}
						require.False(r, used[id], "reference %q paid twice", line.Reference)
						used[id] = line.Reference != ""
						paper[payer] -= line.Amount.Amount.Int64() + fee
						paper[line.Payee] += line.Amount.Amount.Int64()
						paper[s.collector] += fee
					}
				}
			}
			for account, want := range paper {
				require.Equal(r, want, s.Balance(account))
			}
			s.requireSound(r)
		}
	})
}
