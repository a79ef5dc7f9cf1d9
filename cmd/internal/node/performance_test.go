package node

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"

	abcicli "github.com/cometbft/cometbft/abci/client"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

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
	set := func(config nodeconfig.Performance) {
		t.Helper()
		stop, err := setMemory(config, log.NewNopLogger())
		require.NoError(t, err)
		t.Cleanup(stop)
	}
	set(nodeconfig.Performance{})
	require.Equal(t, limit, debug.SetMemoryLimit(-1))
	require.Equal(t, 90, debug.SetGCPercent(90))
	set(nodeconfig.Performance{GCPercent: 400, MemoryLimitMiB: 1_024})
	require.EqualValues(t, 1<<30, debug.SetMemoryLimit(-1))
	require.Equal(t, 400, debug.SetGCPercent(90))
}

// A limit of memory goes before the heap's size, or everything would be collected all the time; and what the machine has goes before both.
func TestHeapIsBounded(t *testing.T) {
	percent, before := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(before)
	})
	const limit, mib = 256, 1 << 20
	var first, then runtime.MemStats
	runtime.ReadMemStats(&first)
	stop, err := setMemory(nodeconfig.Performance{HeapMiB: 1 << 20, MemoryLimitMiB: limit}, log.NewNopLogger())
	require.NoError(t, err)
	defer stop()
	runtime.ReadMemStats(&then)
	require.InDelta(t, limit*mib/4*3, then.TotalAlloc-first.TotalAlloc, limit*mib/16, "it took as much")
	require.LessOrEqual(t, then.NextGC, uint64(limit*mib))

	room, known := memoryRoom()
	if !known {
		t.Skip("this system does not say how much memory it has left")
	}
	debug.SetMemoryLimit(math.MaxInt64)
	_, err = setMemory(nodeconfig.Performance{HeapMiB: int64(room/mib) * 2}, log.NewNopLogger())
	require.ErrorContains(t, err, "performance.heap-mib: expected at most the ")
	require.ErrorContains(t, err, fmt.Sprintf("got %d: ", room/mib*2))
}

// slow is an application whose blocks take until they may end. It says in which order its calls ended.
type slow struct {
	abci.BaseApplication

	begun, end chan struct{}
	mu         sync.Mutex
	ended      []string
}

func (s *slow) ends(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = append(s.ended, call)
}

// FinalizeBlock implements abci.Application.
func (s *slow) FinalizeBlock(context.Context, *abci.RequestFinalizeBlock) (*abci.ResponseFinalizeBlock, error) {
	close(s.begun)
	<-s.end
	s.ends("block")
	return &abci.ResponseFinalizeBlock{}, nil
}

// CheckTx implements abci.Application.
func (s *slow) CheckTx(context.Context, *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	s.ends("check")
	return &abci.ResponseCheckTx{}, nil
}

// Query implements abci.Application.
func (s *slow) Query(context.Context, *abci.RequestQuery) (*abci.ResponseQuery, error) {
	s.ends("query")
	return &abci.ResponseQuery{}, nil
}

// With concurrent checks a transaction is checked while a block is executed; queries wait for the block either way.
func TestConnections(t *testing.T) {
	for name, want := range map[string]struct {
		concurrent bool
		ended      []string
	}{
		"one lock":           {false, []string{"block", "check", "check", "query"}},
		"checks beside them": {true, []string{"check", "check", "block", "query"}},
	} {
		t.Run(name, func(t *testing.T) {
			app := &slow{begun: make(chan struct{}), end: make(chan struct{})}
			creator := newConnections(app, want.concurrent)
			client := func() abcicli.Client {
				client, err := creator.NewABCIClient()
				require.NoError(t, err)
				return client
			}
			consensus, mempool, queries := client(), client(), client()
			var called int
			mempool.SetResponseCallback(func(*abci.Request, *abci.Response) { called++ })
			check := func() error {
				_, err := mempool.CheckTx(t.Context(), &abci.RequestCheckTx{})
				if err == nil {
					_, err = mempool.CheckTxAsync(t.Context(), &abci.RequestCheckTx{})
				}
				return err
			}
			var calls errgroup.Group
			calls.Go(func() error {
				_, err := consensus.FinalizeBlock(t.Context(), &abci.RequestFinalizeBlock{})
				return err
			})
			<-app.begun
			if want.concurrent {
				require.NoError(t, check())
			} else {
				calls.Go(check)
			}
			calls.Go(func() error {
				_, err := queries.Query(t.Context(), &abci.RequestQuery{})
				return err
			})
			for range 1_000 { // time for what does not wait
				runtime.Gosched()
			}
			close(app.end)
			require.NoError(t, calls.Wait())
			require.Equal(t, 1, called)
			if want.concurrent {
				require.Equal(t, want.ended, app.ended)
				return
			}
			require.Equal(t, want.ended[0], app.ended[0])
			require.ElementsMatch(t, want.ended, app.ended)
		})
	}
}
