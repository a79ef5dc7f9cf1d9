package backup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	cstypes "github.com/cometbft/cometbft/consensus/types"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/libs/tempfile"
	"github.com/cometbft/cometbft/privval"
	cmtcons "github.com/cometbft/cometbft/proto/tendermint/consensus"
	"github.com/cosmos/gogoproto/proto"
)

const (
	signFile = "priv_validator_state.json"
	walFile  = "cs.wal/wal"
	// precommitStep is the last thing that a validator signs in a round.
	precommitStep = 3
	// ResumeRound is above every round in which a zone's validators can have voted before it was lost, unless it stood still
	// for hours: each round that fails takes seconds, and more with every one.
	ResumeRound = 100
	// resumeRoundMax keeps the rounds that follow far from overflow.
	resumeRoundMax = 100_000
	// signMargin is how many blocks above a running zone's height a validator without memory stays silent. Its votes may have
	// been for the block after the last one that others know.
	signMargin = 10
)

// ErrSignedBeyond says that a validator has signed what the backup knows nothing of.
var ErrSignedBeyond = errors.New("the validator has signed beyond the backup")

// LastSign is the last thing that a validator's key has signed: at or below it, it signs no more.
type LastSign struct {
	Height int64
	Round  int32
	Step   int8
}

// above says whether l is later than other.
func (l LastSign) above(other LastSign) bool {
	if l.Height != other.Height {
		return l.Height > other.Height
	}
	if l.Round != other.Round {
		return l.Round > other.Round
	}
	return l.Step > other.Step
}

// String writes it as people say it.
func (l LastSign) String() string { return fmt.Sprintf("height %d, round %d", l.Height, l.Round) }

// HaltedZone is from where a validator may sign in a zone that makes no blocks any more and whose validators all go on from
// the same backup: above every round of the block after the backup's last one that anybody may have voted in. It refuses, with
// [ErrSignedBeyond], if what the validator remembers says that the block after the last one exists.
func HaltedZone(last int64, round int32, remembered *LastSign) (LastSign, error) {
	if round < 1 || round > resumeRoundMax {
		return LastSign{}, fmt.Errorf("round: expected 1 to %d, got %d", resumeRoundMax, round)
	}
	limit := LastSign{Height: last + 1, Round: round, Step: precommitStep}
	switch {
	case remembered == nil || limit.above(*remembered) || limit == *remembered:
		return limit, nil
	case remembered.Height > limit.Height:
		return LastSign{}, fmt.Errorf("%w: it voted at %s, so block %d was decided, and the backup ends with %d: restore from a node that has it",
			ErrSignedBeyond, remembered, remembered.Height-1, last)
	default:
		return LastSign{}, fmt.Errorf("%w: it voted at %s: restore all validators with --resume-round %d or higher", ErrSignedBeyond, remembered, remembered.Round+1)
	}
}

// RunningZone is from where a validator may sign that rejoins a running zone, whose last block is at height, and that has no
// memory of what it signed.
func RunningZone(height int64) LastSign {
	return LastSign{Height: height + signMargin, Round: math.MaxInt32, Step: precommitStep}
}

// ReadLastSign reads what the validator of a home has signed last, nil if the home does not say.
func ReadLastSign(home string) (*LastSign, error) {
	raw, err := os.ReadFile(filepath.Join(home, dataFolder, signFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var state privval.FilePVLastSignState
	if err := cmtjson.Unmarshal(raw, &state); err != nil {
		return nil, fmt.Errorf("%s: %w", signFile, err)
	}
	return &LastSign{state.Height, state.Round, state.Step}, nil
}

// writeLastSign writes from where on a validator may sign, unless the home remembers something later.
func writeLastSign(home string, limit LastSign) error {
	remembered, err := ReadLastSign(home)
	if err != nil || (remembered != nil && !limit.above(*remembered)) {
		return err
	}
	raw, err := cmtjson.MarshalIndent(privval.FilePVLastSignState{Height: limit.Height, Round: limit.Round, Step: limit.Step}, "", "  ")
	if err != nil {
		return err
	}
	return tempfile.WriteFileAtomic(filepath.Join(home, dataFolder, signFile), raw, 0o600)
}

// writeResume makes consensus begin the block after the last one in the round after the given one. CometBFT replays its log of
// consensus when it starts; this one says that the last block has ended, and that the time for the round's precommits is over.
func writeResume(home string, last int64, round int32) error {
	file := filepath.Join(home, dataFolder, filepath.FromSlash(walFile))
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	var log []byte
	for _, message := range []cmtcons.WALMessage{
		{Sum: &cmtcons.WALMessage_EndHeight{EndHeight: &cmtcons.EndHeight{Height: last}}},
		{Sum: &cmtcons.WALMessage_TimeoutInfo{TimeoutInfo: &cmtcons.TimeoutInfo{
			Height: last + 1, Round: round, Step: uint32(cstypes.RoundStepPrecommitWait),
		}}},
	} {
		encoded, err := proto.Marshal(&cmtcons.TimedWALMessage{Time: time.Now(), Msg: &message})
		if err != nil {
			return err
		}
		log = binary.BigEndian.AppendUint32(log, crc32.Checksum(encoded, crc32.MakeTable(crc32.Castagnoli)))
		log = binary.BigEndian.AppendUint32(log, uint32(len(encoded))) // #nosec G115 -- some bytes
		log = append(log, encoded...)
	}
	return os.WriteFile(file, log, 0o600)
}
