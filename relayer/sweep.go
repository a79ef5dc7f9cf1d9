package relayer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/store"
)

// gap is a set of packets whose events the ledger has not seen: sends on their source, or acknowledgements
// written on their destination.
type gap struct {
	on   *node
	kind chain.EventKind
	want map[store.Key]bool
}

// oneWay is one channel in the direction in which packets are sent.
type oneWay struct {
	src, dst         *node
	port             string
	srcChan, dstChan string
}

func (p *path) ways() []oneWay {
	var out []oneWay
	for _, ch := range p.channels {
		out = append(out, oneWay{p.hub, p.zone, ch.port, ch.hub, ch.zone}, oneWay{p.zone, p.hub, ch.port, ch.zone, ch.hub})
	}
	return out
}

// compare asks both chains what is under way, corrects the ledger, and returns what it has not seen.
func (p *path) compare(ctx context.Context) ([]gap, error) {
	var gaps []gap
	for _, w := range p.ways() {
		found, err := p.compareWay(ctx, w)
		if err != nil {
			return gaps, err
		}
		gaps = append(gaps, found...)
	}
	return gaps, nil
}

func (p *path) compareWay(ctx context.Context, w oneWay) ([]gap, error) {
	committed, at, err := w.src.Commitments(ctx, w.port, w.srcChan)
	if err != nil {
		return nil, err
	}
	unreceived, err := w.dst.UnreceivedPackets(ctx, w.port, w.dstChan, committed)
	if err != nil {
		return nil, err
	}
	open := toSet(unreceived)
	received := slices.DeleteFunc(slices.Clone(committed), func(s uint64) bool { return open[s] })
	acked, err := w.dst.WrittenAcks(ctx, w.port, w.dstChan, received)
	if err != nil {
		return nil, err
	}
	facts := wayFacts{way: w, at: at, committed: toSet(committed), unreceived: open, acked: toSet(acked)}
	sends, acks, err := p.ledger.correct(p, facts)
	if err != nil {
		return nil, err
	}
	var gaps []gap
	if len(sends) > 0 {
		gaps = append(gaps, gap{w.src, chain.Sent, sends})
	}
	if len(acks) > 0 {
		gaps = append(gaps, gap{w.dst, chain.AckWritten, acks})
	}
	return gaps, nil
}

// wayFacts is what the two chains say of one channel in one direction.
type wayFacts struct {
	way                          oneWay
	at                           int64 // source height of committed
	committed, unreceived, acked map[uint64]bool
}

func toSet(list []uint64) map[uint64]bool {
	set := make(map[uint64]bool, len(list))
	for _, s := range list {
		set[s] = true
	}
	return set
}

// correct removes what is over and moves on what was received; it returns the packets whose send, and whose
// acknowledgement, still have to be found.
func (l *ledger) correct(p *path, f wayFacts) (sends, acks map[store.Key]bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sends, acks = map[store.Key]bool{}, map[store.Key]bool{}
	var changes []change
	for key, it := range l.items[p] {
		ours := key.ChainID == f.way.src.ChainID() && key.Port == f.way.port && key.Channel == f.way.srcChan
		switch {
		case !ours:
		case !f.committed[key.Sequence] && it.record.SentHeight <= f.at:
			changes = append(changes, change{p, key, nil})
		case f.committed[key.Sequence] && !f.unreceived[key.Sequence] && it.record.Stage == store.StageSent:
			moved := it.record
			moved.Stage = store.StageReceived
			changes = append(changes, change{p, key, &moved})
		}
	}
	for sequence := range f.committed {
		key := store.Key{ChainID: f.way.src.ChainID(), Port: f.way.port, Channel: f.way.srcChan, Sequence: sequence}
		it := l.items[p][key]
		switch {
		case f.unreceived[sequence] && it == nil:
			sends[key] = true
		case f.acked[sequence] && (it == nil || it.record.Stage != store.StageAcked):
			acks[key] = true
		}
	}
	return sends, acks, l.apply(changes)
}

// vainPause is for how long packets are not looked for that no block has shown: to look means to read the whole chain.
const vainPause = time.Hour

// scanWindow is how many blocks are fetched at once while looking for a gap's packets.
const scanWindow = 64

// fill looks for the packets of gaps, from the head backwards: what is missing is usually recent.
func (p *path) fill(ctx context.Context, gaps []gap) error {
	for _, g := range gaps {
		if err := p.fillOne(ctx, g); err != nil {
			return err
		}
	}
	return nil
}

func (p *path) fillOne(ctx context.Context, g gap) error {
	seen, _, _ := g.on.heads()
	earliest, err := g.on.Earliest(ctx)
	if err != nil {
		return err
	}
	for key, at := range p.vain {
		if time.Since(at) < vainPause {
			delete(g.want, key)
		}
	}
	total := len(g.want)
	if total == 0 {
		return nil
	}
	for to := seen.Height; to >= earliest && len(g.want) > 0; to -= scanWindow {
		blocks, err := g.on.fetchSome(ctx, max(to-scanWindow+1, earliest), to)
		if err != nil {
			return err
		}
		found := 0
		for _, b := range blocks {
			var events []chain.PacketEvent
			for _, e := range b.Events {
				if key, _ := p.ledger.find(g.on.ChainID(), e); e.Kind == g.kind && g.want[key] {
					events = append(events, e)
					delete(g.want, key)
					delete(p.vain, key)
				}
			}
			found += len(events)
			if err := p.ledger.applyFound(g.on.ChainID(), b.Head.Height, events); err != nil {
				return err
			}
		}
		if found > 0 {
			p.wake()
		}
	}
	if len(g.want) > 0 {
		for key := range g.want {
			p.vain[key] = time.Now()
		}
		return fmt.Errorf("zone %s: expected the events of %d packets in its blocks from %d on, found %d; restart azrelay with an RPC node that has older blocks", g.on.zone.ID, total, earliest, total-len(g.want))
	}
	p.log.Info("found packets of a gap", "zone", g.on.zone.ID, "packets", total)
	return nil
}
