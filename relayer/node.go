package relayer

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	clienttypes "github.com/cosmos/ibc-go/v8/modules/core/02-client/types"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/config"
	"github.com/azukari-network/azukari/relayer/store"
)

const (
	// maxGap is how many missed blocks are read one by one; beyond it a sweep finds what they hold.
	maxGap = 2_000
	// readAhead bounds the missed blocks that are fetched at once.
	readAhead = 16
	// scanNoteBlocks is how often the scanned height of uneventful blocks is made durable.
	scanNoteBlocks = 100
)

// node follows one chain: it reads every block into the ledger and wakes the directions that may have work.
type node struct {
	Chain
	zone    config.Zone
	log     *slog.Logger
	journal *store.Journal
	ledger  *ledger
	outbox  *outbox
	metrics *metrics
	workers int
	// sweep is called when blocks were skipped.
	sweep func()

	mu      sync.Mutex
	seen    chain.Head    // newest head that the chain announced
	applied chain.Head    // newest block in the ledger
	changed chan struct{} // closed and replaced when seen or applied move
	limits  chain.Limits
	ready   bool
	noted   int64

	changes validatorChanges
}

func newNode(c Chain, zone config.Zone, workers int, journal *store.Journal, l *ledger, m *metrics, log *slog.Logger) *node {
	n := &node{
		Chain: c, zone: zone, workers: workers, journal: journal, ledger: l, metrics: m,
		log:     log.With("zone", zone.ID),
		changed: make(chan struct{}),
	}
	n.outbox = newOutbox(n)
	return n
}

func (n *node) revision() uint64 { return clienttypes.ParseChainID(n.ChainID()) }

// heads returns the newest announced head, the newest applied one, and a channel that closes when either moves.
func (n *node) heads() (seen, applied chain.Head, changed <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.seen, n.applied, n.changed
}

// blockLimits returns the bounds of one block, as asked when the chain was checked.
func (n *node) blockLimits() chain.Limits {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.limits
}

// signal tells all who wait that something has moved. The caller holds mu.
func (n *node) signal() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// waitReady blocks until the chain has been checked and its head is known.
func (n *node) waitReady(ctx context.Context) error {
	return n.wait(ctx, func() bool { return n.ready })
}

// waitHeight blocks until the chain has announced height.
func (n *node) waitHeight(ctx context.Context, height int64) error {
	return n.wait(ctx, func() bool { return n.seen.Height >= height })
}

func (n *node) wait(ctx context.Context, until func() bool) error {
	for {
		n.mu.Lock()
		done, changed := until(), n.changed
		n.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// check asks whether the chain is the expected one and admits the relayer, and learns its limits.
func (n *node) check(ctx context.Context) (chain.Head, error) {
	if err := n.CheckEndpoints(ctx); err != nil {
		return chain.Head{}, err
	}
	head, err := n.Latest(ctx)
	if err != nil {
		return head, err
	}
	if err := n.CheckAdmission(ctx); err != nil {
		return head, err
	}
	limits, err := n.Limits(ctx)
	if err != nil {
		return head, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.limits = limits
	return head, nil
}

// run follows the chain until ctx ends. It returns only ctx's error or a journal's.
func (n *node) run(ctx context.Context) error {
	head, err := n.begin(ctx)
	if err != nil {
		return err
	}
	n.log.Info("following chain", "chain", n.ChainID(), "height", head.Height, "signer", n.Address())
	heads := n.Watch(ctx)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case head, ok := <-heads:
			if !ok {
				return ctx.Err()
			}
			if err := n.advance(ctx, head); err != nil {
				return err
			}
		}
	}
}

// begin waits until the chain answers and starts at its head: what happened before it is found by a sweep.
func (n *node) begin(ctx context.Context) (chain.Head, error) {
	var head chain.Head
	err := keepTrying(ctx, n.log, "chain is not ready", func(ctx context.Context) (err error) {
		head, err = n.check(ctx)
		return err
	})
	if err != nil {
		return head, err
	}
	n.outbox.restore(head.Height)
	scanned, err := n.journal.Scanned(n.ChainID())
	if err != nil {
		return head, err
	}
	if scanned > head.Height {
		n.log.Warn("chain is behind the journal: expected its head at or above the scanned height; is this node restored from a backup, or still syncing?", "head", head.Height, "scanned", scanned)
	}
	n.changes.since(head.Height)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen, n.applied, n.ready, n.noted = head, head, true, scanned
	n.signal()
	n.metrics.head(n.zone.ID, head)
	return head, nil
}

// advance reads every block up to head. It returns only ctx's error or a journal's.
func (n *node) advance(ctx context.Context, head chain.Head) error {
	n.mu.Lock()
	n.seen = head
	from := n.applied.Height + 1
	n.signal()
	n.mu.Unlock()
	n.metrics.head(n.zone.ID, head)
	if head.Height-from > maxGap {
		n.log.Warn("skipping blocks; a sweep will find their packets", "from", from, "to", head.Height)
		if err := n.changes.scan(ctx, n, from, head.Height); err != nil {
			n.log.Warn("headers of skipped blocks not read", "err", err)
		}
		from = head.Height
		n.sweep()
	}
	for ; from <= head.Height; from += readAhead {
		blocks, err := n.read(ctx, from, min(from+readAhead-1, head.Height))
		if err != nil {
			return err
		}
		for _, b := range blocks {
			if err := n.apply(b); err != nil {
				return err
			}
		}
	}
	n.outbox.expire(ctx, head.Height)
	return nil
}

func (n *node) apply(b chain.Block) error {
	durable := b.Head.Height >= n.noted+scanNoteBlocks
	if err := n.ledger.applyBlock(n.ChainID(), b, durable); err != nil {
		return fmt.Errorf("write journal: %w; free disk space or correct its permissions", err)
	}
	n.changes.note(b.Head)
	n.outbox.settle(b.Txs)
	n.mu.Lock()
	defer n.mu.Unlock()
	if durable {
		n.noted = b.Head.Height
	}
	n.applied = b.Head
	n.signal()
	return nil
}
