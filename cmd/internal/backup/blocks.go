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
	// blocks counts those whose signatures were checked.
	blocks int64
	// last is the last block, signers and power those that signed it, of total.
	last    *cmttypes.Header
	signers int
	power   int64
	total   int64
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
		if validators == nil || !bytes.Equal(validators.Hash(), block.ValidatorsHash) {
			if validators, err = states.LoadValidators(height); err != nil {
				return signed{}, damaged("validators of block %d: %w", height, err)
			}
			if !bytes.Equal(validators.Hash(), block.ValidatorsHash) {
				return signed{}, damaged("validators of block %d: expected the hash %X that it has, got %X", height, block.ValidatorsHash, validators.Hash())
			}
		}
		if proven.first == nil {
			proven.first = validators
		}
		previous, previousID = &block.Header, id
	}
	commit := blocks.LoadSeenCommit(last)
	if commit == nil {
		return signed{}, damaged("expected the signatures of block %d, the last one, got none", last)
	}
	if err := validators.VerifyCommit(chainID, previousID, last, commit); err != nil {
		return signed{}, damaged("signatures of block %d: %w", last, err)
	}
	proven.blocks, proven.last, proven.total = last-base+1, previous, validators.TotalVotingPower()
	for i, signature := range commit.Signatures {
		if signature.BlockIDFlag == cmttypes.BlockIDFlagCommit {
			proven.signers++
			proven.power += validators.Validators[i].VotingPower
		}
	}
	return proven, nil
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
