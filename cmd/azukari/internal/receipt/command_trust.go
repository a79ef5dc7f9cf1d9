package receipt

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

const trustLong = `A pinned header is what trust begins with: one block of a zone, with its validators. Pin it from several nodes, best of different
members, and compare its hash with what others tell you by another way. Receipts are then proven from it, without a node.`

// NewTrustCommand returns the command `azukari trust`.
func NewTrustCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "trust", Short: "Pin a header of a zone, from which receipts are proven", Long: trustLong}
	cmd.AddCommand(newPinCommand(), newShowCommand())
	return cmd
}

type pinSettings struct {
	nodes   []string
	chainID string
	height  int64
	period  time.Duration
	out     string
}

func newPinCommand() *cobra.Command {
	var s pinSettings
	cmd := &cobra.Command{
		Use:     "pin",
		Short:   "Pin the header on which several nodes of a zone agree",
		Long:    trustLong,
		Example: "  azukari trust pin --node http://127.0.0.1:26657 --node http://127.0.0.1:36657 --chain-id retail-1",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&s.nodes, "node", "n", []string{"http://127.0.0.1:26657"}, "RPC URL of a node; repeat it for more of them")
	flags.StringVar(&s.chainID, "chain-id", "", "what the zone must call itself (default: what the first node says)")
	flags.Int64Var(&s.height, "height", 0, "height of the header (default: the newest that all nodes have)")
	flags.DurationVar(&s.period, "trusting-period", DefaultTrustingPeriod, "longest time between two blocks of a path from it, 0 for no bound")
	flags.StringVar(&s.out, "out", TrustFile, "file to write, - for the output")
	return cmd
}

func (s pinSettings) run(cmd *cobra.Command) error {
	if s.height < 0 {
		return usage("--height: expected 0 or more, got %d", s.height)
	}
	if s.period < 0 {
		return usage("--trusting-period: expected 0 or more, got %s", s.period)
	}
	if s.out != "-" {
		if err := requireFree(s.out); err != nil {
			return &exitError{err, exitUsage}
		}
	}
	ctx := cmd.Context()
	nodes := make([]Node, len(s.nodes))
	for i, url := range s.nodes {
		var err error
		if nodes[i], err = Dial(ctx, url); err != nil {
			return err
		}
	}
	if s.chainID != "" && nodes[0].ChainID() != s.chainID {
		return fmt.Errorf("--chain-id: expected nodes of %s, got one of %s", s.chainID, nodes[0].ChainID())
	}
	trust, err := Pin(ctx, nodes, s.height, s.period)
	if err != nil {
		return err
	}
	if err := write(cmd.OutOrStdout(), s.out, trust); err != nil || s.out == "-" {
		return err
	}
	trust.show(cmd.OutOrStdout())
	if len(nodes) == 1 {
		fmt.Fprintln(cmd.OutOrStdout(), "\nOne node alone said so: compare the header hash with what others tell you, or pin with more --node.")
	} else {
		fmt.Fprintf(cmd.OutOrStdout(), "\n%d nodes agree. Compare the header hash with what others tell you by another way.\n", len(nodes))
	}
	return nil
}

func newShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show [FILE]", Short: "Show a pinned header, to compare it with others'", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := TrustFile
			if len(args) > 0 {
				path = args[0]
			}
			trust, err := ReadTrust(path)
			if err != nil {
				return err
			}
			trust.show(cmd.OutOrStdout())
			return nil
		},
	}
}

func (t *Trust) show(out io.Writer) {
	fmt.Fprintf(out, "chain            %s\nheight           %d\ntime             %s\nheader hash      %s\nvalidators hash  %s\ntrusting period  %s\n",
		t.ChainID, t.Height, t.LightBlock.Time.UTC().Format(time.RFC3339), t.HeaderHash, t.ValidatorsHash, time.Duration(t.TrustingPeriod))
	for _, validator := range t.LightBlock.ValidatorSet.Validators {
		fmt.Fprintf(out, "validator        %s power %d\n", validator.Address, validator.VotingPower)
	}
}
