package store_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/azukari-network/azukari/relayer/store"
)

func open(t testing.TB, path string) *store.Journal {
	t.Helper()
	j, err := store.Open(path)
	require.NoError(t, err)
	return j
}

func record(chainID string, sequence uint64, stage store.Stage) store.Record {
	return store.Record{
		Key:        store.Key{ChainID: chainID, Port: "transfer", Channel: "channel-0", Sequence: sequence},
		Stage:      stage,
		Packet:     channeltypes.Packet{Sequence: sequence, SourcePort: "transfer", Data: []byte{0, 1, 2}, TimeoutTimestamp: 9},
		SentHeight: 7, Ack: []byte("ack"), AckHeight: 8,
	}
}

func TestSurvivesReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	a, b := record("fz-1", 1, store.StageSent), record("fz-1", 256, store.StageAcked)
	require.NoError(t, j.Apply(store.Batch{ChainID: "fz-1", Scanned: 42, Put: []store.Record{b, a}}))
	require.NoError(t, j.PutTx(store.Tx{ChainID: "bz-1", Sequence: 3, Hash: "AB", Height: 5, Packets: []store.Key{a.Key}}))
	require.NoError(t, j.PutTx(store.Tx{ChainID: "bz-1", Sequence: 3, Hash: "CD", Height: 6, Packets: []store.Key{b.Key}}))
	require.NoError(t, j.PutTx(store.Tx{ChainID: "fz-1", Sequence: 3, Hash: "EF"}))
	require.NoError(t, j.SetCovered("bz-1", "07-tendermint-0", 40))
	require.NoError(t, j.Close())

	j = open(t, path)
	packets, err := j.Packets()
	require.NoError(t, err)
	require.Equal(t, []store.Record{a, b}, packets)
	scanned, err := j.Scanned("fz-1")
	require.NoError(t, err)
	require.EqualValues(t, 42, scanned)
	unknown, err := j.Scanned("bz-1")
	require.NoError(t, err)
	require.Zero(t, unknown)
	covered, err := j.Covered("bz-1", "07-tendermint-0")
	require.NoError(t, err)
	require.EqualValues(t, 40, covered)
	txs, err := j.Txs("bz-1")
	require.NoError(t, err)
	require.Equal(t, []store.Tx{{ChainID: "bz-1", Sequence: 3, Hash: "CD", Height: 6, Packets: []store.Key{b.Key}}}, txs, "one per sequence")

	// A block ends a transaction and moves its packets at once.
	require.NoError(t, j.Apply(store.Batch{ChainID: "bz-1", Scanned: 7, EndedTxs: []uint64{3}, Delete: []store.Key{a.Key}}))
	require.NoError(t, j.Close())
	j = open(t, path)
	defer func() { require.NoError(t, j.Close()) }()
	packets, err = j.Packets()
	require.NoError(t, err)
	require.Equal(t, []store.Record{b}, packets)
	txs, err = j.Txs("bz-1")
	require.NoError(t, err)
	require.Empty(t, txs)
	others, err := j.Txs("fz-1")
	require.NoError(t, err)
	require.Len(t, others, 1)
}

func TestOneProcessOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	_, err := store.Open(path)
	require.ErrorIs(t, err, store.ErrLocked)
	require.ErrorContains(t, err, "stop the other azrelay")
	require.NoError(t, j.Close())
	require.NoError(t, open(t, path).Close())
}

func TestNotAJournal(t *testing.T) {
	_, err := store.Open(filepath.Join(t.TempDir(), "no", "such", "folder.db"))
	require.ErrorContains(t, err, "expected a journal at")
}

// TestModel compares the journal with a map through random batches and reopenings.
func TestModel(t *testing.T) {
	dir, n := t.TempDir(), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprintf("%d.db", n))
		j := open(t, path)
		model := map[store.Key]store.Record{}
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			var batch store.Batch
			for _, s := range rapid.SliceOfDistinct(rapid.Uint64Range(1, 300), rapid.ID[uint64]).Draw(rt, "sequences") {
				r := record(rapid.SampledFrom([]string{"fz-1", "bz-1"}).Draw(rt, "chain"), s, store.StageSent)
				if rapid.Bool().Draw(rt, "delete") {
					batch.Delete = append(batch.Delete, r.Key)
					delete(model, r.Key)
					continue
				}
				batch.Put = append(batch.Put, r)
				model[r.Key] = r
			}
			require.NoError(rt, j.Apply(batch))
			if rapid.Bool().Draw(rt, "reopen") {
				require.NoError(rt, j.Close())
				j = open(t, path)
			}
		}
		got, err := j.Packets()
		require.NoError(rt, err)
		require.Len(rt, got, len(model))
		for _, r := range got {
			require.Equal(rt, model[r.Key], r)
		}
		require.True(rt, slices.IsSortedFunc(got, func(a, b store.Record) int {
			if a.Key.Less(b.Key) {
				return -1
			}
			return 1
		}))
		require.NoError(rt, j.Close())
	})
}
