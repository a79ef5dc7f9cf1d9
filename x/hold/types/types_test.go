package types_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/hold/types"
)

func TestGenesis(t *testing.T) {
	keepertest.New(t, keepertest.Options{}) // sets the address prefix
	require.NoError(t, types.DefaultGenesis().Validate())
	genesis := func() types.GenesisState {
		owner := keepertest.Address("owner").String()
		return types.GenesisState{NextId: 10, Holds: []types.Hold{
			{Id: 3, Owner: owner, Amount: sdk.NewInt64Coin("jpy", 1), Purpose: "x"},
			{Id: 9, Owner: owner, Amount: sdk.NewInt64Coin("jpy", 1), Purpose: "x"},
		}}
	}
	require.NoError(t, genesis().Validate())
	tests := map[string]func(g *types.GenesisState){
		"id 0":            func(g *types.GenesisState) { g.Holds[0].Id = 0 },
		"repeated id":     func(g *types.GenesisState) { g.Holds[1].Id = 3 },
		"descending ids":  func(g *types.GenesisState) { g.Holds[0].Id = 11 },
		"next id in use":  func(g *types.GenesisState) { g.NextId = 9 },
		"next id 0":       func(g *types.GenesisState) { *g = types.GenesisState{} },
		"owner":           func(g *types.GenesisState) { g.Holds[0].Owner = "x" },
		"owner, capitals": func(g *types.GenesisState) { g.Holds[0].Owner = strings.ToUpper(g.Holds[0].Owner) },
		"amount":          func(g *types.GenesisState) { g.Holds[0].Amount = sdk.Coin{} },
		"zero amount":     func(g *types.GenesisState) { g.Holds[0].Amount = sdk.NewInt64Coin("jpy", 0) },
		"purpose":         func(g *types.GenesisState) { g.Holds[0].Purpose = "" },
		"expiry":          func(g *types.GenesisState) { g.Holds[0].ExpiresAt = &time.Time{} },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			state := genesis()
			change(&state)
			err := state.Validate()
			require.Error(t, err)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestCheckPayouts(t *testing.T) {
	payee := keepertest.Address("payee")
	hold := types.Hold{Id: 1, Amount: sdk.NewInt64Coin("jpy", 10)}
	payout := func(denom string, amount int64) types.Payout {
		return types.Payout{Payee: payee, Amount: sdk.NewInt64Coin(denom, amount)}
	}
	left, err := hold.CheckPayouts([]types.Payout{payout("jpy", 4), payout("jpy", 5)})
	require.NoError(t, err)
	require.Equal(t, sdk.NewInt64Coin("jpy", 1), left)
	left, err = hold.CheckPayouts([]types.Payout{payout("jpy", 10)})
	require.NoError(t, err)
	require.True(t, left.IsZero())

	for name, payouts := range map[string][]types.Payout{
		"nobody":      nil,
		"no payee":    {{Amount: sdk.NewInt64Coin("jpy", 1)}},
		"nothing":     {payout("jpy", 0)},
		"no coin":     {{Payee: payee}},
		"other denom": {payout("points", 1)},
		"too much":    {payout("jpy", 11)},
		"in sum":      {payout("jpy", 4), payout("jpy", 7)},
	} {
		_, err := hold.CheckPayouts(payouts)
		require.ErrorIs(t, err, types.ErrInvalidPayout, name)
	}
}
