package keeper_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/hold/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// recorder is a module that is told of expired holds.
type recorder struct {
	store func(ctx context.Context)
	told  []types.Hold
	err   error
}

func (r *recorder) HoldExpired(ctx context.Context, hold types.Hold) error {
	if r.store != nil {
		r.store(ctx)
	}
	r.told = append(r.told, hold)
	return r.err
}

func TestExpiry(t *testing.T) {
	s := newSuite(t)
	escrow, other := &recorder{}, &recorder{}
	s.holds.AddExpiryRoutes(types.ExpiryRoute{Prefix: "trade/", Handler: escrow}, types.ExpiryRoute{Prefix: "t", Handler: other})
	at := s.Ctx.BlockTime().Add(time.Hour)
	id, err := s.holds.PlaceUntil(s.Ctx, alice, yen(4_000), "trade/1", at)
	require.NoError(t, err)
	want := types.Hold{Id: id, Owner: alice.String(), Amount: yen(4_000), Purpose: "trade/1", ExpiresAt: &at}
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldPlaced{Id: id, Owner: want.Owner, Amount: want.Amount, Purpose: want.Purpose, ExpiresAt: &at})
	unlimited := s.place(t, alice, yen(1))
	released, err := s.holds.PlaceUntil(s.Ctx, alice, yen(2), "trade/2", at)
	require.NoError(t, err)
	require.NoError(t, s.holds.Release(s.Ctx, released))
	s.setAccount(t, alice, "bank-a", registrytypes.AccountStatusFrozen)

	s.NextBlock(time.Hour - time.Nanosecond)
	require.NoError(t, s.holds.ReleaseExpired(s.Ctx))
	require.NoError(t, s.holds.Capture(s.Ctx, id, payout(bob, yen(1_000))), "to the last moment")
	require.Empty(t, escrow.told)

	s.NextBlock(time.Nanosecond)
	require.ErrorIs(t, s.holds.Capture(s.Ctx, id, payout(bob, yen(1))), types.ErrHoldExpired)
	require.ErrorIs(t, s.holds.CaptureToModule(s.Ctx, id, burner), types.ErrHoldExpired)
	require.NoError(t, s.holds.ReleaseExpired(s.Ctx))
	want.Amount = yen(3_000)
	keepertest.RequireEvent(t, s.Ctx, &types.EventHoldReleased{Id: id, Owner: want.Owner, Amount: want.Amount, Purpose: "trade/1", Expired: true})
	require.Equal(t, []types.Hold{want}, escrow.told)
	require.Empty(t, other.told, "the first route is taken")
	require.Equal(t, int64(9_000-1), s.balance(alice))
	_, err = s.holds.Get(s.Ctx, unlimited)
	require.NoError(t, err)
	s.requireCovered(t)
	require.NoError(t, s.holds.ReleaseExpired(s.Ctx))
	require.Len(t, escrow.told, 1)
	require.Panics(t, func() { s.holds.AddExpiryRoutes(types.ExpiryRoute{Prefix: "trade/"}) })
}

// The owner gets the coins even if the module that placed the hold fails, whose writes are undone.
func TestExpiryThatItsModuleFailsToHandle(t *testing.T) {
	s := newSuite(t)
	failing := &recorder{err: types.ErrInvalidPayout.Wrap("record lost"), store: func(ctx context.Context) {
		require.NoError(t, s.Bank.SendCoins(ctx, akira, alice, sdk.NewCoins(yen(1))))
	}}
	s.holds.AddExpiryRoutes(types.ExpiryRoute{Prefix: "test/", Handler: failing})
	at := s.Ctx.BlockTime().Add(time.Second)
	for range 2 {
		_, err := s.holds.PlaceUntil(s.Ctx, alice, yen(10), "test/1", at)
		require.NoError(t, err)
	}
	s.NextBlock(time.Second)
	require.NoError(t, s.holds.ReleaseExpired(s.Ctx))
	require.Equal(t, int64(10_000), s.balance(alice))
	require.Len(t, failing.told, 2)
	keepertest.RequireEvent(t, s.Ctx, &types.EventExpiryNotHandled{Id: 2, Purpose: "test/1", Codespace: "hold", Code: 4})
	s.requireCovered(t)
}

func TestExpiryRefused(t *testing.T) {
	s := newSuite(t)
	now := s.Ctx.BlockTime()
	for _, at := range []time.Time{{}, now, now.Add(-time.Second), now.AddDate(300, 0, 0)} {
		_, err := s.holds.PlaceUntil(s.Ctx, alice, yen(1), "x", at)
		require.ErrorIs(t, err, types.ErrInvalidHold)
		_, err = s.holds.Adopt(s.Ctx, alice, yen(1), "x", at)
		require.ErrorIs(t, err, types.ErrInvalidHold)
	}
	require.Equal(t, uint64(1), s.place(t, alice, yen(1)), "a refused hold takes no id")
}

// A send restriction that turns a payment into a hold adopts it before the coins arrive.
func TestAdopt(t *testing.T) {
	s := newSuite(t)
	at := s.Ctx.BlockTime().Add(time.Minute)
	redirected := errors.New("redirected twice")
	done := false
	s.Bank.AppendSendRestriction(func(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coins) (sdk.AccAddress, error) {
		if done {
			return nil, redirected
		}
		done = true
		_, err := s.holds.Adopt(ctx, from, amount[0], "screening/1", at)
		return holdAddress, err
	})
	require.NoError(t, s.Bank.SendCoins(s.Ctx, alice, bob, sdk.NewCoins(yen(700))))
	s.requireCovered(t)
	hold, err := s.holds.Get(s.Ctx, 1)
	require.NoError(t, err)
	require.Equal(t, types.Hold{Id: 1, Owner: alice.String(), Amount: yen(700), Purpose: "screening/1", ExpiresAt: &at}, hold)
}

// Any number of holds that expire at once is a bounded piece of work in each block, and comes back whole.
func TestManyExpireAtOnce(t *testing.T) {
	s := newSuite(t)
	const holds = 2*types.MaxExpiriesPerBlock + 500
	for i := range holds {
		_, err := s.holds.PlaceUntil(s.Ctx, alice, yen(1), "x", s.Ctx.BlockTime().Add(time.Minute+time.Duration(i)))
		require.NoError(t, err)
	}
	for _, left := range []int{holds - types.MaxExpiriesPerBlock, holds - 2*types.MaxExpiriesPerBlock, 0, 0} {
		s.NextBlock(time.Hour)
		require.NoError(t, s.holds.ReleaseExpired(s.Ctx))
		exported, err := s.holds.ExportGenesis(s.Ctx)
		require.NoError(t, err)
		require.Len(t, exported.Holds, left)
		if left > 0 {
			require.Equal(t, uint64(holds-left+1), exported.Holds[0].Id, "the oldest expiries first")
		}
		s.requireCovered(t)
	}
	require.Equal(t, int64(10_000), s.balance(alice))
}

// BenchmarkReleaseExpired is what a million holds that expire at the same moment cost a block, until the last of them is back. One
// iteration is the begin of one block and releases types.MaxExpiriesPerBlock, so that -benchtime 1000x releases all. Blocks are
// committed outside of the time. "longest-ms" is the longest begin of a block.
func BenchmarkReleaseExpired(b *testing.B) {
	s := newSuite(b)
	const waiting = 1_000_000
	s.Fund(b, alice, yen(waiting))
	for i := range waiting {
		_, err := s.holds.PlaceUntil(s.Ctx, alice, yen(1), "x", s.Ctx.BlockTime().Add(time.Minute))
		require.NoError(b, err)
		if i%50_000 == 0 {
			s.Commit()
		}
	}
	s.Commit()
	s.NextBlock(time.Hour)
	var longest, total time.Duration
	for b.Loop() {
		// As the app runs a block: on a cache of the multistore that is written before the commit.
		cache := s.MultiStore.CacheMultiStore()
		ctx := s.Ctx.WithMultiStore(cache).WithEventManager(sdk.NewEventManager())
		start := b.Elapsed()
		require.NoError(b, s.holds.ReleaseExpired(ctx))
		took := b.Elapsed() - start
		b.StopTimer()
		longest, total = max(longest, took), total+took
		cache.Write()
		s.Commit()
		s.NextBlock(time.Second)
		b.StartTimer()
	}
	released := waiting - s.balance(holdAddress)
	b.ReportMetric(float64(longest.Microseconds())/1_000, "longest-ms")
	b.ReportMetric(float64(total.Microseconds())/float64(released), "µs/hold")
	b.ReportMetric(float64(released), "holds")
	b.ReportMetric(0, "ns/op")
}
