package relayer

import (
	"sync"
	"time"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/store"
)

// ledger is what is known of every packet under way. What it knows comes from the chains only (blocks, and the
// queries of a sweep), never from what the relayer itself has tried; the journal holds the same, durably.
type ledger struct {
	mu      sync.Mutex
	journal *store.Journal
	routes  map[endpoint]*path
	items   map[*path]map[store.Key]*item
	// held are packets of transactions from before a restart, which may still be included.
	held map[store.Key]bool
}

// endpoint is one end of a channel.
type endpoint struct{ chainID, port, channel string }

// item is one packet under way, with what the relayer is doing about it.
type item struct {
	record store.Record
	seen   time.Time
	// busy says that a batch has it; stage changes free it, so a batch must check that the stage is still its own.
	busy     bool
	attempts int
	due      time.Time
}

func newLedger(journal *store.Journal) *ledger {
	return &ledger{journal: journal, routes: map[endpoint]*path{}, items: map[*path]map[store.Key]*item{}, held: map[store.Key]bool{}}
}

// register adds a path's channels, and what the journal holds of their packets.
func (l *ledger) register(p *path) error {
	records, err := l.journal.Packets()
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.items[p] == nil {
		l.items[p] = map[store.Key]*item{}
	}
	for _, ch := range p.channels {
		l.routes[endpoint{p.hub.ChainID(), ch.port, ch.hub}] = p
		l.routes[endpoint{p.zone.ChainID(), ch.port, ch.zone}] = p
	}
	for _, r := range records {
		at := endpoint{r.Key.ChainID, r.Key.Port, r.Key.Channel}
		if l.routes[at] == p && l.items[p][r.Key] == nil {
			l.items[p][r.Key] = &item{record: r, seen: time.Now(), busy: l.held[r.Key]}
		}
	}
	return nil
}

// applyBlock books what a block did to packets, and that the signer's transactions ended.
func (l *ledger) applyBlock(chainID string, block chain.Block, durableScan bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	batch := store.Batch{ChainID: chainID}
	for _, tx := range block.Txs {
		batch.EndedTxs = append(batch.EndedTxs, tx.Sequence)
	}
	changes := l.changesOf(chainID, block.Head.Height, block.Events)
	for _, c := range changes {
		c.addTo(&batch)
	}
	if durableScan || !batch.Empty() {
		batch.Scanned = block.Head.Height
		if err := l.journal.Apply(batch); err != nil {
			return err
		}
	}
	for _, c := range changes {
		if took, over := l.commit(c); over {
			c.path.noteDone(took)
		}
	}
	return nil
}

// applyFound books packet events that a scan has found.
func (l *ledger) applyFound(chainID string, height int64, events []chain.PacketEvent) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.apply(l.changesOf(chainID, height, events))
}

func (l *ledger) apply(changes []change) error {
	var batch store.Batch
	for _, c := range changes {
		c.addTo(&batch)
	}
	if batch.Empty() {
		return nil
	}
	if err := l.journal.Apply(batch); err != nil {
		return err
	}
	for _, c := range changes {
		l.commit(c)
	}
	return nil
}

// change is what becomes of one packet: a new record, or none when its life is over.
type change struct {
	path   *path
	key    store.Key
	record *store.Record
}

func (c change) addTo(batch *store.Batch) {
	if c.record == nil {
		batch.Delete = append(batch.Delete, c.key)
		return
	}
	batch.Put = append(batch.Put, *c.record)
}

// changesOf works out what events of one block mean. Events of one packet in one block build on each other.
func (l *ledger) changesOf(chainID string, height int64, events []chain.PacketEvent) []change {
	var changes []change
	latest := map[store.Key]int{}
	for _, e := range events {
		key, p := l.locate(chainID, e)
		if p == nil {
			continue
		}
		var known *store.Record
		at, again := latest[key]
		if again {
			known = changes[at].record
		} else if it := l.items[p][key]; it != nil {
			known = &it.record
		}
		next, changed := transition(known, key, height, e)
		if !changed {
			continue
		}
		if again {
			changes[at].record = next
			continue
		}
		latest[key] = len(changes)
		changes = append(changes, change{p, key, next})
	}
	return changes
}

// locate finds a packet's key and path from an event on chainID. The path is nil for channels of others.
func (l *ledger) locate(chainID string, e chain.PacketEvent) (store.Key, *path) {
	src := endpoint{chainID, e.Packet.SourcePort, e.Packet.SourceChannel}
	if e.Kind == chain.Received || e.Kind == chain.AckWritten {
		p := l.routes[endpoint{chainID, e.Packet.DestinationPort, e.Packet.DestinationChannel}]
		if p == nil {
			return store.Key{}, nil
		}
		src.chainID = p.other(chainID).ChainID()
	}
	p := l.routes[src]
	return store.Key{ChainID: src.chainID, Port: src.port, Channel: src.channel, Sequence: e.Packet.Sequence}, p
}

// find returns a packet's key from an event on chainID; its path is nil for channels of others.
func (l *ledger) find(chainID string, e chain.PacketEvent) (store.Key, *path) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.locate(chainID, e)
}

// transition is the life of a packet: known is nil before it is seen, the result nil when it is over.
func transition(known *store.Record, key store.Key, height int64, e chain.PacketEvent) (next *store.Record, changed bool) {
	var record store.Record
	if known != nil {
		record = *known
	} else {
		record = store.Record{Key: key, Packet: e.Packet}
	}
	switch e.Kind {
	case chain.Sent:
		if record.SentHeight != 0 {
			return nil, false
		}
		record.SentHeight = height
		record.Stage = max(record.Stage, store.StageSent)
	case chain.Received:
		if known == nil || record.Stage >= store.StageReceived {
			return nil, false
		}
		record.Stage = store.StageReceived
	case chain.AckWritten:
		if record.Stage == store.StageAcked {
			return nil, false
		}
		record.Stage, record.Ack, record.AckHeight = store.StageAcked, e.Ack, height
	case chain.Acknowledged, chain.TimedOut:
		return nil, known != nil
	default:
		return nil, false
	}
	return &record, true
}

// commit takes a change into memory. It returns how long a packet was under way if its life is over.
func (l *ledger) commit(c change) (took time.Duration, over bool) {
	items := l.items[c.path]
	it := items[c.key]
	if c.record == nil {
		delete(items, c.key)
		delete(l.held, c.key)
		if it == nil {
			return 0, false
		}
		return time.Since(it.seen), true
	}
	if it == nil {
		items[c.key] = &item{record: *c.record, seen: time.Now()}
		return 0, false
	}
	if it.record.Stage != c.record.Stage {
		it.busy, it.attempts, it.due = false, 0, time.Time{}
		// What it was held for has happened. Freeing it when that transaction is settled would free it from the batch
		// that has taken it since.
		delete(l.held, c.key)
	}
	it.record = *c.record
	return 0, false
}

// count returns how many packets of a path are at each stage.
func (l *ledger) count(p *path) (sent, received, acked int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, it := range l.items[p] {
		switch it.record.Stage {
		case store.StageSent:
			sent++
		case store.StageReceived:
			received++
		case store.StageAcked:
			acked++
		}
	}
	return sent, received, acked
}

// hold keeps packets from being taken: a transaction from before a restart may still deliver them.
func (l *ledger) hold(keys []store.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		l.held[key] = true
	}
}

// free lets batches take packets again that were held.
func (l *ledger) free(keys []store.Key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		if !l.held[key] {
			continue
		}
		delete(l.held, key)
		if p := l.routes[endpoint{key.ChainID, key.Port, key.Channel}]; p != nil && l.items[p][key] != nil {
			l.items[p][key].busy = false
		}
	}
}

// retry gives a packet back for another attempt after a delay.
func (l *ledger) retry(w work, delay time.Duration, failed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	it := l.items[w.path][w.record.Key]
	if it == nil || it.record.Stage != w.record.Stage {
		return
	}
	it.busy, it.due = false, time.Now().Add(delay)
	if failed {
		it.attempts++
	}
}
