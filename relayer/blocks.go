package relayer

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/relayer/chain"
)

const (
	blockRetryDelay = 250 * time.Millisecond
	// maxBlockTries is how often a block is asked for that the node says it does not have. One block that a node
	// has lost must not stop the chain's relaying for ever.
	maxBlockTries = 40
)

// read fetches the blocks from..to. While the node does not answer it tries for as long as it takes: skipping a block
// would lose its packets until the next sweep. It returns ctx's error only.
func (n *node) read(ctx context.Context, from, to int64) ([]chain.Block, error) {
	for try := 1; ; try++ {
		blocks, err := n.fetch(ctx, from, to)
		var refused *chain.RPCError
		if errors.As(err, &refused) && try > maxBlockTries {
			n.sweep()
			blocks, err = n.fetchSome(ctx, from, to)
		}
		if err == nil {
			return blocks, nil
		}
		n.log.Debug("blocks not read; trying again", "from", from, "to", to, "err", err)
		n.metrics.rpcError(n.zone.ID)
		if !sleep(ctx, blockRetryDelay) {
			return nil, ctx.Err()
		}
	}
}

// fetch gets the blocks from..to in parallel: all or none.
func (n *node) fetch(ctx context.Context, from, to int64) ([]chain.Block, error) {
	blocks := make([]chain.Block, to-from+1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(n.workers)
	for i := range blocks {
		group.Go(func() (err error) {
			blocks[i], err = n.Block(ctx, from+int64(i))
			return err
		})
	}
	return blocks, group.Wait()
}

// fetchSome is fetch without the blocks that the node says it does not have.
func (n *node) fetchSome(ctx context.Context, from, to int64) ([]chain.Block, error) {
	blocks, err := n.fetch(ctx, from, to)
	var refused *chain.RPCError
	if !errors.As(err, &refused) {
		return blocks, err
	}
	if from == to {
		n.log.Error("block cannot be read; going on without it, its packets are found where other blocks tell of them", "height", from, "err", err)
		return nil, nil
	}
	middle := (from + to) / 2
	older, err := n.fetchSome(ctx, from, middle)
	if err != nil {
		return nil, err
	}
	newer, err := n.fetchSome(ctx, middle+1, to)
	return append(older, newer...), err
}
