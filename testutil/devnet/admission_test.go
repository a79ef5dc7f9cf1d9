package devnet_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// blocksToDrop is within how many blocks of 1.5 s a node without admission is without peers. The watcher looks every second;
// the rest is for a busy machine.
const blocksToDrop = 8

// A stranger's node gets no block. Once its bank has registered it, it catches up; and as soon as the bank, or the members'
// vote, takes that back, it is dropped.
func TestOnlyAdmittedNodesConnect(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := smallManifest("admission")
	manifest.Financial.Banks = 2
	// Slower than the watcher: a bank that is dropped before consensus can do without it stops the zone.
	manifest.BlockTimeMS = 1500
	network := devnet.Start(t, manifest)
	ctx := withTimeout(t)
	zone := network.Financial()
	client := zone.Client()
	members := zone.Nodes()

	stranger, err := zone.Join("osaka", "bank-b")
	require.NoError(t, err)
	_, err = zone.Join("osaka", "bank-b")
	require.ErrorContains(t, err, "expected a name of its own")
	require.NoError(t, stranger.Start())
	waitLog(ctx, t, zone.Node("bank-a"), stranger.ID(), "node is not admitted")
	pass(ctx, t, client, 5)
	require.Zero(t, height(ctx, t, stranger))
	require.Empty(t, neighbours(ctx, t, members, stranger))

	operator := network.Keys().Operator("bank-b", membershiptypes.RoleNode)
	register := func(operator devnet.Key) (*sdk.TxResponse, error) {
		return client.Send(ctx, operator, &membershiptypes.MsgRegisterNode{
			Operator: operator.String(), NodeId: stranger.ID(), Moniker: "osaka", Address: strings.TrimPrefix(stranger.Endpoints().P2P, stranger.ID()+"@"),
		})
	}
	_, err = register(network.Keys().Operator("bank-b", membershiptypes.RoleMaker))
	require.ErrorIs(t, err, membershiptypes.ErrRoleMissing)
	answer, err := register(operator)
	require.NoError(t, err)
	requireEvent(t, answer, &membershiptypes.EventNodeAdmitted{
		Organization: "bank-b", NodeId: stranger.ID(), Moniker: "osaka", Address: strings.TrimPrefix(stranger.Endpoints().P2P, stranger.ID()+"@"),
	})
	require.NoError(t, stranger.Client().WaitHeight(ctx, answer.Height+1))
	require.NotEmpty(t, neighbours(ctx, t, members, stranger))
	require.NoFileExists(t, stranger.Endpoints().Home+"/config/priv_validator_key.json", "a listener has no key to sign with")

	dismissal := &membershiptypes.MsgUnregisterNode{Operator: operator.String(), NodeId: stranger.ID()}
	answer, err = client.Send(ctx, operator, dismissal)
	require.NoError(t, err)
	requireEvent(t, answer, &membershiptypes.EventNodeDismissed{Organization: "bank-b", NodeId: stranger.ID()})
	waitDropped(ctx, t, network, members, stranger, answer.Height)
	// What it has received already, it may still commit.
	pass(ctx, t, client, 2)
	last := height(ctx, t, stranger)
	pass(ctx, t, client, 5)
	require.Equal(t, last, height(ctx, t, stranger), "it gets no block any more")
	_, err = client.Send(ctx, operator, dismissal)
	require.ErrorIs(t, err, membershiptypes.ErrNodeNotFound)

	// The members suspend a bank with half of the power: its validator's node is dropped too, but not before the other bank
	// can make blocks without it.
	victim := zone.Node("bank-b")
	rest := slices.DeleteFunc(slices.Clone(members), func(node *devnet.Node) bool { return node == victim })
	decided, err := zone.Decide(ctx, "Suspend bank-b", &membershiptypes.MsgSuspendOrganization{
		Authority: devnet.Authority(), Id: "bank-b", Reason: "its keys leaked",
	})
	require.NoError(t, err)
	waitDropped(ctx, t, network, rest, victim, decided.Height)
	pass(ctx, t, client, 5)
}

// waitDropped waits until none of the nodes has the peer any more, and checks that it took few blocks.
func waitDropped(ctx context.Context, t *testing.T, network *devnet.Network, nodes []*devnet.Node, peer *devnet.Node, since int64) {
	t.Helper()
	require.NoError(t, nodeclient.Poll(ctx, peer.Name()+" to be dropped", func() (bool, error) {
		return len(neighbours(ctx, t, nodes, peer)) == 0, nil
	}))
	now := height(ctx, t, network.Financial().Node("bank-a"))
	t.Logf("%s was dropped within %d blocks", peer.Name(), now-since)
	require.LessOrEqual(t, now-since, int64(blocksToDrop))
}

// neighbours are those of the nodes that have the peer connected.
func neighbours(ctx context.Context, t *testing.T, nodes []*devnet.Node, peer *devnet.Node) []string {
	t.Helper()
	var connected []string
	for _, node := range nodes {
		info, err := node.Client().RPC().NetInfo(ctx)
		require.NoError(t, err)
		for _, other := range info.Peers {
			if string(other.NodeInfo.ID()) == peer.ID() {
				connected = append(connected, node.Name())
			}
		}
	}
	return connected
}

func height(ctx context.Context, t *testing.T, node *devnet.Node) int64 {
	t.Helper()
	height, err := node.Client().Height(ctx)
	require.NoError(t, err)
	return height
}

// pass waits for some more blocks.
func pass(ctx context.Context, t *testing.T, client *devnet.Client, blocks int64) {
	t.Helper()
	now, err := client.Height(ctx)
	require.NoError(t, err)
	require.NoError(t, client.WaitHeight(ctx, now+blocks))
}

// waitLog waits for a line of a node's log that has all the words.
func waitLog(ctx context.Context, t *testing.T, node *devnet.Node, words ...string) {
	t.Helper()
	require.NoError(t, nodeclient.Poll(ctx, "the log of "+node.Name(), func() (bool, error) {
		raw, err := os.ReadFile(node.Endpoints().Log)
		for line := range strings.Lines(string(raw)) {
			if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
				return true, nil
			}
		}
		return false, err
	}))
}

// requireEvent asserts that a transaction emitted a typed event equal to the one given.
func requireEvent(t *testing.T, response *sdk.TxResponse, want proto.Message) {
	t.Helper()
	for _, event := range response.Events {
		if event.Type != proto.MessageName(want) {
			continue
		}
		// The message's number is x/auth's, and no field of the event.
		event.Attributes = slices.DeleteFunc(event.Attributes, func(a abci.EventAttribute) bool { return a.Key == "msg_index" })
		got, err := sdk.ParseTypedEvent(event)
		require.NoError(t, err)
		require.Equal(t, want, got)
		return
	}
	require.Failf(t, "no event", "expected %s", proto.MessageName(want))
}
