package node

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/libs/protoio"
	"github.com/cometbft/cometbft/p2p"
	p2pconn "github.com/cometbft/cometbft/p2p/conn"
	"github.com/cometbft/cometbft/privval"
	privvalproto "github.com/cometbft/cometbft/proto/tendermint/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

const signedChain = "financial-1"

// fakeSigner answers one connection after the other, as a signer does.
type fakeSigner struct {
	address string
	key     ed25519.PrivKey
	node    p2p.ID
	signs   *privval.FilePV
	// spoil changes an answer; it may return nil to close the connection instead.
	spoil atomic.Pointer[func(*privvalproto.Message) *privvalproto.Message]
	// met counts the nodes that had the right key.
	met atomic.Int64
}

func (f *fakeSigner) run(ctx context.Context) {
	for ctx.Err() == nil {
		f.serve(ctx)
		time.Sleep(5 * time.Millisecond)
	}
}

func (f *fakeSigner) serve(ctx context.Context) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", f.address)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	secret, err := p2pconn.MakeSecretConnection(conn, f.key)
	if err != nil || p2p.PubKeyToID(secret.RemotePubKey()) != f.node {
		return
	}
	f.met.Add(1)
	reader, writer := protoio.NewDelimitedReader(secret, 10<<10), protoio.NewDelimitedWriter(secret)
	for {
		var question privvalproto.Message
		if _, err := reader.ReadMsg(&question); err != nil {
			return
		}
		reply, _ := privval.DefaultValidationRequestHandler(f.signs, question, signedChain)
		answer := &reply
		if spoil := f.spoil.Load(); spoil != nil {
			answer = (*spoil)(answer)
		}
		if answer == nil {
			return
		}
		if _, err := writer.WriteMsg(answer); err != nil {
			return
		}
	}
}

// The node takes its own signer only, and asks until it is answered, but not against a refusal.
func TestRemoteSigner(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	reserved, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := reserved.Addr().String()
	require.NoError(t, reserved.Close())

	folder := t.TempDir()
	nodeKey := &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	newSigner := func(key ed25519.PrivKey) *fakeSigner {
		signs := privval.GenFilePV(filepath.Join(folder, "key"), filepath.Join(folder, "state"))
		return &fakeSigner{address: address, key: key, node: nodeKey.ID(), signs: signs}
	}
	stranger, own := newSigner(ed25519.GenPrivKey()), newSigner(ed25519.GenPrivKey())
	id := string(p2p.PubKeyToID(own.key.PubKey()))
	go stranger.run(ctx)
	connecting, stop := context.WithTimeout(ctx, time.Second)
	_, err = listenForSigner(connecting, "tcp://"+address, id, signedChain, nodeKey, log.NewNopLogger())
	stop()
	require.ErrorIs(t, err, context.DeadlineExceeded, "the stranger is no signer of this node")

	go own.run(ctx)
	signer, err := listenForSigner(ctx, "tcp://"+address, id, signedChain, nodeKey, log.NewNopLogger())
	require.NoError(t, err)
	key, err := signer.GetPubKey()
	require.NoError(t, err)
	require.Equal(t, own.signs.Key.PubKey, key)
	vote := func(height int64) *cmtproto.Vote {
		return &cmtproto.Vote{Type: cmtproto.PrevoteType, Height: height, Timestamp: time.Unix(1, 0)}
	}
	first := vote(1)
	require.NoError(t, signer.SignVote(signedChain, first))
	require.NotEmpty(t, first.Signature)
	proposal := &cmtproto.Proposal{Type: cmtproto.ProposalType, Height: 2}
	require.NoError(t, signer.SignProposal(signedChain, proposal))
	require.NotEmpty(t, proposal.Signature)

	// A refusal is final.
	var refused *privval.RemoteSignerError
	require.ErrorAs(t, signer.SignVote(signedChain, vote(1)), &refused)

	// What the validator voted elsewhere is told to the others.
	earlier := *first
	earlier.ValidatorAddress = own.signs.GetAddress()
	voted := func(*privvalproto.Message) *privvalproto.Message {
		return &privvalproto.Message{Sum: &privvalproto.Message_SignedVoteResponse{SignedVoteResponse: &privvalproto.SignedVoteResponse{
			Vote: earlier, Error: &privvalproto.RemoteSignerError{Code: nodeconfig.SignerVoted, Description: "voted"},
		}}}
	}
	own.spoil.Store(&voted)
	told := make(chan *cmttypes.Vote, 1)
	signer.voteWith(func(vote *cmttypes.Vote, _ p2p.ID) (bool, error) {
		told <- vote
		return true, nil
	})
	require.ErrorAs(t, signer.SignVote(signedChain, vote(1)), &refused)
	require.Equal(t, nodeconfig.SignerVoted, refused.Code)
	require.Equal(t, earlier.Signature, (<-told).Signature)
	own.spoil.Store(nil)

	// Busy, and then a broken connection: the node asks again, and is answered.
	asked := atomic.Int64{}
	spoil := func(reply *privvalproto.Message) *privvalproto.Message {
		switch asked.Add(1) {
		case 1, 2:
			return &privvalproto.Message{Sum: &privvalproto.Message_SignedVoteResponse{SignedVoteResponse: &privvalproto.SignedVoteResponse{
				Error: &privvalproto.RemoteSignerError{Code: nodeconfig.SignerBusy, Description: "the store does not answer"},
			}}}
		case 3:
			return nil
		default:
			return reply
		}
	}
	own.spoil.Store(&spoil)
	third := vote(3)
	require.NoError(t, signer.SignVote(signedChain, third))
	require.NotEmpty(t, third.Signature)
	require.GreaterOrEqual(t, asked.Load(), int64(4))
	require.GreaterOrEqual(t, own.met.Load(), int64(2))

	// The end of the node ends the asking.
	busy := func(*privvalproto.Message) *privvalproto.Message { cancel(); return nil }
	own.spoil.Store(&busy)
	require.ErrorIs(t, signer.SignVote(signedChain, vote(4)), context.Canceled)
}

func TestListenForSignerRefuses(t *testing.T) {
	key := &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	for _, test := range []struct{ address, id, want string }{
		{"tcp://127.0.0.1:1", "", "expected the signer's id in signer.id of app.toml"},
		{"127.0.0.1:1", "", "expected tcp://host:port or unix:///path"},
		{"tcp://nowhere", string(key.ID()), "expected tcp://host:port or unix:///path"},
		{"unix://", "", "expected tcp://host:port or unix:///path"},
		{"unix:///no/such/folder/socket", "", "priv_validator_laddr: "},
	} {
		_, err := listenForSigner(t.Context(), test.address, test.id, signedChain, key, log.NewNopLogger())
		require.ErrorContains(t, err, test.want, test.address)
		require.False(t, errors.Is(err, context.DeadlineExceeded))
	}
}
