package node

import (
	"context"
	"runtime/debug"
	"testing"
	"testing/synctest"

	abcicli "github.com/cometbft/cometbft/abci/client"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

// What app.toml says of memory is what Go does; zero leaves it as it was.
func TestMemoryIsSet(t *testing.T) {
	percent, limit := debug.SetGCPercent(90), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
	setMemory(nodeconfig.Performance{}, log.NewNopLogger())
	require.Equal(t, limit, debug.SetMemoryLimit(-1))
	require.Equal(t, 90, debug.SetGCPercent(90))
	setMemory(nodeconfig.Performance{GCPercent: 400, MemoryLimitMiB: 1_024}, log.NewNopLogger())
	require.EqualValues(t, 1<<30, debug.SetMemoryLimit(-1))
	require.Equal(t, 400, debug.SetGCPercent(90))
}

// slow is an application whose blocks wait until they may go on.
type slow struct {
	abci.BaseApplication

	block chan struct{}
}

// FinalizeBlock implements abci.Application.
func (s slow) FinalizeBlock(context.Context, *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	<-s.block
	return &abci.ResponseFinalizeBlock{}, nil
}

// With concurrent checks a transaction is checked while a block is executed; queries and snapshots wait for the block either way.
func TestConnections(t *testing.T) {
	for name, concurrent := range map[string]bool{"one lock": false, "checks beside blocks": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app := slow{block: make(chan struct{})}
				creator := newConnections(app, concurrent)
				var clients [4]abcicli.Client
				for i := range clients {
					client, err := creator.NewABCIClient()
					require.NoError(t, err)
					clients[i] = client
				}
				var called int
				clients[1].SetResponseCallback(func(*abci.Request, *abci.Response) { called++ })
				done := map[string]bool{}
				call := func(name string, call func() error) {
					go func() {
						err := call()
						done[name] = err == nil
					}()
					synctest.Wait()
				}
				call("block", func() error {
					_, err := clients[0].FinalizeBlock(t.Context(), &abci.RequestFinalizeBlock{})
					return err
				})
				call("check", func() error {
					_, err := clients[1].CheckTx(t.Context(), &abci.RequestCheckTx{})
					return err
				})
				call("check for the mempool", func() error {
					_, err := clients[1].CheckTxAsync(t.Context(), &abci.RequestCheckTx{})
					return err
				})
				call("query", func() error {
					_, err := clients[2].Query(t.Context(), &abci.RequestQuery{})
					return err
				})
				call("snapshots", func() error {
					_, err := clients[3].ListSnapshots(t.Context(), &abci.RequestListSnapshots{})
					return err
				})
				if concurrent {
					require.Equal(t, map[string]bool{"check": true, "check for the mempool": true}, done)
				} else {
					require.Empty(t, done)
				}
				close(app.block)
				synctest.Wait()
				require.Equal(t, map[string]bool{
					"block": true, "check": true, "check for the mempool": true, "query": true, "snapshots": true,
				}, done)
				require.Equal(t, 1, called)
			})
		})
	}
}
