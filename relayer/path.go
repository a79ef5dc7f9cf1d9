package relayer

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/relayer/config"
	"github.com/azukari-network/azukari/relayer/store"
)

// path is the hub with one zone: a connection and its channels, and the two directions over them.
type path struct {
	name      string
	hub, zone *node
	ledger    *ledger
	metrics   *metrics
	tuning    config.Tuning
	log       *slog.Logger

	hubClient, zoneClient string
	channels              []channelPair

	sweeps chan struct{}           // a sweep is wanted
	vain   map[store.Key]time.Time // packets whose events were looked for in vain in every block, and when
	mu     sync.Mutex
	work   chan struct{} // closed and replaced when a sweep has found work
	state  pathState
	moving []*direction // set once the path is relayed
}

// channelPair is one channel's two ends.
type channelPair struct{ port, hub, zone string }

// pathState is how far a path is, for health.
type pathState string

const (
	pathWaiting  pathState = "waiting"  // for a chain, or for the handshakes
	pathRelaying pathState = "relaying" // both directions run
)

func newPath(hub, zone *node, l *ledger, m *metrics, tuning config.Tuning, log *slog.Logger) *path {
	return &path{
		name: hub.zone.ID + "-" + zone.zone.ID, hub: hub, zone: zone, ledger: l, metrics: m, tuning: tuning,
		log:    log.With("path", hub.zone.ID+"-"+zone.zone.ID),
		sweeps: make(chan struct{}, 1), vain: map[store.Key]time.Time{}, work: make(chan struct{}), state: pathWaiting,
	}
}

func (p *path) other(chainID string) *node {
	if p.hub.ChainID() == chainID {
		return p.zone
	}
	return p.hub
}

// sweepSoon asks for a comparison with the chains; it never blocks.
func (p *path) sweepSoon() {
	select {
	case p.sweeps <- struct{}{}:
	default:
	}
}

// woken returns a channel that closes when a sweep has found work.
func (p *path) woken() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.work
}

func (p *path) wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.work)
	p.work = make(chan struct{})
}

func (p *path) status() pathState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// relayedBy returns the directions of a path that is being relayed.
func (p *path) relayedBy() []*direction {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.moving
}

func (p *path) noteDone(took time.Duration) { p.metrics.done(p.name, took) }

// run links the path if need be and relays on it until ctx ends.
func (p *path) run(ctx context.Context) error {
	if err := errors.Join(p.hub.waitReady(ctx), p.zone.waitReady(ctx)); err != nil {
		return err
	}
	var there, back *direction
	err := keepTrying(ctx, p.log, "path is not ready", func(ctx context.Context) error {
		link, err := Link(ctx, p.hub.Chain, p.zone.Chain, p.log)
		if err != nil {
			return err
		}
		p.adopt(link)
		there = newDirection(p, p.hub, p.zone, p.zoneClient, p.tuning)
		back = newDirection(p, p.zone, p.hub, p.hubClient, p.tuning)
		if err := errors.Join(there.client.refresh(ctx), back.client.refresh(ctx)); err != nil {
			return err
		}
		return p.ledger.register(p)
	})
	if err != nil {
		return err
	}
	var missing []gap
	err = keepTrying(ctx, p.log, "sweep failed", func(ctx context.Context) (err error) {
		missing, err = p.compare(ctx)
		return err
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.state, p.moving = pathRelaying, []*direction{there, back}
	p.mu.Unlock()
	p.log.Info("relaying", "hub_client", p.hubClient, "zone_client", p.zoneClient, "channels", len(p.channels))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return there.run(ctx) })
	group.Go(func() error { return back.run(ctx) })
	group.Go(func() error { return p.keepSwept(ctx, missing) })
	return group.Wait()
}

func (p *path) adopt(link Ends) {
	p.hubClient, p.zoneClient = link.HubClient, link.ZoneClient
	p.channels = p.channels[:0]
	for _, ch := range link.Channels {
		p.channels = append(p.channels, channelPair{ch.Port, ch.Hub, ch.Zone})
	}
}

// keepSwept fills gaps, and compares the ledger with the chains now and then and when asked to.
func (p *path) keepSwept(ctx context.Context, missing []gap) error {
	const atMostEvery = 2 * time.Second
	tick := time.NewTicker(p.tuning.SweepInterval)
	defer tick.Stop()
	for {
		if err := p.fill(ctx, missing); err != nil && ctx.Err() == nil {
			p.log.Warn("gap not filled", "err", err)
		}
		if !sleep(ctx, atMostEvery) {
			return ctx.Err()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-p.sweeps:
		}
		var err error
		if missing, err = p.compare(ctx); err != nil {
			p.log.Warn("sweep failed", "err", err)
		}
	}
}
