package types_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

func TestParamsValidate(t *testing.T) {
	require.NoError(t, types.DefaultParams().Validate())
	for name, change := range map[string]func(*types.Params){
		"no timeout":        func(p *types.Params) { p.PacketTimeout = 0 },
		"long timeout":      func(p *types.Params) { p.PacketTimeout = 25 * time.Hour },
		"no updates":        func(p *types.Params) { p.UpdatesPerBlock = 0 },
		"too many updates":  func(p *types.Params) { p.UpdatesPerBlock = types.MaxUpdatesPerBlock + 1 },
		"no backoff":        func(p *types.Params) { p.BackoffBase = 0 },
		"no longest":        func(p *types.Params) { p.BackoffMax = 0 },
		"longest too short": func(p *types.Params) { p.BackoffMax = p.BackoffBase - time.Millisecond },
	} {
		t.Run(name, func(t *testing.T) {
			params := types.DefaultParams()
			change(&params)
			require.ErrorIs(t, params.Validate(), zonelinktypes.ErrInvalidParams)
		})
	}
}

func TestBackoffDoublesUpToItsBound(t *testing.T) {
	params := types.Params{BackoffBase: 5 * time.Second, BackoffMax: 30 * time.Second}
	for failures, want := range map[uint32]time.Duration{
		1: 5 * time.Second, 2: 10 * time.Second, 3: 20 * time.Second, 4: 30 * time.Second, 4_000_000_000: 30 * time.Second,
	} {
		require.Equal(t, want, params.Backoff(failures), failures)
	}
	rapid.Check(t, func(t *rapid.T) {
		params := types.Params{
			BackoffBase: time.Duration(rapid.Int64Range(int64(time.Second), int64(24*time.Hour)).Draw(t, "base")),
		}
		params.BackoffMax = time.Duration(rapid.Int64Range(int64(params.BackoffBase), int64(24*time.Hour)).Draw(t, "max"))
		failures := rapid.Uint32Min(1).Draw(t, "failures")
		wait := params.Backoff(failures)
		require.GreaterOrEqual(t, wait, params.BackoffBase)
		require.LessOrEqual(t, wait, params.BackoffMax)
	})
}
