package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/devnetcmd"
	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/testutil/devnet"
)

type settings struct {
	deposits, payments, manifest string
	dir, binaries, output        string
	keep                         bool
}

// NewCommand returns the command `azukari demo`.
func NewCommand() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play a day of banks, customers and businesses on a new network, and account for every yen",
		Long: "Play the rows of two CSV files on a new network: deposits that become yen, payments, charges to Business " +
			"Zones, discharges and redemptions. The column 'expect' says what should become of a row. The exit code is 0 " +
			"only if every row ended so, every sum agrees and the laws of money hold in every zone.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.deposits, "deposits", filepath.Join("examples", "deposits.csv"), "CSV file of deposits")
	flags.StringVar(&s.payments, "payments", filepath.Join("examples", "payments.csv"), "CSV file of payments")
	flags.StringVarP(&s.manifest, "manifest", "m", "", "YAML file with the network's shape (default: 4 banks, 2 Business Zones)")
	flags.StringVar(&s.dir, "dir", "", "folder of the network (default: a temporary one; with --keep "+devnetcmd.DefaultDir()+")")
	flags.StringVar(&s.binaries, "bin", "", "folder of fzd, bzd and azrelay (default: "+devnet.BinariesVariable+", or beside azukari)")
	flags.StringVarP(&s.output, "output", "o", "text", "text or json; with json the story is told on standard error")
	flags.BoolVar(&s.keep, "keep", false, "leave the network running; 'azukari devnet down' ends it")
	return cmd
}

func (s settings) run(ctx context.Context, out, errOut io.Writer) error {
	if s.output != "text" && s.output != "json" {
		return fmt.Errorf("--output: expected text or json, got %q", s.output)
	}
	// Everything that can be wrong with the input is found before anything is started.
	manifest, err := devnetcmd.Manifest(s.manifest)
	if err != nil {
		return err
	}
	if !manifest.Relayer {
		return errors.New("manifest: expected a relayer, got none: set 'relayer: true'")
	}
	story, err := LoadStory(s.deposits, s.payments, manifest)
	if err != nil {
		return err
	}
	told := out
	if s.output == "json" {
		told = errOut
	}
	report, err := s.play(ctx, manifest, story, told)
	if err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted; nothing was left running")
		}
		return errors.Join(err, devnetcmd.PrintFailure(errOut, err))
	}
	if s.output == "json" {
		if err := report.WriteJSON(out); err != nil {
			return err
		}
	} else {
		report.WriteText(out)
	}
	if !report.OK {
		return errors.New("the demo did not end as expected: see the crosses above")
	}
	return nil
}

// play runs the story on a network of its own.
func (s settings) play(ctx context.Context, manifest devnet.Manifest, story *Story, told io.Writer) (report Report, err error) {
	dir, temporary := s.dir, ""
	switch {
	case dir == "" && s.keep:
		dir = devnetcmd.DefaultDir()
	case dir == "":
		if temporary, err = os.MkdirTemp("", "azukari-demo-"); err != nil {
			return Report{}, err
		}
		dir = filepath.Join(temporary, "network")
	}
	network, err := devnet.New(ctx, manifest, devnet.Options{
		Dir: dir, Binaries: s.binaries, Progress: terminal.NewSteps(told), Detach: s.keep,
	})
	if err != nil {
		return Report{}, err
	}
	fmt.Fprintln(told)
	report, err = Play(ctx, network, story, told)
	if s.keep && err == nil {
		fmt.Fprintf(told, "\nthe network goes on: %s; end it with 'azukari devnet down --dir %s'\n",
			filepath.Join(dir, devnet.EndpointsFile), dir)
		return report, network.Release()
	}
	err = errors.Join(err, network.Close())
	switch {
	case temporary == "":
	case err == nil && report.OK:
		err = os.RemoveAll(temporary)
	default:
		fmt.Fprintf(told, "the network's files and logs are in %s\n", dir)
	}
	return report, err
}
