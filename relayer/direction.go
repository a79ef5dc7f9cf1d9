package relayer

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/config"
)

const (
	// idleTick is how often a direction looks for work without being woken, for retries that became due.
	idleTick = time.Second
	// marginBlocks is how many blocks before its timeout a packet is no longer sent.
	marginBlocks = 3
)

// direction delivers messages to chain to that prove chain from's state: packets that from sent,
// acknowledgements that from wrote, and packets of to that from let time out.
type direction struct {
	path     *path
	from, to *node
	client   *lightClient
	tuning   config.Tuning
	log      *slog.Logger

	slots    chan struct{} // bounds the batches under way
	updating atomic.Bool   // a batch of nothing but a light client update is under way
	batches  sync.WaitGroup
	mu       sync.Mutex
	failures int // batches in a row that delivered nothing
	pause    pause
	size     sizer
}

func newDirection(p *path, from, to *node, clientID string, tuning config.Tuning) *direction {
	return &direction{
		path: p, from: from, to: to, tuning: tuning,
		client: newLightClient(clientID, from, to),
		log:    p.log.With("from", from.zone.ID, "to", to.zone.ID),
		slots:  make(chan struct{}, tuning.InFlight),
		size:   newSizer(to.zone.Gas, tuning),
	}
}

// run delivers until ctx ends, and then waits for the batches under way.
func (d *direction) run(ctx context.Context) error {
	defer d.batches.Wait()
	for {
		seen, applied, fromMoved := d.from.heads()
		_, to, toMoved := d.to.heads()
		d.look(ctx, seen, applied, to)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-fromMoved:
		case <-toMoved:
		case <-d.path.woken():
		case <-time.After(idleTick):
		}
	}
}

// pause is a wait after a failure. If that was a chain's silence, it ends once both chains make blocks again.
type pause struct {
	until    time.Time
	silent   bool
	from, to int64 // heads at the failure
}

func (d *direction) paused(now time.Time, from, to chain.Head) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	back := d.pause.silent && from.Height > d.pause.from && to.Height > d.pause.to
	return now.Before(d.pause.until) && !back
}

// look starts a batch if there is work, a free slot, and no pause.
func (d *direction) look(ctx context.Context, seen, applied, to chain.Head) {
	now := time.Now()
	if d.paused(now, seen, to) {
		return
	}
	select {
	case d.slots <- struct{}{}:
	default:
		return
	}
	blockTime := d.to.zone.BlockTime
	list := d.path.ledger.take(d, view{
		from: applied, to: to,
		fromRevision: d.from.revision(), toRevision: d.to.revision(),
		marginTime: marginBlocks * blockTime, marginHeight: marginBlocks,
	}, now)
	why, due := d.client.due(seen, to)
	if len(list) == 0 && (!due || !d.updating.CompareAndSwap(false, true)) {
		<-d.slots
		return
	}
	d.batches.Go(func() {
		defer func() { <-d.slots }()
		var err error
		if len(list) > 0 {
			err = d.deliver(ctx, list, seen)
		} else {
			err = d.updateOnly(ctx, seen, why)
			d.updating.Store(false)
		}
		d.booked(ctx, err)
	})
}

// booked paces the direction after a batch: a chain or client in trouble gets growing pauses.
func (d *direction) booked(ctx context.Context, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.failures = 0
		return
	}
	if ctx.Err() != nil {
		return
	}
	d.failures++
	delay := backoff(d.failures, retryFirst, retryMost)
	from, _, _ := d.from.heads()
	to, _, _ := d.to.heads()
	d.pause = pause{
		until: time.Now().Add(delay), from: from.Height, to: to.Height,
		silent: errors.Is(err, chain.ErrUnreachable) || errors.Is(err, chain.ErrNoAnswer),
	}
	level := slog.LevelWarn
	if errors.Is(err, errInactive) {
		level = slog.LevelError
	}
	d.log.Log(ctx, level, "batch failed", "err", err, "retry_in", delay)
}
