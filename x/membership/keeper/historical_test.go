package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/types"
)

func TestUnbondingTime(t *testing.T) {
	s := newSuiteAt(t, genesis())
	unbonding, err := s.keeper.UnbondingTime(s.Ctx)
	require.NoError(t, err)
	require.Equal(t, time.Hour, unbonding)
}

func TestHistoricalInfoIsTheHeader(t *testing.T) {
	s := newSuiteAt(t, genesis())
	header := s.Ctx.BlockHeader()
	header.AppHash, header.NextValidatorsHash = key(7), key(8)
	s.Ctx = s.Ctx.WithBlockHeader(header)
	require.NoError(t, s.keeper.BeginBlock(s.Ctx))

	info, err := s.keeper.GetHistoricalInfo(s.Ctx, 1)
	require.NoError(t, err)
	require.Equal(t, header, info.Header)
	require.Empty(t, info.Valset)
	require.Equal(t, keepertest.Start, info.Header.Time)

	for _, height := range []int64{-1, 0, 2} {
		_, err := s.keeper.GetHistoricalInfo(s.Ctx, height)
		require.ErrorIs(t, err, types.ErrHistoricalInfoNotFound, height)
	}
}

// After any number of blocks, exactly the newest HistoricalEntries headers are kept.
func TestHistoricalInfoIsPruned(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		gs := genesis()
		entries := rapid.IntRange(1, 6).Draw(r, "entries")
		gs.Params.HistoricalEntries = uint32(entries) // #nosec G115 -- 1 to 6
		s := newSuiteAt(t, gs)
		blocks := rapid.IntRange(1, 12).Draw(r, "blocks")
		for range blocks {
			require.NoError(r, s.keeper.BeginBlock(s.Ctx))
			s.NextBlock(time.Second)
		}
		for height := 1; height <= blocks; height++ {
			_, err := s.keeper.GetHistoricalInfo(s.Ctx, int64(height))
			if height > blocks-entries {
				require.NoError(r, err, height)
			} else {
				require.ErrorIs(r, err, types.ErrHistoricalInfoNotFound, height)
			}
		}
	})
}
