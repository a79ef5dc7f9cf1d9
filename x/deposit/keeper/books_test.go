package keeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/deposit/types"
)

func TestFlows(t *testing.T) {
	s := newSetup(t)
	carol := s.Open(t, "alpha", "carol")

	require.NoError(t, s.Pay(s.alice, carol, 100))
	require.Equal(t, book{"alpha", 1000, 1000, 0}, s.book(t, "alpha"), "a payment inside a bank is no flow")

	require.NoError(t, s.Pay(s.alice, s.bob, 300))
	require.NoError(t, s.Pay(s.alice, s.bob, 50))
	require.NoError(t, s.Pay(s.bob, carol, 20))
	require.Equal(t, book{"alpha", 670, 1000, 0}, s.book(t, "alpha"))
	require.Equal(t, book{"beta", 330, 0, 0}, s.book(t, "beta"))

	state, err := s.Deposit.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, []types.Flow{
		{PayerBank: "alpha", PayeeBank: "beta", Amount: math.NewInt(350)},
		{PayerBank: "beta", PayeeBank: "alpha", Amount: math.NewInt(20)},
	}, state.Flows)
}

func TestRecordFlowRefusals(t *testing.T) {
	tests := map[string]struct {
		payer, payee string
		amount       math.Int
		want         error
	}{
		"same bank":         {"alpha", "alpha", math.NewInt(1), types.ErrInvalidFlow},
		"no payer":          {"", "beta", math.NewInt(1), types.ErrInvalidFlow},
		"no payee":          {"alpha", "", math.NewInt(1), types.ErrInvalidFlow},
		"zero":              {"alpha", "beta", math.ZeroInt(), types.ErrInvalidFlow},
		"negative":          {"alpha", "beta", math.NewInt(-1), types.ErrInvalidFlow},
		"nil":               {"alpha", "beta", math.Int{}, types.ErrInvalidFlow},
		"above liability":   {"alpha", "beta", math.NewInt(1001), types.ErrLiabilityTooLow},
		"owes nothing":      {"beta", "alpha", math.NewInt(1), types.ErrLiabilityTooLow},
		"above all reality": {"alpha", "beta", math.NewIntWithDecimal(1, 60), types.ErrInvalidFlow},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSetup(t)
			ctx, _ := s.Ctx.CacheContext()
			require.ErrorIs(t, s.Deposit.RecordFlow(ctx, test.payer, test.payee, test.amount), test.want)
		})
	}
}
