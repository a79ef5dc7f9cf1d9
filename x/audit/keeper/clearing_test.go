package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/moneytest"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// cleared is the genesis of a zone in which banks have settled in every way, and every law holds: in cycle 1 alpha owed beta
// 400, had 100, did not pay the rest and failed; its pledge gave 50 and beta bears 250, for which it has an obligation to
// nobody but itself. In cycle 3 gamma has paid beta 70 in its position and 30 from its reserve, and waits with 5,000.
func cleared(t *testing.T) genesis {
	t.Helper()
	w := newWorld(t, nil, "alpha", "beta", "gamma")
	require.NoError(t, w.links.InitGenesis(w.Ctx, *financialtypes.DefaultGenesis()))
	alice, bob, carol := w.Open(t, "alpha", "alice"), w.Open(t, "beta", "bob"), w.Open(t, "gamma", "carol")
	w.Issue(t, "alpha", alice, 10_000, "i1")
	w.Issue(t, "beta", bob, 10_000, "i1")
	w.Issue(t, "gamma", carol, 10_000, "i1")
	order := func(organization, decider string, kind clearingtypes.ReserveOrderKind, bank string, amount int64, reference string) {
		require.NoError(t, w.Do(func(ctx context.Context) error {
			_, err := w.ClearingMsgs.RequestReserve(ctx, &clearingtypes.MsgRequestReserve{
				Operator: moneytest.Operator(organization, "maker"), Kind: kind, Bank: bank, Amount: math.NewInt(amount), Reference: reference,
			})
			return err
		}))
		require.NoError(t, w.Do(func(ctx context.Context) error {
			_, err := w.ClearingMsgs.ApproveReserve(ctx, &clearingtypes.MsgApproveReserve{
				Operator: moneytest.Operator(decider, "checker"), Organization: organization, Reference: reference,
			})
			return err
		}))
	}
	agent := moneytest.SettlementAgent
	block := func(wait time.Duration) {
		w.NextBlock(wait)
		require.NoError(t, w.Clearing.BeginBlock(w.Ctx))
	}
	require.NoError(t, w.Pay(alice, bob, 400))
	order(agent, agent, clearingtypes.ReserveOrderKindIssue, "alpha", 150, "a1")
	order("alpha", "alpha", clearingtypes.ReserveOrderKindPledge, "alpha", 50, "p1")
	block(30 * time.Minute)
	block(2 * time.Hour)
	order(agent, agent, clearingtypes.ReserveOrderKindIssue, "gamma", 90, "a2")
	order("gamma", agent, clearingtypes.ReserveOrderKindRedeem, "gamma", 60, "r1")
	require.NoError(t, w.Pay(carol, bob, 30))
	require.NoError(t, w.Pay(carol, bob, 70))
	response, err := w.ClearingMsgs.QueuePayment(w.Ctx, &clearingtypes.MsgQueuePayment{
		Payer: alice, Payee: bob, Amount: moneytest.Yen(1), Reference: "q1", ExpiresAt: w.Ctx.BlockTime().Add(time.Hour),
	})
	require.Error(t, err, "alpha has failed")
	require.Nil(t, response)
	zero := math.ZeroInt()
	require.NoError(t, w.Do(func(ctx context.Context) error {
		_, err := w.ClearingMsgs.SetNetDebitCap(ctx, &clearingtypes.MsgSetNetDebitCap{Authority: w.Authority, Bank: "gamma", Cap: &zero})
		return err
	}))
	response, err = w.ClearingMsgs.QueuePayment(w.Ctx, &clearingtypes.MsgQueuePayment{
		Payer: carol, Payee: bob, Amount: moneytest.Yen(5_000), Reference: "q1", ExpiresAt: w.Ctx.BlockTime().Add(time.Hour),
	})
	require.NoError(t, err)
	require.EqualValues(t, 1, response.Id)

	g := w.export(t)
	require.NoError(t, g.clearing.Validate())
	require.Len(t, g.clearing.Obligations, 1)
	require.Equal(t, clearingtypes.ObligationStatusDefaulted, g.clearing.Obligations[0].Status)
	return g
}

func TestClearedZoneHolds(t *testing.T) {
	w := newWorld(t, nil, "alpha", "beta", "gamma")
	w.load(t, cleared(t))
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, laws.Err())
	require.Equal(t, map[string]int64{"credit_positions": 70, "positions": 0}, figures(t, laws, "5 open cycle"))
	require.Equal(t, map[string]int64{"closed_count": 2, "reserve_moved": 100, "obligations": 300}, figures(t, laws, "5 closed cycles"))
	require.Equal(t, map[string]int64{"booked": 500, "settled": 500}, figures(t, laws, "5 flows"))
	require.Equal(t, map[string]int64{"open": 0, "shared": 250}, figures(t, laws, "5 obligations"))
	require.Equal(t, map[string]int64{"reserves": 180, "pledges": 0, "pot": 0, "supply": 180, "issued_less_redeemed": 180},
		figures(t, laws, "5 reserves"))
	require.Equal(t, map[string]int64{"queued": 5_000, "queue_holds": 5_000}, figures(t, laws, "6 queue"))
}

// give adds reserve to an address in a genesis.
func (g *genesis) give(address string, amount int64, supply bool) {
	coin := sdk.NewInt64Coin(clearingtypes.ReserveDenom, amount)
	g.bank.Balances = append(g.bank.Balances, banktypes.Balance{Address: address, Coins: sdk.NewCoins(coin)})
	if supply {
		g.bank.Supply = g.bank.Supply.Add(coin)
	}
}

// Each corruption of what clearing keeps breaks law 5, or law 6 for what waits, and no other.
func TestCorruptedClearing(t *testing.T) {
	one := math.OneInt()
	for name, test := range map[string]struct {
		corrupt func(g *genesis)
		broken  []string
		says    string
	}{
		"open position": {
			func(g *genesis) { g.clearing.Positions[2].Received = g.clearing.Positions[2].Received.Add(one) },
			[]string{"5 open cycle"},
			"expected beta in cycle 3 to have received 70, the sum of its flows, got 71",
		},
		"open position gone": {
			func(g *genesis) { g.clearing.Positions = g.clearing.Positions[:3] },
			[]string{"5 open cycle"},
			"expected positions that sum to 0, got 70",
		},
		"closed position": {
			func(g *genesis) { g.clearing.Positions[0].Sent = g.clearing.Positions[0].Sent.Sub(one) },
			[]string{"5 closed cycles"},
			"expected alpha in cycle 1 to have sent 400, the sum of its flows, got 399",
		},
		"reserve moved": {
			func(g *genesis) { g.clearing.Positions[1].Moved = g.clearing.Positions[1].Moved.Add(one) },
			[]string{"5 closed cycles"},
			"expected reserve moves of cycle 1 that sum to 0, got 1",
		},
		"left at the close": {
			func(g *genesis) { g.clearing.Positions[0].Left = g.clearing.Positions[0].Left.Add(one) },
			[]string{"5 closed cycles"},
			"expected an obligation of alpha in cycle 1 of 299, what it had left to pay, got 300",
		},
		"total of a cycle": {
			func(g *genesis) { g.clearing.Cycles[0].Obligations = g.clearing.Cycles[0].Obligations.Add(one) },
			[]string{"5 closed cycles"},
			"expected cycle 1 to be 400 = 100 + 300, got 400 = 100 + 301",
		},
		"flow in positions": {
			func(g *genesis) { g.clearing.Flows[0].ByPosition = g.clearing.Flows[0].ByPosition.Add(one) },
			[]string{"5 closed cycles", "5 flows"},
			"expected flows from alpha to beta of 400 settled, got 401",
		},
		"flow in reserve": {
			func(g *genesis) { g.clearing.Flows[1].ByReserve = g.clearing.Flows[1].ByReserve.Sub(one) },
			[]string{"5 flows"},
			"expected flows from gamma to beta of 100 settled, got 99",
		},
		"credit of an obligation": {
			func(g *genesis) { g.clearing.Obligations[0].Creditors[0].Amount = one },
			[]string{"5 obligations"},
			"expected credits of obligation 1 of alpha of 300, got 1",
		},
		"how a default was met": {
			func(g *genesis) { g.clearing.Obligations[0].Shared = one },
			[]string{"5 obligations"},
			"expected obligation 1 of alpha met with 300, got 51",
		},
		"obligation gone": {
			func(g *genesis) { g.clearing.Obligations = nil },
			[]string{"5 closed cycles"},
			"expected an obligation of alpha in cycle 1 of 300, what it had left to pay, got 0",
		},
		"what a bank owes": {
			func(g *genesis) { g.clearing.Participants[0].Owed = one },
			[]string{"5 obligations"},
			"expected alpha to owe 0, the sum of its open obligations, got 1",
		},
		"reserve from nowhere": {
			func(g *genesis) { g.give(clearingtypes.PledgeAddress("alpha").String(), 7, true) },
			[]string{"5 reserves"},
			"expected a supply of reserve of 180, issued less redeemed by approved orders, got 187",
		},
		"reserve in the pot": {
			func(g *genesis) { g.give(authtypes.NewModuleAddress(clearingtypes.ModuleName).String(), 7, true) },
			[]string{"5 reserves"},
			"expected no reserve outside of reserves and pledges of banks, got 7",
		},
		"bank without reserve accounts": {
			func(g *genesis) { g.clearing.ReserveBanks = g.clearing.ReserveBanks[:1] },
			[]string{"5 reserves"},
			"expected no reserve outside of reserves and pledges of banks, got 180",
		},
		"amount of an order": {
			func(g *genesis) { g.clearing.ReserveOrders[len(g.clearing.ReserveOrders)-1].Amount = one },
			[]string{"5 reserves"},
			"issued less redeemed by approved orders",
		},
		"queued payment": {
			func(g *genesis) { g.clearing.Queue[0].Amount = moneytest.Yen(1) },
			[]string{"6 queue"},
			"expected hold 1 to be 1jpy of ",
		},
		"queued payment gone": {
			func(g *genesis) { g.clearing.Queue = nil },
			[]string{"6 queue"},
			"expected a queued payment for hold 1 of ",
		},
		"hold gone": {
			func(g *genesis) { g.clearing.Queue[0].HoldId = 9 },
			[]string{"6 queue"},
			"expected hold 9 of queued payment 1, got none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := cleared(t)
			test.corrupt(&g)
			w := newWorld(t, nil, "alpha", "beta", "gamma")
			w.load(t, g)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, test.broken, broken(laws))
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}
}
