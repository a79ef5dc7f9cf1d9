package drill

import (
	"bytes"
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// Two of four validators are lost in the middle of a round. One of them had voted for a block, and precommitted it, and nobody
// else has seen that. The node that takes it over tells its votes, so that the round can end; and in later rounds it votes for
// no other block, since that one may have been committed where it was. Once the second one is back, the other three go on.
func TestPromoteInTheMiddleOfARound(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	manifest := devnet.DefaultManifest()
	manifest.Name = "middle"
	manifest.BlockTimeMS = 1500 // long enough to kill two validators in the pause
	manifest.Financial.Listeners = 2
	manifest.Zones = nil
	dir := t.TempDir()
	s := &stage{
		Network: devnet.Start(t, manifest), t: t, ctx: ctx, dir: dir,
		store: func(devnet.Host) string { return "file://" + filepath.Join(dir, "store") },
	}
	zone := s.Financial()
	watcher := zone.Node("bank-c")
	here := devnet.Loopback()
	tokyoA := s.migrate("tokyo-a", here, zone.Node("bank-a"))
	s.pass(watcher, 2)
	tokyoB := s.migrate("tokyo-b", here, zone.Node("bank-b"))
	osakaA := s.standBy("osaka-a", here, zone.Node("listener-1"), tokyoA)
	osakaB := s.standBy("osaka-b", here, zone.Node("listener-2"), tokyoB)

	// In the pause after a block, before anybody votes on the next one.
	s.pass(watcher, 3)
	for _, one := range []*signerPlace{tokyoA, tokyoB} {
		require.NoError(t, one.node.Kill())
		require.NoError(t, one.process.Kill())
	}
	halted := s.halted(watcher, 2*time.Second)
	block := bytes.Repeat([]byte{7}, 32)
	s.voteUnseen(tokyoA, halted+1, block)

	promote := func(standby, active *signerPlace) {
		t.Log(s.run("azukari", "failover", "promote", "--signer", standby.dir, "--from", active.name, "--home", standby.node.Endpoints().Home))
		require.NoError(t, standby.node.Stop())
		require.NoError(t, standby.node.StartAs(devnet.RoleValidator))
		s.start(standby)
	}
	promote(osakaA, tokyoA)
	files, err := nodeconfig.Read(osakaA.node.Endpoints().Home)
	require.NoError(t, err)
	require.Equal(t, halted+1, files.App.Signer.LockHeight)
	require.Equal(t, hex.EncodeToString(block), files.App.Signer.LockBlock)
	s.waitLog(osakaA.node, "telling the others")
	s.waitLog(osakaA.node, "state machine rejected a proposed block")
	require.Equal(t, halted, s.height(watcher))

	promote(osakaB, tokyoB)
	require.NoError(t, watcher.Client().WaitHeight(ctx, halted+3))
	s.waitSigned(watcher, osakaA)
}

// voteUnseen signs a prevote and a precommit for a block as a signer that nobody hears any more.
func (s *stage) voteUnseen(one *signerPlace, height int64, block []byte) {
	s.t.Helper()
	config, err := signer.LoadConfig(one.dir)
	require.NoError(s.t, err)
	identity, err := config.Open()
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, identity.Store.Close()) }()
	raw, err := os.ReadFile(filepath.Join(one.dir, "priv_validator_key.json"))
	require.NoError(s.t, err)
	var key privval.FilePVKey
	require.NoError(s.t, cmtjson.Unmarshal(raw, &key))
	voter, err := signer.New(s.ctx, identity, one.name, key.PrivKey, "", signer.DefaultTimeout, nil)
	require.NoError(s.t, err)
	require.Less(s.t, voter.Record().Height, height, "it was killed before anybody voted")
	for _, kind := range []cmtproto.SignedMsgType{cmtproto.PrevoteType, cmtproto.PrecommitType} {
		require.NoError(s.t, voter.SignVote(config.ChainID, &cmtproto.Vote{
			Type: kind, Height: height, Timestamp: time.Now(),
			BlockID: cmtproto.BlockID{Hash: block, PartSetHeader: cmtproto.PartSetHeader{Total: 1, Hash: block}},
		}))
	}
}

// waitLog waits for words in a node's log.
func (s *stage) waitLog(node *devnet.Node, words string) {
	s.t.Helper()
	require.NoError(s.t, nodeclient.Poll(s.ctx, "the log of "+node.Name()+" to say "+words, func() (bool, error) {
		return len(s.inLog(node, words)) > 0, nil
	}))
}

// inLog finds something in a node's log.
func (s *stage) inLog(node *devnet.Node, pattern string) [][][]byte {
	s.t.Helper()
	raw, err := os.ReadFile(node.Endpoints().Log)
	require.NoError(s.t, err)
	return regexp.MustCompile(pattern).FindAllSubmatch(raw, -1)
}

// waitSigned waits for a block with a validator's signature.
func (s *stage) waitSigned(node *devnet.Node, one *signerPlace) {
	s.t.Helper()
	address := s.key(one).Address()
	for {
		height := s.height(node)
		commit, err := node.Client().RPC().Commit(s.ctx, &height)
		require.NoError(s.t, err)
		for _, signature := range commit.Commit.Signatures {
			if signature.ValidatorAddress.String() == address.String() && len(signature.Signature) > 0 {
				return
			}
		}
		s.pass(node, 1)
	}
}
