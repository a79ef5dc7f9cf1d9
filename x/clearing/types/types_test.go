package types_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/clearing/types"
)

func amounts(yen ...int64) []math.Int {
	list := make([]math.Int, len(yen))
	for i, one := range yen {
		list[i] = math.NewInt(one)
	}
	return list
}

func TestAllocate(t *testing.T) {
	for _, tc := range []struct {
		total   int64
		weights []int64
		want    []int64
	}{
		{0, []int64{1, 2}, []int64{0, 0}},
		{10, []int64{1, 1, 1}, []int64{4, 3, 3}},
		{11, []int64{1, 1, 1}, []int64{4, 4, 3}},
		{100, []int64{0, 1, 0}, []int64{0, 100, 0}},
		{7, []int64{2, 3, 5}, []int64{1, 2, 4}},
		{1, []int64{0, 1, 1}, []int64{0, 1, 0}},
	} {
		var got []int64
		for _, share := range types.Allocate(math.NewInt(tc.total), amounts(tc.weights...)) {
			got = append(got, share.Int64())
		}
		require.Equal(t, tc.want, got)
	}
}

// Shares sum to the total, none is a yen or more away from its exact part, and none is above its weight if the total is not.
func TestAllocateProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		weights := amounts(rapid.SliceOfN(rapid.Int64Range(0, 1_000), 1, 20).Draw(r, "weights")...)
		weights = append(weights, math.NewInt(rapid.Int64Range(1, 1_000).Draw(r, "last weight")))
		sum := types.Sum(weights)
		total := math.NewInt(rapid.Int64Range(0, 2*sum.Int64()).Draw(r, "total"))
		shares := types.Allocate(total, weights)
		require.True(r, total.Equal(types.Sum(shares)))
		for i, share := range shares {
			// |share − total × weight / sum| < 1, multiplied by the sum.
			require.True(r, share.Mul(sum).Sub(total.Mul(weights[i])).Abs().LT(sum))
			require.True(r, total.GT(sum) || share.LTE(weights[i]))
		}
	})
}

func TestDates(t *testing.T) {
	day, err := types.ParseDate("2026-04-29")
	require.NoError(t, err)
	require.Equal(t, "2026-04-29", types.FormatDate(day))
	require.False(t, types.IsWeekend(day), "a Wednesday")
	for date, weekend := range map[string]bool{"2026-05-01": false, "2026-05-02": true, "2026-05-03": true, "2026-05-04": false, "1970-01-03": true} {
		day, err := types.ParseDate(date)
		require.NoError(t, err)
		require.Equal(t, weekend, types.IsWeekend(day), date)
	}
	require.Equal(t, "2026-04-02", types.BusinessDate(time.Date(2026, 4, 1, 15, 0, 0, 0, time.UTC)), "midnight in Japan")
	for _, wrong := range []string{"", "2026-02-30", "2026-4-1", "1969-12-31", "2026-04-01T00:00:00Z"} {
		_, err := types.ParseDate(wrong)
		require.ErrorIs(t, err, types.ErrInvalidCalendar, wrong)
	}
}

func TestCalendar(t *testing.T) {
	lost := errors.New("store lost")
	closed := map[int64]bool{}
	calendar := types.Calendar{CutOffs: []uint32{0, 1439}, IsHoliday: func(day int64) (bool, error) {
		if day < 0 {
			return false, lost
		}
		return closed[day], nil
	}}
	friday := time.Date(2026, 4, 3, 0, 0, 0, 0, time.FixedZone("JST", 9*60*60))
	next, err := calendar.Next(friday)
	require.NoError(t, err)
	require.Equal(t, friday.Add(1439*time.Minute).UTC(), next, "strictly after")
	next, err = calendar.Next(next)
	require.NoError(t, err)
	require.Equal(t, friday.AddDate(0, 0, 3).UTC(), next)

	first, err := types.ParseDate("2026-04-04")
	require.NoError(t, err)
	for day := first; day < first+types.ClosedDaysMax; day++ {
		closed[day] = true
	}
	require.NoError(t, calendar.CheckRun(first+10))
	next, err = calendar.Next(friday.Add(1439 * time.Minute))
	require.NoError(t, err)
	require.Equal(t, "2026-05-05", types.BusinessDate(next), "the longest run is found past")
	closed[first+types.ClosedDaysMax] = true
	require.ErrorIs(t, calendar.CheckRun(first+10), types.ErrInvalidCalendar)
	for day := first; day < first+100; day++ {
		closed[day] = true
	}
	_, err = calendar.Next(friday.Add(1439 * time.Minute))
	require.ErrorIs(t, err, types.ErrInvalidCalendar)

	_, err = calendar.Next(time.Unix(-10*24*60*60, 0))
	require.ErrorIs(t, err, lost)
	require.ErrorIs(t, calendar.CheckRun(-4), lost)
}

func TestParams(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	for name, change := range map[string]func(*types.Params){
		"no mode":            func(p *types.Params) { p.Mode = 0 },
		"unknown mode":       func(p *types.Params) { p.Mode = 9 },
		"no threshold":       func(p *types.Params) { p.LargeValueThreshold = math.Int{} },
		"threshold of zero":  func(p *types.Params) { p.LargeValueThreshold = math.ZeroInt() },
		"threshold too high": func(p *types.Params) { p.LargeValueThreshold = types.MaxAmount.AddRaw(1) },
		"negative cap":       func(p *types.Params) { p.DefaultNetDebitCap = math.NewInt(-1) },
		"no cap":             func(p *types.Params) { p.DefaultNetDebitCap = math.Int{} },
		"ratio":              func(p *types.Params) { p.PledgeRatioPercent = 101 },
		"no cut-offs":        func(p *types.Params) { p.CutOffs = nil },
		"too many cut-offs":  func(p *types.Params) { p.CutOffs = make([]uint32, types.CutOffsMax+1) },
		"unsorted cut-offs":  func(p *types.Params) { p.CutOffs = []uint32{9, 9} },
		"cut-off tomorrow":   func(p *types.Params) { p.CutOffs = []uint32{1440} },
		"due at once":        func(p *types.Params) { p.ObligationDue = time.Second },
		"due too late":       func(p *types.Params) { p.ObligationDue = 8 * 24 * time.Hour },
		"no wait":            func(p *types.Params) { p.QueueWaitMax = 0 },
		"wait too long":      func(p *types.Params) { p.QueueWaitMax = 32 * 24 * time.Hour },
		"no attempts":        func(p *types.Params) { p.QueueAttemptsPerBlock = 0 },
		"too many attempts":  func(p *types.Params) { p.QueueAttemptsPerBlock = types.QueueAttemptsMax + 1 },
		"too many to offset": func(p *types.Params) { p.QueueOffsetMax = types.QueueOffsetMax + 1 },
	} {
		params := types.DefaultParams()
		change(&params)
		require.ErrorIs(t, params.Validate(), types.ErrInvalidParams, name)
	}
}

func TestLossShares(t *testing.T) {
	require.NoError(t, types.ValidateLossShares(nil))
	require.NoError(t, types.ValidateLossShares([]types.LossShare{{Bank: "aa", Weight: 1}, {Bank: "bb", Weight: types.LossWeightMax}}))
	for name, shares := range map[string][]types.LossShare{
		"no weight": {{Bank: "aa"}},
		"too heavy": {{Bank: "aa", Weight: types.LossWeightMax + 1}},
		"repeated":  {{Bank: "aa", Weight: 1}, {Bank: "aa", Weight: 1}},
		"too many":  make([]types.LossShare, types.LossSharesMax+1),
	} {
		require.ErrorIs(t, types.ValidateLossShares(shares), types.ErrInvalidLossShares, name)
	}
}
