package commitstore

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/store/types"
)

// A block writes one store after the other and holds none of the locks of the whole. Whenever new trees take over meanwhile, they do it
// before all of the block, or not at all: none of its writes is gone.
func TestTakingOverLosesNoWrites(t *testing.T) {
	store := New(t.TempDir(), log.NewNopLogger(), Options{})
	keys := make([]types.StoreKey, 12)
	for i := range keys {
		keys[i] = types.NewKVStoreKey(fmt.Sprintf("store-%02d", i))
		store.MountStoreWithDB(keys[i], types.StoreTypeIAVL, nil)
	}
	require.NoError(t, store.LoadLatestVersion())
	live := make([]*liveStore, len(keys))
	for i, key := range keys {
		live[i] = store.live[key]
		live[i].Set([]byte("key"), []byte("before"))
	}
	store.Commit()
	require.NoError(t, writeSnapshot(t.Context(), store.dir, store.trees, store.info))
	trees, gen, err := openSnapshot(store.dir, store.info)
	require.NoError(t, err)
	taken := 0
	for round := range 4_000 {
		var beside sync.WaitGroup
		var begun atomic.Bool
		beside.Go(func() {
			begun.Store(true)
			did, _, err := store.takeOver(&rewrite{}, trees, gen, false)
			if did {
				taken++
			}
			require.NoError(t, err)
		})
		for !begun.Load() {
			runtime.Gosched()
		}
		for range round % 100 * 10 { // each round writes a little later
			begun.Load()
		}
		for _, one := range live {
			one.Set([]byte("key"), []byte("after"))
		}
		beside.Wait()
		for _, one := range live {
			require.Len(t, one.changes(), 1, one.name)
		}
		store.publish(store.history[len(store.history)-1]) // as if nothing had been written
	}
	require.NotZero(t, taken)
	require.NoError(t, store.Close())
}
