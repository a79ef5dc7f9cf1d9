package types_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func TestSplitByWeights(t *testing.T) {
	tests := map[string]struct {
		amount  int64
		weights []uint64
		want    []int64
	}{
		"one payee":                          {100, []uint64{7}, []int64{100}},
		"evenly":                             {99, []uint64{1, 1, 1}, []int64{33, 33, 33}},
		"ties go by the list":                {100, []uint64{1, 1, 1}, []int64{34, 33, 33}},
		"two of three":                       {101, []uint64{1, 1, 1}, []int64{34, 34, 33}},
		"largest remainder, not first":       {10, []uint64{1, 2, 4}, []int64{1, 3, 6}},
		"a whole share never gets more":      {11, []uint64{5, 3, 2}, []int64{6, 3, 2}},
		"fewer yen than payees":              {2, []uint64{1, 1, 1, 1}, []int64{1, 1, 0, 0}},
		"nothing":                            {0, []uint64{3, 4}, []int64{0, 0}},
		"royalties of 12,345 at 50, 30, 20%": {12_345, []uint64{50, 30, 20}, []int64{6_173, 3_703, 2_469}},
		"a tiny weight":                      {1_000, []uint64{1, 1_000_000_000_000_000}, []int64{0, 1_000}},
		"the highest amount and weights": {
			1_000_000_000_000_000, []uint64{types.MaxWeight, types.MaxWeight, types.MaxWeight}, []int64{333_333_333_333_334, 333_333_333_333_333, 333_333_333_333_333},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			parts, err := types.SplitByWeights(math.NewInt(test.amount), test.weights)
			require.NoError(t, err)
			got := make([]int64, len(parts))
			for i, part := range parts {
				got[i] = part.Int64()
			}
			require.Equal(t, test.want, got)
		})
	}
	for name, test := range map[string]struct {
		amount  math.Int
		weights []uint64
	}{
		"no amount":       {math.Int{}, []uint64{1}},
		"negative amount": {math.NewInt(-1), []uint64{1}},
		"too much":        {types.MaxAmount.AddRaw(1), []uint64{1}},
		"no weights":      {math.OneInt(), nil},
		"weight of 0":     {math.OneInt(), []uint64{1, 0}},
		"weight too high": {math.OneInt(), []uint64{types.MaxWeight + 1}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := types.SplitByWeights(test.amount, test.weights)
			require.ErrorIs(t, err, types.ErrInvalidSplit)
		})
	}
}

// Whatever the amount and the weights: the parts sum to the amount; none is a whole yen away from its exact share; a greater weight
// never gets less; and of equal weights the first in the list gets at most a yen more.
func TestSplitIsFair(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		amount := rapid.OneOf(rapid.Int64Range(0, 200), rapid.Int64Range(0, 1_000_000_000_000_000)).Draw(r, "amount")
		weights := rapid.SliceOfN(rapid.OneOf(rapid.Uint64Range(1, 5), rapid.Uint64Range(1, types.MaxWeight)), 1, 50).Draw(r, "weights")
		parts, err := types.SplitByWeights(math.NewInt(amount), weights)
		require.NoError(r, err)
		require.Len(r, parts, len(weights))

		sum, total := math.ZeroInt(), new(big.Int)
		for i, part := range parts {
			sum = sum.Add(part)
			total.Add(total, new(big.Int).SetUint64(weights[i]))
		}
		require.Equal(r, amount, sum.Int64())
		for i, part := range parts {
			exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), new(big.Int).SetUint64(weights[i])), total)
			away := new(big.Rat).Sub(new(big.Rat).SetInt(part.BigInt()), exact)
			require.Negative(r, away.Abs(away).Cmp(big.NewRat(1, 1)), "part %d: %s of %s", i, part, exact)
			for j := range i {
				switch {
				case weights[j] > weights[i]:
					require.False(r, parts[j].LT(part), "weight %d gets less than %d", weights[j], weights[i])
				case weights[j] == weights[i]:
					require.True(r, parts[j].Equal(part) || parts[j].Equal(part.AddRaw(1)), "the first of equal ones comes first")
				}
			}
		}
	})
}

func TestSplitValidate(t *testing.T) {
	ann, bob := keepertest.Address("ann").String(), keepertest.Address("bob").String()
	valid := func() *types.MsgPaySplit {
		return &types.MsgPaySplit{
			Payer: ann, Amount: moneytest.Yen(10), Reference: "S", Invoice: "I",
			Shares: []types.SplitShare{{Payee: ann, Weight: 1}, {Payee: bob, Weight: 1}},
		}
	}
	require.NoError(t, valid().Validate())
	for name, test := range map[string]struct {
		change func(m *types.MsgPaySplit)
		want   error
	}{
		"no amount":         {func(m *types.MsgPaySplit) { m.Amount = moneytest.Yen(0) }, types.ErrInvalidPayment},
		"no shares":         {func(m *types.MsgPaySplit) { m.Shares = nil }, types.ErrInvalidSplit},
		"1,001 shares":      {func(m *types.MsgPaySplit) { m.Shares = make([]types.SplitShare, 1_001) }, types.ErrInvalidSplit},
		"a payee twice":     {func(m *types.MsgPaySplit) { m.Shares[0].Payee = bob }, types.ErrInvalidSplit},
		"reference of 49":   {func(m *types.MsgPaySplit) { m.Reference = string(slices.Repeat([]byte{'x'}, 49)) }, types.ErrInvalidSplit},
		"bad reference":     {func(m *types.MsgPaySplit) { m.Reference = "a b" }, registrytypes.ErrInvalidReference},
		"invoice by itself": {func(m *types.MsgPaySplit) { m.Reference = "" }, types.ErrInvalidPayment},
		"short memo hash":   {func(m *types.MsgPaySplit) { m.MemoHash = []byte{1} }, types.ErrInvalidPayment},
	} {
		t.Run(name, func(t *testing.T) {
			msg := valid()
			test.change(msg)
			require.ErrorIs(t, msg.Validate(), test.want)
		})
	}
}
