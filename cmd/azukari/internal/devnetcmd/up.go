package devnetcmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// failureLines is how much of the failing node's log is shown.
const failureLines = 15

func upCommand() *cobra.Command {
	var manifestPath, binaries string
	var detach, profiles bool
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start a network and run it until Ctrl-C",
		Long: "Start a network and run it until Ctrl-C, which leaves nothing behind. With --detach it returns when the " +
			"network is ready, and 'azukari devnet down' ends it. Where everything listens, and the keys, are in " +
			devnet.EndpointsFile + " in the network's folder.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			manifest, err := Manifest(manifestPath)
			if err != nil {
				return err
			}
			return up(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), manifest, profiles, devnet.Options{
				Dir: dir(cmd), Binaries: binaries, Detach: detach,
			})
		},
	}
	cmd.Flags().StringVarP(&manifestPath, flagManifest, "m", "", "YAML file with the network's shape (default: 4 banks, 2 Business Zones)")
	cmd.Flags().StringVar(&binaries, "bin", "", "folder of fzd, bzd and azrelay (default: "+devnet.BinariesVariable+", or beside azukari)")
	cmd.Flags().BoolVar(&profiles, "bank-profile", false, "write a profile and a keyring for 'azukari bank' of each bank into the network's folder")
	cmd.Flags().BoolVarP(&detach, "detach", "d", false, "return when the network is ready")
	return cmd
}

func up(ctx context.Context, out, errOut io.Writer, manifest devnet.Manifest, profiles bool, options devnet.Options) error {
	options.Progress = terminal.NewSteps(out)
	network, err := devnet.New(ctx, manifest, options)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted; nothing was left running")
		}
		return errors.Join(err, PrintFailure(errOut, err))
	}
	fmt.Fprintf(out, "\nready: %s\n", filepath.Join(network.Dir(), devnet.EndpointsFile))
	if err := writeStatus(ctx, out, network.Endpoints()); err != nil {
		return errors.Join(err, network.Close())
	}
	if profiles {
		if err := announceProfiles(out, network); err != nil {
			return errors.Join(err, network.Close())
		}
	}
	if options.Detach {
		fmt.Fprintln(out, "\nend it with: azukari devnet down --dir "+network.Dir())
		return network.Release()
	}
	fmt.Fprintln(out, "\nend it with Ctrl-C")
	untilSignalled(ctx)
	done := options.Progress.Step("stop")
	err = network.Close()
	done(err)
	return err
}

func announceProfiles(out io.Writer, network *devnet.Network) error {
	paths, err := WriteProfiles(network.Endpoints(), network.Manifest().BankIDs(), network.Dir())
	if err != nil {
		return fmt.Errorf("write bank profiles: %w", err)
	}
	fmt.Fprintln(out, "\nbank profiles:")
	for _, path := range paths {
		fmt.Fprintf(out, "  azukari bank --profile %s positions\n", path)
	}
	return nil
}

// PrintFailure writes the last lines of the log of the process that failed, if the error names one.
func PrintFailure(out io.Writer, err error) error {
	var failed *devnet.ProcessError
	if !errors.As(err, &failed) {
		return nil
	}
	lines, err := devnet.TailLog(failed.Log, failureLines)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "last lines of %s:\n", failed.Log)
	for _, line := range lines {
		fmt.Fprintf(out, "  %s\n", terminal.Cut(line, 240))
	}
	return nil
}
