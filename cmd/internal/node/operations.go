package node

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"time"

	cmtnode "github.com/cometbft/cometbft/node"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/version"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/httpserver"
	"github.com/azukari-network/azukari/app/metrics"
)

// Health is what /healthz and /readyz answer.
type Health struct {
	// Ready says whether the node's answers are the zone's newest: it has caught up, and blocks come.
	Ready bool `json:"ready"`
	// Reason says why it is not ready.
	Reason  string `json:"reason,omitempty"`
	ChainID string `json:"chain_id"`
	// Height of the last committed block, and its time; none before the first.
	Height    int64      `json:"height"`
	BlockTime *time.Time `json:"block_time,omitempty"`
	Peers     int        `json:"peers"`
	CatchesUp bool       `json:"catches_up"`
}

// operations is what the people and programs that look after a node ask it: metrics, and whether it is alive and ready.
type operations struct {
	health func() Health
	logger log.Logger
}

// newOperations registers the node's metrics where CometBFT has its own.
func newOperations(consensus *cmtnode.Node, app *base.App, blockAge time.Duration, logger log.Logger) (*operations, error) {
	o := &operations{logger: logger, health: func() Health { return healthOf(consensus, blockAge, time.Now()) }}
	state, blocks := app.Metrics()
	for _, collector := range []prometheus.Collector{state, blocks, o.readyGauge(), buildGauge()} {
		if err := prometheus.Register(collector); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return o, nil
}

func (o *operations) readyGauge() prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: metrics.Namespace, Subsystem: "node", Name: "ready", Help: "1 if /readyz says ready, else 0.",
	}, func() float64 { return metrics.Truth(o.health().Ready) })
}

func buildGauge() prometheus.Collector {
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: metrics.Namespace, Subsystem: "node", Name: "build_info", Help: "Always 1; the labels say which build the node runs.",
	}, []string{"app", "version", "commit"})
	gauge.WithLabelValues(version.AppName, version.Version, version.Commit).Set(1)
	return gauge
}

// healthOf looks at consensus.
func healthOf(consensus *cmtnode.Node, blockAge time.Duration, now time.Time) Health {
	store := consensus.BlockStore()
	health := Health{
		ChainID: consensus.GenesisDoc().ChainID, Height: store.Height(), Peers: consensus.Switch().Peers().Size(),
		CatchesUp: consensus.ConsensusReactor().WaitSync(),
	}
	if meta := store.LoadBlockMeta(health.Height); meta != nil {
		health.BlockTime = &meta.Header.Time
	}
	health.Reason = health.unready(consensus.IsRunning(), blockAge, now)
	health.Ready = health.Reason == ""
	return health
}

// unready says why the node is not ready; empty if it is. A node is ready while its last block is at most blockAge old: a zone
// that halted answers with what may be old, and payments would wait.
func (h Health) unready(running bool, blockAge time.Duration, now time.Time) string {
	switch {
	case !running:
		return "consensus has ended"
	case h.BlockTime == nil:
		return "there is no block yet"
	case h.CatchesUp:
		return "the node catches up"
	case now.Sub(*h.BlockTime) > blockAge:
		return fmt.Sprintf("expected a block of the last %s, got one of %s", blockAge, h.BlockTime.Format(time.RFC3339))
	default:
		return ""
	}
}

// handler serves /metrics; /healthz, with status 200 as long as the process answers; and /readyz, with status 503 and a
// reason while the node is not ready.
func (o *operations) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.Handler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { o.answer(w, http.StatusOK, o.health()) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		health, status := o.health(), http.StatusOK
		if !health.Ready {
			status = http.StatusServiceUnavailable
		}
		o.answer(w, status, health)
	})
	return mux
}

func (o *operations) answer(w http.ResponseWriter, status int, health Health) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(health); err != nil {
		o.logger.Debug("health answer not written", "err", err)
	}
}

// serve answers at an address until the context ends.
func (o *operations) serve(ctx context.Context, address string) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("operations.address in app.toml: expected %s free to listen on, got %w: stop what uses it or set another", address, err)
	}
	return httpserver.Serve(ctx, listener, o.handler())
}
