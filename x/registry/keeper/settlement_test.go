package keeper_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// settlements books what they bring from bank to bank.
type settlements struct{ flows []flow }

func (s *settlements) RecordReservedFlow(_ context.Context, payerBank, payeeBank string, amount math.Int) error {
	s.flows = append(s.flows, flow{payerBank, payeeBank, amount.Int64()})
	return nil
}

// A settlement asks nothing, and flows by the banks of its cause.
func TestSettlementPasses(t *testing.T) {
	s := newSuite(t)
	settle := func(amount sdk.Coin, cause types.Cause) error {
		cause.Kind = types.CauseSettlement
		return s.Bank.SendCoins(types.WithCause(s.Ctx, cause), alice, akira, sdk.NewCoins(amount))
	}
	require.ErrorIs(t, settle(yen(1), types.Cause{PayerBank: bankA, PayeeBank: bankB}), types.ErrNoFlowRecorder)
	booked := &settlements{}
	s.registry.SetReservedFlowRecorder(booked)
	require.Panics(t, func() { s.registry.SetReservedFlowRecorder(booked) })

	s.freeze(t, alice)
	s.freeze(t, akira)
	s.setLimits(t, alice, limits(0, 0, 0))
	s.setLimits(t, akira, limits(0, 0, 0))
	require.NoError(t, settle(yen(5_000), types.Cause{PayerBank: "old-bank", PayeeBank: bankB}))
	require.NoError(t, settle(yen(5), types.Cause{PayerBank: bankB, PayeeBank: bankB}))
	require.NoError(t, settle(sdk.NewInt64Coin(token, 1), types.Cause{PayerBank: bankA, PayeeBank: bankB}))
	require.Equal(t, []flow{{"old-bank", bankB, 5_000}}, booked.flows)
	require.Empty(t, s.flows)
	require.Zero(t, s.spent(t, alice))
	require.ErrorIs(t, settle(yen(1), types.Cause{PayerBank: bankA}), types.ErrCauseMissing)
	require.ErrorIs(t, settle(yen(1), types.Cause{PayeeBank: bankB}), types.ErrCauseMissing)
}

// What a delivery is asked when its coins are set aside.
func TestAdmitDelivery(t *testing.T) {
	tests := map[string]struct {
		prepare  func(s *suite)
		amount   sdk.Coin
		incoming int64
		want     error
	}{
		"yen":                        {func(*suite) {}, yen(1_000), 1_000, nil},
		"tokens":                     {func(*suite) {}, sdk.NewInt64Coin(token, 5_000), 0, nil},
		"frozen payer":               {func(s *suite) { s.freeze(t, alice) }, yen(1), 1, types.ErrAccountFrozen},
		"frozen payee of tokens":     {func(s *suite) { s.freeze(t, akira) }, sdk.NewInt64Coin(token, 1), 0, types.ErrAccountFrozen},
		"above the payment limit":    {func(*suite) {}, yen(1_001), 1_001, types.ErrLimitPerPayment},
		"above the day limit":        {func(s *suite) { s.setLimits(t, alice, limits(1_000, 999, 20_000)) }, yen(1_000), 1_000, types.ErrLimitPerDay},
		"above the balance limit":    {func(s *suite) { s.setLimits(t, akira, limits(1_000, 3_000, 10_999)) }, yen(1_000), 1_000, types.ErrLimitBalance},
		"above it with other legs":   {func(s *suite) { s.setLimits(t, akira, limits(1_000, 3_000, 11_000)) }, yen(1_000), 1_001, types.ErrLimitBalance},
		"just below it":              {func(s *suite) { s.setLimits(t, akira, limits(1_000, 3_000, 11_000)) }, yen(999), 1_000, nil},
		"tokens beside too many yen": {func(s *suite) { s.setLimits(t, akira, limits(1_000, 3_000, 0)) }, sdk.NewInt64Coin(token, 1), 1_000, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSuite(t)
			test.prepare(s)
			payer, payee, err := s.registry.AdmitDelivery(s.Ctx, alice, akira, test.amount, math.NewInt(test.incoming))
			require.ErrorIs(t, err, test.want)
			require.Empty(t, s.flows)
			if test.want != nil {
				return
			}
			require.Equal(t, bankA, payer)
			require.Equal(t, bankA, payee)
			spent := int64(0)
			if test.amount.Denom == types.YenDenom {
				spent = test.amount.Amount.Int64()
			}
			require.Equal(t, spent, s.spent(t, alice), "yen counts in the day")
		})
	}
}

// The banks of both go with the settlement; yen between them flows only then.
func TestAdmitDeliveryNamesTheBanks(t *testing.T) {
	s := newSuite(t)
	payer, payee, err := s.registry.AdmitDelivery(s.Ctx, alice, bob, yen(10), math.NewInt(10))
	require.NoError(t, err)
	require.Equal(t, bankA, payer)
	require.Equal(t, bankB, payee)
	require.Empty(t, s.flows)
}

func TestActiveBank(t *testing.T) {
	s := newSuite(t)
	bank, err := s.registry.ActiveBank(s.Ctx, alice)
	require.NoError(t, err)
	require.Equal(t, bankA, bank)
	s.freeze(t, alice)
	_, err = s.registry.ActiveBank(s.Ctx, alice)
	require.ErrorIs(t, err, types.ErrAccountFrozen)
	_, err = s.registry.ActiveBank(s.Ctx, stranger)
	require.ErrorIs(t, err, types.ErrNotRegistered)
}
