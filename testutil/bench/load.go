package bench

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"
)

const (
	// plainLanes is how many transactions of payers are on their way to nodes at once.
	plainLanes = 32
	// requestMost is how many transactions come in one request: as many as CometBFT takes (rpc.max_request_batch_size).
	requestMost = 10
	// fullPause is how long a lane waits for a mempool that is full.
	fullPause = 20 * time.Millisecond
	// retryFor is how long a node may be unreachable: while it carries out a large block it answers nothing.
	retryFor = 2 * time.Minute
	// stallAfter is how long nothing may be committed while payments are on their way.
	stallAfter = 4 * time.Minute
)

// load sends units to nodes and learns when they are committed.
type load struct {
	options Options
	units   *units
	// targets are the nodes that lanes send to, in turn.
	targets []*rpchttp.HTTP
	lanes   int
	window  *semaphore.Weighted
	begin   time.Time

	// submitted and committed are when, in nanoseconds after begin and by this process's clock; 0 for not yet.
	submitted, committed []atomic.Int64
	sent, done           atomic.Int64
	// waited counts pauses for a full mempool.
	waited atomic.Int64

	mu sync.Mutex
	// refused are units that a node did not take into its mempool, by its words.
	refused map[string]int
}

func newLoad(o Options, units *units, targets []*rpchttp.HTTP, lanes int) *load {
	return &load{
		options: o, units: units, targets: targets, lanes: lanes, window: semaphore.NewWeighted(int64(o.InFlight)),
		submitted: make([]atomic.Int64, units.count()), committed: make([]atomic.Int64, units.count()), refused: map[string]int{},
	}
}

// run submits until the time is over, or nothing is left; then it waits until everything that was submitted is committed.
func (l *load) run(ctx context.Context) error {
	l.begin = time.Now()
	group, sending := errgroup.WithContext(ctx)
	queues := make([]chan int, l.lanes)
	for lane := range queues {
		queues[lane] = make(chan int, requestMost)
		group.Go(func() error { return l.send(sending, l.targets[lane%len(l.targets)], queues[lane]) })
	}
	group.Go(func() error {
		defer func() {
			for _, queue := range queues {
				close(queue)
			}
		}()
		return l.dispatch(sending, queues)
	})
	if err := group.Wait(); err != nil {
		return err
	}
	return l.drain(ctx)
}

// dispatch hands out units in their order, as the rate and what is in flight allow: nobody pays on what has not arrived.
func (l *load) dispatch(ctx context.Context, queues []chan int) error {
	end := time.Duration(l.options.Seconds) * time.Second
	for u := range l.units.count() {
		due := time.Since(l.begin)
		if l.options.Rate > 0 {
			due = time.Duration(float64(u*l.units.perUnit) / float64(l.options.Rate) * float64(time.Second))
			if err := sleep(ctx, due-time.Since(l.begin)); err != nil {
				return err
			}
		}
		if due >= end {
			return nil
		}
		waiting, cancel := context.WithTimeout(ctx, end-time.Since(l.begin))
		err := l.window.Acquire(waiting, int64(l.units.perUnit))
		cancel()
		if err != nil {
			return ctx.Err() // the time is over, unless all is
		}
		if l.options.Rate == 0 {
			due = time.Since(l.begin)
		}
		// With a rate, a payment that the zone makes wait was submitted when it was due.
		l.submitted[u].Store(max(1, int64(due)))
		select {
		case queues[u%len(queues)] <- u:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (l *load) send(ctx context.Context, target *rpchttp.HTTP, queue <-chan int) error {
	for u := range queue {
		if err := l.submitAll(ctx, target, waiting(queue, u)); err != nil {
			return err
		}
	}
	return nil
}

// waiting returns a unit and those that wait behind it, as many as come in one request.
func waiting(queue <-chan int, first int) []int {
	units := []int{first}
	for len(units) < requestMost {
		select {
		case u, ok := <-queue:
			if !ok {
				return units
			}
			units = append(units, u)
		default:
			return units
		}
	}
	return units
}

// submitAll brings plain transactions into a node's mempool by one request, and bundles, which are large, by one request each.
func (l *load) submitAll(ctx context.Context, target *rpchttp.HTTP, units []int) error {
	raw := make([][]byte, len(units))
	for i, u := range units {
		var err error
		if raw[i], err = l.units.read(u); err != nil {
			return err
		}
	}
	if len(units) > 1 && l.options.Kind != KindOrders && l.submitBatch(ctx, target, units, raw) {
		return nil
	}
	for i, u := range units {
		if err := l.submit(ctx, target, u, raw[i]); err != nil {
			return err
		}
	}
	return nil
}

// submitBatch says whether a node answered for every transaction of a request. If not, submit finds out for each of them: one that the
// node has taken is known to it.
func (l *load) submitBatch(ctx context.Context, target *rpchttp.HTTP, units []int, raw [][]byte) bool {
	batch := target.NewBatch()
	for _, one := range raw {
		if _, err := batch.BroadcastTxSync(ctx, one); err != nil {
			return false
		}
	}
	answers, err := batch.Send(ctx)
	if err != nil {
		return false
	}
	for i, answer := range answers {
		answer := answer.(*coretypes.ResultBroadcastTx) //nolint:forcetypeassert // it was asked for
		if answer.Code == 0 {
			l.sent.Add(int64(l.units.perUnit))
		} else {
			l.refuse(units[i], fmt.Sprintf("%s %d", answer.Codespace, answer.Code))
		}
	}
	return true
}

// submit brings a unit into a node's mempool. A node that refuses it ends the load of bundles: their gateway's next sequence never comes.
func (l *load) submit(ctx context.Context, target *rpchttp.HTTP, u int, raw []byte) error {
	for begin := time.Now(); ; {
		response, err := target.BroadcastTxSync(ctx, raw)
		switch {
		case err == nil && response.Code == 0:
			l.sent.Add(int64(l.units.perUnit))
			return nil
		case err == nil:
			l.refuse(u, fmt.Sprintf("%s %d", response.Codespace, response.Code))
			if l.options.Kind == KindOrders {
				return fmt.Errorf("expected bundle %d to be accepted, got %s %d: %s", u, response.Codespace, response.Code, response.Log)
			}
			return nil
		case strings.Contains(err.Error(), "tx already exists in cache"):
			l.sent.Add(int64(l.units.perUnit))
			return nil // an earlier answer was lost
		case strings.Contains(err.Error(), "mempool is full"):
			l.waited.Add(1)
			begin = time.Now()
		case ctx.Err() != nil:
			return ctx.Err()
		case time.Since(begin) > retryFor:
			return fmt.Errorf("submit transaction %d: %w", u, err)
		}
		if err := sleep(ctx, fullPause); err != nil {
			return err
		}
	}
}

func (l *load) refuse(u int, words string) {
	l.mu.Lock()
	l.refused[words] += l.units.perUnit
	l.mu.Unlock()
	l.submitted[u].Store(0)
	l.window.Release(int64(l.units.perUnit))
}

// commit records that a transaction with a hash is in a block, and returns which unit it is.
func (l *load) commit(hash [32]byte, at time.Time) (u int, ours bool) {
	index, ours := l.units.byHash[hash]
	if !ours || !l.committed[index].CompareAndSwap(0, int64(at.Sub(l.begin))) {
		return 0, false
	}
	l.done.Add(int64(l.units.perUnit))
	l.window.Release(int64(l.units.perUnit))
	return int(index), true
}

// drain waits until what was submitted is committed.
func (l *load) drain(ctx context.Context) error {
	last, since := l.done.Load(), time.Now()
	for l.done.Load() < l.sent.Load() {
		if done := l.done.Load(); done != last {
			last, since = done, time.Now()
		}
		if time.Since(since) > stallAfter {
			return fmt.Errorf("expected %d payments to be committed, got %d and nothing more in %s", l.sent.Load(), last, stallAfter)
		}
		if err := sleep(ctx, 10*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
