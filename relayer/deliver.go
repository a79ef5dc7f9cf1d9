package relayer

import (
	"context"
	"errors"
	"fmt"
	"time"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/store"
)

// deliver carries a batch from proof to confirmation. Proofs are of the state that the newest block leaves, or the
// one before if that is enough: then its header is there already, and nothing waits for the next block.
func (d *direction) deliver(ctx context.Context, list []work, seen chain.Head) error {
	began := time.Now()
	height := seen.Height - 1
	for _, w := range list {
		height = max(height, w.provable)
	}
	if err := d.trusts(ctx); err != nil {
		d.giveBack(list, retryFirst)
		return err
	}
	msgs, stale, err := d.prove(ctx, list, height)
	if err != nil {
		d.giveBack(list, retryFirst)
		return err
	}
	if len(stale) > 0 {
		d.log.Debug("overtaken by the chain's state", "packets", len(stale))
		d.giveBack(stale, retryFirst)
		d.path.sweepSoon()
	}
	if len(msgs) == 0 {
		return nil
	}
	if err := d.from.waitHeight(ctx, height+1); err != nil {
		return err
	}
	u, err := d.client.plan(ctx, height+1)
	if errors.Is(err, errBehind) {
		d.giveBack(works(msgs), 0) // another relayer is ahead: prove at a newer height
		return d.client.refresh(ctx)
	}
	if err != nil {
		d.giveBack(works(msgs), retryFirst)
		return err
	}
	if err := d.transmit(ctx, u, msgs); err != nil {
		return err
	}
	d.path.metrics.batch(d.from.zone.ID, d.to.zone.ID, time.Since(began))
	return nil
}

// trusts makes sure after failures that the light client can be used.
func (d *direction) trusts(ctx context.Context) error {
	d.mu.Lock()
	failed := d.failures > 0
	d.mu.Unlock()
	if !failed {
		return nil
	}
	return d.client.refresh(ctx)
}

// updateOnly updates the light client although no packet needs it.
func (d *direction) updateOnly(ctx context.Context, head chain.Head, why string) error {
	if err := d.client.refresh(ctx); err != nil {
		return err
	}
	on, _, _ := d.to.heads()
	if _, due := d.client.due(head, on); !due {
		return nil // another relayer was faster
	}
	u, err := d.client.plan(ctx, head.Height)
	if err != nil || len(u.msgs) == 0 {
		return err
	}
	f, err := d.to.outbox.send(ctx, u.msgs, d.size.gasFor(nil, u.msgs), nil)
	if err != nil {
		return d.txFailed(err)
	}
	tx, err := f.wait(ctx)
	if err != nil {
		return err
	}
	if tx.Code != 0 {
		return d.txFailed(&chain.TxError{Code: tx.Code, Space: tx.Space, Log: tx.Log})
	}
	d.path.metrics.tx(d.to.zone.ID)
	d.log.Info("updated light client", "client", d.client.id, "height", head.Height, "headers", len(u.msgs), "why", why)
	return d.client.confirm(u)
}

func (d *direction) txFailed(err error) error {
	d.path.metrics.txError(d.to.zone.ID, reason(err))
	return err
}

// chunk is a part of a batch in one transaction.
type chunk struct {
	msgs   []message
	flight *flight
}

// transmit sends messages in as few transactions as the limits allow, and waits for all of them. What a refused or
// failed transaction leaves over is cut smaller and sent again, so that one bad packet blocks no other.
func (d *direction) transmit(ctx context.Context, u update, msgs []message) error {
	limits := d.to.blockLimits()
	var queue, flying []chunk
	for _, part := range d.size.split(msgs, u.msgs, limits) {
		queue = append(queue, chunk{msgs: part})
	}
	barren := 0 // refusals in a row: bisecting for one bad packet ends after a few, a chain in trouble refuses all
	for len(queue) > 0 || len(flying) > 0 {
		var c chunk
		var err error
		if len(queue) > 0 {
			c, queue = queue[0], queue[1:]
			if c.flight, err = d.launch(ctx, u, c.msgs); err == nil {
				flying = append(flying, c)
				barren = 0
				continue
			}
		} else {
			c, flying = flying[0], flying[1:]
			if err = d.landed(ctx, u, c); err == nil {
				continue
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if barren++; barren > maxBarren(len(msgs)) {
			err = fmt.Errorf("%w: %w", errAllRefused, err)
		}
		again, err := d.remedy(ctx, u, c, d.txFailed(err))
		if err != nil {
			for _, rest := range queue {
				d.giveBack(works(rest.msgs), retryFirst)
			}
			queue = nil
			if len(flying) == 0 {
				return err
			}
			continue
		}
		queue = append(again, queue...)
	}
	return nil
}

// maxBarren allows a search for one bad packet among n, twice over.
func maxBarren(n int) int {
	steps := 4
	for ; n > 0; n /= 2 {
		steps += 2
	}
	return steps
}

// launch broadcasts one chunk behind the light client update.
func (d *direction) launch(ctx context.Context, u update, msgs []message) (*flight, error) {
	packed := make([]*codectypes.Any, 0, len(u.msgs)+len(msgs))
	packed = append(packed, u.msgs...)
	keys := make([]store.Key, len(msgs))
	for i, m := range msgs {
		packed = append(packed, m.packed)
		keys[i] = m.record.Key
	}
	return d.to.outbox.send(ctx, packed, d.size.gasFor(msgs, u.msgs), keys)
}

// landed waits for a chunk's transaction. Its packets have moved on by the events of the block that holds it;
// one that has not is tried again.
func (d *direction) landed(ctx context.Context, u update, c chunk) error {
	tx, err := c.flight.wait(ctx)
	if err != nil {
		return err
	}
	if tx.Code != 0 {
		return &chain.TxError{Code: tx.Code, Space: tx.Space, Log: tx.Log}
	}
	if err := d.client.confirm(u); err != nil {
		return err
	}
	counts := map[workKind]int{}
	for _, m := range c.msgs {
		counts[m.kind]++
		d.path.ledger.retry(m.work, 2*d.to.zone.BlockTime, true)
	}
	d.path.metrics.tx(d.to.zone.ID)
	d.path.metrics.relayed(d.from.zone.ID, d.to.zone.ID, counts)
	d.log.Info("delivered", "recv", counts[workRecv], "ack", counts[workAck], "timeout", counts[workTimeout],
		"hash", c.flight.ref.Hash, "gas_used", tx.GasUsed)
	return nil
}

func (d *direction) giveBack(list []work, delay time.Duration) {
	for _, w := range list {
		d.path.ledger.retry(w, delay, false)
	}
}

func works(msgs []message) []work {
	out := make([]work, len(msgs))
	for i, m := range msgs {
		out[i] = m.work
	}
	return out
}
