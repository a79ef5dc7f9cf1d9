//go:build drill

package drill

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/cometbft/cometbft/crypto"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// history is what the store ever said of one validator.
type history struct {
	records   []signer.Record
	signature map[signer.Position][]byte
}

// historyOf reads it, and checks that it only ever went forward: one holder in each epoch, one signature at each position.
func (s *stage) historyOf(key crypto.PubKey) history {
	s.t.Helper()
	h := history{signature: map[signer.Position][]byte{}}
	name := signer.Identity{ChainID: s.Financial().ChainID(), PubKey: key}.Key()
	var last signer.Record
	for _, raw := range s.cluster.History(s.ctx, s.t, name) {
		var record signer.Record
		require.NoError(s.t, json.Unmarshal(raw, &record))
		switch {
		case record.Epoch == last.Epoch:
			require.Equal(s.t, last.Holder, record.Holder)
			require.Equal(s.t, 1, record.Compare(last.Position), "%s after %s", record.Position, last.Position)
			require.True(s.t, key.VerifySignature(record.SignBytes, record.Signature))
		default:
			require.Equal(s.t, last.Epoch+1, record.Epoch)
			require.True(s.t, last.Epoch == 0 || record.Position == last.Position, "a new holder goes on where the last one was")
		}
		h.records, last = append(h.records, record), record
		h.signature[record.Position] = record.Signature
	}
	return h
}

// requireNoDoubleSign reads every block that a node has. There is no evidence, and each signature of a validator in it is the
// one that the store has, from the height on at which the validator's signer began. It returns what the store has, by validator.
func (s *theatre) requireNoDoubleSign(node *devnet.Node) map[string]history {
	s.t.Helper()
	last := s.height(node)
	histories := map[string]history{} // read after the height: the zone goes on meanwhile
	for _, one := range s.active {
		key := s.key(one)
		histories[key.Address().String()] = s.historyOf(key)
	}
	checked := 0
	for height := int64(1); height <= last; height++ {
		block, err := node.Client().RPC().Block(s.ctx, &height)
		require.NoError(s.t, err)
		require.Empty(s.t, block.Block.Evidence.Evidence, "height %d", height)
		commit, err := node.Client().RPC().Commit(s.ctx, &height)
		require.NoError(s.t, err)
		for _, signature := range commit.Commit.Signatures {
			h, known := histories[signature.ValidatorAddress.String()]
			if !known || signature.BlockIDFlag == cmttypes.BlockIDFlagAbsent || height <= h.records[0].Height {
				continue
			}
			at := signer.Position{Height: height, Round: commit.Commit.Round, Step: 3}
			require.Equal(s.t, h.signature[at], signature.Signature, "%s of %s", at, signature.ValidatorAddress)
			checked++
		}
	}
	require.NotZero(s.t, checked)
	s.t.Logf("no evidence in %d blocks; %d signatures in them are those of the store", last, checked)
	return histories
}

// requireSameBlocks says that two nodes have the same blocks up to the height of the first.
func (s *stage) requireSameBlocks(one, other *devnet.Node) {
	s.t.Helper()
	for height := int64(1); height <= s.height(one); height++ {
		a, err := one.Client().Header(s.ctx, height)
		require.NoError(s.t, err)
		b, err := other.Client().Header(s.ctx, height)
		require.NoError(s.t, err)
		require.Equal(s.t, a.Header.Hash(), b.Header.Hash(), "height %d", height)
	}
}

func seconds(t *testing.T, what string, value float64) {
	t.Helper()
	t.Log(fmt.Sprintf("%s: %.1f s", what, value))
}
