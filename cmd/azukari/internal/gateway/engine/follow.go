package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"

	errorsmod "cosmossdk.io/errors"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
)

const (
	// blockTries bounds how often a block is asked for that nodes say they do not have.
	blockTries = 40
	// paramsBlocks is how many blocks the zone's parameters are taken for the same.
	paramsBlocks = 100
)

// errJournal says that outcomes cannot be written down: the gateway ends, and finds them again when it is started.
var errJournal = errors.New("outcomes are not written down")

// follow reads every block until the context ends. It returns errJournal.
func (e *Engine) follow(ctx context.Context) error {
	tries := 0
	for ctx.Err() == nil {
		moved, err := e.advance(ctx)
		var refused *rpctypes.RPCError
		switch {
		case errors.Is(err, errJournal):
			return err
		case err != nil && ctx.Err() == nil:
			e.log.Debug("block not read; asked again", "error", err)
			if tries++; tries > blockTries && errors.As(err, &refused) {
				e.skip(err)
				tries = 0
			}
		case moved:
			tries = 0
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(e.config.Poll):
		}
	}
	return ctx.Err()
}

// skip goes on without a block that no node has any more. Orders that it may have decided are sent again: the zone says that their
// nonces are used, and the index of transactions says by what.
func (e *Engine) skip(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.scanned++
	e.log.Error("block cannot be read; outcomes in it are looked for by the index of transactions", "height", e.scanned, "error", err)
}

// advance reads the next block if there is one.
func (e *Engine) advance(ctx context.Context) (moved bool, err error) {
	newest, err := e.zone.StateHeight(ctx)
	if err != nil {
		return false, err
	}
	e.mu.Lock()
	next := e.scanned + 1
	if e.scanned >= e.startHeight && !e.caughtUp {
		e.caughtUp = true
		e.signal()
	}
	e.mu.Unlock()
	if newest < next {
		return false, nil
	}
	block, err := e.zone.Block(ctx, next)
	if err != nil {
		return false, err
	}
	if next%paramsBlocks == 0 {
		e.refresh(ctx)
	}
	return true, e.apply(ctx, block)
}

// refresh asks for the zone's parameters.
func (e *Engine) refresh(ctx context.Context) {
	params, err := e.zone.Params(ctx)
	if err != nil {
		e.log.Debug("parameters not read", "error", err)
		return
	}
	e.mu.Lock()
	e.params = params
	e.mu.Unlock()
}

// apply takes in what a block did to open orders: it writes their outcomes down and then tells them.
func (e *Engine) apply(ctx context.Context, block nodeclient.Block) error {
	ended, failed := e.read(block)
	if failed {
		e.refresh(ctx)
	}
	doubtful := e.settle(block)
	ended = append(ended, e.resolve(ctx, doubtful, block.Height)...)
	return e.finish(ended)
}

// end is an order with its outcome.
type end struct {
	order   *order
	outcome gatewaypb.OrderOutcome
}

// read finds open orders in a block. failed says that a bundle of this gateway failed as a whole.
func (e *Engine) read(block nodeclient.Block) (ended []end, failed bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, tx := range block.Txs {
		bundles, err := bundlesOf(tx.Raw)
		if err != nil || len(bundles) == 0 {
			continue
		}
		hash := hashOf(tx.Raw)
		own := e.flight[hash]
		for _, message := range bundles {
			if message.Gateway == e.zone.Gateway().String() {
				e.seen[hash] = block.Height
			}
		}
		if tx.Code != 0 {
			if own != nil {
				err := errorsmod.ABCIError(tx.Codespace, tx.Code, tx.Log)
				e.log.Warn("bundle failed; its orders are sent again", "tx", hash, "error", err)
				e.metrics.failed.WithLabelValues(failureOf(err)).Inc()
				e.adapt(err)
				failed = true
				e.release(own)
			}
			continue
		}
		all, err := outcomes(block.Height, tx, bundles)
		if err != nil {
			e.log.Error("bundle in a block not understood", "tx", hash, "height", block.Height, "error", err)
			continue
		}
		for _, one := range all {
			if order := e.open[keyOf(one.order)]; order != nil {
				if outcome := outcomeFor(order, one, own != nil); outcome != nil {
					order.final = outcome
					ended = append(ended, end{order, *outcome})
				}
			}
		}
		if own != nil {
			e.release(own)
		}
	}
	return ended, failed
}

// outcomeFor returns the outcome of an order by what a block did to it, or to another order with its nonce; nil if there is none
// yet. The engine's lock is held.
func outcomeFor(one *order, done carried, own bool) *gatewaypb.OrderOutcome {
	if one.final != nil {
		return nil
	}
	outcome := done.outcome
	outcome.AcceptedAt = one.entry.Outcome.AcceptedAt
	same := one.digest == digestOf(done.order)
	switch {
	case done.decided && same:
		return &outcome
	case done.decided:
		outcome = usedByOther(outcome)
		return &outcome
	case same && own && !mayPassLater(outcome):
		one.refusal = &outcome
	}
	return nil
}

// usedByOther is the outcome of an order whose nonce another order used.
func usedByOther(of gatewaypb.OrderOutcome) gatewaypb.OrderOutcome {
	codespace, code, _ := errorsmod.ABCIInfo(paymenttypes.ErrNonceUsed, false)
	return gatewaypb.OrderOutcome{
		Payer: of.Payer, Nonce: of.Nonce, Status: gatewaypb.OrderStatusRefused, Codespace: codespace, Code: code, NonceUsed: true,
		Error:  paymenttypes.ErrNonceUsed.Wrap("another order of the payer has used it: sign this one with another nonce").Error(),
		Height: of.Height, TxHash: of.TxHash, AcceptedAt: of.AcceptedAt,
	}
}

// mayPassLater says of a refusal that did not use the nonce whether the next block may take the order.
func mayPassLater(outcome gatewaypb.OrderOutcome) bool {
	return outcome.Codespace == paymenttypes.ModuleName && outcome.Code == paymenttypes.ErrTooManyOrders.ABCICode()
}

// settle lets orders wait again whose bundles can no more be included, and returns those that the zone has refused or whose time is
// over, and of which no copy is on its way.
func (e *Engine) settle(block nodeclient.Block) (doubtful []*order) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := time.Now()
	e.scanned, e.lastTime, e.heardAt = block.Height, block.Time, now
	e.metrics.height.Set(float64(block.Height))
	for hash, one := range e.flight {
		if block.Height >= one.timeout {
			e.log.Warn("bundle not included in time; its orders are sent again", "tx", hash, "timeout_height", one.timeout)
			e.metrics.failed.WithLabelValues("not_included").Inc()
			e.release(one)
		}
	}
	for hash, height := range e.seen {
		if height+2*timeoutBlocks < block.Height {
			delete(e.seen, hash)
		}
	}
	var waiting []*order
	for _, one := range e.open {
		expired := one.entry.Order.Order.CheckTime(block.Time) != nil
		switch {
		case one.final != nil || one.copies > 0 || !closed(one.written):
		case expired || one.refusal != nil && block.Height >= e.strangers:
			doubtful = append(doubtful, one)
		case one.refusal == nil && !one.queued:
			waiting = append(waiting, one)
		}
	}
	e.again(waiting, now)
	e.signal()
	return doubtful
}

func closed(channel <-chan struct{}) bool {
	select {
	case <-channel:
		return true
	default:
		return false
	}
}

// finish writes outcomes down, and then tells who waits for them.
func (e *Engine) finish(ended []end) error {
	if len(ended) == 0 {
		return nil
	}
	entries := make([]*gatewaypb.JournalEntry, len(ended))
	for i, one := range ended {
		<-one.order.written // or the entry without outcome could be written after this one
		entry := *one.order.entry
		entry.Outcome = one.outcome
		entries[i] = &entry
	}
	if err := e.journal.Put(entries...); err != nil {
		return fmt.Errorf("%w: %w", errJournal, err)
	}
	now := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, one := range ended {
		one.order.final = &one.outcome
		e.forget(one.order)
		close(one.order.done)
		e.metrics.ended.WithLabelValues(statusWord(one.outcome.Status)).Inc()
		e.metrics.seconds.Observe(now.Sub(one.outcome.AcceptedAt).Seconds())
	}
	e.metrics.open.Set(float64(len(e.open)))
	return nil
}
