package signer

import (
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

// listenAs is a node's side, with CometBFT's own library.
func listenAs(t *testing.T, address string, key ed25519.PrivKey) (*privval.SignerListenerEndpoint, *privval.SignerClient) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	endpoint := privval.NewSignerListenerEndpoint(cmtlog.NewNopLogger(), privval.NewTCPListener(listener, key))
	client, err := privval.NewSignerClient(endpoint, chainID)
	require.NoError(t, err)
	t.Cleanup(func() {
		if endpoint.IsRunning() {
			require.NoError(t, endpoint.Stop())
		}
	})
	return endpoint, client
}

// A signer serves its node, finds it again after a restart, says when it is busy, and ends when it is replaced. It signs for no
// other node.
func TestServer(t *testing.T) {
	reserved, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := reserved.Addr().String()
	require.NoError(t, reserved.Close())

	store := newMemoryStore()
	key, nodeKey := ed25519.GenPrivKey(), ed25519.GenPrivKey()
	identity := newIdentity(store, key)
	_, err = identity.Begin(t.Context(), "tokyo", Signed{}, begin)
	require.NoError(t, err)
	local := Local(filepath.Join(t.TempDir(), "state"))
	signer, err := New(t.Context(), identity, "tokyo", key, local, 50*time.Millisecond, nil)
	require.NoError(t, err)
	one := server{
		node: node{"tcp", address, p2p.PubKeyToID(nodeKey.PubKey())}, key: ed25519.GenPrivKey(), chainID: chainID,
		signer: signer, log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { ended <- one.run(ctx) }()

	vote := func(height int64) *cmtproto.Vote {
		return &cmtproto.Vote{Type: cmtproto.PrevoteType, Height: height, Timestamp: begin}
	}
	endpoint, client := listenAs(t, address, ed25519.GenPrivKey())
	another := vote(1)
	require.Error(t, client.SignVote(chainID, another))
	require.Empty(t, another.Signature, "another node gets none")
	require.NoError(t, endpoint.Stop())

	endpoint, client = listenAs(t, address, nodeKey)
	require.NoError(t, client.WaitForConnection(20*time.Second))
	got, err := client.GetPubKey()
	require.NoError(t, err)
	require.Equal(t, key.PubKey(), got)
	require.NoError(t, client.Ping())
	first := vote(1)
	require.NoError(t, client.SignVote(chainID, first))
	signed, err := ReadState(string(local))
	require.NoError(t, err)
	require.Equal(t, Position{1, 0, stepPrevote}, signed.Position)
	require.Equal(t, first.Signature, signed.Signature)
	require.NoError(t, endpoint.Stop())

	_, client = listenAs(t, address, nodeKey)
	require.NoError(t, client.WaitForConnection(20*time.Second), "the node was restarted")
	refusal := func(err error, code int, words string) {
		t.Helper()
		var answer *privval.RemoteSignerError
		require.ErrorAs(t, err, &answer)
		require.Equal(t, code, answer.Code)
		require.Contains(t, answer.Description, words)
	}
	require.NoError(t, client.SignVote(chainID, vote(2)))
	require.NoError(t, client.SignVote(chainID, vote(1)), "the same again")
	skipped := vote(1)
	skipped.Type = cmtproto.PrecommitType
	refusal(client.SignVote(chainID, skipped), 0, ErrRegression.Error())
	other := vote(2)
	other.BlockID = item{block: 1}.blockID()
	refusal(client.SignVote(chainID, other), nodeconfig.SignerVoted, ErrConflict.Error())
	refusal(client.SignVote("retail-1", vote(3)), 0, "")
	store.swap = func() fate { return lost }
	refusal(client.SignVote(chainID, vote(3)), nodeconfig.SignerBusy, ErrUnavailable.Error())
	store.swap = nil
	require.NoError(t, client.SignVote(chainID, vote(3)))

	_, _, err = identity.TakeOver(t.Context(), "osaka", "tokyo", begin)
	require.NoError(t, err)
	refusal(client.SignVote(chainID, vote(4)), 0, ErrFenced.Error())
	require.ErrorIs(t, <-ended, ErrFenced)
}

// A store that has forgotten signatures ends the signer, at its start or while it runs.
func TestStoreFromABackup(t *testing.T) {
	store := newMemoryStore()
	key := ed25519.GenPrivKey()
	identity := newIdentity(store, key)
	_, err := identity.Begin(t.Context(), "tokyo", Signed{}, begin)
	require.NoError(t, err)
	local := Local(filepath.Join(t.TempDir(), "state"))
	start := func() (*Signer, error) { return New(t.Context(), identity, "tokyo", key, local, time.Second, nil) }
	signer, err := start()
	require.NoError(t, err)
	ask := func(height int64) error {
		_, _, _, err := item{Position: Position{height, 0, stepPrevote}, block: 1}.ask(signer)
		return err
	}
	require.NoError(t, ask(1))
	backup := store.records[identity.Key()]
	require.NoError(t, ask(2))
	store.records[identity.Key()] = backup
	require.ErrorIs(t, ask(3), ErrStoreBehind)
	require.True(t, mustEnd(ask(3)))
	_, err = start()
	require.ErrorIs(t, err, ErrStoreBehind)
	delete(store.records, identity.Key())
	_, err = start()
	require.ErrorIs(t, err, ErrNoRecord)

	// What is no record of this validator is told from one.
	for name, wrong := range map[string]string{
		"no JSON": "x", "unknown field": `{"more":1}`, "another chain": `{"chain_id":"retail-1"}`, "another key": `{"chain_id":"financial-1","pub_key":"AA=="}`,
	} {
		store.records[identity.Key()] = []byte(wrong)
		_, err := identity.Load(t.Context())
		require.ErrorIs(t, err, ErrBadRecord, name)
	}
	forged := signer.Record()
	forged.Height, forged.SignBytes, forged.Signature = 9, []byte("forged"), []byte("forged")
	raw, err := forged.encode()
	require.NoError(t, err)
	store.records[identity.Key()] = raw
	_, err = start()
	require.ErrorIs(t, err, ErrBadRecord)
}
