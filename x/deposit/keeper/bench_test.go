package keeper_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	storetypes "cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/deposit/types"
)

// BenchmarkBatch measures the three messages of a batch of 1,000 lines, each to an account of its own, at keeper level:
// without signatures, on IAVL in memory. It reports microseconds and gas per line.
func BenchmarkBatch(b *testing.B) {
	for _, kind := range []types.OrderKind{types.OrderKindIssue, types.OrderKindRedeem} {
		for _, step := range []string{"submit", "approve", "reject"} {
			b.Run(fmt.Sprintf("%s/%s", kind, step), func(b *testing.B) { benchmarkBatch(b, kind, step) })
		}
	}
}

func benchmarkBatch(b *testing.B, kind types.OrderKind, step string) {
	b.Helper()
	w := moneytest.New(b, moneytest.Options{Banks: []string{"alpha"}})
	var accounts []string
	for i := range types.MaxBatchLines {
		account := w.Open(b, "alpha", fmt.Sprint(i))
		w.Issue(b, "alpha", account, 100_000, fmt.Sprintf("opening-%d", i))
		accounts = append(accounts, account)
	}
	checker := moneytest.Operator("alpha", "checker")
	gas := storetypes.Gas(0)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		b.StopTimer()
		submit := &types.MsgSubmitBatch{Operator: moneytest.Operator("alpha", "maker"), Batch: fmt.Sprintf("2026-04-01/salary-%d", i)}
		for j, account := range accounts {
			submit.Lines = append(submit.Lines, types.BatchOrder{
				Kind: kind, Account: account, Amount: moneytest.Yen(1), Reference: fmt.Sprintf("2026-04-01/%06d-%04d", i, j),
			})
		}
		ctx, _ := w.Ctx.WithGasMeter(storetypes.NewInfiniteGasMeter()).CacheContext()
		run := func(measured bool, message func() (done uint32, err error)) {
			before := ctx.GasMeter().GasConsumed()
			if measured {
				b.StartTimer()
			}
			done, err := message()
			b.StopTimer()
			require.NoError(b, err)
			require.EqualValues(b, types.MaxBatchLines, done)
			if measured {
				gas += ctx.GasMeter().GasConsumed() - before
			}
		}
		run(step == "submit", func() (uint32, error) {
			response, err := w.DepositMsgs.SubmitBatch(ctx, submit)
			return response.GetAccepted(), err
		})
		switch step {
		case "approve":
			run(true, func() (uint32, error) {
				response, err := w.DepositMsgs.ApproveBatch(ctx, &types.MsgApproveBatch{Operator: checker, Batch: submit.Batch})
				return response.GetApproved(), err
			})
		case "reject":
			run(true, func() (uint32, error) {
				response, err := w.DepositMsgs.RejectBatch(ctx, &types.MsgRejectBatch{
					Operator: checker, Batch: submit.Batch, RejectCode: types.RejectCodeOther, Reason: "no",
				})
				return response.GetRejected(), err
			})
		}
		b.StartTimer()
	}
	b.StopTimer()
	lines := float64(b.N) * types.MaxBatchLines
	b.ReportMetric(float64(b.Elapsed().Microseconds())/lines, "µs/line")
	b.ReportMetric(float64(gas)/lines, "gas/line")
}
