package node

import (
	"context"
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
)

// farewell is how long a node that can execute no more blocks still gives peers what it has. Without it, those that lack the last
// votes for a block would wait for them in vain, and never come to the upgrade that is due.
const farewell = 10 * time.Second

// executor stands between consensus and the application. It carries out what waits for the moment before a block is executed, and
// it says when the application cannot execute one.
type executor struct {
	tasks chan func()
	// failed has the reason why the node can execute no more blocks.
	failed chan error
}

func newExecutor() executor { return executor{tasks: make(chan func()), failed: make(chan error, 1)} }

// guard returns an application behind it.
func (e executor) guard(app abci.Application) abci.Application { return guarded{app, e} }

type guarded struct {
	abci.Application

	executor executor
}

// FinalizeBlock implements abci.Application. Consensus has saved the block with the votes for it, has nothing else to write, and
// waits for the application, which has nothing to write either: that is the moment for tasks.
//
// After an error or a panic consensus makes no more blocks, while CometBFT leaves the process running. The node must end instead,
// with the reason, so that whoever looks after it knows: at a software upgrade, that the next version is due.
func (g guarded) FinalizeBlock(ctx context.Context, request *abci.RequestFinalizeBlock) (response *abci.ResponseFinalizeBlock, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			g.fail(fmt.Errorf("block %d: %v", request.Height, cause))
			panic(cause)
		}
		if err != nil {
			g.fail(fmt.Errorf("block %d: %w", request.Height, err))
		}
	}()
	select {
	case task := <-g.executor.tasks:
		task()
	default:
	}
	return g.Application.FinalizeBlock(ctx, request)
}

// fail keeps the first reason.
func (g guarded) fail(reason error) {
	select {
	case g.executor.failed <- reason:
	default:
	}
}

// wait returns the reason why no more blocks can be executed, or nil when the context ends.
func (e executor) wait(ctx context.Context) error {
	select {
	case reason := <-e.failed:
		select {
		case <-time.After(farewell):
		case <-ctx.Done():
		}
		return reason
	case <-ctx.Done():
		return nil
	}
}
