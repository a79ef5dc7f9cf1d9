package relayer

import (
	"context"
	"errors"
	"sync"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/store"
)

const (
	// inclusionBlocks is after how many blocks without it a transaction's fate is asked of the chain.
	inclusionBlocks = 10
	// restoredBlocks is the same for a transaction from before a restart.
	restoredBlocks = 3
)

// errLost says that a transaction will not be included, or that its fate cannot be known any more: what it
// delivered has to be looked at anew.
var errLost = errors.New("transaction not seen in a block")

// outbox holds the transactions of one chain that have been broadcast and not yet been seen in a block.
type outbox struct {
	node *node

	mu      sync.Mutex
	pending map[uint64]*flight // by account sequence
}

// flight is a transaction under way.
type flight struct {
	ref     chain.TxRef
	packets []store.Key
	expires int64
	done    chan outcome // holds one
	ended   func()       // called once at the end, unless nil
}

// outcome is how a transaction ended: err is errLost or nil.
type outcome struct {
	tx  chain.TxOutcome
	err error
}

func newOutbox(n *node) *outbox { return &outbox{node: n, pending: map[uint64]*flight{}} }

// load takes up what the journal says was submitted before a restart, and holds the packets.
func (o *outbox) load() error {
	notes, err := o.node.journal.Txs(o.node.ChainID())
	if err != nil {
		return err
	}
	for _, note := range notes {
		f := &flight{ref: chain.TxRef{Sequence: note.Sequence, Hash: note.Hash}, packets: note.Packets, done: make(chan outcome, 1)}
		o.pending[note.Sequence] = f
		o.node.ledger.hold(note.Packets)
		f.ended = func() { o.node.ledger.free(f.packets) }
	}
	return nil
}

// restore gives the transactions from before a restart a few blocks from the chain's head on, now that it answers. Those
// that were included end with their block, which is read before; the others may still come out of a mempool. None is
// ended by its used sequence alone: until its block is read its packets look as if they were still to be delivered.
func (o *outbox) restore(head int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range o.pending {
		if f.expires == 0 {
			f.expires = head + restoredBlocks
		}
	}
}

// send broadcasts messages as one transaction, noted in the journal first: after a crash at any point it is known
// that these packets may be under way.
func (o *outbox) send(ctx context.Context, msgs []*codectypes.Any, gas uint64, packets []store.Key) (*flight, error) {
	seen, _, _ := o.node.heads()
	f := &flight{packets: packets, expires: seen.Height + inclusionBlocks, done: make(chan outcome, 1)}
	noted := false
	_, err := o.node.Send(ctx, msgs, gas, func(ref chain.TxRef) error {
		if noted {
			if err := o.drop(f); err != nil { // signed again with another sequence
				return err
			}
		}
		f.ref, noted = ref, true
		return o.add(f, seen.Height)
	})
	if err == nil || errors.Is(err, chain.ErrUncertain) {
		return f, nil
	}
	if ctx.Err() != nil {
		return nil, err // told to stop in the middle: the note stays for the next start
	}
	if noted {
		err = errors.Join(err, o.drop(f))
	}
	return nil, err
}

func (o *outbox) add(f *flight, height int64) error {
	note := store.Tx{ChainID: o.node.ChainID(), Sequence: f.ref.Sequence, Hash: f.ref.Hash, Height: height, Packets: f.packets}
	if err := o.node.journal.PutTx(note); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if old := o.pending[f.ref.Sequence]; old != nil && old != f {
		old.finish(outcome{err: errLost}) // only one of two with the same sequence can ever be included
	}
	o.pending[f.ref.Sequence] = f
	return nil
}

func (o *outbox) drop(f *flight) error {
	o.mu.Lock()
	mine := o.pending[f.ref.Sequence] == f
	if mine {
		delete(o.pending, f.ref.Sequence)
	}
	o.mu.Unlock()
	if !mine {
		return nil
	}
	return o.node.journal.Apply(store.Batch{ChainID: o.node.ChainID(), EndedTxs: []uint64{f.ref.Sequence}})
}

// settle ends the transactions that a block holds; the journal has forgotten them together with the block.
func (o *outbox) settle(txs []chain.TxOutcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, tx := range txs {
		if f := o.pending[tx.Sequence]; f != nil {
			delete(o.pending, tx.Sequence)
			f.finish(outcome{tx: tx})
		}
	}
}

// expire gives up on transactions that no block has shown for too long.
func (o *outbox) expire(ctx context.Context, head int64) {
	var late []*flight
	o.mu.Lock()
	for _, f := range o.pending {
		if f.expires != 0 && head >= f.expires {
			late = append(late, f)
		}
	}
	o.mu.Unlock()
	if len(late) == 0 {
		return
	}
	o.node.ForgetSequence()
	for _, f := range late {
		o.node.log.Warn("transaction not seen in a block; looking at its packets anew", "hash", f.ref.Hash, "sequence", f.ref.Sequence, "packets", len(f.packets))
		if err := o.drop(f); err != nil {
			o.node.log.Error("write journal", "err", err)
			continue
		}
		f.finish(outcome{err: errLost})
	}
	if ctx.Err() == nil {
		o.node.sweep()
	}
}

// finish ends a transaction; only the first outcome counts.
func (f *flight) finish(out outcome) {
	select {
	case f.done <- out:
		if f.ended != nil {
			f.ended()
		}
	default:
	}
}

// wait returns how a transaction ended.
func (f *flight) wait(ctx context.Context) (chain.TxOutcome, error) {
	select {
	case <-ctx.Done():
		return chain.TxOutcome{}, ctx.Err()
	case out := <-f.done:
		return out.tx, out.err
	}
}
