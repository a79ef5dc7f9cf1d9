package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/csvfile"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
)

func reconcileCommand(a *app) *cobra.Command {
	var request bankpb.ReconcileRequest
	cmd := &cobra.Command{
		Use:   "reconcile CORE.csv",
		Short: "Match the core ledger's entries with orders and list the breaks",
		Long: "Match the core ledger's entries with the bank's orders by reference. Columns: reference, date (2026-04-01),\n" +
			"account (azu1…), direction (issue: the deposit was debited; redeem: it was credited), amount (whole yen).\n\n" +
			"Breaks: missing_on_chain, missing_in_core (an order booked between --from and --date that the file lacks), duplicate,\n" +
			"direction, amount, date, account, status (the order is not carried out). Ages are in business days. Exit code 3 when\n" +
			"there are breaks.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd)
			if err != nil {
				return err
			}
			if request.Entries, err = readCore(args[0], out.errOut); err != nil {
				return err
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				response, err := s.service.Reconcile(ctx, &request)
				if err != nil {
					return coded(err)
				}
				if err := out.answer(response, func(w io.Writer) { printReconciliation(w, response) }); err != nil {
					return err
				}
				if breaks := len(response.Breaks); breaks > 0 {
					return partly(fmt.Errorf("expected no breaks, got %d", breaks))
				}
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&request.Date, "date", "", "day of the reconciliation in Japan time (default: today)")
	cmd.Flags().StringVar(&request.From, "from", "", "day from which on booked orders must be in the file (default: the file's earliest)")
	return cmd
}

// coreColumns are what the core ledger exports.
var coreColumns = csvfile.Columns{Required: []string{"reference", "date", "account", "direction", "amount"}}

// readCore reads the core ledger's entries. Faults are listed on errOut.
func readCore(path string, errOut io.Writer) ([]*bankpb.CoreEntry, error) {
	rows, err := csvfile.Read(path, coreColumns)
	if err != nil {
		return nil, usage(err)
	}
	entries := make([]*bankpb.CoreEntry, len(rows.Rows))
	for i, row := range rows.Rows {
		entries[i] = &bankpb.CoreEntry{
			Reference: row.Text("reference"), Date: row.Text("date"), Account: row.Text("account"),
			Direction: row.Text("direction"), Amount: row.Text("amount"), Line: uint32(row.Line), // #nosec G115 -- lines of a file
		}
		_, faults := ops.CoreEntry(entries[i])
		noteFaults(row, faults)
	}
	return entries, listFaults(rows.Err(), errOut)
}

// noteFaults puts what is wrong with a row to its columns.
func noteFaults(row csvfile.Row, faults []*ops.InputError) {
	for _, fault := range faults {
		row.Fault(fault.Field, fault.Err)
	}
}

// listFaults writes every fault of a file and returns the error of the command.
func listFaults(err error, errOut io.Writer) error {
	var faults *csvfile.FaultsError
	if errors.As(err, &faults) {
		for _, line := range faults.Lines() {
			fmt.Fprintln(errOut, line)
		}
	}
	return usage(err)
}

func printReconciliation(out io.Writer, one *bankpb.ReconcileResponse) {
	fmt.Fprintf(out, "%s, %s to %s: %d entries, %d matched (%s yen), %d breaks\n",
		one.Bank, one.From, one.Date, one.Entries, one.Matched, yen(one.MatchedAmount), len(one.Breaks))
	if len(one.Breaks) == 0 {
		return
	}
	fmt.Fprintln(out)
	rows := newTable("BREAK", "REFERENCE", ">AMOUNT", "CORE", "CHAIN", "DATE", ">LINE", ">DAYS", "AGE")
	for _, difference := range one.Breaks {
		line := ""
		if difference.Line > 0 {
			line = strconv.Itoa(int(difference.Line))
		}
		rows.add(difference.Kind, difference.Reference, yen(difference.Amount), difference.Core, difference.Chain, difference.Date, line,
			strconv.Itoa(int(difference.AgeDays)), difference.Age)
	}
	rows.write(out)
	fmt.Fprintln(out)
	totals := newTable("TOTAL", ">BREAKS", ">AMOUNT")
	for _, total := range one.Totals {
		totals.add(total.Kind, strconv.Itoa(int(total.Breaks)), yen(total.Amount))
	}
	for _, total := range one.Ages {
		totals.add("age "+total.Age, strconv.Itoa(int(total.Breaks)), yen(total.Amount))
	}
	totals.write(out)
}
