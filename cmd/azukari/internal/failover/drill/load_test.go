//go:build drill

package drill

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/testutil/devnet"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// seen is a transaction that a client saw committed.
type seen struct {
	hash   string
	height int64
}

// load is a client that pays, one payment after the other from each of some accounts, and remembers what it saw committed.
type load struct {
	client *nodeclient.Client
	stop   context.CancelFunc
	wait   sync.WaitGroup

	mu        sync.Mutex
	committed []seen
	failures  map[string]int
}

// pay begins to pay through some nodes, the first of them preferred.
func (s *stage) pay(nodes ...*devnet.Node) *load {
	s.t.Helper()
	var where []nodeclient.Node
	for _, node := range nodes {
		where = append(where, nodeclient.Node{GRPC: node.Endpoints().GRPC, RPC: node.Endpoints().RPC})
	}
	client, err := nodeclient.New(nodeclient.Config{ChainID: s.Financial().ChainID(), Nodes: where, Encoding: nodes[0].Client().Encoding()})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, client.Close()) })
	ctx, stop := context.WithCancel(s.ctx)
	l := &load{client: client, stop: stop, failures: map[string]int{}}
	s.t.Cleanup(l.end)
	for _, bank := range s.Manifest().BankIDs() {
		payer, payee := s.Keys().Account(bank, 0), s.Keys().Account(bank, 1)
		l.wait.Go(func() { l.payOn(ctx, payer, payee) })
	}
	return l
}

// payOn pays one yen at a time. A payment whose outcome is open when its time is up counts as not seen.
func (l *load) payOn(ctx context.Context, payer, payee devnet.Key) {
	const patience = 15 * time.Second
	for ctx.Err() == nil {
		one, cancel := context.WithTimeout(ctx, patience)
		response, err := l.client.Send(one, payer, &banktypes.MsgSend{
			FromAddress: payer.String(), ToAddress: payee.String(), Amount: sdk.NewCoins(sdk.NewInt64Coin(registrytypes.YenDenom, 1)),
		})
		cancel()
		l.mu.Lock()
		if err == nil {
			l.committed = append(l.committed, seen{response.TxHash, response.Height})
		} else {
			l.failures[fmt.Sprintf("%T", err)]++
		}
		l.mu.Unlock()
	}
}

// end stops paying.
func (l *load) end() {
	l.stop()
	l.wait.Wait()
}

// count is how many payments were seen committed so far.
func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.committed)
}

// requireKept finds each transaction that the client saw committed in the block of a node in which it was seen, carried out. It
// reads blocks, since an index is not what was agreed: CometBFT writes it behind the blocks, and a node that is killed may
// lack the last block in it.
func (l *load) requireKept(ctx context.Context, t *testing.T, node *devnet.Node) {
	t.Helper()
	for _, want := range l.committed {
		block, err := node.Client().RPC().Block(ctx, &want.height)
		require.NoError(t, err)
		at := slices.IndexFunc(block.Block.Txs, func(tx cmttypes.Tx) bool { return fmt.Sprintf("%X", tx.Hash()) == want.hash })
		require.GreaterOrEqual(t, at, 0, "transaction %s, seen at height %d, is lost", want.hash, want.height)
		results, err := node.Client().BlockResults(ctx, want.height)
		require.NoError(t, err)
		require.Zero(t, results.TxsResults[at].Code)
	}
}
