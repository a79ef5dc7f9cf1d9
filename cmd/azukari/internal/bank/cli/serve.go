package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/journal"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/server"
)

func serveCommand(a *app) *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve every command as gRPC, with idempotency keys",
		Long: "Serve every command as a method of azukari.bank.v1.Bank over gRPC, with health and reflection, until Ctrl-C; calls under\n" +
			"way may end. Without service.tls in the profile it listens on loopback only. Each writing call needs an idempotency\n" +
			"key: the same key with the same content gives the same answer, also after a restart. Keys are kept 90 days.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, s *session) error {
				if listen != "" {
					s.profile.Service.Listen = listen
				}
				calls, err := journal.Open(s.profile.Service.Journal)
				if err != nil {
					return usage(err)
				}
				served, err := server.New(ctx, s.profile, codecs(), s.service, calls)
				if err != nil {
					return errors.Join(usage(err), calls.Close())
				}
				served.Announce(cmd.OutOrStdout(), s.profile.Bank)
				return errors.Join(served.Run(ctx), calls.Close())
			})
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "host:port (default: the profile's)")
	return cmd
}
