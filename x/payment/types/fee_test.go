package types_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/payment/types"
)

func schedule(fixed int64, basisPoints uint32, maximum int64, payer types.FeePayer) types.FeeSchedule {
	return types.FeeSchedule{
		Fixed: math.NewInt(fixed), BasisPoints: basisPoints, Maximum: math.NewInt(maximum), Payer: payer, Collector: someone(9),
	}
}

func TestFee(t *testing.T) {
	for name, test := range map[string]struct {
		schedule types.FeeSchedule
		amount   int64
		fee      int64
	}{
		"free":                     {types.DefaultParams().Fees, 1_000_000, 0},
		"fixed":                    {schedule(10, 0, 0, types.FeePayerPayer), 1, 10},
		"rounded down":             {schedule(0, 1, 0, types.FeePayerPayer), 19_999, 1},
		"nothing of little":        {schedule(0, 1, 0, types.FeePayerPayer), 9_999, 0},
		"both":                     {schedule(10, 10, 0, types.FeePayerPayer), 30_000, 40},
		"at most":                  {schedule(10, 10, 25, types.FeePayerPayer), 30_000, 25},
		"the payee has no more":    {schedule(10, 0, 0, types.FeePayerPayee), 7, 7},
		"the payer pays it anyway": {schedule(10, 0, 0, types.FeePayerPayer), 7, 10},
		"all of it":                {schedule(0, 10_000, 0, types.FeePayerPayee), 777, 777},
		"the largest":              {schedule(1e15, 10_000, 0, types.FeePayerPayer), 1e15, 1e15},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, test.schedule.Validate())
			require.Equal(t, math.NewInt(test.fee), test.schedule.Fee(math.NewInt(test.amount)))
		})
	}
}

// The fee is the exact quotient rounded down, never falls with the amount, and leaves the payee no debt.
func TestFeeIsExact(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := schedule(rapid.Int64Range(0, 1_000).Draw(r, "fixed"), rapid.Uint32Range(0, 10_000).Draw(r, "basis points"), 0,
			rapid.SampledFrom([]types.FeePayer{types.FeePayerPayer, types.FeePayerPayee}).Draw(r, "payer"))
		amount := rapid.Int64Range(1, 1e15-1).Draw(r, "amount")
		fee := s.Fee(math.NewInt(amount))
		exact := new(big.Rat).Add(new(big.Rat).SetInt(s.Fixed.BigInt()), new(big.Rat).Mul(big.NewRat(amount, 1), big.NewRat(int64(s.BasisPoints), 10_000)))
		whole := math.NewIntFromBigInt(new(big.Int).Quo(exact.Num(), exact.Denom()))
		if s.Payer == types.FeePayerPayee {
			whole = math.MinInt(whole, math.NewInt(amount))
		}
		require.Equal(r, math.MinInt(whole, types.MaxAmount), fee)
		require.True(r, fee.LTE(s.Fee(math.NewInt(amount+1))))
	})
}

func TestParamsValidate(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	for name, change := range map[string]func(*types.Params){
		"fixed below 0":     func(p *types.Params) { p.Fees = schedule(-1, 0, 0, types.FeePayerPayer) },
		"no fixed":          func(p *types.Params) { p.Fees.Fixed = math.Int{} },
		"basis points":      func(p *types.Params) { p.Fees = schedule(0, 10_001, 0, types.FeePayerPayer) },
		"maximum":           func(p *types.Params) { p.Fees = schedule(1, 0, 1e15+1, types.FeePayerPayer) },
		"nobody bears it":   func(p *types.Params) { p.Fees = schedule(1, 0, 0, types.FeePayerUnspecified) },
		"nobody gets it":    func(p *types.Params) { p.Fees = schedule(1, 0, 0, types.FeePayerPayer); p.Fees.Collector = "" },
		"who bears nothing": func(p *types.Params) { p.Fees.Payer = types.FeePayerPayer },
		"bundle":            func(p *types.Params) { p.BundleOrdersMax = 0 },
		"payer":             func(p *types.Params) { p.PayerOrdersPerBlock = 10_001 },
		"gateway":           func(p *types.Params) { p.GatewayOrdersPerBlock = p.BundleOrdersMax - 1 },
	} {
		params := types.DefaultParams()
		change(&params)
		require.ErrorIs(t, params.Validate(), types.ErrInvalidParams, name)
	}
}
