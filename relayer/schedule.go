package relayer

import (
	"slices"
	"time"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/store"
)

// workKind is a message that a direction delivers.
type workKind int

const (
	workRecv workKind = iota
	workAck
	workTimeout
)

// String implements fmt.Stringer; metrics use it as a label.
func (k workKind) String() string { return [...]string{"recv", "ack", "timeout"}[k] }

// work is one message to deliver: a packet, and what there is to prove about it.
type work struct {
	kind     workKind
	path     *path
	record   store.Record
	attempts int
	// provable is the lowest height of the proving chain whose state proves it.
	provable int64
}

// view is what a direction knows of its two chains when it takes work.
type view struct {
	from, to     chain.Head
	fromRevision uint64
	toRevision   uint64
	// margin is how long before its timeout a packet is no longer sent: it would time out in the mempool, and
	// take the rest of its transaction with it.
	marginTime   time.Duration
	marginHeight int64
}

// maxWork bounds one batch; what is left goes with the next.
const maxWork = 5_000

// take hands out all that direction d can deliver now, in order of key, and marks it busy.
func (l *ledger) take(d *direction, v view, now time.Time) []work {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []work
	for _, it := range l.items[d.path] {
		if it.busy || now.Before(it.due) {
			continue
		}
		if w, ok := d.workFor(it, v); ok {
			out = append(out, w)
		}
	}
	sortWork(out)
	if len(out) > maxWork {
		out = out[:maxWork]
	}
	for _, w := range out {
		l.items[d.path][w.record.Key].busy = true
	}
	return out
}

// workFor says what direction d has to do for a packet now, if anything.
func (d *direction) workFor(it *item, v view) (work, bool) {
	r := it.record
	w := work{path: d.path, record: r, attempts: it.attempts}
	sentHere := r.Key.ChainID == d.from.ChainID()
	switch {
	case r.Stage == store.StageSent && sentHere:
		soon := chain.Head{Height: v.to.Height + v.marginHeight, Time: v.to.Time.Add(v.marginTime)}
		w.kind, w.provable = workRecv, r.SentHeight
		return w, !timeoutElapsed(r.Packet, v.toRevision, soon)
	case r.Stage == store.StageSent:
		// The proof height's consensus time must have reached the timeout: that of the head has.
		w.kind, w.provable = workTimeout, v.from.Height-1
		return w, timeoutElapsed(r.Packet, v.fromRevision, v.from)
	case r.Stage == store.StageAcked && !sentHere:
		w.kind, w.provable = workAck, r.AckHeight
		return w, true
	default:
		return w, false
	}
}

func sortWork(list []work) {
	slices.SortFunc(list, func(a, b work) int {
		switch {
		case a.record.Key.Less(b.record.Key):
			return -1
		case b.record.Key.Less(a.record.Key):
			return 1
		default:
			return 0
		}
	})
}

// timeoutElapsed says whether a packet has timed out for a chain whose block at head it would be delivered in.
func timeoutElapsed(packet channeltypes.Packet, revision uint64, head chain.Head) bool {
	if t := packet.TimeoutTimestamp; t != 0 && uint64(head.Time.UnixNano()) >= t {
		return true
	}
	h := packet.TimeoutHeight
	return !h.IsZero() && h.RevisionNumber == revision && uint64(head.Height) >= h.RevisionHeight //nolint:gosec // heights are never negative
}
