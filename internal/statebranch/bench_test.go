package statebranch_test

import (
	"encoding/binary"
	"fmt"
	"math/rand"
	"runtime"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
	"cosmossdk.io/store/cachemulti"
	"cosmossdk.io/store/types"

	"github.com/azukari-network/azukari/app/commitstore"
)

const (
	benchStores = 30
	benchKeys   = 200_000
)

func benchKey(i int) []byte {
	return append(binary.BigEndian.AppendUint64([]byte{2}, uint64(i)*0x9e3779b97f4a7c15), "0123456789"...)
}

// ledger is a state of many stores, the first of which has many keys.
func ledger(b *testing.B) (store *commitstore.Store, keys []types.StoreKey) {
	b.Helper()
	store = commitstore.New(b.TempDir(), log.NewNopLogger(), commitstore.Options{})
	for i := range benchStores {
		keys = append(keys, types.NewKVStoreKey(fmt.Sprintf("store%02d", i)))
		store.MountStoreWithDB(keys[i], types.StoreTypeIAVL, nil)
	}
	require.NoError(b, store.LoadLatestVersion())
	branch := store.CacheMultiStore()
	for i := range benchKeys {
		branch.GetKVStore(keys[0]).Set(benchKey(i), make([]byte, 60))
	}
	branch.Write()
	store.Commit()
	require.NoError(b, store.RewriteSnapshot())
	b.Cleanup(func() { require.NoError(b, store.Close()) })
	return store, keys
}

// compare measures the same work on branches of both kinds in one run: what the SDK's take, in ns and bytes, and how many times less
// ours take. Branches are of blocks, which are dropped at the end.
func compare(b *testing.B, work func(b *testing.B, block types.CacheMultiStore, keys []types.StoreKey)) {
	b.Helper()
	store, keys := ledger(b)
	wrappers := map[types.StoreKey]types.CacheWrapper{}
	for _, key := range keys {
		wrappers[key] = store.GetCommitKVStore(key)
	}
	begin := []func() types.CacheMultiStore{
		func() types.CacheMultiStore { return cachemulti.NewStore(dbm.NewMemDB(), wrappers, nil, nil, nil) },
		store.CacheMultiStore,
	}
	var nanoseconds, bytes [2]float64
	for b.Loop() {
		for i := range begin {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			from := b.Elapsed()
			work(b, begin[i](), keys)
			nanoseconds[i] += float64((b.Elapsed() - from).Nanoseconds())
			runtime.ReadMemStats(&after)
			bytes[i] += float64(after.TotalAlloc - before.TotalAlloc)
		}
	}
	for i, name := range []string{"sdk", "ours"} {
		b.ReportMetric(nanoseconds[i]/float64(b.N), "ns/op-"+name)
		b.ReportMetric(bytes[i]/float64(b.N), "B/op-"+name)
	}
	b.ReportMetric(nanoseconds[0]/nanoseconds[1], "times-faster")
	b.ReportMetric(bytes[0]/bytes[1], "times-smaller")
}

// BenchmarkTransactions is 1,000 transactions, each of a branch for its checks and one for its message: they touch four of thirty
// stores, read twelve keys and write six.
func BenchmarkTransactions(b *testing.B) {
	compare(b, func(_ *testing.B, block types.CacheMultiStore, keys []types.StoreKey) {
		random := rand.New(rand.NewSource(1))
		for range 1_000 {
			checks := block.CacheMultiStore()
			touch(checks, keys, random, 2)
			checks.Write()
			message := block.CacheMultiStore()
			touch(message, keys, random, 4)
			message.Write()
		}
	})
}

func touch(branch types.CacheMultiStore, keys []types.StoreKey, random *rand.Rand, writes int) {
	for _, key := range keys[1:4] {
		branch.GetKVStore(key).Get([]byte("params"))
	}
	bank := branch.GetKVStore(keys[0])
	for range writes {
		at := benchKey(random.Intn(benchKeys))
		bank.Set(at, append([]byte{1}, bank.Get(at)...))
	}
}

// BenchmarkBranch is a branch of thirty stores, of which four are touched, that writes six keys.
func BenchmarkBranch(b *testing.B) {
	compare(b, func(_ *testing.B, block types.CacheMultiStore, keys []types.StoreKey) {
		for range 1_000 {
			branch := block.CacheMultiStore()
			for i := range 6 {
				branch.GetKVStore(keys[i%4]).Set([]byte{9, byte(i)}, []byte{1})
			}
			branch.Write()
		}
	})
}

// BenchmarkThreeLayers is 1,000 reads and 1,000 writes of different keys in a message's branch of a transaction's branch of a block's,
// all of which are written but the block's.
func BenchmarkThreeLayers(b *testing.B) {
	compare(b, func(_ *testing.B, block types.CacheMultiStore, keys []types.StoreKey) { layers(block, keys, benchKeys) })
}

// BenchmarkThreeLayersOfFewKeys is the same where each key is read a hundred times.
func BenchmarkThreeLayersOfFewKeys(b *testing.B) {
	compare(b, func(_ *testing.B, block types.CacheMultiStore, keys []types.StoreKey) { layers(block, keys, 10) })
}

func layers(block types.CacheMultiStore, keys []types.StoreKey, of int) {
	random := rand.New(rand.NewSource(1))
	transaction := block.CacheMultiStore()
	message := transaction.CacheMultiStore()
	bank := message.GetKVStore(keys[0])
	for i := range 1_000 {
		bank.Get(benchKey(random.Intn(of)))
		bank.Set(benchKey(benchKeys+i), []byte{1})
	}
	message.Write()
	transaction.Write()
}
