package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	cmttypes "github.com/cometbft/cometbft/types"
)

const (
	// askAgain is how often a node is asked for its height when it says nothing by itself.
	askAgain = 2 * time.Second
	// silentFor is how long a node may answer nothing: while it carries out a large block it keeps everybody waiting.
	silentFor = 2 * time.Minute
)

// Block is one block of the load, as a client saw it.
type Block struct {
	Height int64 `json:"height"`
	// Time in the header of the block, in seconds after the first submission.
	Time float64 `json:"time_s"`
	// Seen is when the client heard of the commit, in seconds after the first submission, by the client's clock.
	Seen float64 `json:"seen_s"`
	// Payments and Transactions in the block, and the block's size in bytes.
	Payments     int `json:"payments"`
	Transactions int `json:"transactions"`
	Bytes        int `json:"bytes"`

	units []int
}

// watcher follows the blocks of one node. A node announces a block when it has committed it.
type watcher struct {
	node *rpchttp.HTTP
	load *load

	mu     sync.Mutex
	next   int64
	blocks []Block
}

// follow sees every block behind a height, until the context ends.
func (w *watcher) follow(ctx context.Context) (err error) {
	if err := w.node.Start(); err != nil {
		return fmt.Errorf("listen to blocks: %w", err)
	}
	defer func() { err = errors.Join(err, w.node.Stop()) }()
	headers, err := w.node.Subscribe(ctx, "bench", cmttypes.EventQueryNewBlockHeader.String(), 1_000)
	if err != nil {
		return fmt.Errorf("listen to blocks: %w", err)
	}
	for answered := time.Now(); ; {
		var height int64
		select {
		case event := <-headers:
			if header, ok := event.Data.(cmttypes.EventDataNewBlockHeader); ok {
				height = header.Header.Height
			}
		case <-time.After(askAgain):
			// The connection may have been lost for a moment.
			info, err := w.node.ABCIInfo(ctx)
			if err == nil {
				height = info.Response.LastBlockHeight
			} else if time.Since(answered) > silentFor && ctx.Err() == nil {
				return fmt.Errorf("ask for the height: %w", err)
			}
		case <-ctx.Done():
			return nil
		}
		if height == 0 {
			continue
		}
		answered = time.Now()
		err := w.see(ctx, height, answered)
		if ctx.Err() != nil {
			return nil // the load is over
		}
		if err != nil {
			return err
		}
	}
}

// see records the blocks up to a height, which were committed at or before a moment.
func (w *watcher) see(ctx context.Context, height int64, at time.Time) error {
	for ; w.next <= height; w.next++ {
		answer, err := w.node.Block(ctx, &w.next)
		if err != nil {
			return fmt.Errorf("read block %d: %w", w.next, err)
		}
		block := Block{
			Height: w.next, Time: answer.Block.Time.Sub(w.load.begin).Seconds(), Seen: at.Sub(w.load.begin).Seconds(),
			Transactions: len(answer.Block.Txs),
		}
		for _, raw := range answer.Block.Txs {
			block.Bytes += len(raw)
			if unit, ours := w.load.commit([32]byte(raw.Hash()), at); ours {
				block.Payments += w.load.units.perUnit
				block.units = append(block.units, unit)
			}
		}
		w.mu.Lock()
		w.blocks = append(w.blocks, block)
		w.mu.Unlock()
	}
	return nil
}

// seen returns the blocks so far.
func (w *watcher) seen() []Block {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.blocks[:len(w.blocks):len(w.blocks)]
}
