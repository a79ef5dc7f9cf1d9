package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/clearing/types"
)

func TestPaymentIsSettled(t *testing.T) {
	const gross, net, hybrid = types.SettlementModeGross, types.SettlementModeNet, types.SettlementModeHybrid
	const byReserve, byPosition = types.SettledByReserve, types.SettledByPosition
	for name, tc := range map[string]struct {
		mode    types.SettlementMode
		reserve int64
		amount  int64
		want    types.SettledBy
		err     error
	}{
		"gross from the whole reserve":              {gross, 500, 500, byReserve, nil},
		"gross without enough":                      {gross, 499, 500, 0, types.ErrInsufficientLiquidity},
		"gross never uses the cap":                  {gross, 0, 1, 0, types.ErrInsufficientLiquidity},
		"net uses the cap, whatever the reserve":    {net, 10_000, 1_000, byPosition, nil},
		"net beyond the cap":                        {net, 10_000, 1_001, 0, types.ErrInsufficientLiquidity},
		"hybrid from the reserve first":             {hybrid, 700, 700, byReserve, nil},
		"hybrid in the position for the whole":      {hybrid, 699, 700, byPosition, nil},
		"hybrid never splits":                       {hybrid, 999, 1_001, 0, types.ErrInsufficientLiquidity},
		"large in net mode from the reserve":        {net, 1_000_000, 1_000_000, byReserve, nil},
		"large in net mode never in the position":   {net, 999_999, 1_000_000, 0, types.ErrInsufficientLiquidity},
		"large in hybrid mode from the reserve":     {hybrid, 2_000_000, 1_500_000, byReserve, nil},
		"large in hybrid mode without the reserve":  {hybrid, 1_499_999, 1_500_000, 0, types.ErrInsufficientLiquidity},
		"almost large in net mode beyond the cap":   {net, 999_999, 999_999, 0, types.ErrInsufficientLiquidity},
		"almost large in hybrid mode from reserves": {hybrid, 999_999, 999_999, byReserve, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, inMode(tc.mode))
			if tc.reserve > 0 {
				w.issue(alpha, tc.reserve)
			}
			err := w.pay(alpha, beta, tc.amount)
			require.ErrorIs(t, err, tc.err)
			if tc.err != nil {
				require.ErrorContains(t, err, "insufficient settlement liquidity")
				require.ErrorContains(t, err, "queue the payment")
				w.requireReserves(tc.reserve, 0)
				w.requirePositions(0, 0)
				require.EqualValues(t, wealth, w.Balance(w.holder[alpha]))
				return
			}
			require.EqualValues(t, wealth-tc.amount, w.Balance(w.holder[alpha]))
			require.EqualValues(t, wealth+tc.amount, w.Balance(w.holder[beta]))
			keepertest.RequireEvent(t, w.Ctx, &types.EventFlowSettled{
				Cycle: 1, PayerBank: alpha, PayeeBank: beta, Amount: amount(tc.amount), SettledBy: tc.want,
			})
			flow := types.NewCycleFlow(1, alpha, beta)
			if tc.want == byReserve {
				w.requireReserves(tc.reserve-tc.amount, tc.amount)
				w.requirePositions(0, 0)
				flow.ByReserve = amount(tc.amount)
			} else {
				w.requireReserves(tc.reserve, 0)
				w.requirePositions(-tc.amount, tc.amount)
				flow.ByPosition = amount(tc.amount)
			}
			report, err := w.queries.CycleReport(w.Ctx, &types.QueryCycleReportRequest{Number: 1})
			require.NoError(t, err)
			require.Equal(t, []types.CycleFlow{flow}, report.Flows)
			book, err := w.Deposit.GetBook(w.Ctx, beta)
			require.NoError(t, err)
			require.EqualValues(t, wealth+tc.amount, book.Liability.Int64())
		})
	}
}

// What comes in makes room for what goes out, and both kinds of flow are kept apart.
func TestPositionsMoveBothWays(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.mustPay(alpha, beta, 1_000)
	require.ErrorIs(t, w.pay(alpha, delta, 1), types.ErrInsufficientLiquidity)
	w.mustPay(gamma, alpha, 300)
	w.mustPay(alpha, delta, 300)
	require.ErrorIs(t, w.pay(alpha, delta, 1), types.ErrInsufficientLiquidity)
	w.requirePositions(-1_000, 1_000, 300, -300)

	w.issue(beta, 5_000_000)
	w.mustPay(beta, alpha, 2_000_000)
	w.requirePositions(-1_000, 1_000, 300, -300)
	w.requireReserves(2_000_000, 3_000_000, 0, 0)
	position := w.position(alpha)
	require.Equal(t, types.BankPosition{
		Bank: alpha, Status: types.BankStatusActive, Position: amount(-1_000), Cap: amount(1_000), Owed: amount(0),
		Headroom: amount(0), Reserve: amount(2_000_000), Pledge: amount(0), QueuedCount: 0, Queued: amount(0),
		Reserved: amount(0),
	}, position)
	require.NoError(t, w.pay(alpha, alpha, 1), "inside one bank nothing is settled")
	w.requirePositions(-1_000, 1_000, 300, -300)
}

func TestFlowThatIsNone(t *testing.T) {
	w := newWorld(t, nil)
	for _, tc := range []struct {
		payer, payee string
		amount       math.Int
	}{
		{alpha, alpha, amount(1)},
		{"", beta, amount(1)},
		{alpha, "", amount(1)},
		{alpha, beta, amount(0)},
		{alpha, beta, amount(-1)},
		{alpha, beta, math.Int{}},
	} {
		require.ErrorIs(t, w.Clearing.RecordFlow(w.Ctx, tc.payer, tc.payee, tc.amount), types.ErrInvalidFlow)
	}
}

func TestCaps(t *testing.T) {
	w := newWorld(t, inMode(types.SettlementModeNet))
	w.setCap(alpha, 400)
	require.EqualValues(t, 400, w.position(alpha).Cap.Int64())
	require.EqualValues(t, 1_000, w.position(beta).Cap.Int64())
	require.ErrorIs(t, w.pay(alpha, beta, 401), types.ErrInsufficientLiquidity)
	w.mustPay(alpha, beta, 400)

	w.setCap(alpha, 100)
	position := w.position(alpha)
	require.True(t, position.Headroom.IsZero(), "below the debit there is no room, and no negative one")
	require.ErrorIs(t, w.pay(alpha, beta, 1), types.ErrInsufficientLiquidity)
	w.mustPay(beta, alpha, 350)
	w.mustPay(alpha, beta, 50)
	require.ErrorIs(t, w.pay(alpha, beta, 1), types.ErrInsufficientLiquidity)
}

func TestPledgeBoundsTheCap(t *testing.T) {
	w := newWorld(t, func(state *types.GenesisState) {
		state.Params.Mode = types.SettlementModeNet
		state.Params.PledgeRatioPercent = 30
	})
	require.ErrorIs(t, w.pay(alpha, beta, 1), types.ErrInsufficientLiquidity)
	w.issue(alpha, 1_000)
	w.pledge(alpha, 100)
	w.requireReserves(900)
	require.EqualValues(t, 333, w.position(alpha).Cap.Int64())
	require.EqualValues(t, 100, w.position(alpha).Pledge.Int64())
	require.ErrorIs(t, w.pay(alpha, beta, 334), types.ErrInsufficientLiquidity)
	w.mustPay(alpha, beta, 333)
	w.pledge(alpha, 900)
	require.EqualValues(t, 1_000, w.position(alpha).Cap.Int64(), "no more than the members allow")
}
