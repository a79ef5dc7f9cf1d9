package node

import (
	"context"
	"runtime/debug"

	abcicli "github.com/cometbft/cometbft/abci/client"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/proxy"
	"github.com/spf13/cast"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/azukari-network/azukari/app/nodeconfig"
)

// setMemory says to Go how this process may use memory, as app.toml wants it, until stop is called.
func setMemory(config nodeconfig.Performance, logger log.Logger) (stop func()) {
	const mib = 1 << 20
	if config.GCPercent > 0 {
		logger.Info("collect the heap when it has grown by", "percent", config.GCPercent, "before", debug.SetGCPercent(config.GCPercent))
	}
	if config.MemoryLimitMiB > 0 {
		logger.Info("collect the heap sooner from", "MiB", config.MemoryLimitMiB, "before", debug.SetMemoryLimit(config.MemoryLimitMiB*mib)/mib)
	}
	if config.HeapMiB == 0 {
		return func() {}
	}
	logger.Info("take memory for the heap, which is not collected before it is full", "MiB", config.HeapMiB)
	return holdHeap(uint64(config.HeapMiB) * mib) // #nosec G115 -- validated
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
