package statebranch_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"cosmossdk.io/store/cachemulti"
	"cosmossdk.io/store/types"
)

// What is told to a tracer is what the SDK's branches tell, as long as no key is read twice.
func TestTraces(t *testing.T) {
	state, bank := open(t, t.TempDir()), keyOf("bank")
	defer func() { require.NoError(t, state.Close()) }()
	var want, got bytes.Buffer
	stores := map[types.StoreKey]types.CacheWrapper{bank: state.GetCommitKVStore(bank)}
	sdk := cachemulti.NewStore(dbm.NewMemDB(), stores, nil, &want, types.TraceContext{"block": 7})
	require.False(t, state.CacheMultiStore().TracingEnabled())
	ours := state.SetTracer(&got).SetTracingContext(types.TraceContext{"block": 7}).CacheMultiStore()
	for _, block := range []types.CacheMultiStore{sdk, ours} {
		transaction := block.CacheMultiStore()
		require.True(t, transaction.TracingEnabled())
		transaction.GetKVStore(bank).Get([]byte("read"))
		transaction.GetKVStore(bank).Set([]byte("set"), []byte("value"))
		transaction.GetKVStore(bank).Delete([]byte("deleted"))
		transaction.Write()
		block.Write()
	}
	require.NotEmpty(t, want.String())
	require.Equal(t, want.String(), got.String())

	got.Reset()
	transaction := state.CacheMultiStore().SetTracingContext(types.TraceContext{"tx": "A0"})
	transaction.GetKVStore(bank).Get([]byte("read"))
	require.Contains(t, got.String(), `"metadata":{"block":7,"store_name":"bank","tx":"A0"}`)
	got.Reset()
	state.CacheMultiStore().SetTracer(nil).GetKVStore(bank).Get([]byte("read"))
	require.Empty(t, got.String())
}

// A listener hears what reaches the state, in order of keys.
func TestListeners(t *testing.T) {
	state, bank, auth := open(t, t.TempDir()), keyOf("bank"), keyOf("auth")
	defer func() { require.NoError(t, state.Close()) }()
	state.AddListeners([]types.StoreKey{bank})
	block := state.CacheMultiStore()
	for _, kept := range []bool{true, false} {
		transaction := block.CacheMultiStore()
		transaction.GetKVStore(auth).Set([]byte("nobody listens"), []byte{1})
		for _, key := range []string{"c", "a", "b"} {
			transaction.GetKVStore(bank).Set([]byte(key), fmt.Append(nil, kept))
		}
		transaction.GetKVStore(bank).Delete([]byte("b"))
		if kept {
			transaction.Write()
		}
	}
	require.Empty(t, state.PopStateCache())
	block.Write()
	require.Equal(t, []*types.StoreKVPair{
		{StoreKey: "bank", Key: []byte("a"), Value: []byte("true")},
		{StoreKey: "bank", Delete: true, Key: []byte("b")},
		{StoreKey: "bank", Key: []byte("c"), Value: []byte("true")},
	}, state.PopStateCache())
}

// What a branch does not have is refused as the SDK does.
func TestNotThere(t *testing.T) {
	state := open(t, t.TempDir())
	defer func() { require.NoError(t, state.Close()) }()
	state.Commit()
	past, err := state.CacheMultiStoreWithVersion(1)
	require.NoError(t, err)
	newest := state.CacheMultiStore()
	for _, branch := range []types.CacheMultiStore{newest, newest.CacheMultiStore(), past, past.CacheMultiStore()} {
		require.Panics(t, func() { branch.GetKVStore(types.NewKVStoreKey("bank")) }, "of the same name")
		require.Panics(t, func() { branch.GetStore(types.NewKVStoreKey("other")) })
		require.Panics(t, func() { branch.GetKVStore(nil) })
		require.Panics(t, func() { branch.LatestVersion() })
		_, err := branch.CacheMultiStoreWithVersion(1)
		require.ErrorContains(t, err, "no versions")
	}
	past.GetKVStore(keyOf("bank")).Set([]byte("key"), []byte{1})
	require.Panics(t, past.Write, "a version is not written")
}

// While blocks' transactions are written to a branch, any number of goroutines branch it and read: each sees a store as it is between
// two transactions.
func TestReadersBesideAWriter(t *testing.T) {
	const transactions, readers, keys = 300, 3, 8
	state, bank := open(t, t.TempDir()), keyOf("bank")
	defer func() { require.NoError(t, state.Close()) }()
	block, end := state.CacheMultiStore(), make(chan struct{})
	var group errgroup.Group
	for range readers {
		group.Go(func() error {
			for {
				select {
				case <-end:
					return nil
				default:
				}
				for key := range mounted {
					block.CacheMultiStore().GetKVStore(key).Has([]byte{0})
				}
				branch := block.CacheMultiStore()
				if err := sameValues(branch.GetKVStore(bank)); err != nil {
					return err
				}
				branch.GetKVStore(bank).Set([]byte{0}, []byte("dropped"))
			}
		})
	}
	for i := range uint64(transactions) {
		transaction := block.CacheMultiStore()
		for key := range byte(keys) {
			transaction.GetKVStore(bank).Set([]byte{key}, binary.BigEndian.AppendUint64(nil, i))
		}
		transaction.GetKVStore(bank).Set([]byte{keys, byte(i)}, binary.BigEndian.AppendUint64(nil, i))
		transaction.GetKVStore(bank).Delete([]byte{keys, byte(i - 1)})
		transaction.Write()
	}
	close(end)
	require.NoError(t, group.Wait())
	require.NoError(t, sameValues(block.GetKVStore(bank)))
	require.Equal(t, binary.BigEndian.AppendUint64(nil, transactions-1), block.GetKVStore(bank).Get([]byte{0}))
}

func sameValues(store types.KVStore) (err error) {
	all := store.Iterator(nil, nil)
	defer func() { err = errors.Join(err, all.Close()) }()
	var first []byte
	for ; all.Valid(); all.Next() {
		if first == nil {
			first = all.Value()
		}
		if !bytes.Equal(first, all.Value()) {
			return fmt.Errorf("expected the value of one transaction, got %x and %x", first, all.Value())
		}
	}
	return nil
}
