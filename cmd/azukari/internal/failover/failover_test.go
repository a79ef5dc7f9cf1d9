package failover

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/stretchr/testify/require"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/etcd"
)

const chainID = "financial-1"

func TestVotesOf(t *testing.T) {
	for text, want := range map[string]struct {
		voting, total int64
		err           string
	}{
		`{"height_vote_set":[]}`: {},
		`{"height_vote_set":[{"prevotes_bit_array":"BA{4:xx__} 20/40 = 0.50","precommits_bit_array":"BA{4:x___} 10/40 = 0.25"}]}`: {20, 40, ""},
		// The last round has no votes yet.
		`{"height_vote_set":[{"prevotes_bit_array":"BA{4:xxx_} 30/40 = 0.75","precommits_bit_array":"BA{4:____} 0/40 = 0.00"},
			{"prevotes_bit_array":"BA{4:____} 0/40 = 0.00","precommits_bit_array":"BA{4:____} 0/40 = 0.00"}]}`: {30, 40, ""},
		`{"height_vote_set":[{"prevotes_bit_array":"nil-BitArray","precommits_bit_array":""}]}`: {0, 0, "expected votes as 20/40"},
		`[]`: {0, 0, "state of consensus: "},
	} {
		voting, total, err := votesOf(json.RawMessage(text))
		if want.err != "" {
			require.ErrorContains(t, err, want.err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want.voting, voting, text)
		require.Equal(t, want.total, total, text)
	}
}

// The four cases of docs/failover.md, and what closes promotion beside them.
func TestWays(t *testing.T) {
	record := signer.Record{Holder: "tokyo-a", Epoch: 1, Signed: signer.Signed{Position: signer.Position{Height: 44, Step: 3}}}
	lives, halted := Chain{Lives: true, Voting: 40, Total: 40}, Chain{Voting: 20, Total: 40}
	require.True(t, rotationWay(lives).Open)
	require.Contains(t, rotationWay(lives).Command, "fzd tx membership rotate-key")
	require.False(t, rotationWay(halted).Open)
	require.Contains(t, rotationWay(halted).Why, "20 of 40 power votes, more than 2/3 is needed")
	require.False(t, rotationWay(Chain{Error: "no route"}).Open)

	open := promotionWay("osaka-a", "DIR", record, nil)
	require.True(t, open.Open)
	require.Equal(t, "azukari failover promote --signer DIR --from tokyo-a --home NODE-HOME", open.Command)
	require.Contains(t, promotionWay("tokyo-a", "DIR", record, nil).Why, "tokyo-a holds the validator already")
	closed := promotionWay("osaka-a", "DIR", signer.Record{}, errors.Join(signer.ErrUnavailable))
	require.False(t, closed.Open)
	require.Contains(t, closed.Why, "waiting fences nobody")
	require.Empty(t, closed.Command)

	require.NoError(t, Chain{Signed: record.Position}.checkAgainst(record))
	require.NoError(t, Chain{}.checkAgainst(record))
	err := Chain{Signed: signer.Position{Height: 45, Step: 3}}.checkAgainst(record)
	require.ErrorIs(t, err, signer.ErrStoreBehind)
	require.Contains(t, promotionWay("osaka-a", "DIR", record, err).Why, "another process signs with this key")
}

// site is a listener and a signer that stands by for it.
type site struct {
	t                *testing.T
	home, dir, store string
	nodeKey          *p2p.NodeKey
	config           signer.Config
}

func newSite(t *testing.T, store string) site {
	t.Helper()
	s := site{t: t, home: t.TempDir(), dir: t.TempDir(), store: store}
	require.NoError(t, os.Mkdir(filepath.Join(s.home, "config"), 0o700))
	app, comet := nodeconfig.DefaultApp(), nodeconfig.DefaultComet()
	comet.SetRoot(s.home)
	comet.P2P.PersistentPeers = "x@y:1"
	comet.RPC.ListenAddress = "tcp://127.0.0.1:1"
	nodeconfig.ListenerProfile().Apply(nodeconfig.Files{Comet: comet, App: &app})
	require.NoError(t, nodeconfig.Write(comet, app))
	s.writeGenesis(chainID)
	s.nodeKey = &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	require.NoError(t, s.nodeKey.SaveAs(comet.NodeKeyFile()))
	key := filepath.Join(s.dir, "key.json")
	privval.GenFilePV(key, filepath.Join(s.dir, "unused")).Key.Save()
	s.signer("init", "--signer", filepath.Join(s.dir, "tokyo-a"), "--name", "tokyo-a", "--chain-id", chainID, "--key-file", key,
		"--node", "tcp://"+string(s.nodeKey.ID())+"@127.0.0.1:26659", "--store", store, "--never-signed")
	s.signer("init", "--signer", filepath.Join(s.dir, "osaka-a"), "--name", "osaka-a", "--chain-id", chainID, "--key-file", key,
		"--node", "tcp://"+string(s.nodeKey.ID())+"@127.0.0.1:26659", "--store", store)
	var err error
	s.config, err = signer.LoadConfig(filepath.Join(s.dir, "osaka-a"))
	require.NoError(t, err)
	return s
}

func (s site) writeGenesis(chain string) {
	s.t.Helper()
	genesis := &genutiltypes.AppGenesis{ChainID: chain, InitialHeight: 1, AppState: json.RawMessage("{}"), GenesisTime: time.Unix(1, 0)}
	require.NoError(s.t, genesis.SaveAs(filepath.Join(s.home, "config", "genesis.json")))
}

func (s site) signer(arguments ...string) {
	s.t.Helper()
	cmd := signer.NewCommand()
	cmd.SetOut(&bytes.Buffer{})
	cmd.SetArgs(arguments)
	require.NoError(s.t, cmd.ExecuteContext(s.t.Context()))
}

// promote runs the command and returns all that it says.
func (s site) promote(more ...string) (string, error) {
	s.t.Helper()
	var out bytes.Buffer
	cmd := NewCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(append([]string{"promote", "--signer", filepath.Join(s.dir, "osaka-a"), "--from", "tokyo-a", "--home", s.home}, more...))
	err := cmd.ExecuteContext(s.t.Context())
	return out.String(), err
}

func (s site) listens() bool {
	s.t.Helper()
	files, err := nodeconfig.Read(s.home)
	require.NoError(s.t, err)
	return nodeconfig.ListenerProfile().Check(files) == nil
}

func (s site) holder() string {
	s.t.Helper()
	identity, err := s.config.Open()
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, identity.Store.Close()) }()
	record, err := identity.Load(s.t.Context())
	require.NoError(s.t, err)
	return record.Holder
}

// A home that cannot become the validator's is refused before the store is changed; then the whole is done, once.
func TestPromote(t *testing.T) {
	s := newSite(t, "file://"+filepath.Join(t.TempDir(), "store"))
	refused := func(want string, more ...string) {
		t.Helper()
		_, err := s.promote(more...)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, "tokyo-a", s.holder())
		require.True(t, s.listens())
	}
	refused("which would replace itself", "--from", "osaka-a")
	refused(`expected "kobe-a", got "tokyo-a"`, "--from", "kobe-a")
	refused("expected the configuration of a node", "--home", t.TempDir())
	s.writeGenesis("retail-1")
	refused("expected a node of financial-1")
	s.writeGenesis(chainID)
	stranger := p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	file := filepath.Join(s.home, "config", "node_key.json")
	require.NoError(t, stranger.SaveAs(file))
	refused("to which signer osaka-a connects")
	require.NoError(t, s.nodeKey.SaveAs(file))
	files, err := nodeconfig.Read(s.home)
	require.NoError(t, err)
	files.Comet.P2P.PersistentPeers = ""
	require.NoError(t, nodeconfig.Write(files.Comet, *files.App))
	refused("expected p2p.persistent_peers")
	files.Comet.P2P.PersistentPeers = "x@y:1"
	require.NoError(t, nodeconfig.Write(files.Comet, *files.App))

	said, err := s.promote()
	require.NoError(t, err)
	require.Contains(t, said, "holder: tokyo-a, epoch 1 -> osaka-a, epoch 2; signed up to nothing")
	require.Contains(t, said, "next: azukari signer start --signer")
	require.Contains(t, said, "the chain was not asked")
	require.Equal(t, "osaka-a", s.holder())
	files, err = nodeconfig.Read(s.home)
	require.NoError(t, err)
	require.NoError(t, nodeconfig.ValidatorProfile().Check(files))
	require.Equal(t, "tcp://127.0.0.1:26659", files.Comet.PrivValidatorListenAddr)
	id, err := s.config.ConnectionID()
	require.NoError(t, err)
	require.Equal(t, id, files.App.Signer.ID)

	// Again, and with what starts it: nothing changes, and what does not sign in time is said.
	_, err = s.promote("--start", "true", "--wait", "100ms")
	require.ErrorContains(t, err, "wait for the first signature")
	_, err = s.promote("--start", "exit 3")
	require.ErrorContains(t, err, "--start: exit status 3: osaka-a holds the validator now")
	said, err = s.promote()
	require.NoError(t, err)
	require.Contains(t, said, "osaka-a holds the validator since")
}

// Without a majority of the store promotion changes nothing and says why; with it, it goes on.
func TestPromoteWithoutQuorum(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a real store")
	}
	here := devnet.Loopback()
	cluster := etcd.Start(t, here, here, here)
	s := newSite(t, cluster.Address(here))
	for _, member := range cluster.Members[:2] {
		require.NoError(t, member.Kill())
	}
	_, err := s.promote()
	require.ErrorIs(t, err, signer.ErrUnavailable)
	require.ErrorContains(t, err, "nothing was changed: without a majority of the store's members nobody can tell whether the signer before "+
		"still signs, and waiting fences nobody: bring members back")
	require.True(t, s.listens())
	require.NoError(t, cluster.Members[0].Start())
	require.Eventually(t, func() bool { _, err := s.promote(); return err == nil }, time.Minute, 100*time.Millisecond)
	require.Equal(t, "osaka-a", s.holder())
	require.False(t, s.listens())
}
