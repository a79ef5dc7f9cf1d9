package commitstore_test

import (
	"encoding/binary"
	"flag"
	"fmt"
	"math/rand"
	"runtime"
	"testing"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	pruningtypes "cosmossdk.io/store/pruning/types"
	"cosmossdk.io/store/rootmulti"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

var benchKeys = flag.Int("commitstore.keys", 200_000, "keys of BenchmarkBlocks")

const (
	// keysPerBlock is what 1,000 payments read and write.
	keysPerBlock = 5_000
	keysPerChunk = 100_000
	valueBytes   = 60
)

func benchKey(i int) []byte {
	key := binary.BigEndian.AppendUint64([]byte{2}, uint64(i)*0x9e3779b97f4a7c15)
	return append(key, "0123456789"...)
}

// BenchmarkBlocks measures a block of reads and writes with its commit, on both stores in the same run: ns per key read, written and
// committed, and how many times cheaper memiavl is. -commitstore.keys says how many keys there are.
func BenchmarkBlocks(b *testing.B) {
	key := types.NewKVStoreKey("bank")
	ours := commitstore.New(b.TempDir(), log.NewNopLogger(), commitstore.Options{})
	db, err := dbm.NewGoLevelDB("bench", b.TempDir(), nil)
	require.NoError(b, err)
	iavl := rootmulti.NewStore(db, log.NewNopLogger(), metrics.NewNoOpMetrics())
	iavl.SetPruning(pruningtypes.NewCustomPruningOptions(100, 10))
	for _, store := range []types.CommitMultiStore{ours, iavl} {
		store.MountStoreWithDB(key, types.StoreTypeIAVL, nil)
		require.NoError(b, store.LoadLatestVersion())
		for first := 0; first < *benchKeys; first += keysPerChunk {
			branch := store.CacheMultiStore()
			for i := first; i < min(first+keysPerChunk, *benchKeys); i++ {
				branch.GetKVStore(key).Set(benchKey(i), make([]byte, valueBytes))
			}
			branch.Write()
			store.Commit()
		}
	}
	require.NoError(b, ours.RewriteSnapshot())
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var spent [2]time.Duration
	for b.Loop() {
		for i, store := range []types.CommitMultiStore{ours, iavl} {
			begin := b.Elapsed()
			benchBlock(store, key)
			spent[i] += b.Elapsed() - begin
		}
		require.Equal(b, iavl.LastCommitID(), ours.LastCommitID())
	}
	for i, name := range []string{"memiavl", "iavl"} {
		b.ReportMetric(float64(spent[i].Nanoseconds())/float64(b.N*keysPerBlock), "ns/key-"+name)
	}
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "times-cheaper")
	b.ReportMetric(float64(memory.HeapInuse>>20), "MiB-heap")
	require.NoError(b, ours.Close())
}

func benchBlock(store types.CommitMultiStore, key types.StoreKey) {
	branch := store.CacheMultiStore()
	random := rand.New(rand.NewSource(store.LatestVersion()))
	bank := branch.GetKVStore(key)
	for range keysPerBlock {
		at := benchKey(random.Intn(*benchKeys))
		value := append([]byte{}, bank.Get(at)...)
		value[random.Intn(valueBytes)]++
		bank.Set(at, value)
	}
	branch.Write()
	store.WorkingHash()
	store.Commit()
}

// BenchmarkOpen measures how long a start takes, with a snapshot of all keys and without a log.
func BenchmarkOpen(b *testing.B) {
	key, dir := types.NewKVStoreKey("bank"), b.TempDir()
	open := func() *commitstore.Store {
		store := commitstore.New(dir, log.NewNopLogger(), commitstore.Options{})
		store.MountStoreWithDB(key, types.StoreTypeIAVL, nil)
		require.NoError(b, store.LoadLatestVersion())
		return store
	}
	store := open()
	for i := range *benchKeys {
		store.GetKVStore(key).Set(benchKey(i), fmt.Appendf(nil, "%060d", i))
	}
	store.Commit()
	require.NoError(b, store.RewriteSnapshot())
	for b.Loop() {
		require.NoError(b, store.Close())
		store = open()
	}
	require.NoError(b, store.Close())
}
