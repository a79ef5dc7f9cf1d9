// Package devnetcmd is the command `azukari devnet`: it starts, shows and ends networks of real processes.
package devnetcmd

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/testutil/devnet"
)

const (
	flagDir      = "dir"
	flagManifest = "manifest"
	downTimeout  = 30 * time.Second
)

// New returns the command.
func New() *cobra.Command {
	root := &cobra.Command{
		Use:   "devnet",
		Short: "Run a network of real nodes on this machine, on loopback only",
	}
	root.PersistentFlags().String(flagDir, DefaultDir(), "folder of the network")
	root.AddCommand(upCommand(), waitCommand(), statusCommand(), logsCommand(), downCommand())
	return root
}

// DefaultDir is the folder of the network where none is named.
func DefaultDir() string {
	home, err := os.UserHomeDir()
	if err != nil {
		// Without a home the current directory is where people will look.
		home = "."
	}
	return filepath.Join(home, ".azukari", "devnet")
}

// Manifest returns the manifest in the file, or the default one if no file is named.
func Manifest(path string) (devnet.Manifest, error) {
	if path == "" {
		return devnet.DefaultManifest(), nil
	}
	return devnet.LoadManifest(path)
}

func dir(cmd *cobra.Command) string {
	value, err := cmd.Flags().GetString(flagDir)
	if err != nil {
		panic(fmt.Errorf("flag of every devnet command: %w", err))
	}
	return value
}

func waitCommand() *cobra.Command {
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "wait",
		Short: "Wait until the network is ready",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			_, err := devnet.Wait(ctx, dir(cmd))
			return err
		},
	}
	cmd.Flags().DurationVar(&timeout, "timeout", 2*time.Minute, "how long to wait")
	return cmd
}

func downCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "End the network; its files and logs stay until the next one",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), downTimeout)
			defer cancel()
			return devnet.Down(ctx, dir(cmd))
		},
	}
}

func logsCommand() *cobra.Command {
	var follow bool
	cmd := &cobra.Command{
		Use:   "logs NODE",
		Short: "Print the log of a node, as bank-a or retail/business-1, or of the relayer",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			endpoints, err := devnet.ReadEndpoints(dir(cmd))
			if err != nil {
				return err
			}
			path, err := logPath(endpoints, args[0])
			if err != nil {
				return err
			}
			return devnet.CopyLog(cmd.Context(), path, cmd.OutOrStdout(), follow)
		},
	}
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with what is appended")
	return cmd
}

func logPath(endpoints devnet.Endpoints, name string) (string, error) {
	if name == "relayer" && endpoints.Relayer != nil {
		return endpoints.Relayer.Log, nil
	}
	node, err := endpoints.Node(name)
	return node.Log, err
}

// untilSignalled blocks until the context ends, however often Ctrl-C is pressed while the network is being ended.
func untilSignalled(ctx context.Context) {
	<-ctx.Done()
	// From here on a second Ctrl-C must not leave nodes behind.
	signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
}
