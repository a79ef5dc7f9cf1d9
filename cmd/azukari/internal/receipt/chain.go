package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/light"
	cmttypes "github.com/cometbft/cometbft/types"
)

// unbounded stands for no trusting period: two centuries.
const unbounded = 200 * 365 * 24 * time.Hour

// tooFarError says that a block cannot be trusted from another one in one step, but perhaps by a block between them.
type tooFarError struct{ error }

func (e tooFarError) Unwrap() error { return e.error }

// checkBlock returns an error unless a light block is whole, is of the chain, has the validators that its header names, and
// more than two thirds of their power signed it, each signature being good.
func checkBlock(block *cmttypes.LightBlock, chainID string) error {
	if block == nil || block.SignedHeader == nil || block.Header == nil {
		return errors.New("expected a header with its commit and validators, got none")
	}
	if err := block.ValidateBasic(chainID); err != nil {
		return fmt.Errorf("block %d: %w", block.Height, err)
	}
	// The total is asked for where it cannot fail any more.
	if _, err := block.ValidatorSet.TotalVotingPowerSafe(); err != nil {
		return fmt.Errorf("block %d: %w", block.Height, err)
	}
	err := block.ValidatorSet.VerifyCommitLightAllSignatures(chainID, block.Commit.BlockID, block.Height, block.Commit)
	if err != nil {
		return fmt.Errorf("block %d: expected signatures of more than 2/3 of its validators' power: %w", block.Height, err)
	}
	return nil
}

// step returns an error unless next, a whole block, can be trusted because trusted is: as CometBFT's light client decides. More
// than a third of the trusted validators' power must have signed next; of neighbours, the earlier one must name the later
// one's validators. The blocks must be less than the period apart.
func step(trusted, next *cmttypes.LightBlock, period time.Duration) error {
	if period == 0 {
		period = unbounded
	}
	// The step is judged at the later block's time: who follows a path later trusts what could be trusted then.
	err := light.Verify(trusted.SignedHeader, trusted.ValidatorSet, next.SignedHeader, next.ValidatorSet,
		period, next.Time, time.Second, light.DefaultTrustLevel)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("block %d cannot be trusted from block %d: %w", next.Height, trusted.Height, err)
	var expired light.ErrOldHeaderExpired
	var tooFew light.ErrNewValSetCantBeTrusted
	switch {
	case errors.As(err, &expired):
		return tooFarError{fmt.Errorf("block %d cannot be trusted from block %d: expected them less than the trusting period of %s apart, got %s",
			next.Height, trusted.Height, period, next.Time.Sub(trusted.Time))}
	case errors.As(err, &tooFew):
		return tooFarError{err}
	default:
		return err
	}
}

// checkBack returns an error unless header is the block before after.
func checkBack(header, after *cmttypes.Header) error {
	if header == nil {
		return fmt.Errorf("expected header %d, got none", after.Height-1)
	}
	if err := light.VerifyBackwards(header, after); err != nil {
		return fmt.Errorf("block %d is not the one before block %d: %w", header.Height, after.Height, err)
	}
	return nil
}

// validate returns an error unless the file agrees with itself.
func (t *Trust) validate() error {
	if t.ChainID == "" {
		return errors.New("chain_id: expected what the zone calls itself, got none")
	}
	if err := checkBlock(t.LightBlock, t.ChainID); err != nil {
		return fmt.Errorf("light_block: %w", err)
	}
	if t.LightBlock.Height != t.Height {
		return fmt.Errorf("light_block: expected that of height %d, got %d", t.Height, t.LightBlock.Height)
	}
	if hash := t.LightBlock.Hash(); !bytes.Equal(hash, t.HeaderHash) {
		return fmt.Errorf("light_block: expected the header with hash %s, got %s", t.HeaderHash, hash)
	}
	if !bytes.Equal(t.LightBlock.ValidatorsHash, t.ValidatorsHash) {
		return fmt.Errorf("light_block: expected validators with hash %s, got %s", t.ValidatorsHash, t.LightBlock.ValidatorsHash)
	}
	return nil
}
