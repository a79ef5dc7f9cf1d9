package signer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cometbft/cometbft/crypto"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// Signer signs votes and proposals of one validator, each after the store has recorded it. Safe for concurrent use.
type Signer struct {
	identity Identity
	name     string
	key      crypto.PrivKey
	local    Local
	timeout  time.Duration

	mu sync.Mutex
	// record is the store's, as this signer saw it last, and raw its bytes in the store. The store may be further by now.
	record Record
	raw    []byte
	epoch  uint64
	took   func(time.Duration)
}

var _ cmttypes.PrivValidator = (*Signer)(nil)

// New returns the signer of a name, which must hold the identity. timeout bounds how long one signature may wait for the store.
// took is told how long the store took for each signature; nil for nobody. Errors are ErrFenced, ErrNoRecord, ErrBadRecord,
// ErrStoreBehind and ErrUnavailable.
func New(
	ctx context.Context, identity Identity, name string, key crypto.PrivKey, local Local, timeout time.Duration, took func(time.Duration),
) (*Signer, error) {
	if took == nil {
		took = func(time.Duration) {}
	}
	s := &Signer{identity: identity, name: name, key: key, local: local, timeout: timeout, took: took}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	raw, err := identity.load(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.accept(raw); err != nil {
		return nil, err
	}
	s.epoch = s.record.Epoch
	return s, s.held()
}

// Record returns the last record that the signer has seen.
func (s *Signer) Record() Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.record
}

// GetPubKey implements PrivValidator.
func (s *Signer) GetPubKey() (crypto.PubKey, error) { return s.key.PubKey(), nil }

// SignVote implements PrivValidator. Extensions of votes are signed anew each time, as CometBFT's own signer does: they may differ.
func (s *Signer) SignVote(chainID string, vote *cmtproto.Vote) error {
	if err := s.checkChain(chainID); err != nil {
		return err
	}
	request, err := voteRequest(chainID, vote)
	if err != nil {
		return err
	}
	extensible := vote.Type == cmtproto.PrecommitType && !cmttypes.ProtoBlockIDIsNil(&vote.BlockID)
	if !extensible && len(vote.Extension) > 0 {
		return errors.New("expected an extension in a precommit for a block only, got one elsewhere")
	}
	answer, err := s.sign(request)
	if err != nil {
		return err
	}
	if !answer.at.IsZero() {
		vote.Timestamp = answer.at
	}
	vote.Signature, vote.ExtensionSignature = answer.signature, nil
	if extensible {
		vote.ExtensionSignature, err = s.key.Sign(cmttypes.VoteExtensionSignBytes(chainID, vote))
	}
	return err
}

// SignProposal implements PrivValidator.
func (s *Signer) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	if err := s.checkChain(chainID); err != nil {
		return err
	}
	answer, err := s.sign(proposalRequest(chainID, proposal))
	if err != nil {
		return err
	}
	if !answer.at.IsZero() {
		proposal.Timestamp = answer.at
	}
	proposal.Signature = answer.signature
	return nil
}

func (s *Signer) checkChain(chainID string) error {
	if chainID != s.identity.ChainID {
		return fmt.Errorf("expected chain %q, got %q", s.identity.ChainID, chainID)
	}
	return nil
}

// sign returns the signature of a request once the store has it.
//
// The loop ends with a signature in two places only: the store has confirmed the change that brings it, or the store already
// has a record with it. So a change of which nobody knows whether it was made is settled by reading the record again, and one
// that comes to the store late finds another record than it expects, or is the one that was read.
func (s *Signer) sign(r request) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	for {
		if err := s.held(); err != nil {
			return answer{}, err
		}
		if r.position.Compare(s.record.Position) <= 0 {
			return s.repeat(r)
		}
		if err := r.checkLock(s.record); err != nil {
			return answer{}, err
		}
		if err := s.advance(ctx, r); err != nil {
			return answer{}, err
		}
	}
}

// repeat returns the signature that was given at a position already.
func (s *Signer) repeat(r request) (answer, error) {
	for _, signed := range append([]Signed{s.record.Signed}, s.record.Earlier...) {
		if signed.Position != r.position {
			continue
		}
		given, err := r.again(signed)
		if err != nil {
			return answer{}, err
		}
		return given, s.local.save(s.record)
	}
	return answer{}, fmt.Errorf("%w: expected a position after %s, got %s", ErrRegression, s.record.Position, r.position)
}

// advance asks the store to record a request with its signature, and takes over the record that the store then has: with it, or
// with what others wrote meanwhile.
func (s *Signer) advance(ctx context.Context, r request) error {
	signature, err := s.key.Sign(r.signBytes)
	if err != nil {
		return err
	}
	next := s.record.add(Signed{r.position, r.signBytes, signature}, r.precommitted)
	encoded, err := next.encode()
	if err != nil {
		return err
	}
	begin := time.Now()
	swapped, current, err := s.identity.Store.Swap(ctx, s.identity.Key(), s.raw, encoded)
	switch {
	case err != nil:
		if ctx.Err() != nil {
			return fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		time.Sleep(storeRetry)
		current, err = s.identity.load(ctx)
		if err != nil {
			return err
		}
	case swapped:
		s.took(time.Since(begin))
		s.record, s.raw = next, encoded
		return nil
	}
	return s.accept(current)
}

// accept takes a record of the store for the newest.
func (s *Signer) accept(raw []byte) error {
	if raw == nil {
		return fmt.Errorf("%w: %s", ErrNoRecord, s.identity.Key())
	}
	record, err := decode(raw, s.identity.ChainID, s.key.PubKey())
	if err != nil {
		return err
	}
	if err := s.local.Check(record); err != nil {
		return err
	}
	if record.Compare(s.record.Position) < 0 || record.Epoch < s.record.Epoch {
		return fmt.Errorf("%w: it is at %s, epoch %d, and this signer at %s, epoch %d: was it restored from a backup?",
			ErrStoreBehind, record.Position, record.Epoch, s.record.Position, s.record.Epoch)
	}
	s.record, s.raw = record, raw
	return nil
}

// held returns ErrFenced if another signer holds the identity, or this one holds it once more since it began.
func (s *Signer) held() error {
	if s.record.Holder != s.name || s.epoch != 0 && s.record.Epoch != s.epoch {
		return fmt.Errorf("%w: expected %q, got %q, epoch %d since %s", ErrFenced,
			s.name, s.record.Holder, s.record.Epoch, s.record.TakenAt.Format(time.RFC3339))
	}
	return nil
}
