package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/app/nodeclient"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

const (
	// shortestPause and longestPause are between tries to send, while bundles are not taken.
	shortestPause = 100 * time.Millisecond
	longestPause  = 2 * time.Second
	// gasFactorMax bounds how often the gas of an order is doubled.
	gasFactorMax = 16
	// transactionGas is what a bundle costs beside its orders: signature, sequence and bytes.
	transactionGas = 200_000
)

// enqueue lets an order wait for a bundle. The lock is held.
func (e *Engine) enqueue(one *order, now time.Time) {
	if one.queued || one.copies > 0 || one.final != nil {
		return
	}
	one.queued, one.queuedAt = true, now
	e.queue = append(e.queue, one)
}

// signal wakes the bundler.
func (e *Engine) signal() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// bundles sends bundles until the context ends. One at a time is signed, so that they reach the zone in the order of sequences.
func (e *Engine) bundles(ctx context.Context) error {
	pause := shortestPause
	for ctx.Err() == nil {
		next, wait := e.collect(time.Now())
		if next == nil {
			select {
			case <-ctx.Done():
			case <-e.wake:
			case <-time.After(wait):
			}
			continue
		}
		if err := e.send(ctx, next); err == nil {
			pause = shortestPause
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
	return ctx.Err()
}

// collect takes the orders of the next bundle out of the queue: the oldest first, each payer's in the order of their nonces, and
// never more than the zone carries out in a block. A payer has orders in one bundle at a time: if that one were lost and a later one
// not, the nonces in it could be too old. If it is not time for a bundle it returns how long to wait.
func (e *Engine) collect(now time.Time) (*bundle, time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.caughtUp || len(e.queue) == 0 || len(e.flight) >= e.config.BundlesInFlight {
		return nil, time.Second
	}
	most := min(e.orders, int(e.params.BundleOrdersMax))
	if waited := now.Sub(e.queue[0].queuedAt); len(e.queue) < most && waited < e.config.BundleWait {
		return nil, e.config.BundleWait - waited
	}
	most = min(most, int(e.params.GatewayOrdersPerBlock)-e.inFlight)
	next := &bundle{sentAt: now}
	size := 0
	rest := e.queue[:0]
	own, full := map[string]int{}, map[string]bool{}
	for _, one := range e.queue {
		switch payer := one.payer(); {
		case one.final != nil || one.entry.Order.Order.CheckTime(e.lastTime) != nil:
			one.queued = false // it has ended, or its end is being found
			continue
		case len(next.orders) >= most || size+one.size > e.config.BundleBytes ||
			full[payer] || own[payer] >= int(e.params.PayerOrdersPerBlock) || own[payer] == 0 && e.ofPayer[payer] > 0:
			full[payer] = true // no later order of the payer overtakes this one
			rest = append(rest, one)
			continue
		default:
			own[payer]++
			e.ofPayer[payer]++
		}
		one.queued = false
		one.copies++
		e.inFlight++
		size += one.size
		next.orders = append(next.orders, one)
	}
	clear(e.queue[len(rest):])
	e.queue = rest
	if len(next.orders) == 0 {
		return nil, time.Second
	}
	sortNonces(next.orders)
	return next, 0
}

// sortNonces puts the orders of each payer into the order of their nonces; a payer's places stay the same.
func sortNonces(orders []*order) {
	places := map[string][]int{}
	for i, one := range orders {
		places[one.payer()] = append(places[one.payer()], i)
	}
	for _, at := range places {
		if len(at) == 1 {
			continue
		}
		own := make([]*order, len(at))
		for i, place := range at {
			own[i] = orders[place]
		}
		slices.SortFunc(own, func(a, b *order) int { return strings.Compare(a.key, b.key) })
		for i, place := range at {
			orders[place] = own[i]
		}
	}
}

// send hands a bundle to a node. If no node took it, its orders wait again.
func (e *Engine) send(ctx context.Context, one *bundle) error {
	signed := make([]paymenttypes.SignedPaymentOrder, len(one.orders))
	for i, order := range one.orders {
		signed[i] = order.entry.Order
	}
	e.mu.Lock()
	gas := transactionGas + e.gas*uint64(len(signed))
	e.mu.Unlock()
	sent, err := e.zone.Offer(ctx, signed, gas)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.troubled = err
	if err != nil {
		e.metrics.failed.WithLabelValues(failureOf(err)).Inc()
		e.log.Warn("bundle not taken; its orders wait", "orders", len(signed), "error", err)
		e.adapt(err)
		e.release(one)
		e.again(one.orders, time.Now())
		return err
	}
	e.metrics.sent.Inc()
	e.metrics.size.Observe(float64(len(signed)))
	one.hash, one.timeout = sent.Hash, sent.TimeoutHeight
	if _, early := e.seen[one.hash]; early { // its block was read before the node's answer
		e.release(one)
		e.again(one.orders, time.Now())
		return nil
	}
	e.flight[one.hash] = one
	e.log.Debug("bundle sent", "tx", one.hash, "orders", len(signed), "timeout_height", one.timeout)
	return nil
}

// release gives the room of a bundle back, which no block can have any more. The lock is held.
func (e *Engine) release(one *bundle) {
	delete(e.flight, one.hash)
	for _, order := range one.orders {
		order.copies--
		e.inFlight--
		if e.ofPayer[order.payer()]--; e.ofPayer[order.payer()] == 0 {
			delete(e.ofPayer, order.payer())
		}
	}
}

// again lets orders that have no outcome wait for another bundle, before all others. The lock is held.
func (e *Engine) again(orders []*order, now time.Time) {
	later := e.queue
	e.queue = nil
	slices.SortFunc(orders, func(a, b *order) int { return strings.Compare(a.key, b.key) })
	for _, order := range orders {
		if order.refusal == nil {
			e.enqueue(order, now)
		}
	}
	e.queue = append(e.queue, later...)
}

// adapt makes bundles such that the zone takes them. The lock is held.
func (e *Engine) adapt(err error) {
	switch {
	case errors.Is(err, sdkerrors.ErrTxTooLarge) || strings.Contains(err.Error(), "Tx too large"):
		e.orders = max(e.orders/2, 1)
		e.log.Warn("bundles are too large for the node: smaller ones from now on", "orders", e.orders)
	case errors.Is(err, sdkerrors.ErrOutOfGas) && e.gas < gasFactorMax*e.config.OrderGas:
		e.gas *= 2
		e.log.Warn("bundles have too little gas: more from now on", "order_gas", e.gas)
	case errors.Is(err, sdkerrors.ErrInvalidGasLimit):
		e.orders = max(e.orders/2, 1)
		e.log.Warn("bundles need more gas than a block has: smaller ones from now on", "orders", e.orders)
	}
}

// failureOf names an error of sending in metrics.
func failureOf(err error) string {
	for name, known := range map[string]error{
		"unreachable": nodeclient.ErrUnreachable, "sequence": sdkerrors.ErrWrongSequence, "gas": sdkerrors.ErrOutOfGas,
		"too_large": sdkerrors.ErrTxTooLarge, "quota": paymenttypes.ErrTooManyOrders,
	} {
		if errors.Is(err, known) {
			return name
		}
	}
	if strings.Contains(err.Error(), "mempool is full") {
		return "mempool_full"
	}
	return "refused"
}
