package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
)

func parseTime(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, err
	}
	return at.In(businessday.Japan), nil
}

func recallCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "recall",
		Short: "Ask for a payment back, and return one, with the payee's consent",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		recallRequest(a), recallCancel(a), recallConsent(a), recallRefuse(a), recallReturn(a), recallList(a),
	)
	return cmd
}

// recalled runs one step of a recall and shows how it stands.
func (a *app) recalled(step func(ctx context.Context, s *session) (*bankpb.RecallResponse, error)) func(*cobra.Command, []string) error {
	return a.run(func(ctx context.Context, s *session, out printer) error {
		response, err := step(ctx, s)
		if err != nil {
			return coded(err)
		}
		return out.answer(response, func(w io.Writer) {
			printRecalls(w, []*bankpb.BankRecall{response.Recall})
			if response.TxHash == "" {
				fmt.Fprintln(w, "it stood so before; nothing was sent")
			}
		})
	})
}

func recallRequest(a *app) *cobra.Command {
	var request bankpb.RequestRecallRequest
	cmd := &cobra.Command{
		Use:     "request REFERENCE TX-HASH REASON",
		Short:   "Ask the payee of a payment of your customer to give it back (maker)",
		Example: `  azukari bank recall request R-2026-7 5F0C…A1 "sent twice"`,
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			request.Reference, request.TxHash, request.Reason = args[0], args[1], args[2]
			return a.recalled(func(ctx context.Context, s *session) (*bankpb.RecallResponse, error) {
				return s.service.RequestRecall(ctx, &request)
			})(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.Uint32Var(&request.MessageIndex, "message-index", 0, "message of the payment in the transaction")
	flags.StringVar(&request.Amount, "amount", "", "part of the payment in whole yen (default: all of it)")
	flags.Uint32Var(&request.Days, "days", 30, "days until it expires, 1 to 90")
	return cmd
}

func recallCancel(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "cancel REFERENCE REASON", Short: "Take a request back before the payee has agreed (maker)",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.recalled(func(ctx context.Context, s *session) (*bankpb.RecallResponse, error) {
				return s.service.CancelRecall(ctx, &bankpb.CancelRecallRequest{Reference: args[0], Reason: args[1]})
			})(cmd, args)
		},
	}
}

func recallConsent(a *app) *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "consent PAYER-BANK REFERENCE --key NAME",
		Short: "Agree as the payee; the yen is held until the return",
		Long: "Agree as the payee, with a key of the profile's keyring: for accounts of the bank itself and of customers whose " +
			"keys the bank keeps. Others agree with their wallet, or 'fzd tx payment consent-recall'.",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.recalled(func(ctx context.Context, s *session) (*bankpb.RecallResponse, error) {
				return s.service.ConsentRecall(ctx, &bankpb.ConsentRecallRequest{PayerBank: args[0], Reference: args[1], PayeeKey: key})
			})(cmd, args)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "name of the payee's key in the keyring")
	return cmd
}

func recallRefuse(a *app) *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use: "refuse PAYER-BANK REFERENCE REASON", Short: "Refuse a recall (checker of the payee's bank, or the payee)",
		Args: cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.recalled(func(ctx context.Context, s *session) (*bankpb.RecallResponse, error) {
				return s.service.RefuseRecall(ctx, &bankpb.RefuseRecallRequest{
					PayerBank: args[0], Reference: args[1], Reason: args[2], PayeeKey: key,
				})
			})(cmd, args)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "name of the payee's key in the keyring, to refuse as the payee")
	return cmd
}

func recallReturn(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "return PAYER-BANK REFERENCE", Short: "Pay the held yen back to the payer (checker of the payee's bank)",
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.recalled(func(ctx context.Context, s *session) (*bankpb.RecallResponse, error) {
				return s.service.ReturnRecall(ctx, &bankpb.ReturnRecallRequest{PayerBank: args[0], Reference: args[1]})
			})(cmd, args)
		},
	}
}

func recallList(a *app) *cobra.Command {
	var request bankpb.ListRecallsRequest
	cmd := &cobra.Command{
		Use: "list", Short: "List the recalls that the bank requested and those that it received",
		Args: cobra.NoArgs,
		RunE: a.run(func(ctx context.Context, s *session, out printer) error {
			response, err := s.service.ListRecalls(ctx, &request)
			if err != nil {
				return coded(err)
			}
			return out.answer(response, func(w io.Writer) {
				fmt.Fprintf(w, "requested by %s\n", s.profile.Bank)
				printRecalls(w, response.Sent)
				fmt.Fprintf(w, "\nof payments to %s\n", s.profile.Bank)
				printRecalls(w, response.Received)
			})
		}),
	}
	cmd.Flags().StringVar(&request.Status, "status", "", "only requested, consented, returned, refused, cancelled or expired")
	return cmd
}

func printRecalls(out io.Writer, recalls []*bankpb.BankRecall) {
	if len(recalls) == 0 {
		fmt.Fprintln(out, "none")
		return
	}
	rows := newTable("BANK", "REFERENCE", "STATUS", ">AMOUNT", "PAYER", "PAYEE", "PAYEE BANK", "PAYMENT", "EXPIRES", "REASON")
	for _, one := range recalls {
		rows.add(one.PayerBank, one.Reference, one.Status, yen(one.Amount), short(one.Payer), short(one.Payee), one.PayeeBank,
			fmt.Sprintf("%s/%d", short(one.TxHash), one.MessageIndex), moment(one.ExpiresAt), lastReason(one))
	}
	rows.write(out)
}

// lastReason is the newest reason that somebody gave.
func lastReason(one *bankpb.BankRecall) string {
	for i := len(one.Steps) - 1; i >= 0; i-- {
		if one.Steps[i].Reason != "" {
			return one.Steps[i].Reason
		}
	}
	return ""
}
