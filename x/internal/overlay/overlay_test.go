package overlay_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/collections"
	storetypes "cosmossdk.io/store/types"

	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/internal/branch"
	"github.com/azukari-network/azukari/x/internal/overlay"
)

// world is a map and an item on one store, and a plain map beside them that no session keeps.
type world struct {
	*keepertest.Fixture
	key   *storetypes.KVStoreKey
	kept  *overlay.Map[string, uint64]
	item  *overlay.Item[uint64]
	plain collections.Map[string, uint64]
}

func newWorld(t *testing.T) *world {
	t.Helper()
	f := keepertest.New(t, keepertest.Options{})
	key := f.Keys[banktypes.StoreKey]
	builder := collections.NewSchemaBuilder(runtime.NewKVStoreService(key))
	return &world{
		Fixture: f, key: key,
		kept:  overlay.NewMap(collections.NewMap(builder, collections.NewPrefix(0xF0), "kept", collections.StringKey, collections.Uint64Value)),
		item:  overlay.NewItem(collections.NewItem(builder, collections.NewPrefix(0xF1), "item", collections.Uint64Value)),
		plain: collections.NewMap(builder, collections.NewPrefix(0xF2), "plain", collections.StringKey, collections.Uint64Value),
	}
}

// step is one operation: what it does to which records, and whether it is given up in the end.
type step struct {
	actions []action
	fails   bool
}

type action struct {
	record string // "" is the item
	value  uint64
	remove bool
}

func drawSteps(r *rapid.T) []step {
	return rapid.SliceOfN(rapid.Custom(func(r *rapid.T) step {
		return step{
			fails: rapid.IntRange(0, 2).Draw(r, "fails") == 0,
			actions: rapid.SliceOfN(rapid.Custom(func(r *rapid.T) action {
				return action{
					record: rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e"}).Draw(r, "record"),
					value:  rapid.Uint64Range(0, 9).Draw(r, "value"), remove: rapid.IntRange(0, 3).Draw(r, "remove") == 0,
				}
			}), 0, 8).Draw(r, "actions"),
		}
	}), 0, 8).Draw(r, "steps")
}

// do carries out an action, and returns what it saw: what is written depends on what is read.
func (w *world) do(ctx context.Context, one action) (seen uint64, existed bool, err error) {
	if one.record == "" {
		if seen, err = w.item.Get(ctx); err != nil && !errors.Is(err, collections.ErrNotFound) {
			return 0, false, err
		}
		if existed, err = w.item.Has(ctx); err != nil {
			return 0, false, err
		}
		if one.remove {
			return seen, existed, w.item.Remove(ctx)
		}
		return seen, existed, w.item.Set(ctx, seen*10+one.value)
	}
	if seen, err = w.kept.Get(ctx, one.record); err != nil && !errors.Is(err, collections.ErrNotFound) {
		return 0, false, err
	}
	if existed, err = w.kept.Has(ctx, one.record); err != nil {
		return 0, false, err
	}
	if err := w.plain.Set(ctx, one.record, one.value); err != nil {
		return 0, false, err
	}
	if one.remove {
		return seen, existed, w.kept.Remove(ctx, one.record)
	}
	return seen, existed, w.kept.Set(ctx, one.record, seen*10+one.value)
}

// Whatever is done, kept and given up, a session reads what the stores would have read, and leaves what they would have left.
func TestSessionAsStores(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ours, theirs := newWorld(t), newWorld(t)
		for range rapid.IntRange(1, 3).Draw(r, "sessions") {
			steps := drawSteps(r)
			flushAfter := rapid.IntRange(0, len(steps)).Draw(r, "flush after")
			// A transaction has a branch of its own, which writes in the order of the keys.
			transaction, commit := ours.Ctx.CacheContext()
			twin, commitTwin := theirs.Ctx.CacheContext()
			ctx, session := overlay.Begin(transaction)
			for i, one := range steps {
				session.Step()
				branched, write := branch.Begin(ctx)
				wanted, keep := twin.CacheContext()
				for _, action := range one.actions {
					seen, existed, err := ours.do(branched, action)
					require.NoError(r, err)
					wantSeen, wantExisted, err := theirs.do(wanted, action)
					require.NoError(r, err)
					require.Equal(r, wantSeen, seen)
					require.Equal(r, wantExisted, existed)
				}
				if one.fails {
					session.Undo()
				} else {
					write()
					keep()
				}
				if i == flushAfter {
					require.NoError(r, session.Flush())
				}
			}
			require.NoError(r, session.Flush())
			commit()
			commitTwin()
		}
		require.Equal(r, theirs.MultiStore.Commit(), ours.MultiStore.Commit())
	})
}

// A record is read from the store once and written once, however often it changes.
func TestReadOnceWrittenOnce(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.kept.Set(w.Ctx, "a", 1))
	base := w.Ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
	ctx, session := overlay.Begin(base)
	_, err := w.kept.Get(ctx, "a")
	require.NoError(t, err)
	read := base.GasMeter().GasConsumed()
	require.Positive(t, read)
	for value := range uint64(100) {
		require.NoError(t, w.kept.Set(ctx, "a", value))
		got, err := w.kept.Get(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, value, got)
	}
	require.Equal(t, read, base.GasMeter().GasConsumed())
	require.NoError(t, session.Flush())
	written := base.GasMeter().GasConsumed()
	require.Greater(t, written, read)
	require.NoError(t, session.Flush())
	require.Equal(t, written, base.GasMeter().GasConsumed(), "nothing has changed since")
	got, err := w.kept.Get(w.Ctx, "a")
	require.NoError(t, err)
	require.EqualValues(t, 99, got)
}

// Keys of several parts have zeros between them, which codecs do not write: a key is the same after any other.
func TestKeysOfSeveralParts(t *testing.T) {
	w := newWorld(t)
	builder := collections.NewSchemaBuilder(runtime.NewKVStoreService(w.key))
	pairs := overlay.NewMap(collections.NewMap(builder, collections.NewPrefix(0xF3), "pairs",
		collections.PairKeyCodec(collections.StringKey, collections.StringKey), collections.Uint64Value))
	ctx, session := overlay.Begin(w.Ctx)
	for i, key := range []collections.Pair[string, string]{
		collections.Join("alpha", "beta"), collections.Join("beta", "alpha"), collections.Join("alpha", "beta"), collections.Join("beta", "alpha"),
	} {
		seen, err := pairs.Get(ctx, key)
		if i >= 2 {
			require.NoError(t, err)
		}
		require.NoError(t, pairs.Set(ctx, key, seen+1))
	}
	require.NoError(t, session.Flush())
	seen, err := pairs.Get(w.Ctx, collections.Join("alpha", "beta"))
	require.NoError(t, err)
	require.EqualValues(t, 2, seen)
}

// What cannot see a session's records does not pretend to.
func TestBypass(t *testing.T) {
	w := newWorld(t)
	ctx, _ := overlay.Begin(w.Ctx)
	require.ErrorIs(t, w.kept.Walk(ctx, nil, nil), overlay.ErrBypass)
	_, err := w.kept.Iterate(ctx, nil)
	require.ErrorIs(t, err, overlay.ErrBypass)
	require.ErrorIs(t, w.kept.Clear(ctx, nil), overlay.ErrBypass)
	require.Panics(t, func() { overlay.Begin(ctx) })
	require.Nil(t, overlay.Of(sdk.UnwrapSDKContext(w.Ctx)))
	require.NoError(t, w.kept.Walk(w.Ctx, nil, func(string, uint64) (bool, error) { return false, nil }))
	require.NoError(t, w.kept.Clear(w.Ctx, nil))
}
