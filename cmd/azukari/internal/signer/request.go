package signer

import (
	"bytes"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/libs/protoio"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/gogoproto/proto"
)

// request is one thing to be signed.
type request struct {
	position  Position
	signBytes []byte
	// timeless reads sign bytes and returns them without their time, and the time.
	timeless func(signBytes []byte) (proto.Message, time.Time, error)
	// prevoted and precommitted are the hash of the block that a vote is for; empty for none.
	prevoted, precommitted []byte
}

func voteRequest(chainID string, vote *cmtproto.Vote) (request, error) {
	var step int8
	switch vote.Type {
	case cmtproto.PrevoteType:
		step = stepPrevote
	case cmtproto.PrecommitType:
		step = stepPrecommit
	case cmtproto.UnknownType, cmtproto.ProposalType:
		return request{}, fmt.Errorf("expected a prevote or a precommit, got %s", vote.Type)
	default:
		return request{}, fmt.Errorf("expected a prevote or a precommit, got %d", vote.Type)
	}
	r := request{
		position: Position{vote.Height, vote.Round, step}, signBytes: cmttypes.VoteSignBytes(chainID, vote), timeless: timelessVote,
	}
	if step == stepPrevote {
		r.prevoted = vote.BlockID.Hash
	} else {
		r.precommitted = vote.BlockID.Hash
	}
	return r, nil
}

func proposalRequest(chainID string, proposal *cmtproto.Proposal) request {
	return request{
		position:  Position{proposal.Height, proposal.Round, stepPropose},
		signBytes: cmttypes.ProposalSignBytes(chainID, proposal), timeless: timelessProposal,
	}
}

func timelessVote(signBytes []byte) (proto.Message, time.Time, error) {
	var vote cmtproto.CanonicalVote
	err := protoio.UnmarshalDelimited(signBytes, &vote)
	at := vote.Timestamp
	vote.Timestamp = time.Time{}
	return &vote, at, err
}

func timelessProposal(signBytes []byte) (proto.Message, time.Time, error) {
	var proposal cmtproto.CanonicalProposal
	err := protoio.UnmarshalDelimited(signBytes, &proposal)
	at := proposal.Timestamp
	proposal.Timestamp = time.Time{}
	return &proposal, at, err
}

// checkLock returns ErrLocked for a prevote against a block that an earlier holder precommitted at the same height.
func (r request) checkLock(record Record) error {
	lock := record.Lock
	if lock.Epoch >= record.Epoch || lock.Height != r.position.Height || len(r.prevoted) == 0 || bytes.Equal(lock.Block, r.prevoted) {
		return nil
	}
	return fmt.Errorf("%w: expected a prevote at height %d for block %X, or for none, got one for %X", ErrLocked, lock.Height, lock.Block, r.prevoted)
}

// lockOf returns the lock that a precommit brings.
func lockOf(precommit Signed, epoch uint64) Lock {
	var vote cmtproto.CanonicalVote
	if protoio.UnmarshalDelimited(precommit.SignBytes, &vote) != nil || vote.BlockID == nil {
		return Lock{}
	}
	return Lock{Height: precommit.Height, Round: precommit.Round, Block: vote.BlockID.Hash, Epoch: epoch}
}

// conflictError is ErrConflict with what was signed before.
type conflictError struct{ signed Signed }

func (e *conflictError) Error() string { return fmt.Sprintf("%s: %s", ErrConflict, e.signed.Position) }

func (*conflictError) Unwrap() error { return ErrConflict }

// vote returns the vote that was signed before, with the validator's place as the node asks for it; nil if it was none.
func (e *conflictError) vote(asked *cmtproto.Vote) *cmtproto.Vote {
	var canonical cmtproto.CanonicalVote
	if e.signed.Step == stepPropose || len(e.signed.SignBytes) == 0 || protoio.UnmarshalDelimited(e.signed.SignBytes, &canonical) != nil {
		return nil
	}
	vote := &cmtproto.Vote{
		Type: canonical.Type, Height: canonical.Height, Round: int32(canonical.Round), // #nosec G115 -- it was one
		Timestamp: canonical.Timestamp, ValidatorAddress: asked.ValidatorAddress, ValidatorIndex: asked.ValidatorIndex, Signature: e.signed.Signature,
	}
	if id := canonical.BlockID; id != nil {
		vote.BlockID = cmtproto.BlockID{
			Hash: id.Hash, PartSetHeader: cmtproto.PartSetHeader{Total: id.PartSetHeader.Total, Hash: id.PartSetHeader.Hash},
		}
	}
	return vote
}

// answer is what leaves the signer.
type answer struct {
	signature []byte
	// at is the time that was signed, if it is not the one that was asked for: the same vote was signed before, at that time.
	at time.Time
}

// again returns a signature that was given at the request's own position. A node that crashed before it wrote its vote down asks
// for the same vote with a later time, and gets the earlier one. For anything else the error is ErrConflict.
func (r request) again(signed Signed) (answer, error) {
	if bytes.Equal(r.signBytes, signed.SignBytes) {
		return answer{signature: signed.Signature}, nil
	}
	conflict := &conflictError{signed}
	if len(signed.SignBytes) == 0 {
		return answer{}, conflict
	}
	before, at, err := r.timeless(signed.SignBytes)
	if err != nil {
		return answer{}, fmt.Errorf("%w: sign bytes: %w", ErrBadRecord, err)
	}
	now, _, err := r.timeless(r.signBytes)
	if err != nil {
		return answer{}, err
	}
	if !proto.Equal(before, now) {
		return answer{}, conflict
	}
	return answer{signature: signed.Signature, at: at}, nil
}
