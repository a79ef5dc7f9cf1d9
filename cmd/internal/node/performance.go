package node

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	abcicli "github.com/cometbft/cometbft/abci/client"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/proxy"
	"github.com/spf13/cast"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

// setMemory says to Go how this process may use memory, as app.toml wants it, until stop is called. A heap that the machine has no room for is
// refused: taking it would end this process, or another one, without a word.
func setMemory(config nodeconfig.Performance, logger log.Logger) (stop func(), err error) {
	const mib = 1 << 20
	if config.GCPercent > 0 {
		logger.Info("collect the heap when it has grown by", "percent", config.GCPercent, "before", debug.SetGCPercent(config.GCPercent))
	}
	if config.MemoryLimitMiB > 0 {
		logger.Info("collect the heap sooner from", "MiB", config.MemoryLimitMiB, "before", debug.SetMemoryLimit(config.MemoryLimitMiB*mib)/mib)
	}
	if config.HeapMiB == 0 {
		return func() {}, nil
	}
	size := uint64(config.HeapMiB) * mib // #nosec G115 -- validated
	if limit := debug.SetMemoryLimit(-1); limit < math.MaxInt64 {
		size = min(size, uint64(limit)/4*3) // #nosec G115 -- a limit is not negative
	}
	if room, known := memoryRoom(); known && size > room {
		return nil, fmt.Errorf("performance.heap-mib: expected at most the %d MiB of memory that this machine has left, got %d: set it to what the node may have, or to 0, in app.toml",
			room/mib, size/mib)
	}
	logger.Info("take memory for the heap, which is not collected before it is full", "MiB", size/mib)
	return holdHeap(size), nil
}

// memoryRoom returns how many bytes of memory the machine can give to processes, if it tells: Linux does.
func memoryRoom() (room uint64, known bool) {
	raw, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(raw)) {
		if value, found := strings.CutPrefix(line, "MemAvailable:"); found {
			kib, err := strconv.ParseUint(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64)
			return kib << 10, err == nil
		}
	}
	return 0, false
}

// optimistic lets an application execute blocks from their proposals on, if the node's configuration says so.
func optimistic(options servertypes.AppOptions) []func(*baseapp.BaseApp) {
	if !cast.ToBool(options.Get(nodeconfig.KeyOptimisticExecution)) {
		return nil
	}
	return []func(*baseapp.BaseApp){baseapp.SetOptimisticExecution()}
}

// newConnections returns how consensus, the mempool, queries and snapshots reach an application in this process.
//
// With concurrent checks the mempool has a lock of its own, and transactions come in while a block is executed; all else is still
// one call at a time. CometBFT's proxy.NewConnSyncLocalClientCreator gives queries a lock of their own, too, but the SDK's answer to
// them reads, without a lock, the pointers to its states, which a commit writes. The mempool lets no check run during a commit.
func newConnections(app abci.Application, concurrentChecks bool) proxy.ClientCreator {
	all := proxy.NewLocalClientCreator(app)
	if !concurrentChecks {
		return all
	}
	return connections{all: all, checks: proxy.NewConnSyncLocalClientCreator(app)}
}

type connections struct{ all, checks proxy.ClientCreator }

// NewABCIClient implements proxy.ClientCreator.
func (c connections) NewABCIClient() (abcicli.Client, error) {
	all, err := c.all.NewABCIClient()
	if err != nil {
		return nil, err
	}
	checks, err := c.checks.NewABCIClient()
	return connection{all, checks}, err
}

// connection has a lock for checks, and one with all other connections for all else.
type connection struct {
	abcicli.Client

	checks abcicli.Client
}

// CheckTx implements abci.Application.
func (c connection) CheckTx(ctx context.Context, request *abci.RequestCheckTx) (*abci.ResponseCheckTx, error) {
	return c.checks.CheckTx(ctx, request)
}

// CheckTxAsync implements abcicli.Client.
func (c connection) CheckTxAsync(ctx context.Context, request *abci.RequestCheckTx) (*abcicli.ReqRes, error) {
	return c.checks.CheckTxAsync(ctx, request)
}

// SetResponseCallback implements abcicli.Client. What is called back is the mempool, about its checks.
func (c connection) SetResponseCallback(callback abcicli.Callback) {
	c.checks.SetResponseCallback(callback)
}
