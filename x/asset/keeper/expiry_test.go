package keeper_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/asset/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func expiring(s *suite, later time.Duration) types.Rules {
	rules := all()
	rules.ExpiresAt = at(s, later)
	return rules
}

func TestFungibleUnitsExpire(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", expiring(s, time.Hour))
	require.NoError(t, s.issue("coupon", s.ann, 70))
	require.NoError(t, s.issue("coupon", s.ben, 30))
	require.NoError(t, s.redeem(s.ben, "", coin(5, "coupon")))
	s.SetStatus(t, s.ben, registrytypes.AccountStatusFrozen)
	require.NoError(t, s.freeze("coupon", s.ann, ""))

	oldest, found, err := s.assets.OldestExpiry(s.Ctx)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, *at(s, time.Hour), oldest)
	s.nextBlock(t, time.Hour-1)
	require.Equal(t, int64(70), s.BalanceOf(s.ann, "asset/coupon"), "to the last moment")
	require.NoError(t, s.unfreeze("coupon", s.ann, ""))
	s.NextBlock(1)
	s.both(t, s.ann, s.shop, coin(1, "coupon"), types.ErrExpired)
	_, err = s.Hold.Place(s.Ctx, address(s.ann), coin(1, "coupon"), "test/1")
	require.ErrorIs(t, err, types.ErrExpired, "destroyed or not")

	s.nextBlock(t, 0)
	_, found, err = s.assets.OldestExpiry(s.Ctx)
	require.NoError(t, err)
	require.False(t, found)
	keepertest.RequireEvent(t, s.Ctx, &types.EventUnitsExpired{Holder: s.ben, Amount: coin(25, "coupon")})
	require.Zero(t, s.BalanceOf(s.ann, "asset/coupon"))
	require.Zero(t, s.BalanceOf(s.ben, "asset/coupon"))
	require.True(t, s.Bank.GetSupply(s.Ctx, "asset/coupon").IsZero())
	require.Equal(t, book(100, 5, 0, 95), s.book(t, "coupon"))
	require.NoError(t, s.assets.MayUnlink(s.Ctx, address(s.street)))
	before := s.export(t)
	s.nextBlock(t, time.Hour)
	require.Equal(t, before, s.export(t))
}

// A unit ends at its own time or the class's, whichever is first.
func TestUniqueUnitsExpire(t *testing.T) {
	s := newSuite(t)
	s.unique(t, "ticket", expiring(s, 2*time.Hour))
	require.NoError(t, s.issueUnits("ticket", "",
		types.UnitLine{Account: s.ann, Unit: "day-1", ExpiresAt: at(s, time.Hour)},
		types.UnitLine{Account: s.ann, Unit: "day-1-used", ExpiresAt: at(s, time.Hour)},
		types.UnitLine{Account: s.ben, Unit: "day-2"}))
	require.NoError(t, s.redeem(s.ann, "", types.UnitCoin("ticket", "day-1-used")))
	require.Equal(t, at(s, 2*time.Hour), s.unit(t, "ticket", "day-2").ExpiresAt)
	require.Equal(t, at(s, time.Hour), s.unit(t, "ticket", "day-1").ExpiresAt)

	s.nextBlock(t, time.Hour)
	require.Equal(t, types.UnitStatusExpired, s.unit(t, "ticket", "day-1").Unit.Status)
	require.Equal(t, types.UnitStatusLive, s.unit(t, "ticket", "day-2").Unit.Status)
	require.Equal(t, book(3, 1, 0, 1), s.book(t, "ticket"))
	require.Equal(t, []string{"ISSUED - ann", "EXPIRED ann -"}, s.trace(t, "ticket", "day-1"))
	s.nextBlock(t, time.Hour)
	require.Equal(t, types.UnitStatusExpired, s.unit(t, "ticket", "day-2").Unit.Status)
	require.Equal(t, book(3, 1, 0, 2), s.book(t, "ticket"))
	require.True(t, s.Bank.GetSupply(s.Ctx, "asset/ticket/day-2").IsZero())
}

// The expiry of a class moves with its rules.
func TestMovedExpiry(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", expiring(s, time.Hour))
	require.NoError(t, s.issue("coupon", s.ann, 10))
	require.NoError(t, s.update(expiring(s, 2*time.Hour)))
	s.nextBlock(t, time.Hour)
	require.Equal(t, int64(10), s.BalanceOf(s.ann, "asset/coupon"))
	s.nextBlock(t, time.Hour)
	require.Zero(t, s.BalanceOf(s.ann, "asset/coupon"))
}

// Units in holds come out of them as agreed, and then their time is over.
func TestUnitsThatExpireInHolds(t *testing.T) {
	s := newSuite(t)
	s.class(t, "coupon", expiring(s, time.Hour))
	s.unique(t, "ticket", expiring(s, time.Hour))
	require.NoError(t, s.issue("coupon", s.ann, 10))
	require.NoError(t, s.issueUnits("ticket", "", types.UnitLine{Account: s.ann, Unit: "1"}, types.UnitLine{Account: s.ann, Unit: "2"}))
	one, two := types.UnitCoin("ticket", "1"), types.UnitCoin("ticket", "2")
	released := []uint64{s.hold(t, s.ann, coin(4, "coupon")), s.hold(t, s.ann, one)}
	settled := s.hold(t, s.ann, two)
	timed, err := s.Hold.PlaceUntil(s.Ctx, address(s.ann), coin(3, "coupon"), "test/1", *at(s, 3*time.Hour))
	require.NoError(t, err)

	s.nextBlock(t, time.Hour)
	require.Equal(t, book(10, 0, 0, 3), s.book(t, "coupon"), "what was free")
	require.Equal(t, book(2, 0, 0, 0), s.book(t, "ticket"))
	require.ErrorIs(t, s.Hold.Capture(s.Ctx, released[0], payout(s.ben, coin(1, "coupon"))), types.ErrExpired)

	// A confirmed trade settles all the same; what arrives is over.
	require.NoError(t, s.Hold.Settle(s.Ctx, settled, "alpha", holdtypes.SettledPayout{Payout: payout(s.ben, two), PayeeBank: "beta"}))
	require.Equal(t, s.ben, s.unit(t, "ticket", "2").Unit.Holder)
	for _, id := range released {
		require.NoError(t, s.Hold.Release(s.Ctx, id))
	}
	require.Equal(t, int64(4), s.BalanceOf(s.ann, "asset/coupon"))
	s.both(t, s.ben, s.shop, two, types.ErrExpired)
	s.nextBlock(t, time.Second)
	require.Zero(t, s.BalanceOf(s.ann, "asset/coupon"))
	require.Equal(t, []string{"ISSUED - ann", "SETTLED ann ben", "EXPIRED ben -"}, s.trace(t, "ticket", "2"))
	require.Equal(t, []string{"ISSUED - ann", "EXPIRED ann -"}, s.trace(t, "ticket", "1"))

	// A hold that ends by itself gives back and the same block destroys.
	s.nextBlock(t, 2*time.Hour)
	_, err = s.Hold.Get(s.Ctx, timed)
	require.ErrorIs(t, err, holdtypes.ErrHoldNotFound)
	require.Equal(t, book(10, 0, 0, 10), s.book(t, "coupon"))
	require.Equal(t, book(2, 0, 0, 2), s.book(t, "ticket"))
}

// Any number of units that expire at once is a bounded piece of work in each block, and all of them go.
func TestManyExpireAtOnce(t *testing.T) {
	s := newSuite(t)
	const holders = 2*types.MaxExpiriesPerBlock + 500
	s.class(t, "coupon", expiring(s, time.Hour))
	s.unique(t, "ticket", expiring(s, time.Hour))
	s.unique(t, "dated", free())
	accounts := make([]string, holders)
	for i := range accounts {
		accounts[i] = s.Open(t, "alpha", fmt.Sprintf("holder %d", i))
	}
	for from := 0; from < holders; from += 500 {
		var amounts []types.AmountLine
		var units, dated []types.UnitLine
		for i := from; i < from+500; i++ {
			name := fmt.Sprintf("%05d", i)
			amounts = append(amounts, types.AmountLine{Account: accounts[i], Amount: math.NewInt(2)})
			units = append(units, types.UnitLine{Account: accounts[i], Unit: name})
			dated = append(dated, types.UnitLine{Account: accounts[i], Unit: name, ExpiresAt: at(s, time.Hour)})
		}
		require.NoError(t, s.issueBatch("coupon", "", amounts...))
		require.NoError(t, s.issueUnits("ticket", "", units...))
		require.NoError(t, s.issueUnits("dated", "", dated...))
	}
	s.hold(t, accounts[7], types.UnitCoin("ticket", "00007"))
	s.hold(t, accounts[7], coin(2, "coupon"))
	left := func() (all int64) {
		for _, class := range []string{"coupon", "ticket", "dated"} {
			supply := s.book(t, class).Supply().Int64()
			if class == "coupon" {
				supply /= 2
			}
			all += supply
		}
		return all
	}
	before := left()
	require.Equal(t, int64(3*holders), before)
	blocks := 0
	for ; left() > 2; blocks++ {
		s.nextBlock(t, time.Hour)
		require.LessOrEqual(t, before-left(), int64(types.MaxExpiriesPerBlock))
		before = left()
	}
	require.LessOrEqual(t, blocks, 3*holders/types.MaxExpiriesPerBlock+2)
	state := s.export(t)
	require.NoError(t, state.Validate())
	s.nextBlock(t, time.Hour)
	require.Equal(t, state, s.export(t), "what is in holds stays there")
}

// Units that share one expiry with those of many classes do not wait for each other forever.
func TestManyClassesExpireAtOnce(t *testing.T) {
	s := newSuite(t)
	const classes = 30
	for i := range classes {
		class := fmt.Sprintf("coupon-%02d", i)
		s.class(t, class, expiring(s, time.Hour))
		if i%2 == 0 {
			require.NoError(t, s.issue(class, s.ann, 10))
		}
	}
	s.nextBlock(t, time.Hour)
	for i := range classes {
		require.True(t, s.book(t, fmt.Sprintf("coupon-%02d", i)).Supply().IsZero())
	}
	s.Ctx = s.Ctx.WithEventManager(sdk.NewEventManager())
	s.nextBlock(t, time.Hour)
	require.Empty(t, s.Ctx.EventManager().Events(), "nothing is left to do")
}

func (s *suite) export(t testing.TB) *types.GenesisState {
	t.Helper()
	state, err := s.assets.ExportGenesis(s.Ctx)
	require.NoError(t, err)
	return state
}
