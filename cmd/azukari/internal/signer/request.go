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
	return request{
		position: Position{vote.Height, vote.Round, step}, signBytes: cmttypes.VoteSignBytes(chainID, vote), timeless: timelessVote,
	}, nil
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

// answer is what leaves the signer.
type answer struct {
	signature []byte
	// at is the time that was signed, if it is not the one that was asked for: the same vote was signed before, at that time.
	at time.Time
}

// again returns the signature that the record has for the request's own position. A node that crashed before it wrote its vote
// down asks for the same vote with a later time, and gets the earlier one. For anything else it returns ErrConflict.
func (r request) again(record Record) (answer, error) {
	if bytes.Equal(r.signBytes, record.SignBytes) {
		return answer{signature: record.Signature}, nil
	}
	conflict := fmt.Errorf("%w: %s", ErrConflict, r.position)
	if len(record.SignBytes) == 0 {
		return answer{}, conflict
	}
	before, at, err := r.timeless(record.SignBytes)
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
	return answer{signature: record.Signature, at: at}, nil
}
