package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	sm "github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
)

// signed is what the blocks of a backup prove.
type signed struct {
	// last is the last block, and power what signed it, of total.
	last  *cmttypes.Header
	power int64
	total int64
	// first is the validators of the first block, in which no block before has put any trust.
	first *cmttypes.ValidatorSet
}

// checkBlocks checks that every block names the one before, that its content has the hash that it is signed under, and that
// more than two thirds of the power signed it of those validators that the block before has announced.
func checkBlocks(ctx context.Context, blocks *store.BlockStore, states sm.Store, chainID string) (proven signed, err error) {
	// CometBFT's block store panics on what it cannot read.
	defer func() {
		if cause := recover(); cause != nil {
			err = damaged("%v", cause)
		}
	}()
	var previous *cmttypes.Header
	var previousID cmttypes.BlockID
	var validators *cmttypes.ValidatorSet
	base, last := blocks.Base(), blocks.Height()
	for height := base; height <= last; height++ {
		if err := ctx.Err(); err != nil {
			return signed{}, err
		}
		block := blocks.LoadBlock(height)
		if block == nil {
			return signed{}, damaged("expected block %d of %d to %d, got none", height, base, last)
		}
		id, err := identify(blocks, block)
		if err != nil {
			return signed{}, damaged("block %d: %w", height, err)
		}
		if err := follows(block, previous, previousID, chainID, height); err != nil {
			return signed{}, damaged("block %d: %w", height, err)
		}
		if previous != nil {
			if err := validators.VerifyCommitLight(chainID, previousID, height-1, block.LastCommit); err != nil {
				return signed{}, damaged("signatures of block %d: %w", height-1, err)
			}
		}
		if validators, err = validatorsOf(block, validators, states); err != nil {
			return signed{}, damaged("validators of block %d: %w", height, err)
		}
		if proven.first == nil {
			proven.first = validators
		}
		previous, previousID = &block.Header, id
	}
	proven.last = previous
	return proven, proven.countSigners(blocks.LoadSeenCommit(last), validators, previousID)
}

// countSigners checks and counts the signatures of the last block, which no other block has.
func (s *signed) countSigners(commit *cmttypes.Commit, validators *cmttypes.ValidatorSet, id cmttypes.BlockID) error {
	if commit == nil {
		return damaged("expected the signatures of block %d, the last one, got none", s.last.Height)
	}
	if err := validators.VerifyCommit(s.last.ChainID, id, s.last.Height, commit); err != nil {
		return damaged("signatures of block %d: %w", s.last.Height, err)
	}
	s.total = validators.TotalVotingPower()
	for i, signature := range commit.Signatures {
		if signature.BlockIDFlag == cmttypes.BlockIDFlagCommit {
			s.power += validators.Validators[i].VotingPower
		}
	}
	return nil
}

// validatorsOf returns those who sign a block: the known ones if they have the hash that the block names.
func validatorsOf(block *cmttypes.Block, known *cmttypes.ValidatorSet, states sm.Store) (*cmttypes.ValidatorSet, error) {
	if known != nil && bytes.Equal(known.Hash(), block.ValidatorsHash) {
		return known, nil
	}
	validators, err := states.LoadValidators(block.Height)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(validators.Hash(), block.ValidatorsHash) {
		return nil, fmt.Errorf("expected the hash %X that it has, got %X", block.ValidatorsHash, validators.Hash())
	}
	return validators, nil
}

// identify computes a block's id from its content, and checks that its parts are stored as peers will want them.
func identify(blocks *store.BlockStore, block *cmttypes.Block) (cmttypes.BlockID, error) {
	if err := block.ValidateBasic(); err != nil {
		return cmttypes.BlockID{}, err
	}
	parts, err := block.MakePartSet(cmttypes.BlockPartSizeBytes)
	if err != nil {
		return cmttypes.BlockID{}, err
	}
	id := cmttypes.BlockID{Hash: block.Hash(), PartSetHeader: parts.Header()}
	if meta := blocks.LoadBlockMeta(block.Height); !meta.BlockID.Equals(id) || !bytes.Equal(meta.Header.Hash(), id.Hash) {
		return cmttypes.BlockID{}, fmt.Errorf("expected %v in the index, got %v", id, meta.BlockID)
	}
	for i := range int(parts.Total()) {
		part := blocks.LoadBlockPart(block.Height, i)
		if part == nil {
			return cmttypes.BlockID{}, fmt.Errorf("expected part %d, got none", i)
		}
		if err := part.Proof.Verify(id.PartSetHeader.Hash, part.Bytes); err != nil {
			return cmttypes.BlockID{}, fmt.Errorf("part %d: %w", i, err)
		}
	}
	return id, nil
}

// follows checks that a block is the next one of its chain; without a block before, that it is of the chain.
func follows(block *cmttypes.Block, previous *cmttypes.Header, previousID cmttypes.BlockID, chainID string, height int64) error {
	switch {
	case block.ChainID != chainID || block.Height != height:
		return fmt.Errorf("expected block %d of %s, got %d of %s", height, chainID, block.Height, block.ChainID)
	case previous == nil:
		return nil
	case !block.LastBlockID.Equals(previousID):
		return fmt.Errorf("expected it behind %v, got behind %v", previousID, block.LastBlockID)
	case !bytes.Equal(block.ValidatorsHash, previous.NextValidatorsHash):
		return errors.New("expected the validators that the block before announced, got others")
	default:
		return nil
	}
}
