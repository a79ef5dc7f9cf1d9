package keeper_test

import (
	"testing"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	"github.com/azukari-network/azukari/testutil/keepertest"
	assetkeeper "github.com/azukari-network/azukari/x/asset/keeper"
	assettypes "github.com/azukari-network/azukari/x/asset/types"
	"github.com/azukari-network/azukari/x/audit/keeper"
	"github.com/azukari-network/azukari/x/audit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymentkeeper "github.com/azukari-network/azukari/x/payment/keeper"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementkeeper "github.com/azukari-network/azukari/x/settlement/keeper"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// voucher is the yen of a Business Zone.
var voucher = businesstest.YenDenom

// businessWorld is a Business Zone with everything that the audit reads.
type businessWorld struct {
	*businesstest.World

	assets  *assetkeeper.Keeper
	payment *paymentkeeper.Keeper
	trades  *settlementkeeper.Keeper
	audit   *keeper.Keeper

	alice, bob, unlinked sdk.AccAddress
}

func newEmptyBusinessWorld(t *testing.T) businessWorld {
	t.Helper()
	w := businessWorld{
		World: businesstest.New(t, businesstest.Options{
			Banks: []string{"alpha", "beta"}, Stores: []string{assettypes.StoreKey, paymenttypes.StoreKey, settlementtypes.StoreKey},
			ModuleAccounts: map[string][]string{assettypes.ModuleName: {authtypes.Minter, authtypes.Burner}},
		}),
		alice: keepertest.Address("alice"), bob: keepertest.Address("bob"), unlinked: keepertest.Address("unlinked"),
	}
	w.assets = assetkeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[assettypes.StoreKey]), w.Bank, w.Registry)
	w.Bank.AppendSendRestriction(w.assets.SendRestriction)
	w.payment = paymentkeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[paymenttypes.StoreKey]),
		w.Bank, w.Registry, w.Hold, w.Membership)
	require.NoError(t, w.payment.InitGenesis(w.Ctx, *paymenttypes.DefaultGenesis()))
	w.trades = settlementkeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[settlementtypes.StoreKey]),
		w.Registry, w.assets, w.Hold, w.Bank, w.Link)
	require.NoError(t, w.trades.InitGenesis(w.Ctx, *settlementtypes.DefaultGenesis()))
	w.audit = keeper.NewBusinessKeeper(w.Bank, w.Account, w.Registry, w.Hold, w.payment, w.Channels, w.assets, w.trades, w.Link)
	return w
}

// newBusinessWorld has alice with 60 vouchers, 40 more in a hold and 25 on their way home, and bob with 10.
func newBusinessWorld(t *testing.T) businessWorld {
	t.Helper()
	w := newEmptyBusinessWorld(t)
	w.apply(t, w.alice, registrytypes.AccountStatusActive)
	w.apply(t, w.bob, registrytypes.AccountStatusFrozen)
	w.apply(t, w.unlinked, registrytypes.AccountStatusUnlinked)
	state := banktypes.DefaultGenesisState()
	state.Balances = []banktypes.Balance{
		{Address: w.alice.String(), Coins: sdk.NewCoins(sdk.NewInt64Coin(voucher, 100))},
		{Address: w.bob.String(), Coins: sdk.NewCoins(sdk.NewInt64Coin(voucher, 10))},
	}
	w.Bank.InitGenesis(w.Ctx, state)
	_, err := w.Hold.Place(w.Ctx, w.alice, sdk.NewInt64Coin(voucher, 40), "trade/1")
	require.NoError(t, err)

	w.Channels.SetPacketCommitment(w.Ctx, transfertypes.PortID, channel, 3, []byte{1})
	link := businesstypes.DefaultGenesis()
	link.FinancialZone = businesstypes.FinancialZone{
		ConnectionId: "connection-0", ZonelinkChannelId: "channel-0", TransferChannelId: channel,
	}
	link.Transfers = []zonelinktypes.Transfer{
		{ChannelId: channel, Sequence: 3, Account: w.alice.String(), Bank: "alpha", Amount: math.NewInt(25)},
	}
	link.Brought = []businesstypes.Brought{{Address: w.alice.String(), Amount: math.NewInt(110)}}
	require.NoError(t, w.Link.InitGenesis(w.Ctx, *link))
	require.Equal(t, voucher, w.Link.YenDenom(w.Ctx))
	return w
}

func (w businessWorld) apply(t *testing.T, address sdk.AccAddress, status registrytypes.AccountStatus) {
	t.Helper()
	_, applied, err := w.Registry.ApplyReplica(w.Ctx, registrytypes.Account{
		Address: address.String(), Bank: "alpha", Status: status, Kind: registrytypes.AccountKindBusiness, Revision: 1,
		Limits: registrytypes.Limits{PerPayment: registrytypes.MaxLimit, PerDay: registrytypes.MaxLimit, Balance: registrytypes.MaxLimit},
	})
	require.NoError(t, err)
	require.True(t, applied)
}

// give writes a balance as no movement could.
func (w businessWorld) give(address sdk.AccAddress, amount int64) {
	state := w.Bank.ExportGenesis(w.Ctx)
	state.Balances = append(state.Balances, banktypes.Balance{
		Address: address.String(), Coins: sdk.NewCoins(sdk.NewInt64Coin(voucher, amount)),
	})
	state.Supply = nil
	w.Bank.InitGenesis(w.Ctx, state)
}

func TestSoundBusinessZoneHolds(t *testing.T) {
	w := newBusinessWorld(t)
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, laws.Err())
	var names []string
	for _, finding := range laws.Findings {
		names = append(names, name(finding))
	}
	require.Equal(t, []string{"4 denom " + voucher, "6 consents", "6 trades", "6 whole zone", "7 whole zone", "10 whole zone"}, names)
	require.Equal(t, map[string]int64{"hold_module": 40, "open_holds": 40}, figures(t, laws, "4 denom "+voucher))
	require.Equal(t, map[string]int64{"in_flight": 25, "transfers_count": 1, "packet_commitments_count": 1},
		figures(t, laws, "6 whole zone"))
	require.Equal(t, map[string]int64{
		"accounts": 70, "ended_accounts": 0, "escrows": 0, "hold_module": 40, "other_modules": 0, "strangers": 0,
	}, figures(t, laws, "7 whole zone"))
}

// Before its channel is open a Business Zone has no yen, and nothing to break.
func TestUnlinkedBusinessZoneHolds(t *testing.T) {
	link := businesstypes.DefaultGenesis()
	unlinked := newEmptyBusinessWorld(t)
	require.NoError(t, unlinked.Link.InitGenesis(unlinked.Ctx, *link))
	laws, err := unlinked.audit.Check(unlinked.Ctx)
	require.NoError(t, err)
	require.NoError(t, laws.Err())
	require.Len(t, laws.Findings, 5)

	// Packets without a link belong to nobody.
	link.Transfers = []zonelinktypes.Transfer{
		{ChannelId: channel, Sequence: 3, Account: unlinked.alice.String(), Bank: "alpha", Amount: math.NewInt(25)},
	}
	require.NoError(t, unlinked.Link.InitGenesis(unlinked.Ctx, *link))
	laws, err = unlinked.audit.Check(unlinked.Ctx)
	require.NoError(t, err)
	require.Equal(t, []string{"6 whole zone"}, broken(laws))
}

func TestBrokenBusinessZone(t *testing.T) {
	stranger := keepertest.Address("stranger")
	tests := map[string]struct {
		corrupt func(w businessWorld)
		broken  []string
		says    string
	}{
		"hold module has more": {
			func(w businessWorld) { w.give(authtypes.NewModuleAddress(holdtypes.ModuleName), 41) },
			// Yen that nobody has brought.
			[]string{"4 denom " + voucher, "6 whole zone"},
			"expected the hold module to have 40" + voucher + ", the sum of open holds, got 41",
		},
		"packet gone": {
			func(w businessWorld) {
				w.Channels.SetPacketCommitment(w.Ctx, transfertypes.PortID, channel, 4, []byte{1})
			},
			[]string{"6 whole zone"},
			"expected a transfer for packet commitment channel-1/4, got none",
		},
		"yen out of nothing": {
			func(w businessWorld) { w.give(w.bob, 5) },
			[]string{"6 whole zone"},
			"expected a supply of yen of 110, what accounts have brought, got",
		},
		"stranger": {
			func(w businessWorld) { w.give(stranger, 5) },
			[]string{"6 whole zone", "7 whole zone"},
			"expected a registered account, got " + stranger.String() + " with 5" + voucher,
		},
		"unlinked account": {
			func(w businessWorld) { w.give(w.unlinked, 5) },
			[]string{"6 whole zone", "7 whole zone"},
			"expected no yen of ACCOUNT_STATUS_UNLINKED account " + keepertest.Address("unlinked").String(),
		},
		"module": {
			func(w businessWorld) { w.give(authtypes.NewModuleAddress(assettypes.ModuleName), 5) },
			[]string{"6 whole zone", "7 whole zone"},
			"expected no yen of module asset, got 5" + voucher,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newBusinessWorld(t)
			test.corrupt(w)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, test.broken, broken(laws))
			require.ErrorIs(t, laws.Err(), types.ErrLawBroken)
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}
}

// withAssets adds a class of fungible units, 30 with alice of which 10 are held, and one of unique units, of which bob has A and a hold
// of alice B.
func withAssets(t *testing.T) businessWorld {
	t.Helper()
	w := newBusinessWorld(t)
	class := func(id string, kind assettypes.ClassKind, issued int64) assettypes.ClassState {
		book := assettypes.NewBook()
		book.Issued = math.NewInt(issued)
		return assettypes.ClassState{
			Class: assettypes.Class{
				Id: id, Kind: kind, Issuer: w.alice.String(),
				Rules: assettypes.Rules{Transfers: assettypes.TransfersFree, Cap: math.NewInt(40)},
			},
			Metadata: assettypes.Metadata{Name: id, Symbol: "X"}, Book: book,
		}
	}
	unit := func(id string, holder sdk.AccAddress) assettypes.UnitState {
		return assettypes.UnitState{Unit: assettypes.Unit{Class: "deed", Id: id, Status: assettypes.UnitStatusLive, Holder: holder.String()}}
	}
	state := assettypes.GenesisState{
		Classes: []assettypes.ClassState{class("deed", assettypes.ClassKindUnique, 2), class("points", assettypes.ClassKindFungible, 30)},
		Units:   []assettypes.UnitState{unit("A", w.bob), unit("B", w.alice)},
	}
	require.NoError(t, state.Validate())
	require.NoError(t, w.assets.InitGenesis(w.Ctx, state))
	w.Fund(t, w.alice, sdk.NewInt64Coin("asset/points", 30))
	w.Fund(t, w.bob, assettypes.UnitCoin("deed", "A"))
	w.Fund(t, w.alice, assettypes.UnitCoin("deed", "B"))
	for _, coin := range []sdk.Coin{sdk.NewInt64Coin("asset/points", 10), assettypes.UnitCoin("deed", "B")} {
		_, err := w.Hold.Place(w.Ctx, w.alice, coin, "trade/2")
		require.NoError(t, err)
	}
	return w
}

func TestAssetsHold(t *testing.T) {
	w := withAssets(t)
	laws, err := w.audit.Check(w.Ctx)
	require.NoError(t, err)
	require.NoError(t, laws.Err())
	require.Equal(t, map[string]int64{"balances": 30, "issued": 30, "redeemed": 0, "recalled": 0, "expired": 0}, figures(t, laws, "10 class points"))
	require.Equal(t, map[string]int64{"balances": 2, "issued": 2, "redeemed": 0, "recalled": 0, "expired": 0}, figures(t, laws, "10 class deed"))
	require.Equal(t, map[string]int64{"classes_count": 2, "units": 32}, figures(t, laws, "10 whole zone"))
	require.Equal(t, map[string]int64{"hold_module": 1, "open_holds": 1}, figures(t, laws, "4 class deed"))
	require.Equal(t, map[string]int64{"hold_module": 10, "open_holds": 10}, figures(t, laws, "4 denom asset/points"))
}

func TestBrokenAssets(t *testing.T) {
	tests := map[string]struct {
		corrupt func(t *testing.T, w businessWorld)
		broken  []string
		says    string
	}{
		"units out of nothing": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				w.Fund(t, w.alice, sdk.NewInt64Coin("asset/points", 5))
			},
			[]string{"10 class points"},
			"expected 30 units of class points, as its book says, got 35 in all balances",
		},
		"over the cap": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				w.Fund(t, w.alice, sdk.NewInt64Coin("asset/points", 11))
			},
			[]string{"10 class points"},
			"expected at most 40 units of class points, its cap, got 41",
		},
		"supply": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				require.NoError(t, w.Bank.Supply.Set(w.Ctx, "asset/points", math.NewInt(31)))
			},
			[]string{"10 class points"},
			"expected a supply of 30asset/points, what accounts have, got 31",
		},
		"a unit twice": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				w.Fund(t, w.alice, assettypes.UnitCoin("deed", "A"))
			},
			[]string{"10 class deed"},
			"expected 1asset/deed/A, got 2",
		},
		"a unit elsewhere": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				require.NoError(t, w.Bare.SendCoins(w.Ctx, w.bob, w.alice, sdk.NewCoins(assettypes.UnitCoin("deed", "A"))))
			},
			[]string{"10 class deed"},
			"expected asset/deed/A with its holder " + keepertest.Address("bob").String() + " or in a hold, got with " + keepertest.Address("alice").String(),
		},
		"a unit without record": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				w.Fund(t, w.alice, assettypes.UnitCoin("deed", "C"))
			},
			[]string{"10 class deed"},
			"expected 2 live units of class deed, as its records say, got 3 in all balances",
		},
		"held unit gone": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				hold := authtypes.NewModuleAddress(holdtypes.ModuleName)
				require.NoError(t, w.Bare.SendCoins(w.Ctx, hold, w.alice, sdk.NewCoins(assettypes.UnitCoin("deed", "B"))))
			},
			[]string{"4 class deed"},
			"expected the hold module to have 1asset/deed/B, the sum of open holds, got 0",
		},
		"no class": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				w.Fund(t, w.alice, sdk.NewInt64Coin("asset/stray", 3))
			},
			[]string{"10 whole zone"},
			`expected units of known classes only, got 3 of "stray"`,
		},
		"no denom": {
			func(t *testing.T, w businessWorld) {
				t.Helper()
				w.Fund(t, w.alice, sdk.NewInt64Coin("asset/UP", 3))
			},
			[]string{"10 whole zone"},
			"expected a denom of an asset, got asset/UP",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := withAssets(t)
			test.corrupt(t, w)
			laws, err := w.audit.Check(w.Ctx)
			require.NoError(t, err)
			require.Equal(t, test.broken, broken(laws))
			require.ErrorContains(t, laws.Err(), test.says)
		})
	}
}
