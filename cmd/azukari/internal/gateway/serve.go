package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/app/httpserver"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/engine"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/journal"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/server"
	"github.com/azukari-network/azukari/relayer/chain"
)

func serveCommand() *cobra.Command {
	var home string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Take orders and bring them to the zone, until SIGTERM or Ctrl-C",
		Long: `Take orders and bring them to the zone. On SIGTERM or Ctrl-C it takes no more orders and waits a while for the outcomes of those that it
has; what is open then goes on at the next start, and so does everything after kill -9.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := LoadConfig(home)
			if err != nil {
				return err
			}
			return serve(cmd.Context(), config, cmd.ErrOrStderr())
		},
	}
	addHomeFlag(cmd, &home)
	return cmd
}

func (l Log) level() (level slog.Level, err error) {
	if err := level.UnmarshalText([]byte(l.Level)); err != nil {
		return level, fmt.Errorf("log.level: expected debug, info, warn or error, got %q", l.Level)
	}
	return level, nil
}

func (l Log) open(out io.Writer) (*slog.Logger, error) {
	level, err := l.level()
	if err != nil {
		return nil, err
	}
	options := &slog.HandlerOptions{Level: level}
	if l.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options)), nil
	}
	return slog.New(slog.NewTextHandler(out, options)), nil
}

// connect returns the zone behind the configured nodes.
func (c Config) connect() (zone, error) {
	loaded, err := chain.LoadKey(c.path(c.KeyFile))
	if err != nil {
		return zone{}, fmt.Errorf("key_file: %w", err)
	}
	secured, err := c.NodesTLS.In(c.dir).Client()
	if err != nil {
		return zone{}, fmt.Errorf("nodes_tls: %w", err)
	}
	client, err := nodeclient.New(nodeclient.Config{
		ChainID: c.ChainID, Nodes: profile.NodesOf(c.Nodes), Encoding: codecs(), TLS: secured, TimeoutBlocks: engine.TimeoutBlocks,
	})
	return zone{client, key{loaded.PrivKey()}}, err
}

// serve runs a gateway until the context ends.
func serve(ctx context.Context, config Config, out io.Writer) (err error) {
	log, err := config.Log.open(out)
	if err != nil {
		return err
	}
	secured, err := config.serverTLS()
	if err != nil {
		return err
	}
	known, err := openSenders(config.path(config.Tokens), log)
	if err != nil {
		return err
	}
	there, err := config.connect()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, there.client.Close()) }()
	if err := there.admitted(ctx); err != nil {
		return err
	}
	metrics := engine.NewMetrics()
	book, open, err := journal.Open(config.path(config.Journal), metrics.Committed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	brings, err := engine.New(ctx, config.engine(), there, book, open, metrics, log)
	if err != nil {
		return err
	}
	listeners, err := server.Listen(ctx, config.GRPC, config.REST)
	if err != nil {
		return err
	}
	watch, err := listenMetrics(ctx, config.Metrics)
	if err != nil {
		return errors.Join(err, listeners.Close())
	}
	log.Info("gateway serves", "chain_id", config.ChainID, "gateway", there.Gateway().String(), "grpc", config.GRPC, "rest", config.REST,
		"metrics", config.Metrics, "open_orders", len(open))

	// Four lives, each longer than the one before: the command, waiting for outcomes, the engine, metrics.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	group, failed := errgroup.WithContext(working)
	draining, drained := context.WithCancel(failed)
	defer drained()
	group.Go(func() error { return ended(failed, brings.Run(failed)) })
	group.Go(func() error { return server.Serve(draining, listeners, secured, server.New(draining, brings, known)) })
	if watch != nil {
		group.Go(func() error { return httpserver.Serve(failed, watch, handler(brings, metrics, log)) })
	}
	group.Go(func() error {
		select {
		case <-failed.Done():
			return nil
		case <-ctx.Done():
		}
		log.Info("takes no more orders and ends", "open_orders", brings.Open(), "drain", config.Drain)
		limited, cancel := context.WithTimeout(failed, config.Drain)
		defer cancel()
		log.Info("ends", "open_orders", brings.Close(limited))
		drained()
		time.AfterFunc(answerGrace, stop)
		return nil
	})
	return group.Wait()
}

// answerGrace is how long the engine goes on after who waited has been answered.
const answerGrace = 100 * time.Millisecond

// ended is no error if the context has ended.
func ended(ctx context.Context, err error) error {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

func listenMetrics(ctx context.Context, address string) (net.Listener, error) {
	if address == "" {
		return nil, nil //nolint:nilnil // not to be served
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("metrics: expected %s free to listen on: %w", address, err)
	}
	return listener, nil
}

// handler serves /metrics and /healthz; the latter with status 503 while something is wrong.
func handler(brings *engine.Engine, metrics *engine.Metrics, log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics.Registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		height, err := brings.Health()
		answer := map[string]any{"healthy": err == nil, "height": height, "open_orders": brings.Open()}
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			answer["reason"] = err.Error()
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			log.Debug("health answer not written", "error", err)
		}
	})
	return mux
}
