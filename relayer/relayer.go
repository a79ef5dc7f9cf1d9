package relayer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/relayer/chain"
	"github.com/azukari-network/azukari/relayer/config"
	"github.com/azukari-network/azukari/relayer/store"
)

// Relayer relays between the hub and its zones.
type Relayer struct {
	config  *config.Config
	nodes   []*node
	paths   []*path
	ledger  *ledger
	metrics *metrics
	log     *slog.Logger
}

// Connect makes a client per zone, by zone id. It loads the keys but does not connect yet.
func Connect(cfg *config.Config, log *slog.Logger) (map[string]Chain, error) {
	chains := map[string]Chain{}
	for _, z := range cfg.Zones {
		key, err := chain.LoadKey(z.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("zone %s: %w", z.ID, err)
		}
		chains[z.ID] = chain.New(z, key, cfg.Tuning.ProofWorkers, log)
	}
	return chains, nil
}

// New makes a relayer over an open journal. chains holds one chain per zone id.
func New(cfg *config.Config, chains map[string]Chain, journal *store.Journal, log *slog.Logger) (*Relayer, error) {
	r := &Relayer{config: cfg, ledger: newLedger(journal), metrics: newMetrics(), log: log}
	byID := map[string]*node{}
	for _, z := range cfg.Zones {
		n := newNode(chains[z.ID], z, cfg.Tuning.ProofWorkers, journal, r.ledger, r.metrics, log)
		n.sweep = func() { r.sweep(n) }
		if err := n.outbox.load(); err != nil {
			return nil, err
		}
		byID[z.ID] = n
		r.nodes = append(r.nodes, n)
	}
	for _, z := range cfg.Spokes() {
		r.paths = append(r.paths, newPath(byID[cfg.Hub], byID[z.ID], r.ledger, r.metrics, cfg.Tuning, log))
	}
	r.metrics.registry.MustRegister(observed{r})
	return r, nil
}

// sweep compares all paths of a chain with the chains.
func (r *Relayer) sweep(n *node) {
	for _, p := range r.paths {
		if p.hub == n || p.zone == n {
			p.sweepSoon()
		}
	}
}

// Check asks every chain once whether it is the expected one and admits the relayer. Chains that do not answer are
// only logged: the others are relayed meanwhile. If none answers, that is an error too.
func (r *Relayer) Check(ctx context.Context) error {
	silent := 0
	var last error
	for _, n := range r.nodes {
		_, err := n.check(ctx)
		switch {
		case errors.Is(err, chain.ErrUnreachable) || errors.Is(err, chain.ErrNoAnswer):
			silent++
			last = err
			n.log.Warn("chain is not reachable; going on without it until it is", "err", err)
		case err != nil:
			return err
		}
	}
	if silent == len(r.nodes) {
		return last
	}
	return nil
}

// Run relays until ctx ends; then it returns nil, after the batches under way have been noted. Any other end is an
// error of the journal.
func (r *Relayer) Run(ctx context.Context) error {
	group, groupCtx := errgroup.WithContext(ctx)
	for _, n := range r.nodes {
		group.Go(func() error { return n.run(groupCtx) })
	}
	for _, p := range r.paths {
		group.Go(func() error { return p.run(groupCtx) })
	}
	if r.config.Metrics != "" {
		group.Go(func() error { return r.serve(groupCtx, r.config.Metrics) })
	}
	err := group.Wait()
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return nil
	}
	return err
}
