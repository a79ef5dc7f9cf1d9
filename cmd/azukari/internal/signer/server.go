package signer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/libs/protoio"
	"github.com/cometbft/cometbft/p2p"
	p2pconn "github.com/cometbft/cometbft/p2p/conn"
	"github.com/cometbft/cometbft/privval"
	privvalproto "github.com/cometbft/cometbft/proto/tendermint/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

const (
	dialTimeout  = 3 * time.Second
	redialPause  = 200 * time.Millisecond
	messageBytes = 10 << 10 // CometBFT's own bound
	// idleTimeout is more than the pause between two pings of a node; a connection without them is dead.
	idleTimeout = 15 * time.Second
)

// server connects a signer to its node and answers it. CometBFT's own SignerServer reads on for ever from a connection that
// the node has closed, and so never finds the node again once that was restarted.
type server struct {
	node    node
	key     crypto.PrivKey // of the connection
	chainID string
	signer  cmttypes.PrivValidator
	log     *slog.Logger
}

// run serves until the context ends, or until the signer must end: then it returns ErrFenced or ErrStoreBehind.
func (s server) run(ctx context.Context) error {
	failing := ""
	for {
		err := s.serve(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case mustEnd(err):
			return err
		case err.Error() != failing:
			failing = err.Error()
			s.log.Warn("no connection to the node: dialling again", "node", s.node.address, "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(redialPause):
		}
	}
}

func mustEnd(err error) bool {
	return errors.Is(err, ErrFenced) || errors.Is(err, ErrStoreBehind) || errors.Is(err, ErrBadRecord) || errors.Is(err, ErrNoRecord)
}

// serve answers one connection. It always returns an error.
func (s server) serve(ctx context.Context) error {
	conn, err := s.dial(ctx)
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() {
		stop()
		_ = conn.Close()
	}()
	s.log.Info("connected to the node", "node", s.node.address)
	reader, writer := protoio.NewDelimitedReader(conn, messageBytes), protoio.NewDelimitedWriter(conn)
	for {
		if err := conn.SetDeadline(time.Now().Add(idleTimeout)); err != nil {
			return err
		}
		var question privvalproto.Message
		if _, err := reader.ReadMsg(&question); err != nil {
			return err
		}
		reply, signError := privval.DefaultValidationRequestHandler(s.signer, question, s.chainID)
		if signError != nil {
			s.log.Error("no signature", "for", subject(question), "err", signError)
		}
		if reply.Sum == nil {
			return fmt.Errorf("expected a request that CometBFT knows, got %T", question.Sum)
		}
		explain(reply, question, signError)
		if _, err := writer.WriteMsg(&reply); err != nil {
			return errors.Join(signErrorIfFinal(signError), err)
		}
		if mustEnd(signError) {
			return signError
		}
	}
}

func signErrorIfFinal(err error) error {
	if mustEnd(err) {
		return err
	}
	return nil
}

// dial connects to the node, and to no other.
func (s server) dial(ctx context.Context) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout}
	conn, err := dialer.DialContext(ctx, s.node.network, s.node.address)
	if err != nil || s.node.network == "unix" {
		return conn, err
	}
	if err := conn.SetDeadline(time.Now().Add(dialTimeout)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	secret, err := p2pconn.MakeSecretConnection(conn, s.key)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if got := p2p.PubKeyToID(secret.RemotePubKey()); got != s.node.id {
		return nil, errors.Join(fmt.Errorf("expected node %s at %s, got %s: nothing is signed for it", s.node.id, s.node.address, got), conn.Close())
	}
	return secret, nil
}

// explain tells the node by a code what it can do about an error: ask again, or give the others the vote that was signed before.
func explain(reply, question privvalproto.Message, err error) {
	vote, proposal := reply.GetSignedVoteResponse(), reply.GetSignedProposalResponse()
	var conflict *conflictError
	switch {
	case errors.Is(err, ErrUnavailable) && vote != nil:
		vote.Error.Code = nodeconfig.SignerBusy
	case errors.Is(err, ErrUnavailable) && proposal != nil:
		proposal.Error.Code = nodeconfig.SignerBusy
	case errors.As(err, &conflict) && vote != nil:
		if before := conflict.vote(question.GetSignVoteRequest().Vote); before != nil {
			vote.Vote, vote.Error.Code = *before, nodeconfig.SignerVoted
		}
	}
}

// subject says what a request is for.
func subject(question privvalproto.Message) string {
	switch sum := question.Sum.(type) {
	case *privvalproto.Message_SignVoteRequest:
		if vote := sum.SignVoteRequest.Vote; vote != nil {
			step := stepPrevote
			if vote.Type == cmtproto.PrecommitType {
				step = stepPrecommit
			}
			return Position{vote.Height, vote.Round, step}.String()
		}
	case *privvalproto.Message_SignProposalRequest:
		if proposal := sum.SignProposalRequest.Proposal; proposal != nil {
			return Position{proposal.Height, proposal.Round, stepPropose}.String()
		}
	}
	return fmt.Sprintf("%T", question.Sum)
}
