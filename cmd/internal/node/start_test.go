package node

import (
	"context"
	"errors"
	"net"
	"os"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/p2p/mock"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/server"

	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/testutil/zones"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// A listener signs nothing, and does not start where a validator's key is.
func TestSignerOfAListener(t *testing.T) {
	network := zones.New(t, zones.Manifest(2))
	r := &runner{Context: server.NewDefaultContext(), listener: true, app: network.Financial.App}
	r.Config = nodeconfig.DefaultComet()
	r.Config.SetRoot(t.TempDir())
	require.NoError(t, os.MkdirAll(r.Config.RootDir+"/config", 0o700))
	keep := func(key crypto.PubKey) {
		raw, err := cmtjson.Marshal(privval.FilePVKey{PubKey: key})
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(r.Config.PrivValidatorKeyFile(), raw, 0o600))
	}
	silent := func() {
		t.Helper()
		signer, err := r.newSigner()
		require.NoError(t, err)
		require.ErrorIs(t, signer.SignVote("financial-1", &cmtproto.Vote{}), errSilent)
		require.ErrorIs(t, signer.SignProposal("financial-1", &cmtproto.Proposal{}), errSilent)
		key, err := signer.GetPubKey()
		require.NoError(t, err)
		require.Len(t, key.Bytes(), ed25519.PubKeySize)
	}
	silent()
	require.NoFileExists(t, r.Config.PrivValidatorKeyFile(), "none is made")
	keep(ed25519.GenPrivKey().PubKey())
	silent()
	keep(nil)
	silent()

	validators, err := network.Financial.App.Membership.GenesisValidators(network.Financial.Ctx())
	require.NoError(t, err)
	keep(validators[0].PubKey)
	_, err = r.newSigner()
	require.ErrorContains(t, err, "expected a listener without a validator's key, got one that votes in "+r.Config.PrivValidatorKeyFile())
	require.NoError(t, os.WriteFile(r.Config.PrivValidatorKeyFile(), []byte("{"), 0o600))
	_, err = r.newSigner()
	require.ErrorContains(t, err, "expected a priv_validator_key.json file")

	r.listener = false
	r.Config.PrivValidatorListenAddr = "tcp://127.0.0.1:1"
	signer, err := r.newSigner()
	require.NoError(t, err)
	require.Nil(t, signer, "the remote one has not connected")
}

// dropped is a switch that only remembers whom it was told to drop.
type dropped struct {
	set  *p2p.PeerSet
	them map[p2p.ID]any
}

func (d dropped) Peers() p2p.IPeerSet { return d.set }

func (d dropped) StopPeerForError(peer p2p.Peer, reason any) { d.them[peer.ID()] = reason }

// The watcher drops whom the application would refuse now, and nobody when the application cannot answer.
func TestDropDismissed(t *testing.T) {
	network := zones.New(t, zones.Manifest(2))
	app := network.Financial.App
	operator := network.Keys.Operator("bank-a", membershiptypes.RoleNode)
	peers := dropped{p2p.NewPeerSet(), map[p2p.ID]any{}}
	var ids []p2p.ID
	for i := range 3 {
		peer := mock.NewPeer(net.IPv4(10, 0, 0, byte(i+1)))
		require.NoError(t, peers.set.Add(peer))
		ids = append(ids, peer.ID())
		if i < 2 {
			network.Financial.MustSend(operator.PrivKey(), &membershiptypes.MsgRegisterNode{Operator: operator.String(), NodeId: strings.ToLower(string(peer.ID()))})
		}
	}
	look := func(filter peerFilter) error {
		clear(peers.them)
		return dropDismissed(t.Context(), peers, filter, log.NewNopLogger())
	}
	require.NoError(t, look(app))
	require.Len(t, peers.them, 1)
	require.Contains(t, peers.them[ids[2]], "node is not admitted")

	network.Financial.MustSend(operator.PrivKey(), &membershiptypes.MsgUnregisterNode{Operator: operator.String(), NodeId: string(ids[0])})
	require.NoError(t, look(app))
	require.Len(t, peers.them, 2)
	require.NotContains(t, peers.them, ids[1])

	broken := errors.New("disk is gone")
	require.ErrorIs(t, look(answers{err: broken}), broken)
	require.Empty(t, peers.them)
	require.ErrorContains(t, look(answers{response: &abci.ResponseQuery{Code: 1, Codespace: "sdk", Log: "internal"}}), "internal")
	require.Empty(t, peers.them)
}

// answers is an application that answers always the same.
type answers struct {
	response *abci.ResponseQuery
	err      error
}

func (a answers) Query(context.Context, *abci.RequestQuery) (*abci.ResponseQuery, error) {
	return a.response, a.err
}
