package keeper_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	"github.com/azukari-network/azukari/x/audit/types"
	settlementkeeper "github.com/azukari-network/azukari/x/settlement/keeper"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
)

// tradingWorld has a trade in which dora of alpha has set 300 yen aside for carl of beta, who has not confirmed yet.
func tradingWorld(t *testing.T) businessWorld {
	t.Helper()
	w := newEmptyBusinessWorld(t)
	dora, carl := w.Open(t, "alpha", "dora"), w.Open(t, "beta", "carl")
	w.Charge(t, dora, 1_000)
	msgs := settlementkeeper.NewMsgServer(w.trades)
	created, err := msgs.CreateTrade(w.Ctx, &settlementtypes.MsgCreateTrade{Creator: dora, Reference: "T", Terms: settlementtypes.Terms{
		Legs:     []settlementtypes.Leg{{From: dora, To: carl, Amount: businesstest.Yen(300)}},
		Deadline: w.Ctx.BlockTime().Add(time.Hour),
	}})
	require.NoError(t, err)
	_, err = msgs.ConfirmTrade(w.Ctx, &settlementtypes.MsgConfirmTrade{
		Party: dora, Creator: dora, Reference: "T", TermsHash: created.TermsHash,
	})
	require.NoError(t, err)
	return w
}

// Confirmed parties have their holds, and what is reserved is what they promised.
func TestTradesHold(t *testing.T) {
	w := tradingWorld(t)
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, laws.Err())
	require.Equal(t, map[string]int64{"confirmed": 300, "trade_holds": 300}, figures(t, laws, "6 trades"))
	require.Equal(t, map[string]int64{"reserved": 300, "confirmed_legs": 300}, figures(t, laws, "8 bank alpha"))
	w.NextBlock(time.Hour)
	require.NoError(t, w.trades.ExpireTrades(w.Ctx))
	laws, err = w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, laws.Err())
	require.Equal(t, map[string]int64{"confirmed": 0, "trade_holds": 0}, figures(t, laws, "6 trades"))
}

func TestBrokenTrades(t *testing.T) {
	tests := map[string]struct {
		corrupt func(t *testing.T, w businessWorld)
		broken  []string
		says    string
	}{
		"hold gone": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				require.NoError(t, w.Hold.Release(w.Ctx, 1))
			},
			[]string{"6 trades"},
			"expected hold 1 of trade 1, got none",
		},
		"hold of no trade": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				hold, err := w.Hold.Get(w.Ctx, 1)
				require.NoError(t, err)
				_, err = w.Hold.Place(w.Ctx, sdk.MustAccAddressFromBech32(hold.Owner), businesstest.Yen(5), "settlement/2")
				require.NoError(t, err)
			},
			[]string{"6 trades"},
			"expected an open order, recall, payment or trade for hold 2",
		},
		"hold of another trade": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				state, err := w.Hold.ExportGenesis(w.Ctx)
				require.NoError(t, err)
				state.Holds[0].Purpose = "settlement/2"
				require.NoError(t, w.Hold.InitGenesis(w.Ctx, *state))
			},
			[]string{"6 trades"},
			"for settlement/1, got",
		},
		"a party's hold forgotten": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				state, err := w.trades.ExportGenesis(w.Ctx)
				require.NoError(t, err)
				for i := range state.Trades[0].Parties {
					state.Trades[0].Parties[i].Holds = nil
				}
				require.NoError(t, w.trades.InitGenesis(w.Ctx, state))
			},
			[]string{"6 trades"},
			"expected 1 holds of",
		},
		"room given back": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				require.NoError(t, w.Link.FreeFlow(w.Ctx, "alpha", "beta", math.NewInt(1)))
			},
			[]string{"8 bank alpha"},
			"expected 300 reserved, what confirmed trades will send to other banks, got 299",
		},
		"room kept": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				require.NoError(t, w.Link.ReserveFlow(w.Ctx, "beta", "alpha", math.NewInt(7)))
			},
			[]string{"8 bank beta"},
			"expected 0 reserved, what confirmed trades will send to other banks, got 7",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := tradingWorld(t)
			test.corrupt(t, w)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, test.broken, broken(laws))
			require.ErrorIs(t, laws.Err(), types.ErrLawBroken)
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}
}
