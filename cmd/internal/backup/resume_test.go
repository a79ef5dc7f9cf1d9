package backup

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/cometbft/cometbft/consensus"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHaltedZone(t *testing.T) {
	for name, test := range map[string]struct {
		round      int32
		remembered *LastSign
		want       LastSign
		failure    string
	}{
		"no memory":                       {round: 100, want: LastSign{121, 100, 3}},
		"voted for the last block":        {round: 100, remembered: &LastSign{120, 0, 3}, want: LastSign{121, 100, 3}},
		"voted for the next block":        {round: 100, remembered: &LastSign{121, 99, 3}, want: LastSign{121, 100, 3}},
		"restored a second time":          {round: 100, remembered: &LastSign{121, 100, 3}, want: LastSign{121, 100, 3}},
		"voted in a later round":          {round: 100, remembered: &LastSign{121, 101, 1}, failure: "--resume-round 102 or higher"},
		"voted for the block after":       {round: 100, remembered: &LastSign{122, 0, 1}, failure: "so block 121 was decided, and the backup ends with 120"},
		"round that nobody can be above":  {round: 0, failure: "round: expected 1 to 100000, got 0"},
		"round from which none can go on": {round: math.MaxInt32, failure: "round: expected 1 to 100000"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := HaltedZone(120, test.round, test.remembered)
			if test.failure != "" {
				require.ErrorContains(t, err, test.failure)
				if test.remembered != nil {
					require.ErrorIs(t, err, ErrSignedBeyond)
				}
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

// Whatever is written into a home, and in whatever order, its validator never signs at or below anything written.
func TestMemoryIsNeverLowered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		home, err := os.MkdirTemp("", "azukari-signing-")
		require.NoError(t, err)
		defer os.RemoveAll(home)
		require.NoError(t, os.MkdirAll(filepath.Join(home, dataFolder), 0o700))
		key := privval.NewFilePV(ed25519.GenPrivKey(), filepath.Join(home, "key.json"), filepath.Join(home, dataFolder, signFile))
		key.Key.Save()
		limits := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) LastSign {
			return LastSign{rapid.Int64Range(1, 3).Draw(t, "height"), rapid.Int32Range(0, 3).Draw(t, "round"), precommitStep}
		}), 1, 6).Draw(t, "limits")
		for _, limit := range limits {
			require.NoError(t, writeLastSign(home, limit))
		}
		signer := privval.LoadFilePV(filepath.Join(home, "key.json"), filepath.Join(home, dataFolder, signFile))
		for _, limit := range limits {
			vote := &cmtproto.Vote{Type: cmtproto.PrecommitType, Height: limit.Height, Round: limit.Round}
			require.Error(t, signer.SignVote("financial-1", vote), "%v of %v", limit, limits)
		}
		require.NoError(t, signer.SignVote("financial-1", &cmtproto.Vote{Type: cmtproto.PrecommitType, Height: 3, Round: 4}))
	})
}

func TestRunningZoneStaysSilentForSomeBlocks(t *testing.T) {
	limit := RunningZone(1000)
	require.True(t, limit.above(LastSign{1001, math.MaxInt32 - 1, 3}), "it may have voted for the block after the last")
	require.True(t, LastSign{1000 + signMargin + 1, 0, 1}.above(limit))
}

// CometBFT itself reads the log of consensus as it is meant.
func TestResumeIsALogOfConsensus(t *testing.T) {
	home := t.TempDir()
	require.NoError(t, writeResume(home, 120, 100))
	raw, err := os.ReadFile(filepath.Join(home, "data", "cs.wal", "wal"))
	require.NoError(t, err)
	decoder := consensus.NewWALDecoder(bytes.NewReader(raw))
	message, err := decoder.Decode()
	require.NoError(t, err)
	require.Equal(t, consensus.EndHeightMessage{Height: 120}, message.Msg)
	message, err = decoder.Decode()
	require.NoError(t, err)
	encoded, err := consensus.WALToProto(message.Msg)
	require.NoError(t, err)
	require.EqualValues(t, 121, encoded.GetTimeoutInfo().Height)
	require.EqualValues(t, 100, encoded.GetTimeoutInfo().Round)
}
