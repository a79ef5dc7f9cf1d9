// Package cli is azrelay's command line.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/azukari-network/azukari/relayer"
	"github.com/azukari-network/azukari/relayer/config"
	"github.com/azukari-network/azukari/relayer/store"
)

const defaultFile = "relayer.yaml"

// Main runs azrelay and returns its exit code. Errors are one line on standard error.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := Root().ExecuteContext(ctx); err != nil {
		if printf(os.Stderr, "azrelay: %v\n", err) != nil {
			return 2
		}
		return 1
	}
	return 0
}

// Root returns the root command.
func Root() *cobra.Command {
	root := &cobra.Command{
		Use:           "azrelay",
		Short:         "Relay IBC packets between a hub and its zones",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(configCommand(), linkCommand(), startCommand(), statusCommand(), keysCommand())
	return root
}

func withFile(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringP("file", "f", defaultFile, "relayer configuration")
	return cmd
}

func load(cmd *cobra.Command) (*config.Config, error) {
	path, err := cmd.Flags().GetString("file")
	if err != nil {
		return nil, err
	}
	return config.Load(path)
}

// open loads the configuration and the keys.
func open(cmd *cobra.Command) (*config.Config, map[string]relayer.Chain, *slog.Logger, error) {
	cfg, err := load(cmd)
	if err != nil {
		return nil, nil, nil, err
	}
	log := newLogger(cfg.Log)
	chains, err := relayer.Connect(cfg, log)
	return cfg, chains, log, err
}

func newLogger(c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

func configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Work with the configuration"}
	cmd.AddCommand(withFile(&cobra.Command{
		Use:   "check",
		Short: "Check the configuration and the keys without connecting",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, _, _, err := open(cmd)
			if err != nil {
				return err
			}
			return printf(cmd.OutOrStdout(), "ok: hub %s with %d zones\n", cfg.Hub, len(cfg.Spokes()))
		},
	}))
	return cmd
}

func linkCommand() *cobra.Command {
	return withFile(&cobra.Command{
		Use:   "link",
		Short: "Create the clients, connections and channels that are missing, then exit",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, chains, log, err := open(cmd)
			if err != nil {
				return err
			}
			return link(cmd, cfg, chains, log)
		},
	})
}

func link(cmd *cobra.Command, cfg *config.Config, chains map[string]relayer.Chain, log *slog.Logger) error {
	for _, z := range cfg.Zones {
		if err := chains[z.ID].CheckEndpoints(cmd.Context()); err != nil {
			return err
		}
		if err := chains[z.ID].CheckAdmission(cmd.Context()); err != nil {
			return err
		}
	}
	spokes := cfg.Spokes()
	links := make([]relayer.Ends, len(spokes))
	group, ctx := errgroup.WithContext(cmd.Context())
	for i, z := range spokes {
		group.Go(func() (err error) {
			links[i], err = relayer.Link(ctx, chains[cfg.Hub], chains[z.ID], log)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	var text strings.Builder
	for i, z := range spokes {
		l := links[i]
		fmt.Fprintf(&text, "%s-%s: clients %s, %s; connections %s, %s\n", cfg.Hub, z.ID, l.HubClient, l.ZoneClient, l.HubConnection, l.ZoneConnection)
		for _, ch := range l.Channels {
			fmt.Fprintf(&text, "%s-%s: port %s, channels %s, %s\n", cfg.Hub, z.ID, ch.Port, ch.Hub, ch.Zone)
		}
	}
	return printf(cmd.OutOrStdout(), "%s", text.String())
}

// printf writes a command's answer; one that cannot be written is an error like any other.
func printf(w io.Writer, format string, args ...any) error {
	_, err := fmt.Fprintf(w, format, args...)
	return err
}

func startCommand() *cobra.Command {
	return withFile(&cobra.Command{
		Use:   "start",
		Short: "Link what is missing, then relay until stopped",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			cfg, chains, log, err := open(cmd)
			if err != nil {
				return err
			}
			journal, err := store.Open(cfg.Journal)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, journal.Close()) }()
			r, err := relayer.New(cfg, chains, journal, log)
			if err != nil {
				return err
			}
			if err := r.Check(cmd.Context()); err != nil {
				return err
			}
			return r.Run(cmd.Context())
		},
	})
}

func statusCommand() *cobra.Command {
	cmd := withFile(&cobra.Command{
		Use:   "status",
		Short: "Show clients, channels and what is pending, as the chains say",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, chains, _, err := open(cmd)
			if err != nil {
				return err
			}
			list := relayer.Status(cmd.Context(), cfg, chains)
			asJSON, err := cmd.Flags().GetBool("json")
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(list)
			}
			return relayer.WriteStatus(cmd.OutOrStdout(), list, time.Now())
		},
	})
	cmd.Flags().Bool("json", false, "print JSON")
	return cmd
}
