package businesstest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	"github.com/azukari-network/azukari/testutil/keepertest"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// Yen that was charged is paid within what the payer's bank may owe, and the zone link counts it.
func TestWorldCountsWhatPassesBetweenBanks(t *testing.T) {
	w := businesstest.New(t, businesstest.Options{
		Banks: []string{"alpha", "beta"},
		Caps:  []zonelinktypes.BankCap{{Bank: "alpha", Limit: math.NewInt(100)}},
	})
	alice, bob := w.Open(t, "alpha", "alice"), w.OpenAs(t, "beta", "bob", registrytypes.AccountKindIndividual)
	w.Charge(t, alice, 1_000)
	w.Charge(t, alice, 500)
	require.Equal(t, int64(1_500), w.Balance(alice))

	require.NoError(t, w.Pay(alice, bob, 90))
	require.ErrorIs(t, w.Pay(alice, bob, 11), zonelinktypes.ErrOverSlice)
	require.Equal(t, int64(90), w.Balance(bob))
	keepertest.RequireEvent(t, w.Ctx, &businesstypes.EventFlowCounted{
		PayerBank: "alpha", PayeeBank: "beta", Amount: math.NewInt(90), Version: 1,
	})
	brought := map[string]int64{}
	require.NoError(t, w.Link.IterateBrought(w.Ctx, func(one businesstypes.Brought) (bool, error) {
		brought[one.Address] = one.Amount.Int64()
		return false, nil
	}))
	require.Equal(t, map[string]int64{alice: 1_500}, brought)

	w.SetStatus(t, bob, registrytypes.AccountStatusFrozen)
	require.ErrorIs(t, w.Pay(alice, bob, 1), registrytypes.ErrAccountFrozen)
	_, err := w.Hold.Place(w.Ctx, sdk.MustAccAddressFromBech32(alice), businesstest.Yen(10), "test/1")
	require.NoError(t, err)
	require.Equal(t, int64(10), w.Balance(authtypes.NewModuleAddress(holdtypes.ModuleName).String()))
}

// Module accounts of the caller are reserved, as those of the modules of the world.
func TestWorldReservesModuleAccounts(t *testing.T) {
	w := businesstest.New(t, businesstest.Options{Banks: []string{"alpha"}, ModuleAccounts: map[string][]string{"asset": nil}})
	for _, module := range []string{"asset", holdtypes.ModuleName} {
		_, _, err := w.Registry.ApplyReplica(w.Ctx, registrytypes.Account{
			Address: authtypes.NewModuleAddress(module).String(), Bank: "alpha", Status: registrytypes.AccountStatusActive,
			Kind: registrytypes.AccountKindBusiness, Revision: 1,
			Limits: registrytypes.Limits{PerPayment: math.OneInt(), PerDay: math.OneInt(), Balance: math.OneInt()},
		})
		require.ErrorIs(t, err, registrytypes.ErrReservedAddress)
	}
}
