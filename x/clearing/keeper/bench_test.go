package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"
	storetypes "cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// benchmarkFlow measures one flow as RecordFlow settles and books it, in a transaction's own cache, with its gas.
func benchmarkFlow(b *testing.B, w *world) {
	b.Helper()
	w.Commit()
	gas := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		ctx, _ := w.Ctx.CacheContext()
		ctx = ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
		if err := w.Clearing.RecordFlow(ctx, alpha, beta, math.NewInt(10)); err != nil {
			b.Fatal(err)
		}
		gas = ctx.GasMeter().GasConsumed()
	}
	b.ReportMetric(float64(gas), "gas/op")
}

func BenchmarkRecordFlowInPosition(b *testing.B) {
	w := newWorldOf(b, fourBanks, inMode(types.SettlementModeNet))
	w.mustPay(alpha, beta, 1)
	benchmarkFlow(b, w)
}

func BenchmarkRecordFlowInReserve(b *testing.B) {
	w := newWorldOf(b, fourBanks, inMode(types.SettlementModeGross))
	w.issue(alpha, 1_000_000)
	w.mustPay(alpha, beta, 1)
	benchmarkFlow(b, w)
}

const zenginBanks = 150

// allPairs is 150 banks that have all paid each other: 22,350 flows.
func allPairs(b *testing.B, reserve int64) *world {
	b.Helper()
	banks := manyBanks(zenginBanks)
	w := newWorldOf(b, banks, func(state *types.GenesisState) {
		state.Params.Mode, state.Params.DefaultNetDebitCap = types.SettlementModeNet, types.MaxAmount
	})
	for i, payer := range banks {
		if reserve > 0 {
			w.issue(payer, reserve)
		}
		for j, payee := range banks {
			if i != j {
				require.NoError(b, w.Clearing.RecordFlow(w.Ctx, payer, payee, math.NewInt(int64(1+(i*31+j*17)%1_000))))
			}
		}
	}
	w.Commit()
	open, err := w.Clearing.OpenCycle(w.Ctx)
	require.NoError(b, err)
	w.NextBlock(open.ScheduledFor.Sub(w.Ctx.BlockTime()))
	return w
}

// benchmarkBlock measures what one block's beginning costs.
func benchmarkBlock(b *testing.B, w *world) {
	b.Helper()
	gas := uint64(0)
	for b.Loop() {
		ctx, _ := w.Ctx.CacheContext() // thrown away, so that each round closes the same cycle
		ctx = ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
		if err := w.Clearing.BeginBlock(ctx); err != nil {
			b.Fatal(err)
		}
		gas = ctx.GasMeter().GasConsumed()
	}
	b.ReportMetric(float64(gas), "gas/op")
	b.ReportMetric(float64(b.Elapsed())/float64(time.Millisecond)/float64(b.N), "ms/op")
}

// The close of a cycle in which 150 banks have all paid each other, all from reserves.
func BenchmarkClose150Banks(b *testing.B) {
	benchmarkBlock(b, allPairs(b, 1_000_000))
}

// The same when no bank has any reserve: an obligation for each debtor, to all creditors.
func BenchmarkClose150BanksWithoutReserves(b *testing.B) {
	benchmarkBlock(b, allPairs(b, 0))
}
