package branch_test

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/internal/branch"
)

// work is a tree of writes, of which each part is kept or given up.
type work struct {
	key, value byte
	store      string
	inner      []work
	keep       bool
}

// Whatever is nested, written, deleted, kept and given up, state and events are those of the SDK's CacheContext.
func TestAsCacheContext(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ours, theirs := keepertest.New(t, keepertest.Options{}), keepertest.New(t, keepertest.Options{})
		plan := draw(r, 3)
		carryOut(ours.Ctx, ours, plan, branch.Begin)
		carryOut(theirs.Ctx, theirs, plan, func(ctx context.Context) (context.Context, func()) { return sdk.UnwrapSDKContext(ctx).CacheContext() })
		require.Equal(r, theirs.Ctx.EventManager().Events(), ours.Ctx.EventManager().Events())
		require.Equal(r, theirs.MultiStore.Commit(), ours.MultiStore.Commit())
	})
}

func draw(r *rapid.T, depth int) []work {
	var list []work
	for range rapid.IntRange(0, 3).Draw(r, "parts") {
		one := work{
			key: rapid.ByteRange(1, 5).Draw(r, "key"), value: rapid.Byte().Draw(r, "value"), keep: rapid.Bool().Draw(r, "keep"),
			store: rapid.SampledFrom([]string{authtypes.StoreKey, banktypes.StoreKey}).Draw(r, "store"),
		}
		if depth > 0 {
			one.inner = draw(r, depth-1)
		}
		list = append(list, one)
	}
	return list
}

func carryOut(ctx context.Context, f *keepertest.Fixture, plan []work, begin func(context.Context) (context.Context, func())) {
	for _, one := range plan {
		branched, write := begin(ctx)
		inner := sdk.UnwrapSDKContext(branched)
		store := inner.KVStore(f.Keys[one.store])
		key := []byte{0xF0, one.key}
		// What is written depends on what is read, so that each level has to see the ones above.
		seen := store.Get(key)
		if one.value < 64 {
			store.Delete(key)
		} else {
			store.Set(key, append(seen[:len(seen):len(seen)], one.value))
		}
		inner.EventManager().EmitEvent(sdk.NewEvent("work", sdk.NewAttribute("key", string('0'+rune(one.key)))))
		carryOut(inner, f, one.inner, begin)
		again, keep := inner.CacheContext() // the SDK's own branches stand on ours
		again.KVStore(f.Keys[one.store]).Set(append(key, 1), []byte{one.value})
		keep()
		if one.keep {
			write()
		}
	}
}

// A series of works leaves what CacheContext for each of them leaves, whether they are kept or given up, traced or not.
func TestSeriesAsCacheContext(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ours, theirs := keepertest.New(t, keepertest.Options{}), keepertest.New(t, keepertest.Options{})
		if rapid.Bool().Draw(r, "traced") {
			ours.MultiStore.SetTracer(io.Discard)
			ours.Ctx = ours.Ctx.WithMultiStore(ours.MultiStore.CacheMultiStore())
			theirs.Ctx = theirs.Ctx.WithMultiStore(theirs.MultiStore.CacheMultiStore())
		}
		series := branch.NewSeries(ours.Ctx)
		for _, one := range append(draw(r, 1), draw(r, 1)...) {
			carryOut(series.Begin(), ours, []work{one}, branch.Begin)
			cached, write := theirs.Ctx.CacheContext()
			carryOut(cached, theirs, []work{one}, func(ctx context.Context) (context.Context, func()) { return sdk.UnwrapSDKContext(ctx).CacheContext() })
			told := sdk.NewEvent("told", sdk.NewAttribute("key", "outside"))
			if one.keep {
				series.Keep()
				write()
			} else {
				series.Drop()
			}
			ours.Ctx.EventManager().EmitEvent(told) // nobody takes it back
			theirs.Ctx.EventManager().EmitEvent(told)
		}
		require.Equal(r, theirs.Ctx.EventManager().Events(), ours.Ctx.EventManager().Events())
		for _, f := range []*keepertest.Fixture{ours, theirs} {
			if branched, ok := f.Ctx.MultiStore().(storetypes.CacheMultiStore); ok {
				branched.Write()
			}
		}
		require.Equal(r, theirs.MultiStore.Commit(), ours.MultiStore.Commit())
	})
}
