package keeper_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/clearing/types"
)

// BenchmarkPayment compares payments with every check and the real books and settlement with a send of x/bank alone: the
// same accounts, store and run, each payment in a transaction's own cache, in turn. x/registry has the same comparison
// with many accounts on disk, within one bank.
func BenchmarkPayment(b *testing.B) {
	for name, mode := range map[string]types.SettlementMode{
		"net": types.SettlementModeNet, "gross": types.SettlementModeGross,
	} {
		b.Run(name, func(b *testing.B) { benchmarkPayments(b, mode) })
	}
}

type paymentWay struct {
	name   string
	payee  string
	send   func(ctx sdk.Context, from, to sdk.AccAddress, coins sdk.Coins) error
	took   []time.Duration
	gasSum uint64
}

func benchmarkPayments(b *testing.B, mode types.SettlementMode) {
	b.Helper()
	w := newWorldOf(b, fourBanks, func(state *types.GenesisState) {
		state.Params.Mode, state.Params.DefaultNetDebitCap, state.Params.LargeValueThreshold = mode, types.MaxAmount, types.MaxAmount
	})
	w.issue(alpha, 1_000_000_000)
	payer, own, other := w.Open(b, alpha, "payer"), w.Open(b, alpha, "own"), w.Open(b, beta, "other")
	w.Issue(b, alpha, payer, 900_000_000, "bench")
	bare := func(ctx sdk.Context, from, to sdk.AccAddress, coins sdk.Coins) error {
		return w.Bare.SendCoins(ctx, from, to, coins)
	}
	full := func(ctx sdk.Context, from, to sdk.AccAddress, coins sdk.Coins) error {
		return w.Bank.SendCoins(ctx, from, to, coins)
	}
	ways := []*paymentWay{
		{name: "bare", payee: own, send: bare}, {name: "same-bank", payee: own, send: full}, {name: "cross-bank", payee: other, send: full},
	}
	from, coins := sdk.MustAccAddressFromBech32(payer), sdk.NewCoins(moneytest.Yen(1))
	w.Commit()
	for b.Loop() {
		for _, way := range ways {
			to := sdk.MustAccAddressFromBech32(way.payee)
			ctx, write := w.Ctx.WithGasMeter(storetypes.NewInfiniteGasMeter()).CacheContext()
			began := b.Elapsed()
			require.NoError(b, way.send(ctx, from, to, coins))
			write()
			way.took = append(way.took, b.Elapsed()-began)
			way.gasSum += ctx.GasMeter().GasConsumed()
		}
	}
	median := func(way *paymentWay) float64 {
		slices.Sort(way.took)
		return float64(way.took[len(way.took)/2].Nanoseconds()) / 1_000
	}
	for _, way := range ways {
		b.ReportMetric(median(way), way.name+"-µs")
		b.ReportMetric(float64(way.gasSum)/float64(len(way.took)), way.name+"-gas")
		if way != ways[0] {
			b.ReportMetric(median(way)/median(ways[0]), way.name+"-ratio")
			b.ReportMetric(float64(way.gasSum)/float64(ways[0].gasSum), way.name+"-gas-ratio")
		}
	}
	b.ReportMetric(0, "ns/op")
}
