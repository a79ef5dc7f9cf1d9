// Command azukari runs whole Azukari networks on one machine: `azukari devnet` starts and stops them, `azukari demo`
// plays a day of banks, customers and businesses on one and accounts for every yen.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/demo"
	"github.com/azukari-network/azukari/cmd/azukari/internal/devnetcmd"
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
	root.AddCommand(devnetcmd.New(), demo.NewCommand())
	return root
}
