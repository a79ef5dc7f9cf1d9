// Package cli is the command `azukari bank`: the daily work of a bank's operators.
package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
)

const (
	flagProfile = "profile"
	flagOutput  = "output"
	flagTimeout = "timeout"

	// profileVariable names the profile where the flag does not.
	profileVariable = "AZUKARI_BANK_PROFILE"
)

const long = `The daily work of a bank's operators: accounts, issue and redeem orders, positions, statements, reconciliation,
the close of the day, and recalls. The profile (` + profile.FileName + `) says which bank, through which nodes, and with which keys;
'azukari bank init' writes one.

Every command can be run again: what the chain has already is reported as such and not done twice.

Exit codes:
  0  done
  1  failed; the line on standard error says why
  2  usage, profile or input file is wrong; nothing was sent
  3  done, but with refused lines or breaks
  4  no node answers, or the outcome is unknown: run the same command again`

// New returns the command.
func New() *cobra.Command {
	// Input files are checked before the codecs are built, which would do this too.
	address.Configure()
	a := &app{}
	root := &cobra.Command{
		Use:   "bank",
		Short: "The daily work of a bank's operators",
		Long:  long,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	flags := root.PersistentFlags()
	flags.StringVarP(&a.profilePath, flagProfile, "p", defaultProfile(), "profile file of the bank, or "+profileVariable)
	flags.StringVarP(&a.output, flagOutput, "o", outputTable, "table or json")
	flags.DurationVar(&a.timeout, flagTimeout, 0, "how long to wait for one transaction (default: the profile's)")
	root.AddCommand(
		initCommand(a), accountsCommand(a),
		submitCommand(a, "issue", "Request issue orders against debited deposits (maker)"),
		submitCommand(a, "redeem", "Request redeem orders of customers' yen (maker)"),
		confirmDebitsCommand(a),
		decideCommand(a, "approve", "Carry out orders that a maker requested (checker)"),
		decideCommand(a, "reject", "Refuse orders that a maker requested (checker)"),
		ordersCommand(a), positionsCommand(a), reportCommand(a), statementCommand(a), reconcileCommand(a), closeDayCommand(a),
		recallCommand(a), serveCommand(a),
	)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	markUsage(root)
	return root
}

func defaultProfile() string {
	if path := os.Getenv(profileVariable); path != "" {
		return path
	}
	return profile.FileName
}

// markUsage has every command report wrong arguments as wrong usage.
func markUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error { return usage(check(cmd, args)) }
	}
	for _, child := range cmd.Commands() {
		markUsage(child)
	}
}

// app is what the commands share.
type app struct {
	profilePath string
	output      string
	timeout     time.Duration
}

// session is a profile with an open client and keyring.
type session struct {
	profile profile.Profile
	client  *nodeclient.Client
	service *ops.Service
}

// codecs are those of the Financial Zone, which know every message that its blocks may have.
var codecs = sync.OnceValue(func() encoding.Config {
	options := simtestutil.NewAppOptionsWithFlagHome(os.TempDir())
	return financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options).Encoding
})

// open reads the profile and opens what it names. Nothing is asked of a node yet.
func (a *app) open(input io.Reader) (*session, error) {
	one, err := profile.Load(a.profilePath)
	if err != nil {
		return nil, usage(err)
	}
	if a.timeout != 0 {
		one.Timeout = a.timeout
	}
	keys, err := one.OpenKeys(codecs().Codec, input)
	if err != nil {
		return nil, usage(err)
	}
	client, err := one.Client(codecs())
	if err != nil {
		return nil, usage(err)
	}
	return &session{profile: one, client: client, service: ops.New(one, client, keys)}, nil
}

// with opens a session for one piece of work.
func (a *app) with(cmd *cobra.Command, work func(ctx context.Context, s *session) error) error {
	s, err := a.open(cmd.InOrStdin())
	if err != nil {
		return err
	}
	err = work(cmd.Context(), s)
	if closing := s.client.Close(); err == nil {
		err = closing
	}
	return err
}

// run is with for a command that prints an answer.
func (a *app) run(work func(ctx context.Context, s *session, out printer) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		out, err := a.printer(cmd)
		if err != nil {
			return err
		}
		return a.with(cmd, func(ctx context.Context, s *session) error { return work(ctx, s, out) })
	}
}

// initCommand writes a profile.
func initCommand(a *app) *cobra.Command {
	one := profile.Profile{Keyring: profile.Keyring{Backend: "file", Dir: "keyring"}}
	var grpc, rpc []string
	cmd := &cobra.Command{
		Use:   "init BANK CHAIN-ID",
		Short: "Write a profile for a bank",
		Long: "Write a profile for a bank. Then add the operators' keys to its keyring, as with\n" +
			"  fzd keys add maker --recover --keyring-backend file --keyring-dir keyring",
		Example: "  azukari bank init bank-a financial-1 --grpc 127.0.0.1:9090 --rpc http://127.0.0.1:26657",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			one.Bank, one.ChainID = args[0], args[1]
			if len(grpc) != len(rpc) {
				return usage(fmt.Errorf("expected as many --grpc as --rpc, got %d and %d", len(grpc), len(rpc)))
			}
			for i := range grpc {
				one.Nodes = append(one.Nodes, profile.Node{GRPC: grpc[i], RPC: rpc[i]})
			}
			if err := one.Write(a.profilePath); err != nil {
				return usage(err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote %s for %s on %s\n", a.profilePath, one.Bank, one.ChainID)
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&grpc, "grpc", []string{"127.0.0.1:9090"}, "gRPC address of a node of the bank, host:port; several for failover")
	flags.StringSliceVar(&rpc, "rpc", []string{"http://127.0.0.1:26657"}, "RPC URL of the same nodes, in the same order")
	flags.StringVar(&one.Keyring.Backend, "keyring-backend", one.Keyring.Backend, "os, file or test")
	flags.StringVar(&one.Keyring.Dir, "keyring-dir", one.Keyring.Dir, "folder of the keyring, relative to the profile")
	flags.StringVar(&one.Operators.Maker, "maker", "maker", "name of the maker's key")
	flags.StringVar(&one.Operators.Checker, "checker", "checker", "name of the checker's key")
	flags.StringVar(&one.Operators.Compliance, "compliance", "compliance", "name of compliance's key")
	return cmd
}
