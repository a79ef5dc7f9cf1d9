// Command azukari is for people: `azukari bank` is the daily work of a bank's operators, `azukari verify` proves for a whole network
// that no yen was lost, and `azukari notarize` that documents existed. It also runs whole networks on one machine: `azukari devnet`
// starts and stops them, `azukari demo` plays a day of banks, customers and businesses on one and accounts for every yen, and `azukari
// example` runs worked scenarios. `azukari wind-up` claims what owners have in a Business Zone that is dead or lied. `azukari
// connect` lets any client ask a listener on another machine, with a certificate that `azukari certificate` makes. `azukari signer`
// signs for a validator, and `azukari failover` moves the validator to another region. `azukari gateway` brings payment orders to a
// zone, and `azukari order` signs and sends them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/backupcmd"
	bank "github.com/azukari-network/azukari/cmd/azukari/internal/bank/cli"
	"github.com/azukari-network/azukari/cmd/azukari/internal/benchcmd"
	"github.com/azukari-network/azukari/cmd/azukari/internal/certificate"
	"github.com/azukari-network/azukari/cmd/azukari/internal/connect"
	"github.com/azukari-network/azukari/cmd/azukari/internal/demo"
	"github.com/azukari-network/azukari/cmd/azukari/internal/devnetcmd"
	"github.com/azukari-network/azukari/cmd/azukari/internal/example"
	"github.com/azukari-network/azukari/cmd/azukari/internal/failover"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway"
	"github.com/azukari-network/azukari/cmd/azukari/internal/order"
	"github.com/azukari-network/azukari/cmd/azukari/internal/receipt"
	"github.com/azukari-network/azukari/cmd/azukari/internal/signer"
	"github.com/azukari-network/azukari/cmd/azukari/internal/verify"
	"github.com/azukari-network/azukari/cmd/azukari/internal/windup"
)

func main() { os.Exit(run(os.Args[1:])) }

// run executes the command line and returns the exit code. Ctrl-C and a closed terminal end the context, and with it
// every process that was started.
func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "Error: %v\n", err)
		var coded interface{ ExitCode() int }
		if errors.As(err, &coded) {
			return coded.ExitCode()
		}
		return 1
	}
	return 0
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "azukari",
		Short:         "Deposit-backed yen on one Financial Zone and many Business Zones",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(
		bank.New(), order.New(), gateway.NewCommand(), verify.NewCommand(), receipt.NewNotarizeCommand(), receipt.NewReceiptCommand(), receipt.NewTrustCommand(),
		windup.New(), certificate.New(), connect.New(), backupcmd.New(), signer.NewCommand(),
		failover.NewCommand(), devnetcmd.New(), benchcmd.New(), demo.NewCommand(), example.NewCommand(),
	)
	return root
}
