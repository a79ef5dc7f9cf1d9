package windup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/spf13/cobra"

	"cosmossdk.io/log"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

const long = `Once the members have voted to wind up a Business Zone, and so chosen the state by which its owners are paid, this reads that
state from any node of the zone that still has it: charges in flight, flows between banks that were not reported, what accounts have
and have brought, and holds. It proves all of it to the Financial Zone, which pays the owners out of the escrow.

It can be run again, by several banks at once, too: nothing is paid twice. The node must keep that state (pruning "nothing", or
stopped soon after it) and the index of transactions, in which the reasons of refused charges are.`

// New returns the command.
func New() *cobra.Command {
	address.Configure()
	var o options
	cmd := &cobra.Command{
		Use:     "wind-up ZONE",
		Short:   "Claim what owners have in a Business Zone that is wound up",
		Long:    long,
		Example: "  azukari wind-up retail --node http://10.0.3.7:26657 --profile bank.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.node, "node", "http://127.0.0.1:26657", "RPC URL of a node of the Business Zone")
	flags.StringVarP(&o.profile, "profile", "p", profile.FileName, "profile with the Financial Zone's nodes and the keyring, as 'azukari bank init' writes it")
	flags.StringVar(&o.from, "from", "", "name of the key that signs: a maker's, a relayer's or a holder's (default: the profile's maker)")
	flags.StringVarP(&o.output, "output", "o", "table", "table or json")
	flags.BoolVar(&o.dryRun, "dry-run", false, "only show what would be claimed")
	return cmd
}

type options struct {
	node, profile, from, output string
	dryRun                      bool
}

// codecs are those of the Financial Zone.
var codecs = sync.OnceValue(func() encoding.Config {
	return financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, simtestutil.NewAppOptionsWithFlagHome(os.TempDir())).Encoding
})

func (o options) run(cmd *cobra.Command, zone string) (err error) {
	if o.output != "table" && o.output != "json" {
		return fmt.Errorf("--output: expected table or json, got %q", o.output)
	}
	one, err := profile.Load(o.profile)
	if err != nil {
		return err
	}
	client, err := one.Client(codecs())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	node, err := dial(o.node)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	steps := terminal.NewSteps(cmd.ErrOrStderr())
	end := steps.Step("Read the state of zone " + zone + " with proofs")
	plan, err := Gather(ctx, client.GRPC(), node, zone)
	end(err)
	if err != nil {
		return err
	}
	if o.dryRun {
		return o.print(cmd.OutOrStdout(), plan.preview(zone))
	}
	keys, err := one.OpenKeys(codecs().Codec, cmd.InOrStdin())
	if err != nil {
		return err
	}
	key, err := keys.Maker()
	if o.from != "" {
		key, err = keys.Named(o.from)
	}
	if err != nil {
		return err
	}
	report, err := Claim(ctx, signer{client, key, one.Timeout}, zone, plan, progressOn(cmd.ErrOrStderr()))
	if err != nil {
		return errors.Join(o.print(cmd.OutOrStdout(), report), err)
	}
	record, err := financialtypes.NewQueryClient(client.GRPC()).WindUp(ctx, &financialtypes.QueryWindUpRequest{Zone: zone})
	if err != nil {
		return err
	}
	report.Unclaimed = record.Unclaimed
	if err := o.print(cmd.OutOrStdout(), report); err != nil {
		return err
	}
	if report.Refused > 0 {
		return fmt.Errorf("expected every claim to succeed, got %d refused; see the table, and run again", report.Refused)
	}
	return nil
}

// signer sends as one key.
type signer struct {
	client  *nodeclient.Client
	key     profile.Key
	timeout time.Duration
}

// Address implements Sender.
func (s signer) Address() string { return s.key.Address().String() }

// Send implements Sender.
func (s signer) Send(ctx context.Context, msgs ...sdk.Msg) (*sdk.TxResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	return s.client.Send(ctx, s.key, msgs...)
}

// progressOn shows how far the work is: in place on a terminal, else one line after each transaction.
func progressOn(out io.Writer) func(done, total int) {
	live := terminal.IsTerminal(out)
	return func(done, total int) {
		line := fmt.Sprintf("claimed %d of %d", done, total)
		if !live {
			fmt.Fprintln(out, line)
			return
		}
		fmt.Fprint(out, terminal.ClearLine+line)
		if done == total {
			fmt.Fprint(out, terminal.ClearLine)
		}
	}
}

// preview is a report of what would be claimed; how much each is worth is for the Financial Zone to say.
func (p Plan) preview(zone string) Report {
	report := Report{Zone: zone, FlowsProven: len(p.Flows)}
	for _, items := range [][]Item{p.Charges, p.Accounts, p.Holds} {
		for _, item := range items {
			report.Outcomes = append(report.Outcomes, Outcome{Kind: item.Kind, Owner: item.Owner})
		}
	}
	return report
}

func (o options) print(out io.Writer, report Report) error {
	if o.output == "json" {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, string(text))
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "OWNER\tKIND\tYEN\tRESULT")
	for _, outcome := range report.Outcomes {
		yen, result := "", "to be claimed"
		if !o.dryRun {
			yen, result = outcome.Yen.String(), "paid"
			switch {
			case outcome.Error != "":
				result = strings.ReplaceAll(outcome.Error, "\n", " ")
			case outcome.Yen.IsZero():
				result = "nothing due"
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", outcome.Owner, outcome.Kind, yen, result)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if o.dryRun {
		fmt.Fprintf(out, "%d flows between banks to be proven\n", report.FlowsProven)
		return nil
	}
	waiting := ""
	if !report.FlowsApplied {
		waiting = " (waiting for others)"
	}
	fmt.Fprintf(out, "flows between banks proven: %d%s; paid: %s yen; refused: %d; left in the escrow: %s yen\n",
		report.FlowsProven, waiting, report.Paid, report.Refused, report.Unclaimed)
	return nil
}
