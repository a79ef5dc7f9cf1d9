package keeper_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// reserved books what settlements bring, apart from the flows of captures.
type reserved struct{ flows map[string]int64 }

func (r reserved) RecordReservedFlow(_ context.Context, payerBank, payeeBank string, amount math.Int) error {
	r.flows[payerBank+">"+payeeBank] += amount.Int64()
	return nil
}

func settled(payee sdk.AccAddress, amount sdk.Coin, bank string) types.SettledPayout {
	return types.SettledPayout{Payout: payout(payee, amount), PayeeBank: bank}
}

// A settlement passes where a capture is refused, and books the flow by the banks that it names.
func TestSettle(t *testing.T) {
	s := newSuite(t)
	booked := reserved{flows: map[string]int64{}}
	s.registry.SetReservedFlowRecorder(booked)
	id := s.place(t, alice, yen(900))
	for _, account := range []sdk.AccAddress{alice, akira, bob} {
		s.setAccount(t, account, "bank-c", registrytypes.AccountStatusFrozen)
	}
	require.ErrorIs(t, s.holds.Capture(s.Ctx, id, payout(bob, yen(900))), registrytypes.ErrAccountFrozen)

	require.NoError(t, s.holds.Settle(s.Ctx, id, "bank-a", settled(bob, yen(500), "bank-b"), settled(akira, yen(300), "bank-a")))
	require.Equal(t, map[string]int64{"bank-a>bank-b": 500}, booked.flows)
	require.Empty(t, s.flows)
	require.Equal(t, int64(10_500), s.balance(bob))
	require.Equal(t, int64(10_300), s.balance(akira))
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldCaptured{
		Id: id, Owner: alice.String(), Payee: bob.String(), Amount: yen(500), Purpose: "test/1",
	})
	left, err := s.holds.Get(s.Ctx, id)
	require.NoError(t, err)
	require.Equal(t, yen(100), left.Amount)
	s.requireCovered(t)

	require.NoError(t, s.holds.Settle(s.Ctx, id, "bank-a", settled(bob, yen(100), "bank-b")))
	_, err = s.holds.Get(s.Ctx, id)
	require.ErrorIs(t, err, types.ErrHoldNotFound)
	s.requireCovered(t)
}

func TestSettleRefuses(t *testing.T) {
	s := newSuite(t)
	id := s.place(t, alice, yen(900))
	expiring, err := s.holds.PlaceUntil(s.Ctx, alice, yen(10), "test/2", s.Ctx.BlockTime().Add(time.Hour))
	require.NoError(t, err)
	tests := map[string]struct {
		id      uint64
		payouts []types.SettledPayout
		want    error
	}{
		"no hold":     {99, []types.SettledPayout{settled(bob, yen(1), "bank-b")}, types.ErrHoldNotFound},
		"may expire":  {expiring, []types.SettledPayout{settled(bob, yen(10), "bank-b")}, types.ErrInvalidHold},
		"nobody":      {id, nil, types.ErrInvalidPayout},
		"too much":    {id, []types.SettledPayout{settled(akira, yen(900), "bank-a"), settled(bob, yen(1), "bank-b")}, types.ErrInvalidPayout},
		"no recorder": {id, []types.SettledPayout{settled(akira, yen(1), "bank-a"), settled(bob, yen(1), "bank-b")}, registrytypes.ErrNoFlowRecorder},
		"no bank":     {id, []types.SettledPayout{settled(akira, yen(1), "")}, registrytypes.ErrCauseMissing},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, s.holds.Settle(s.Ctx, test.id, "bank-a", test.payouts...), test.want)
			require.Equal(t, int64(9_090), s.balance(alice))
			require.Equal(t, int64(10_000), s.balance(akira))
			s.requireCovered(t)
		})
	}
}
