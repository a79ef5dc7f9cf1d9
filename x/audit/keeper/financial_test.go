package keeper_test

import (
	"slices"
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"
	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/testutil/moneytest"
	"github.com/azukari-network/azukari/x/audit/keeper"
	"github.com/azukari-network/azukari/x/audit/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// clearingFindings are those of law 5, which are always there.
var clearingFindings = []string{"5 closed cycles", "5 flows", "5 obligations", "5 open cycle", "5 reserves"}

func TestEmptyZoneHolds(t *testing.T) {
	w := newWorld(t, nil, "alpha", "beta")
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.True(t, laws.Holds)
	require.Equal(t, w.Ctx.BlockHeight(), laws.Height)
	var names []string
	for _, finding := range laws.Findings {
		names = append(names, name(finding))
	}
	require.Equal(t, append(slices.Concat([]string{"1 whole zone", "4 denom jpy"}, clearingFindings),
		"6 consents", "6 queue", "6 screening", "6 whole zone", "7 whole zone"), names)
}

func TestSoundZoneHolds(t *testing.T) {
	g, _ := sound(t)
	w := loaded(t, g)
	response, err := keeper.NewQueryServer(w.audit).Laws(w.Ctx, &types.QueryLawsRequest{})
	require.NoError(t, err)
	laws := *response
	require.NoError(t, laws.Err())
	require.True(t, laws.Holds)

	var names []string
	for _, finding := range laws.Findings {
		names = append(names, name(finding))
	}
	require.Equal(t, append(slices.Concat([]string{
		"1 bank alpha", "1 bank beta", "1 whole zone", "2 zone energy", "2 zone retail", "4 denom jpy",
	}, clearingFindings),
		"6 bank alpha", "6 bank beta", "6 consents", "6 queue", "6 screening", "6 whole zone", "6 zone energy", "6 zone retail", "7 whole zone",
	), names)
	require.Equal(t, map[string]int64{
		"balances": 650, "holds": 40, "shares": 300, "sum": 990, "liability": 990,
		"issued_less_redeemed": 970, "flows_in": 50, "flows_out": 30,
	}, figures(t, laws, "1 bank alpha"))
	require.Equal(t, map[string]int64{"balances": 1050, "supply": 1050, "liabilities": 1050}, figures(t, laws, "1 whole zone"))
	require.Equal(t, map[string]int64{"escrow": 300, "shares": 300, "brought_and_in_flight": 300}, figures(t, laws, "2 zone retail"))
	require.Equal(t, map[string]int64{"escrow": 0, "shares": 0, "brought_and_in_flight": 0}, figures(t, laws, "2 zone energy"))
	require.Equal(t, map[string]int64{"hold_module": 50, "open_holds": 50}, figures(t, laws, "4 denom jpy"))
	require.Equal(t, map[string]int64{
		"issued": 1000, "issue_orders": 1000, "issued_by_date": 1000,
		"redeemed": 30, "redeem_orders": 30, "redeemed_by_date": 30, "open_orders_count": 2,
	}, figures(t, laws, "6 bank alpha"))
	require.Equal(t, map[string]int64{
		"open_redeem_orders": 40, "redeem_holds": 40, "consented_recalls": 10, "recall_holds": 10,
	}, figures(t, laws, "6 whole zone"))
	require.Equal(t, map[string]int64{"in_flight": 100, "transfers_count": 1, "packet_commitments_count": 1},
		figures(t, laws, "6 zone retail"))
	require.Equal(t, map[string]int64{
		"accounts": 700, "ended_accounts": 0, "escrows": 300, "hold_module": 50, "other_modules": 0, "strangers": 0,
	}, figures(t, laws, "7 whole zone"))

	_, err = keeper.NewQueryServer(w.audit).Laws(w.Ctx, nil)
	require.Error(t, err)
}

// move adds amounts of yen to balances in a genesis, by address. Amounts that do not sum up to zero change the supply.
func (g *genesis) move(amounts map[string]int64) {
	change := int64(0)
	for address, amount := range amounts {
		change += amount
		index := slices.IndexFunc(g.bank.Balances, func(b banktypes.Balance) bool { return b.Address == address })
		if index < 0 {
			g.bank.Balances = append(g.bank.Balances, banktypes.Balance{Address: address})
			index = len(g.bank.Balances) - 1
		}
		coins := g.bank.Balances[index].Coins
		g.bank.Balances[index].Coins = sdk.NewCoins(sdk.NewCoin("jpy", coins.AmountOf("jpy").AddRaw(amount)))
	}
	supply := g.bank.Supply.AmountOf("jpy").AddRaw(change)
	g.bank.Supply = sdk.NewCoins(sdk.NewCoin("jpy", supply))
}

func (g genesis) orderOfAlpha(reference string) *deposittypes.Order {
	index := slices.IndexFunc(g.deposit.Orders, func(o deposittypes.Order) bool { return o.Bank == "alpha" && o.Reference == reference })
	return &g.deposit.Orders[index]
}

func yen(amount int64) *sdk.Coin {
	coin := moneytest.Yen(amount)
	return &coin
}

// Each corruption of a sound genesis breaks the laws that it must, and no other.
func TestCorruptedGenesis(t *testing.T) {
	stranger := keepertest.Address("stranger").String()
	module := func(name string) string { return authtypes.NewModuleAddress(name).String() }
	one := math.OneInt()
	tests := map[string]struct {
		corrupt func(g *genesis, p people)
		// broken are the findings that must not hold, and no other may.
		broken []string
		// says is what the violations must name.
		says []string
	}{
		"balance with supply": {
			func(g *genesis, p people) { g.move(map[string]int64{p.bob: 1}) },
			[]string{"1 bank beta", "1 whole zone"},
			[]string{"expected balances, holds and shares of 60, the liability, got 61", "expected yen of 1050, the sum of liabilities, got 1051"},
		},
		"balance of another bank's account": {
			func(g *genesis, p people) { g.move(map[string]int64{p.alice: -1, p.bob: 1}) },
			[]string{"1 bank alpha", "1 bank beta"},
			[]string{"got 989", "got 61"},
		},
		"account of another bank": {
			func(g *genesis, p people) {
				for i := range g.registry.Accounts {
					if g.registry.Accounts[i].Address == p.adam {
						g.registry.Accounts[i].Bank = "beta"
					}
				}
			},
			[]string{"1 bank alpha", "1 bank beta"},
			[]string{"got 790", "got 260"},
		},
		"share": {
			func(g *genesis, _ people) { g.links.Shares[0].Amount = math.NewInt(301) },
			[]string{"1 bank alpha", "2 zone retail"},
			[]string{"got 991", "expected an escrow of 301, the sum of shares, got 300"},
		},
		"brought": {
			func(g *genesis, _ people) { g.links.Brought[0].Amount = math.NewInt(201) },
			[]string{"2 zone retail"},
			[]string{"expected an escrow of 301, what accounts have brought and are bringing, got 300"},
		},
		"share of another bank": {
			func(g *genesis, _ people) { g.links.Shares[0].Bank = "beta" },
			[]string{"1 bank alpha", "1 bank beta"},
			[]string{"got 690", "got 360"},
		},
		"share below zero": {
			func(g *genesis, _ people) {
				g.links.Shares[0].Amount = math.NewInt(301)
				g.links.Shares = append(g.links.Shares, financialtypes.Share{Zone: "retail", Bank: "beta", Amount: math.NewInt(-1)})
			},
			[]string{"1 bank alpha", "1 bank beta", "2 zone retail"},
			[]string{"expected a share of beta of 0 or more, got -1"},
		},
		"share in unknown zone": {
			func(g *genesis, _ people) { g.links.Shares[0].Zone = "nowhere" },
			[]string{"2 zone nowhere", "2 zone retail"},
			[]string{"expected an escrow of 300, the sum of shares, got 0", "expected an escrow of 0, the sum of shares, got 300"},
		},
		"escrow with supply": {
			func(g *genesis, _ people) { g.move(map[string]int64{escrow.String(): 1}) },
			[]string{"1 whole zone", "2 zone retail"},
			[]string{"expected an escrow of 300, the sum of shares, got 301"},
		},
		"escrow of unknown channel": {
			func(g *genesis, _ people) {
				g.links.Zones[1].TransferChannelId = "channel-9"
				g.links.Transfers, g.commitments = nil, nil
			},
			[]string{"2 zone retail", "7 whole zone"},
			[]string{"expected a registered account, got " + escrow.String() + " with 300jpy"},
		},
		"hold amount": {
			func(g *genesis, _ people) { g.hold.Holds[0].Amount = moneytest.Yen(41) },
			[]string{"1 bank alpha", "4 denom jpy", "6 whole zone"},
			[]string{"expected the hold module to have 51jpy, the sum of open holds, got 50", "expected hold 3 to be 40jpy of "},
		},
		"hold of another owner": {
			func(g *genesis, p people) { g.hold.Holds[0].Owner = p.bob },
			[]string{"1 bank alpha", "1 bank beta", "6 whole zone"},
			[]string{"@r2, got 40jpy of "},
		},
		"hold of a stranger": {
			func(g *genesis, _ people) { g.hold.Holds[0].Owner = stranger },
			[]string{"1 bank alpha", "6 whole zone"},
			[]string{"got 40jpy of " + stranger},
		},
		"hold for another order": {
			func(g *genesis, _ people) { g.hold.Holds[0].Purpose = "redeem/other" },
			[]string{"6 whole zone"},
			[]string{"@r2, got 40jpy of ", "for redeem/other"},
		},
		"hold gone": {
			func(g *genesis, _ people) { g.hold.Holds = g.hold.Holds[1:] },
			[]string{"1 bank alpha", "4 denom jpy", "6 whole zone"},
			[]string{"expected hold 3 of redeem order azu1", "@r2 of alpha, got none"},
		},
		"hold without order": {
			func(g *genesis, p people) {
				second := holdtypes.Hold{Id: g.hold.NextId, Owner: p.bob, Amount: moneytest.Yen(1), Purpose: "redeem/r9"}
				g.hold.Holds = append(g.hold.Holds, second)
				g.hold.NextId++
				g.move(map[string]int64{p.bob: -1, module(holdtypes.ModuleName): 1})
			},
			[]string{"6 whole zone"},
			[]string{"for redeem/r9, got none"},
		},
		"recall of another amount": {
			func(g *genesis, _ people) { g.payment.Recalls[0].Amount = moneytest.Yen(11) },
			[]string{"6 whole zone"},
			[]string{"expected hold 4 to be 11jpy of ", "for recall/alpha/c1, got 10jpy of "},
		},
		"recall gone": {
			func(g *genesis, _ people) { g.payment.Recalls = nil },
			[]string{"6 whole zone"},
			[]string{"expected an open order, recall, payment or trade for hold 4 of "},
		},
		"hold of a recall gone": {
			func(g *genesis, _ people) { g.hold.Holds = g.hold.Holds[:1] },
			[]string{"1 bank beta", "4 denom jpy", "6 whole zone"},
			[]string{"expected hold 4 of recall c1 of alpha, got none"},
		},
		"held coins of another denom": {
			func(g *genesis, _ people) {
				for i := range g.bank.Balances {
					if g.bank.Balances[i].Address == module(holdtypes.ModuleName) {
						g.bank.Balances[i].Coins = g.bank.Balances[i].Coins.Add(sdk.NewCoin("points", one))
					}
				}
				g.bank.Supply = g.bank.Supply.Add(sdk.NewCoin("points", one))
			},
			[]string{"4 denom points"},
			[]string{"expected the hold module to have 0points, the sum of open holds, got 1"},
		},
		"liability": {
			func(g *genesis, _ people) { g.deposit.Books[0].Liability = math.NewInt(991) },
			[]string{"1 bank alpha", "1 whole zone"},
			[]string{"expected balances, holds and shares of 991, the liability, got 990; expected issued less redeemed and net flows of 991, the liability, got 990"},
		},
		"issued": {
			func(g *genesis, _ people) { g.deposit.Books[0].Issued = math.NewInt(1001) },
			[]string{"6 bank alpha"},
			[]string{"expected 1000 issued, the sum of approved issue orders, got 1001", "expected issued 1001 of all dates, got 1000"},
		},
		"redeemed": {
			func(g *genesis, _ people) { g.deposit.Books[1].Redeemed = math.NewInt(19) },
			[]string{"6 bank beta"},
			[]string{"expected 20 redeemed, the sum of approved redeem orders, got 19"},
		},
		"flow": {
			func(g *genesis, _ people) { g.deposit.Flows[0].Amount = math.NewInt(31) },
			[]string{"1 bank alpha", "1 bank beta", "5 flows", "6 bank alpha", "6 bank beta"},
			[]string{"expected issued less redeemed and net flows of 990, the liability, got 989", "expected flows out 31 of all dates, got 30"},
		},
		"amount of approved issue order": {
			func(g *genesis, _ people) { g.orderOfAlpha("i1").ApprovedAmount = yen(1001) },
			[]string{"1 bank alpha", "6 bank alpha"},
			[]string{"expected 1001 issued, the sum of approved issue orders, got 1000", "got 991"},
		},
		"amount of approved redeem order": {
			func(g *genesis, p people) {
				g.orderOfAlpha(deposittypes.HolderReference(p.alice, "r1")).ApprovedAmount = yen(31)
			},
			[]string{"1 bank alpha", "6 bank alpha"},
			[]string{"expected 31 redeemed, the sum of approved redeem orders, got 30", "got 989"},
		},
		"requested amount of approved redeem order": {
			func(g *genesis, p people) {
				g.orderOfAlpha(deposittypes.HolderReference(p.alice, "r1")).Amount = moneytest.Yen(51)
			}, []string{}, nil,
		},
		"amount of open redeem order": {
			func(g *genesis, p people) {
				g.orderOfAlpha(deposittypes.HolderReference(p.alice, "r2")).Amount = moneytest.Yen(41)
			},
			[]string{"6 whole zone"},
			[]string{"expected hold 3 to be 41jpy of "},
		},
		"amount of open issue order": {
			func(g *genesis, _ people) { g.orderOfAlpha("i2").Amount = moneytest.Yen(8) }, []string{}, nil,
		},
		"order gone": {
			func(g *genesis, _ people) {
				g.deposit.Orders = slices.DeleteFunc(g.deposit.Orders, func(o deposittypes.Order) bool {
					return o.Bank == "alpha" && o.Reference == "i1"
				})
			},
			[]string{"1 bank alpha", "6 bank alpha"},
			[]string{"expected 0 issued, the sum of approved issue orders, got 1000"},
		},
		"order of a batch gone": {
			func(g *genesis, _ people) {
				g.deposit.Orders = slices.DeleteFunc(g.deposit.Orders, func(o deposittypes.Order) bool { return o.Reference == "i3" })
			},
			[]string{"6 bank alpha"},
			[]string{`expected 1 accepted orders of batch "b1", got a count of 2`},
		},
		"accepted lines of a batch": {
			func(g *genesis, _ people) { g.deposit.Batches[0].Batch.Accepted = 3 },
			[]string{"6 bank alpha"},
			[]string{`expected 2 accepted orders of batch "b1", got a count of 3`},
		},
		"totals of a closed date": {
			func(g *genesis, _ people) { g.deposit.BusinessDays[0].Totals.Issued = math.NewInt(101) },
			[]string{"6 bank beta"},
			[]string{"expected issued 100 of all dates, got 101"},
		},
		"totals of the book's date": {
			func(g *genesis, _ people) { g.deposit.Books[0].Day.FlowsIn = math.NewInt(49) },
			[]string{"6 bank alpha"},
			[]string{"expected flows in 50 of all dates, got 49"},
		},
		"stranger's balance with supply": {
			func(g *genesis, _ people) { g.move(map[string]int64{stranger: 5}) },
			[]string{"1 whole zone", "7 whole zone"},
			[]string{"expected a registered account, got " + stranger + " with 5jpy"},
		},
		"stranger's balance from an account": {
			func(g *genesis, p people) { g.move(map[string]int64{stranger: 5, p.bob: -5}) },
			[]string{"1 bank beta", "7 whole zone"},
			[]string{"expected a registered account, got " + stranger + " with 5jpy"},
		},
		"closed account's balance": {
			func(g *genesis, p people) { g.move(map[string]int64{p.closed: 5, p.alice: -5}) },
			[]string{"7 whole zone"},
			[]string{"got 5jpy", "ACCOUNT_STATUS_CLOSED"},
		},
		"module's balance": {
			func(g *genesis, p people) { g.move(map[string]int64{module(deposittypes.ModuleName): 5, p.alice: -5}) },
			[]string{"1 bank alpha", "7 whole zone"},
			[]string{"expected no yen of module deposit, got 5jpy"},
		},
		"hold module's balance": {
			func(g *genesis, _ people) { g.move(map[string]int64{module(holdtypes.ModuleName): 5}) },
			[]string{"1 whole zone", "4 denom jpy"},
			[]string{"expected the hold module to have 50jpy, the sum of open holds, got 55"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g, p := sound(t)
			test.corrupt(&g, p)
			w := loaded(t, g)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, test.broken, broken(laws))
			require.Equal(t, len(test.broken) == 0, laws.Holds)
			for _, text := range test.says {
				require.ErrorContains(t, laws.Err(), text)
			}
			if !laws.Holds {
				require.ErrorIs(t, laws.Err(), types.ErrLawBroken)
				for _, finding := range laws.Findings {
					require.Equal(t, finding.Holds, finding.Violation == "")
				}
			}
		})
	}
}

// Stored totals are not believed: x/bank's own supply is compared with the balances.
func TestWrongSupply(t *testing.T) {
	g, _ := sound(t)
	w := loaded(t, g)
	require.NoError(t, w.Bank.Supply.Set(w.Ctx, "jpy", math.NewInt(1049)))
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"1 whole zone"}, broken(laws))
	require.ErrorContains(t, laws.Err(), "expected a supply of 1050, the sum of balances, got 1049")
}

// Counts are not believed either: a number of open orders that is wrong on its own is found.
func TestWrongOpenCount(t *testing.T) {
	key := append([]byte{7}, "alpha\x00b1"...)
	tests := map[string]struct {
		corrupt func(store storetypes.KVStore)
		says    string
	}{
		"gone":  {func(store storetypes.KVStore) { store.Delete(key) }, `expected 1 open orders of batch "b1", got a count of 0`},
		"wrong": {func(store storetypes.KVStore) { store.Set(key, []byte{0, 0, 0, 0, 0, 0, 0, 2}) }, `expected 1 open orders of batch "b1", got a count of 2`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g, _ := sound(t)
			w := loaded(t, g)
			store := w.Ctx.KVStore(w.Keys[deposittypes.StoreKey])
			require.True(t, store.Has(key))
			test.corrupt(store)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, []string{"6 bank alpha"}, broken(laws))
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}
}

func TestPacketsOfTransfers(t *testing.T) {
	tests := map[string]struct {
		corrupt func(w world)
		broken  string
		says    string
	}{
		"commitment gone": {
			func(w world) {
				w.Ctx.KVStore(w.Keys[exported.StoreKey]).Delete(host.PacketCommitmentKey(transfertypes.PortID, channel, 7))
			},
			"6 zone retail", "expected a packet commitment for transfer channel-1/7 of azu1",
		},
		"commitment without transfer": {
			func(w world) { w.channels.SetPacketCommitment(w.Ctx, transfertypes.PortID, channel, 8, []byte{1}) },
			"6 zone retail", "expected a transfer for packet commitment channel-1/8, got none",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g, _ := sound(t)
			w := loaded(t, g)
			test.corrupt(w)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, []string{test.broken}, broken(laws))
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}

	t.Run("transfer on unknown channel", func(t *testing.T) {
		g, p := sound(t)
		g.links.Transfers = append(g.links.Transfers, zonelinktypes.Transfer{
			ChannelId: "channel-9", Sequence: 1, Account: p.alice, Bank: "alpha", Amount: math.OneInt(),
		})
		w := loaded(t, g)
		laws, err := w.audit.Check(w.Ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"6 whole zone"}, broken(laws))
		require.ErrorContains(t, laws.Err(), "expected transfers on channels of links only, got 1 on channel-9")
	})
}

// A finding names a few of many violations, and how many there are.
func TestManyStrangers(t *testing.T) {
	g, _ := sound(t)
	for _, letter := range "abcdefgh" {
		g.move(map[string]int64{keepertest.Address(string(letter)).String(): 1})
	}
	w := loaded(t, g)
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.ErrorContains(t, laws.Err(), "; and 3 more")
	require.EqualValues(t, 8, figures(t, laws, "7 whole zone")["strangers"])
}
