// Package gateway is `azukari gateway`: a service that takes payment orders of senders, brings them to a zone in bundles, and tells
// what became of each. docs/gateway.md is the page for it.
package gateway

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/app/base/address"
)

const long = `A gateway takes payment orders that payers have signed, brings them to a zone in bundles, and tells each sender what became of its
orders. It can neither change nor forge an order, and none is paid twice, however often and through however many gateways it is
brought. docs/gateway.md is the page for it.`

// NewCommand returns `azukari gateway`.
func NewCommand() *cobra.Command {
	address.Configure()
	cmd := &cobra.Command{Use: "gateway", Short: "Bring payment orders to a zone, for apps that have no node", Long: long}
	cmd.AddCommand(initCommand(), serveCommand(), tokenCommand())
	return cmd
}

func addHomeFlag(cmd *cobra.Command, home *string) {
	cmd.Flags().StringVar(home, "home", "", "Folder of the gateway, with "+ConfigFile)
	_ = cmd.MarkFlagRequired("home") // it is one of the flags
}

func tokenCommand() *cobra.Command {
	var home string
	var entry tokenEntry
	cmd := &cobra.Command{
		Use:   "new-token",
		Short: "Make a token for a sender, and print it once",
		Long: `Make a token for a sender, write its hash into the gateway's file of tokens, and print it: nobody can read it again. A gateway that
runs knows it within a second. To end a token, remove its entry from the file.`,
		Example: "  azukari gateway new-token --home DIR --name shop --orders-per-second 50",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := LoadConfig(home)
			if err != nil {
				return err
			}
			token, err := newToken(config.path(config.Tokens), entry)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			return err
		},
	}
	addHomeFlag(cmd, &home)
	cmd.Flags().StringVar(&entry.Name, "name", "", "Name of the sender, for logs and metrics")
	cmd.Flags().Float64Var(&entry.OrdersPerSecond, "orders-per-second", 100, "Most new orders per second; a second's worth may come at once")
	cmd.Flags().IntVar(&entry.OpenOrders, "open-orders", 10_000, "Most orders without an outcome")
	_ = cmd.MarkFlagRequired("name") // it is one of the flags
	return cmd
}
