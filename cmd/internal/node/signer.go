package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	p2pconn "github.com/cometbft/cometbft/p2p/conn"
	"github.com/cometbft/cometbft/privval"
	privvalproto "github.com/cometbft/cometbft/proto/tendermint/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"cosmossdk.io/log"

	serverlog "github.com/cosmos/cosmos-sdk/server/log"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

// signerRetry is the pause before a request is made again.
const signerRetry = 100 * time.Millisecond

// remoteSigner asks a signer in another process. CometBFT's own listener, which priv_validator_laddr makes it open, has a new
// connection key in each run and takes whoever connects first; this one has the node's key, by which the signer knows it, and
// takes one signer only.
//
// A request that found no signer, or a signer whose store does not answer, is made again until it is answered. CometBFT asks
// once for each vote: without its answer the node would be silent for the rest of the round, and four nodes that were silent
// in one round would never begin another.
type remoteSigner struct {
	ctx      context.Context // ends with the node
	endpoint *privval.SignerListenerEndpoint
	client   *privval.SignerClient
	logger   log.Logger

	mu      sync.Mutex
	key     crypto.PubKey // known after the first answer
	addVote func(*cmttypes.Vote, p2p.ID) (bool, error)
}

var _ cmttypes.PrivValidator = (*remoteSigner)(nil)

// listenForSigner opens the address of the configuration and waits for the signer, until the context ends.
func listenForSigner(
	ctx context.Context, address, id, chainID string, nodeKey *p2p.NodeKey, logger log.Logger,
) (*remoteSigner, error) {
	network, bare, err := nodeconfig.SignerAddress(address, id)
	if err != nil {
		return nil, err
	}
	if network == "unix" {
		// What a killed node left behind would keep the next one from listening.
		if err := os.Remove(bare); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("priv_validator_laddr: %w", err)
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, network, bare)
	if err != nil {
		return nil, fmt.Errorf("priv_validator_laddr: %w", err)
	}
	if network == "unix" {
		listener = privval.NewUnixListener(listener)
	} else {
		key, ok := nodeKey.PrivKey.(ed25519.PrivKey)
		if !ok {
			return nil, fmt.Errorf("node_key.json: expected an ed25519 key, got %s", nodeKey.PrivKey.Type())
		}
		listener = pinnedListener{privval.NewTCPListener(listener, key), p2p.ID(id)}
	}
	endpoint := privval.NewSignerListenerEndpoint(serverlog.CometLoggerWrapper{Logger: logger}, listener)
	client, err := privval.NewSignerClient(endpoint, chainID)
	if err != nil {
		return nil, err
	}
	signer := &remoteSigner{ctx: ctx, endpoint: endpoint, client: client, logger: logger}
	logger.Info("wait for the signer", "address", address, "id", id)
	if _, err := signer.GetPubKey(); err != nil {
		return nil, errors.Join(err, endpoint.Stop())
	}
	return signer, nil
}

// GetPubKey implements PrivValidator.
func (s *remoteSigner) GetPubKey() (crypto.PubKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key != nil {
		return s.key, nil
	}
	err := s.insist("public key", func() (err error) {
		s.key, err = s.client.GetPubKey()
		return err
	})
	return s.key, err
}

// SignVote implements PrivValidator.
func (s *remoteSigner) SignVote(chainID string, vote *cmtproto.Vote) error {
	return s.insist("vote", func() error {
		// The library's client drops the vote of an answer that has an error.
		reply, err := s.endpoint.SendRequest(privvalproto.Message{Sum: &privvalproto.Message_SignVoteRequest{
			SignVoteRequest: &privvalproto.SignVoteRequest{Vote: vote, ChainId: chainID},
		}})
		if err != nil {
			return err
		}
		answer := reply.GetSignedVoteResponse()
		switch {
		case answer == nil:
			return privval.ErrUnexpectedResponse
		case answer.Error == nil:
			*vote = answer.Vote
			return nil
		case answer.Error.Code == nodeconfig.SignerVoted:
			s.tell(&answer.Vote)
		}
		return &privval.RemoteSignerError{Code: int(answer.Error.Code), Description: answer.Error.Description}
	})
}

// tell gives consensus the vote that the validator signed before, on another node. Without it this node would have no vote in
// the round, and four nodes of which two have none never leave a round.
func (s *remoteSigner) tell(signed *cmtproto.Vote) {
	vote, err := cmttypes.VoteFromProto(signed)
	if err != nil {
		s.logger.Error("the signer's earlier vote is none", "err", err)
		return
	}
	s.mu.Lock()
	add := s.addVote
	s.mu.Unlock()
	if add == nil {
		return
	}
	s.logger.Info("the validator voted on another node before: telling the others", "vote", vote)
	// Consensus waits for this very call.
	go func() {
		if _, err := add(vote, ""); err != nil {
			s.logger.Error("tell the others", "err", err)
		}
	}()
}

// voteWith says how a vote is given to consensus.
func (s *remoteSigner) voteWith(add func(*cmttypes.Vote, p2p.ID) (bool, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addVote = add
}

// SignProposal implements PrivValidator.
func (s *remoteSigner) SignProposal(chainID string, proposal *cmtproto.Proposal) error {
	return s.insist("proposal", func() error { return s.client.SignProposal(chainID, proposal) })
}

// insist asks until there is an answer: done, or refused.
func (s *remoteSigner) insist(what string, ask func() error) error {
	for attempt := 0; ; attempt++ {
		err := ask()
		var answer *privval.RemoteSignerError
		answered := errors.As(err, &answer)
		if err == nil || answered && answer.Code != nodeconfig.SignerBusy {
			return err
		}
		if !answered {
			// The library keeps a broken connection until its next ping.
			s.endpoint.DropConnection()
		}
		const oftenEnough = 50
		if attempt%oftenEnough == 0 {
			s.logger.Error("no signature yet: asking again", "for", what, "err", err)
		}
		select {
		case <-s.ctx.Done():
			return errors.Join(s.ctx.Err(), err)
		case <-time.After(signerRetry):
		}
	}
}

// pinnedListener takes connections of one signer.
type pinnedListener struct {
	*privval.TCPListener
	id p2p.ID
}

// Accept implements net.Listener.
func (l pinnedListener) Accept() (net.Conn, error) {
	conn, err := l.TCPListener.Accept()
	if err != nil {
		return nil, err
	}
	secret, ok := conn.(*p2pconn.SecretConnection)
	if !ok {
		return nil, errors.Join(fmt.Errorf("expected an authenticated connection, got %T", conn), conn.Close())
	}
	if got := p2p.PubKeyToID(secret.RemotePubKey()); got != l.id {
		return nil, errors.Join(fmt.Errorf("expected signer %s, got %s: turned away", l.id, got), conn.Close())
	}
	return conn, nil
}
