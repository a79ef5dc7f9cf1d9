package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/businesstest"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/settlement/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// newLeg returns a leg of a unit that ann gets for it.
func (s *suite) newLeg(t testing.TB, to string) types.Leg {
	t.Helper()
	s.units++
	s.issueUnits(t, "ticket", s.units, 1)
	return leg(s.ann, to, sdk.NewInt64Coin(fmt.Sprintf("asset/ticket/%d", s.units), 1))
}

// A confirmed trade settles, whatever comes between its confirmation and its time.
func TestConfirmedTradeCannotFail(t *testing.T) {
	tests := map[string]func(t *testing.T, s *suite){
		"nothing": func(*testing.T, *suite) {},
		"both frozen": func(t *testing.T, s *suite) {
			t.Helper()
			s.SetStatus(t, s.ann, registrytypes.AccountStatusFrozen)
			s.SetStatus(t, s.bob, registrytypes.AccountStatusFrozen)
		},
		"limits at zero": func(t *testing.T, s *suite) {
			t.Helper()
			for _, account := range []string{s.ann, s.bob} {
				s.limit(t, account, func(limits *registrytypes.Limits) {
					limits.PerPayment, limits.PerDay, limits.Balance = math.ZeroInt(), math.ZeroInt(), math.ZeroInt()
				})
			}
		},
		"class frozen": func(t *testing.T, s *suite) {
			t.Helper()
			require.NoError(t, s.freeze("bond", ""))
		},
		"holder frozen": func(t *testing.T, s *suite) {
			t.Helper()
			require.NoError(t, s.freeze("bond", s.bob))
		},
		"slices at zero": func(t *testing.T, s *suite) {
			t.Helper()
			s.setCaps(t, 2, capped(0, 0))
		},
		"slices gone": func(t *testing.T, s *suite) {
			t.Helper()
			s.setCaps(t, 2, nil)
		},
		"link closed": func(t *testing.T, s *suite) {
			t.Helper()
			require.NoError(t, s.Link.ChannelClosed(s.Ctx, businesstest.TransferChannel))
			require.ErrorIs(t, s.Pay(s.dan, s.cho, 1), zonelinktypes.ErrNotConnected)
		},
		"others used all room that there was": func(t *testing.T, s *suite) {
			t.Helper()
			require.NoError(t, s.Pay(s.dan, s.cho, 500))
			require.ErrorIs(t, s.Pay(s.dan, s.cho, 1), zonelinktypes.ErrOverSlice)
		},
		"the payee is full": func(t *testing.T, s *suite) {
			t.Helper()
			require.NoError(t, s.Pay(s.cho, s.ann, 9_000))
			s.limit(t, s.ann, func(limits *registrytypes.Limits) { limits.Balance = math.NewInt(19_000) })
		},
	}
	for name, between := range tests {
		t.Run(name, func(t *testing.T) {
			s := newSuiteWithCaps(t, capped(0, 1_500))
			terms := s.dvp()
			at := s.Ctx.BlockTime().Add(time.Hour)
			terms.SettleAt = &at
			require.NoError(t, s.create("T", terms))
			require.NoError(t, s.confirm(s.ann, "T"))
			require.NoError(t, s.confirm(s.bob, "T"))
			between(t, s)
			before := s.Balance(s.ann)
			flowed := s.flows(t)["beta>alpha"]
			s.block(t, time.Hour)
			s.requireStatus(t, "T", types.TradeStatusSettled)
			require.Equal(t, before+1_000, s.Balance(s.ann))
			require.Equal(t, int64(10), s.BalanceOf(s.bob, bond))
			require.Equal(t, flowed+1_000, s.flows(t)["beta>alpha"], "the flow is counted")
			require.Empty(t, s.reserved(t))
			account, err := s.Registry.GetAccount(s.Ctx, sdk.MustAccAddressFromBech32(s.bob))
			require.NoError(t, err)
			if name == "both frozen" {
				require.Equal(t, registrytypes.AccountStatusFrozen, account.Status, "and stays frozen")
			}
		})
	}
}

// Payments and other trades leave the room that is reserved, and get it back when the trade ends.
func TestReservedRoomIsLeftFree(t *testing.T) {
	s := newSuiteWithCaps(t, capped(0, 1_500))
	require.NoError(t, s.create("T", s.dvp()))
	require.NoError(t, s.confirm(s.bob, "T"))
	require.ErrorIs(t, s.Pay(s.dan, s.cho, 501), zonelinktypes.ErrOverSlice)
	require.NoError(t, s.create("U", s.terms(leg(s.dan, s.cho, yen(501)))))
	require.ErrorIs(t, s.confirm(s.dan, "U"), zonelinktypes.ErrOverSlice)
	require.NoError(t, s.refuse(s.dan, "U"))
	require.NoError(t, s.Pay(s.dan, s.cho, 500))
	require.NoError(t, s.cancel(s.bob, "T"))
	require.ErrorIs(t, s.Pay(s.dan, s.cho, 1_001), zonelinktypes.ErrOverSlice)
	require.NoError(t, s.Pay(s.dan, s.cho, 1_000))
}
