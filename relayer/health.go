package relayer

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/azukari-network/azukari/app/httpserver"
)

const (
	// silentBlocks is after how many block times without a block a chain counts as silent.
	silentBlocks = 20
	minSilent    = 30 * time.Second
)

// Health is what /healthz answers.
type Health struct {
	Healthy bool         `json:"healthy"`
	Zones   []ZoneHealth `json:"zones"`
	Paths   []PathHealth `json:"paths"`
}

// ZoneHealth says whether a chain's blocks come in.
type ZoneHealth struct {
	Zone       string    `json:"zone"`
	Height     int64     `json:"height"`
	BlockTime  time.Time `json:"block_time"`
	Responding bool      `json:"responding"`
}

// PathHealth says whether a path is being relayed, and what is under way.
type PathHealth struct {
	Path     string `json:"path"`
	State    string `json:"state"`
	Sent     int    `json:"sent"`
	Received int    `json:"received"`
	Acked    int    `json:"acked"`
}

// health is healthy if every chain makes blocks and every path is relayed.
func (r *Relayer) health(now time.Time) Health {
	out := Health{Healthy: true}
	for _, n := range r.nodes {
		seen, _, _ := n.heads()
		z := ZoneHealth{Zone: n.zone.ID, Height: seen.Height, BlockTime: seen.Time}
		z.Responding = now.Sub(seen.Time) < max(silentBlocks*n.zone.BlockTime, minSilent)
		out.Healthy = out.Healthy && z.Responding
		out.Zones = append(out.Zones, z)
	}
	for _, p := range r.paths {
		h := PathHealth{Path: p.name, State: string(p.status())}
		h.Sent, h.Received, h.Acked = r.ledger.count(p)
		out.Healthy = out.Healthy && p.status() == pathRelaying
		out.Paths = append(out.Paths, h)
	}
	return out
}

// handler serves /metrics and /healthz; the latter with status 503 while something is wrong.
func (r *Relayer) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(r.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		h := r.health(time.Now())
		w.Header().Set("Content-Type", "application/json")
		if !h.Healthy {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		if err := json.NewEncoder(w).Encode(h); err != nil {
			r.log.Debug("health answer not written", "err", err)
		}
	})
	return mux
}

func (r *Relayer) serve(ctx context.Context, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("metrics: expected %s free to listen on, got %w; stop what uses it or set another metrics address", address, err)
	}
	if err := httpserver.Serve(ctx, listener, r.handler()); err != nil {
		return err
	}
	return ctx.Err()
}
