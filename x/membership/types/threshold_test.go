package types_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/x/membership/types"
)

func TestThreshold(t *testing.T) {
	half, twoThirds := types.Threshold{Numerator: 1, Denominator: 2}, types.Threshold{Numerator: 2, Denominator: 3}
	for _, tc := range []struct {
		threshold           types.Threshold
		tally               types.Tally
		reached, outOfReach bool
	}{
		{half, types.Tally{Yes: 2, Voters: 4}, false, false},
		{half, types.Tally{Yes: 3, Voters: 4}, true, false},
		{half, types.Tally{No: 1, Voters: 4}, false, false},
		{half, types.Tally{No: 2, Voters: 4}, false, true},
		{half, types.Tally{No: 9, Voters: 4}, false, true},
		{half, types.Tally{}, false, true},
		{twoThirds, types.Tally{Yes: 2, Voters: 3}, false, false},
		{twoThirds, types.Tally{Yes: 3, Voters: 4}, true, false},
		{twoThirds, types.Tally{No: 1, Voters: 3}, false, true},
		{twoThirds, types.Tally{No: 1, Voters: 4}, false, false},
	} {
		require.Equal(t, tc.reached, tc.threshold.Reached(tc.tally), "%v", tc)
		require.Equal(t, tc.outOfReach, tc.threshold.OutOfReach(tc.tally), "%v", tc)
	}
	require.True(t, twoThirds.Above(half))
	require.False(t, half.Above(half))

	params := types.DefaultParams()
	require.Equal(t, half, params.ThresholdOf([]string{"/x"}))
	require.Equal(t, twoThirds, params.ThresholdOf([]string{"/x", "/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade", "/y"}))
}
