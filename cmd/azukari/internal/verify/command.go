package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/devnetcmd"
	"github.com/azukari-network/azukari/cmd/azukari/internal/receipt"
)

// Exit codes, those of `azukari bank`.
const (
	exitUsage    = 2
	exitBroken   = 3
	exitUnproven = 4
)

// minInterval keeps a watch from asking for every balance without a pause.
const minInterval = time.Second

// exitError is an error with the exit code that it ends the command with.
type exitError struct {
	error

	code int
}

// ExitCode is what the process ends with.
func (e *exitError) ExitCode() int { return e.code }

// Unwrap implements errors.Unwrap.
func (e *exitError) Unwrap() error { return e.error }

func usage(format string, args ...any) error {
	return &exitError{fmt.Errorf(format, args...), exitUsage}
}

type settings struct {
	network, dir, output, metrics string
	height                        int64
	all, watch                    bool
	interval                      time.Duration
	// listening is told the address of the metrics.
	listening func(net.Addr)
}

// NewCommand returns the command `azukari verify`.
func NewCommand() *cobra.Command {
	s := settings{listening: func(net.Addr) {}}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Prove for a whole network that no yen was lost or made",
		Long: "Ask the nodes of every zone at heights that belong together, count the packets between them, and check laws 1 to 8 and 10\n" +
			"of money: within each zone as its nodes recompute them, and between zones from every balance, hold, flow and\n" +
			"packet. Without --network it asks the network of 'azukari devnet'.\n\n" +
			"Exit codes: 0 every law holds; 1 failed; 2 usage; 3 a law is broken; 4 something could not be asked.",
		Example: "  azukari verify --network network.yaml\n  azukari verify --network network.yaml --watch --metrics 127.0.0.1:9464",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.run(cmd.Context(), cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&s.network, "network", "n", "", "YAML file that names the nodes of each zone")
	flags.StringVar(&s.dir, "dir", devnetcmd.DefaultDir(), "folder of a devnet; not with --network")
	flags.Int64Var(&s.height, "height", 0, "height of the Financial Zone (default: the newest)")
	flags.BoolVar(&s.all, "all", false, "show the sums of every bank, too")
	flags.StringVarP(&s.output, "output", "o", "text", "text or json")
	flags.BoolVarP(&s.watch, "watch", "w", false, "go on until interrupted, a line each round")
	flags.DurationVar(&s.interval, "interval", 10*time.Second, "pause between two rounds of --watch")
	flags.StringVar(&s.metrics, "metrics", "", "host:port that serves Prometheus metrics at /metrics, with --watch")
	cmd.MarkFlagsMutuallyExclusive("network", "dir")
	cmd.MarkFlagsMutuallyExclusive("watch", "height")
	cmd.AddCommand(receipt.NewVerifyCommand())
	return cmd
}

func (s settings) run(ctx context.Context, out io.Writer) error {
	switch {
	case s.output != "text" && s.output != "json":
		return usage("--output: expected text or json, got %q", s.output)
	case s.interval < minInterval:
		return usage("--interval: expected %s or longer, got %s", minInterval, s.interval)
	case s.metrics != "" && !s.watch:
		return usage("--metrics: expected --watch with it, got none")
	}
	clients, err := s.open()
	if err != nil {
		return &exitError{err, exitUsage}
	}
	if s.watch {
		err = s.watchRounds(ctx, clients.Network, out)
	} else {
		err = s.once(ctx, clients.Network, out)
	}
	return errors.Join(err, clients.Close())
}

func (s settings) open() (*Clients, error) {
	if s.network != "" {
		return OpenFile(s.network)
	}
	return OpenDevnet(s.dir)
}

func (s settings) once(ctx context.Context, network Network, out io.Writer) error {
	report, err := Prove(ctx, network, s.height)
	if err != nil {
		return &exitError{err, exitUnproven}
	}
	if s.output == "json" {
		if err := report.WriteJSON(out, "  "); err != nil {
			return err
		}
	} else {
		report.WriteText(out, s.all)
	}
	return report.Err()
}

// Err is nil if every law was proven, and says in a line with which exit code the command ends otherwise.
func (r Report) Err() error {
	switch r.result() {
	case resultBroken:
		return &exitError{errors.New("a law of money is broken: see the crosses above"), exitBroken}
	case resultUnproven:
		return &exitError{errors.New("not everything could be asked: see the question marks above"), exitUnproven}
	default:
		return nil
	}
}

// watchRounds proves round after round until the context ends. A round that fails is told and tried again: a watch that
// stops when a node does would stop when it is needed.
func (s settings) watchRounds(ctx context.Context, network Network, out io.Writer) (err error) {
	figures := newMetrics()
	if s.metrics != "" {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.metrics)
		if err != nil {
			return usage("--metrics: expected a host:port that is free: %w", err)
		}
		mux := http.NewServeMux()
		mux.Handle("/metrics", promhttp.HandlerFor(figures.registry, promhttp.HandlerOpts{}))
		server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		go func() { _ = server.Serve(listener) }() // ends with Close
		defer func() { err = errors.Join(err, server.Close()) }()
		s.listening(listener.Addr())
	}
	broken := false
	for {
		report, err := Prove(ctx, network, 0)
		if ctx.Err() != nil {
			break
		}
		if err != nil {
			figures.rounds.WithLabelValues(resultFailed).Inc()
			fmt.Fprintf(out, "%s  ? %s\n", time.Now().UTC().Format(time.TimeOnly), err)
		} else {
			figures.set(report)
			broken = broken || report.Broken()
			if err := s.writeRound(out, report); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(s.interval):
		}
		if ctx.Err() != nil {
			break
		}
	}
	if broken {
		return &exitError{errors.New("a law of money was broken while this watched: see the crosses above"), exitBroken}
	}
	return nil
}

// writeRound writes a line about a round, and all that is wrong.
func (s settings) writeRound(out io.Writer, report Report) error {
	if s.output == "json" {
		return report.WriteJSON(out, "")
	}
	heights := make([]string, len(report.Zones))
	for i, zone := range report.Zones {
		heights[i] = fmt.Sprintf("%s %d", zone.Zone, zone.Height)
	}
	fmt.Fprintf(out, "%s  %s  %s\n", report.Time.Format(time.TimeOnly), strings.Join(heights, "  "), report.Summary())
	for _, line := range append(report.Violations(), report.Unproven()...) {
		fmt.Fprintf(out, "    %s\n", line)
	}
	return nil
}
