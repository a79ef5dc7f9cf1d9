package devnet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/relayer/e2e"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// A new listener begins with a snapshot of the zone's state, behind the filter of peers, and follows the zone from there, through
// packets of other zones too. It lacks the blocks before.
func TestListenerJoinsByStateSync(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := e2e.Manifest("statesync", e2e.Retail)
	manifest.BlockTimeMS = 300
	manifest.Financial.Banks, manifest.Financial.Listeners = 2, 1
	s := e2e.Open(t, manifest)
	ctx := withTimeout(t)
	zone := s.Financial()
	listener := zone.Node("listener-1")
	snapshotEvery(t, listener, "500", "10")
	waitLog(ctx, t, listener, "completed state snapshot")

	node, err := zone.Join("osaka", "bank-b")
	require.NoError(t, err)
	home := node.Endpoints().Home
	configure := func(servers ...string) string {
		arguments := []string{"configure", "listener", "--home", home, "--peers-from", rpcOf(listener)}
		if len(servers) > 0 {
			arguments = append(arguments, "--state-from", strings.Join(servers, ","))
		}
		// How it ended is in what it says.
		output, _ := exec.CommandContext(t.Context(), zone.Binary(), arguments...).CombinedOutput() // #nosec G204 -- our own binary
		return string(output)
	}
	require.Contains(t, configure(rpcOf(listener)), "expected two nodes or more")
	require.Contains(t, configure(rpcOf(listener), rpcOf(s.Zone(e2e.Retail).Node("business-1"))), "expected nodes of one zone, got one of")
	// Two thirds of three weeks.
	require.Contains(t, configure(rpcOf(listener), rpcOf(zone.Node("bank-a"))), "for 336h0m0s\n")

	operator := s.Keys().Operator("bank-b", membershiptypes.RoleNode)
	answer, err := zone.Client().Send(ctx, operator, &membershiptypes.MsgRegisterNode{Operator: operator.String(), NodeId: node.ID(), Moniker: "osaka"})
	require.NoError(t, err)
	begin := time.Now()
	require.NoError(t, node.Start())
	require.NoError(t, node.Client().WaitHeight(ctx, answer.Height))
	status, err := node.Client().Status(ctx)
	require.NoError(t, err)
	t.Logf("a new listener is at block %d %s after its start, from a snapshot at %d", status.SyncInfo.LatestBlockHeight, time.Since(begin), status.SyncInfo.EarliestBlockHeight-1)
	require.Greater(t, status.SyncInfo.EarliestBlockHeight, int64(1), "it did not begin with the first block")

	// It carries out what comes, and has the state of the others.
	s.Charge(e2e.Retail, 2)
	s.Settled(e2e.Retail)
	require.NoError(t, payThrough(s, node))
	now := height(ctx, t, listener)
	require.NoError(t, node.Client().WaitHeight(ctx, now+1))
	theirs, err := listener.Client().Header(ctx, now)
	require.NoError(t, err)
	ours, err := node.Client().Header(ctx, now)
	require.NoError(t, err)
	require.Equal(t, theirs.Header.Hash(), ours.Header.Hash())
	account, err := registrytypes.NewQueryClient(node.Client().GRPC()).Account(ctx, &registrytypes.QueryAccountRequest{Address: s.Holder.String()})
	require.NoError(t, err)
	require.Equal(t, "bank-a", account.Account.Bank)

	// Restarted, it goes on with what it has.
	require.NoError(t, node.Restart())
	now = height(ctx, t, listener)
	require.NoError(t, node.Client().WaitHeight(ctx, now+1))
	require.Contains(t, configure(rpcOf(listener), rpcOf(zone.Node("bank-a"))), "expected a node without blocks")
}

func rpcOf(node *devnet.Node) string {
	return strings.Replace(node.Endpoints().RPC, "http://", "tcp://", 1)
}

// snapshotEvery restarts a node with another interval of snapshots, all of which it keeps: one that it drops while the new node
// looks for more would never arrive.
func snapshotEvery(t *testing.T, node *devnet.Node, before, blocks string) {
	t.Helper()
	file := filepath.Join(node.Endpoints().Home, "config", "app.toml")
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	text := string(raw)
	for old, changed := range map[string]string{
		"\nsnapshot-interval = " + before + "\n": "\nsnapshot-interval = " + blocks + "\n",
		"\nsnapshot-keep-recent = 2\n":           "\nsnapshot-keep-recent = 0\n",
	} {
		require.Contains(t, text, old)
		text = strings.Replace(text, old, changed, 1)
	}
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	require.NoError(t, node.Restart())
}

// payThrough pays one yen through a node.
func payThrough(s *e2e.Scene, node *devnet.Node) error {
	ctx, cancel := s.Context()
	defer cancel()
	// A node answers queries, such as that for a sequence, only once it has executed a block itself.
	return nodeclient.Poll(ctx, "a payment through "+node.Name(), func() (bool, error) {
		_, err := node.Client().Send(ctx, s.Holder, &banktypes.MsgSend{
			FromAddress: s.Holder.String(), ToAddress: s.Keys().Account("bank-b", 0).String(), Amount: sdk.NewCoins(yen(1)),
		})
		return err == nil, err
	})
}
