package keeper_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/clearing/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Payments that wait for each other go together, although none of them could go alone.
func TestGridlockIsResolved(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.queue(alpha, beta, 5_000)
	w.queue(beta, delta, 5_500)
	w.end()
	require.Len(t, w.waiting(alpha), 1, "beta and delta could pay, alpha not")
	w.queue(delta, alpha, 4_800)
	w.end()
	for _, bank := range fourBanks {
		require.Empty(t, w.waiting(bank))
	}
	w.requirePositions(-200, -500, 700, 0)
	keepertest.RequireEvent(t, w.Ctx, &types.EventPaymentsOffset{Cycle: 1, Payments: 3, Amount: amount(15_300)})
	keepertest.RequireEvent(t, w.Ctx, &types.EventFlowSettled{
		Cycle: 1, PayerBank: alpha, PayeeBank: beta, Amount: amount(5_000), SettledBy: types.SettledByPosition,
	})
	keepertest.RequireEvent(t, w.Ctx, &types.EventQueuedPaymentPaid{
		Id: 1, Bank: alpha, Payer: w.holder[alpha], Payee: w.holder[beta], Amount: amount(5_000), Reference: "payment-1", Offset: true,
	})
}

// Large payments offset in reserve: only what they net to is needed.
func TestGridlockInReserve(t *testing.T) {
	w := newWorld(t, nil)
	w.issue(alpha, 600_000)
	w.queue(alpha, beta, 5_000_000)
	w.queue(beta, alpha, 4_300_000)
	w.end()
	require.Len(t, w.waiting(alpha), 1, "100,000 is missing")
	w.issue(alpha, 150_000)
	w.end()
	require.Empty(t, w.waiting(alpha))
	require.Empty(t, w.waiting(beta))
	w.requireReserves(50_000, 700_000)
	w.requirePositions(0, 0)
	report, err := w.queries.CycleReport(w.Ctx, &types.QueryCycleReportRequest{Number: 1})
	require.NoError(t, err)
	require.EqualValues(t, 5_000_000, report.Flows[0].ByReserve.Int64())
	require.EqualValues(t, 4_300_000, report.Flows[1].ByReserve.Int64())
}

// Of a bank that is short the last payments stay, so that none passes another.
func TestOffsettingKeepsTheOrder(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.queue(alpha, beta, 4_000)
	last := w.queue(alpha, delta, 3_000)
	w.queue(alpha, delta, 1)
	w.queue(beta, alpha, 3_500)
	w.end()
	require.Equal(t, []uint64{last, last + 1}, w.waiting(alpha))
	require.Empty(t, w.waiting(beta))
	w.requirePositions(-500, 500)
}

func TestOffsettingReturnsWhatAPayeeCannotTake(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	bad := w.queue(alpha, beta, 5_000)
	w.queue(alpha, beta, 4_900)
	w.queue(beta, alpha, 5_000)
	w.holder["beta2"] = w.Open(t, beta, "beta2")
	require.NoError(t, w.Freeze(beta, w.holder[beta]))
	w.end()
	keepertest.RequireEvent(t, w.Ctx, &types.EventQueuedPaymentReturned{
		Id: bad, Bank: alpha, Payer: w.holder[alpha], Reference: "payment-1",
		Codespace: registrytypes.ModuleName, Code: registrytypes.ErrAccountFrozen.ABCICode(),
	})
	require.Len(t, w.waiting(alpha), 1)
	require.Len(t, w.waiting(beta), 1)
	require.NoError(t, w.Unfreeze(beta, w.holder[beta]))
	w.later(time.Second)
	w.end()
	require.Empty(t, w.waiting(alpha))
	require.Empty(t, w.waiting(beta))
	w.requirePositions(100, -100)
}

func TestNoOffsetting(t *testing.T) {
	w := newWorld(t, func(state *types.GenesisState) {
		state.Params.Mode, state.Params.QueueOffsetMax = types.SettlementModeNet, 0
	})
	w.queue(alpha, beta, 5_000)
	w.queue(beta, alpha, 5_000)
	w.end()
	require.Len(t, w.waiting(alpha), 1)
	require.Len(t, w.waiting(beta), 1)
}

// Whatever is queued, released and offset: no bank passes its cap or its reserve, and no payment of a bank passes another.
func TestQueueProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, func(state *types.GenesisState) {
			state.Params.Mode = rapid.SampledFrom([]types.SettlementMode{
				types.SettlementModeGross, types.SettlementModeNet, types.SettlementModeHybrid,
			}).Draw(r, "mode")
			state.Params.LargeValueThreshold = amount(3_000)
			state.Params.QueueAttemptsPerBlock = rapid.Uint32Range(1, 8).Draw(r, "attempts")
			state.Params.QueueOffsetMax = rapid.Uint32Range(0, 20).Draw(r, "offset")
		})
		bank := rapid.SampledFrom(fourBanks)
		yen := rapid.Int64Range(1, 5_000)
		order := map[string][]uint64{}
		r.Repeat(map[string]func(*rapid.T){
			"queue": func(r *rapid.T) {
				from, to := bank.Draw(r, "from"), bank.Draw(r, "to")
				if from == to {
					r.Skip()
				}
				if id := w.queue(from, to, yen.Draw(r, "yen")); id != 0 {
					order[from] = append(order[from], id)
				}
			},
			"pay": func(r *rapid.T) {
				from, to := bank.Draw(r, "from"), bank.Draw(r, "to")
				if err := w.pay(from, to, yen.Draw(r, "yen")); err != nil {
					require.ErrorIs(r, err, types.ErrInsufficientLiquidity)
				}
			},
			"issue": func(r *rapid.T) { w.issue(bank.Draw(r, "bank"), yen.Draw(r, "yen")) },
			"block": func(*rapid.T) { w.end(); w.later(time.Second) },
			"": func(r *rapid.T) {
				for _, one := range fourBanks {
					position := w.position(one)
					require.False(r, position.Position.Add(position.Cap).IsNegative(), "%s beyond its cap", one)
					require.False(r, position.Reserve.IsNegative())
					// What waits is always the tail of what was queued.
					waiting := w.waiting(one)
					tail := order[one][len(order[one])-len(waiting):]
					require.Equal(r, len(tail), len(waiting))
					for i := range waiting {
						require.Equal(r, tail[i], waiting[i])
					}
				}
			},
		})
	})
}

// When a block has offset what it can, no set of heads is left that could go: looked for by trying all of them.
func TestOffsettingLeavesNothingThatCouldGo(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t, inMode(types.SettlementModeNet))
		queues := map[string][]rawPayment{}
		for range rapid.IntRange(1, 9).Draw(r, "payments") {
			payment := rawPayment{
				from: rapid.SampledFrom(fourBanks).Draw(r, "from"), to: rapid.SampledFrom(fourBanks).Draw(r, "to"),
				yen: rapid.Int64Range(1, 3_000).Draw(r, "yen"),
			}
			if payment.from != payment.to && w.queue(payment.from, payment.to, payment.yen) != 0 {
				queues[payment.from] = append(queues[payment.from], payment)
			}
		}
		for range 10 {
			w.end()
			w.later(time.Second)
		}
		room := map[string]int64{}
		for _, bank := range fourBanks {
			queues[bank] = queues[bank][len(queues[bank])-len(w.waiting(bank)):]
			room[bank] = w.position(bank).Headroom.Int64()
		}
		for a := range len(queues[alpha]) + 1 {
			for b := range len(queues[beta]) + 1 {
				for d := range len(queues[delta]) + 1 {
					for g := range len(queues[gamma]) + 1 {
						set := slices.Concat(queues[alpha][:a], queues[beta][:b], queues[delta][:d], queues[gamma][:g])
						if len(set) > 0 {
							nets := (&reference{payments: set}).nets()
							fits := true
							for _, bank := range fourBanks {
								fits = fits && nets[bank]+room[bank] >= 0
							}
							require.False(r, fits, "%v could go", set)
						}
					}
				}
			}
		}
	})
}
