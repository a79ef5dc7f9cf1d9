package zones

import (
	"math/rand"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/stretchr/testify/require"
)

// StateSync returns a node of the same chain that took the last committed state from a snapshot, as a new listener does.
// It shares the zone's clock and validators, and has nothing in its outbox.
func (z *Zone) StateSync() *Zone {
	z.t.Helper()
	_, err := z.App.SnapshotManager().Create(uint64(z.App.LastBlockHeight()))
	require.NoError(z.t, err)
	list, err := z.App.ListSnapshots(&abci.RequestListSnapshots{})
	require.NoError(z.t, err)
	require.NotEmpty(z.t, list.Snapshots)
	snapshot := list.Snapshots[0]

	synced := &Zone{
		ID: z.ID, ChainID: z.ChainID, t: z.t, keys: z.keys, clock: z.clock, random: rand.New(rand.NewSource(1)),
		validators: z.validators, signers: z.signers, headers: map[int64]signedHeader{},
	}
	synced.build(dbm.NewMemDB())
	offered, err := synced.App.OfferSnapshot(&abci.RequestOfferSnapshot{
		Snapshot: snapshot, AppHash: z.App.LastCommitID().Hash,
	})
	require.NoError(z.t, err)
	require.Equal(z.t, abci.ResponseOfferSnapshot_ACCEPT, offered.Result)
	for index := range snapshot.Chunks {
		chunk, err := z.App.LoadSnapshotChunk(&abci.RequestLoadSnapshotChunk{
			Height: snapshot.Height, Format: snapshot.Format, Chunk: index,
		})
		require.NoError(z.t, err)
		applied, err := synced.App.ApplySnapshotChunk(&abci.RequestApplySnapshotChunk{Index: index, Chunk: chunk.Chunk})
		require.NoError(z.t, err)
		require.Equal(z.t, abci.ResponseApplySnapshotChunk_ACCEPT, applied.Result)
	}
	return synced
}
