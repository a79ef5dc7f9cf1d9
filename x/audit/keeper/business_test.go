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

	assets *assetkeeper.Keeper
	trades *settlementkeeper.Keeper
	audit  *keeper.Keeper

	alice, bob, unlinked sdk.AccAddress
}

func newEmptyBusinessWorld(t *testing.T) businessWorld {
	t.Helper()
	w := businessWorld{
		World: businesstest.New(t, businesstest.Options{
			Banks: []string{"alpha", "beta"}, Stores: []string{assettypes.StoreKey, settlementtypes.StoreKey},
			ModuleAccounts: map[string][]string{assettypes.ModuleName: {authtypes.Minter, authtypes.Burner}},
		}),
		alice: keepertest.Address("alice"), bob: keepertest.Address("bob"), unlinked: keepertest.Address("unlinked"),
	}
	w.assets = assetkeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[assettypes.StoreKey]), w.Bank, w.Registry)
	w.Bank.AppendSendRestriction(w.assets.SendRestriction)
	w.trades = settlementkeeper.NewKeeper(w.Codec, runtime.NewKVStoreService(w.Keys[settlementtypes.StoreKey]),
		w.Registry, w.assets, w.Hold, w.Bank, w.Link)
	require.NoError(t, w.trades.InitGenesis(w.Ctx, *settlementtypes.DefaultGenesis()))
	w.audit = keeper.NewBusinessKeeper(w.Bank, w.Account, w.Registry, w.Hold, w.Channels, w.assets, w.trades, w.Link)
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
	require.Equal(t, []string{"4 denom " + voucher, "6 trades", "6 whole zone", "7 whole zone", "10 whole zone"}, names)
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
	require.Len(t, laws.Findings, 4)

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
