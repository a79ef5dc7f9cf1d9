package backup

import (
	"fmt"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	"cosmossdk.io/store/rootmulti"
	storetypes "cosmossdk.io/store/types"
)

// What hashState computes from keys and values is what the application has committed to, at every height.
func TestHashStateIsTheApplicationsHash(t *testing.T) {
	home := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		db := dbm.NewMemDB()
		multi := rootmulti.NewStore(db, log.NewNopLogger(), metrics.NewNoOpMetrics())
		var keys []*storetypes.KVStoreKey
		for i := range rapid.IntRange(1, 3).Draw(t, "stores") {
			keys = append(keys, storetypes.NewKVStoreKey(fmt.Sprintf("store%d", i)))
			multi.MountStoreWithDB(keys[i], storetypes.StoreTypeIAVL, nil)
		}
		require.NoError(t, multi.LoadLatestVersion())
		hashes := map[int64][]byte{}
		for range rapid.IntRange(1, 4).Draw(t, "blocks") {
			for range rapid.IntRange(0, 20).Draw(t, "writes") {
				store := multi.GetKVStore(rapid.SampledFrom(keys).Draw(t, "store"))
				key := rapid.SliceOfN(rapid.Byte(), 1, 3).Draw(t, "key")
				if rapid.Bool().Draw(t, "delete") {
					store.Delete(key)
				} else {
					store.Set(key, rapid.SliceOfN(rapid.Byte(), 1, 8).Draw(t, "value"))
				}
			}
			id := multi.Commit()
			hashes[id.Version] = id.Hash
		}
		for height, want := range hashes {
			got, stores, _, err := hashState(t.Context(), home, db, height)
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Len(t, keys, int(stores))
		}
		_, _, _, err := hashState(t.Context(), home, db, int64(len(hashes))+1)
		require.ErrorIs(t, err, ErrDamaged)
	})
}
