package cli

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
)

func closeDayCommand(a *app) *cobra.Command {
	var request bankpb.CloseDayRequest
	var core string
	cmd := &cobra.Command{
		Use:   "close-day [DATE]",
		Short: "End a business date (checker)",
		Long: "End a business date, and every date before it: what the bank books from then on belongs to the next one. Without DATE it is\n" +
			"today in Japan. It does not end while orders or recalls wait for the bank, or the core ledger's entries (--core, see\n" +
			"'azukari bank reconcile') do not match: these are listed, with exit code 3. --force-open ends it in spite of them.",
		Example: "  azukari bank close-day 2026-04-01 --core core.csv",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				request.Date = args[0]
			}
			if core != "" {
				if request.Core, err = readCore(core, out.errOut); err != nil {
					return err
				}
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				response, err := s.service.CloseDay(ctx, &request)
				if err != nil {
					return coded(err)
				}
				if err := out.answer(response, func(w io.Writer) { printClose(w, s.profile.Bank, response) }); err != nil {
					return err
				}
				if !response.Closed {
					return partly(errors.New("expected nothing open, got what is listed; settle it, or close with --force-open"))
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&core, "core", "", "core ledger's entries, which must match")
	cmd.Flags().BoolVar(&request.ForceOpen, "force-open", false, "end it although something is open")
	return cmd
}

func printClose(out io.Writer, bank string, one *bankpb.CloseDayResponse) {
	if len(one.OpenOrders) > 0 {
		fmt.Fprintf(out, "%s\n", plural(len(one.OpenOrders), "open order", "open orders"))
		printOrders(out, one.OpenOrders)
		fmt.Fprintln(out)
	}
	if len(one.OpenRecalls) > 0 {
		fmt.Fprintf(out, "%s to be returned\n", plural(len(one.OpenRecalls), "recall", "recalls"))
		printRecalls(out, one.OpenRecalls)
		fmt.Fprintln(out)
	}
	if one.Reconciliation != nil {
		printReconciliation(out, one.Reconciliation)
		fmt.Fprintln(out)
	}
	if !one.Closed {
		fmt.Fprintf(out, "%s of %s is not closed\n", one.Date, bank)
		return
	}
	before := ""
	if one.TxHash == "" {
		before = " (it was so before)"
	}
	fmt.Fprintf(out, "%s of %s is closed%s; the next date is %s\n", one.Date, bank, before, one.NextDate)
	fmt.Fprintf(out, "issued %s, redeemed %s, from other banks %s, to other banks %s, liability %s\n",
		yen(one.Issued), yen(one.Redeemed), yen(one.FlowsIn), yen(one.FlowsOut), yen(one.Liability))
}
