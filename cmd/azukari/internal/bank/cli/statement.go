package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
)

func statementCommand(a *app) *cobra.Command {
	var request bankpb.StatementRequest
	cmd := &cobra.Command{
		Use:   "statement ACCOUNT",
		Short: "Print every movement of an account on one day, with opening and closing balance",
		Long: "Print every movement of an account on one day of Japan time. Opening and closing balance are the chain's own at the\n" +
			"blocks before and at the end of the day, and the movements must lead from one to the other: if the node lacks\n" +
			"one there is no statement.\n\n" +
			"The node needs, for the days that are asked for: in config.toml indexer = \"kv\"; in app.toml index-events empty, and\n" +
			"pruning and min-retain-blocks that keep those days (the node's defaults keep four days at one block a second).",
		Example: "  azukari bank statement azu1… --date 2026-04-01 --output csv > statement.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd, outputCSV)
			if err != nil {
				return err
			}
			request.Account = args[0]
			return a.with(cmd, func(ctx context.Context, s *session) error {
				response, err := s.service.Statement(ctx, &request)
				if err != nil {
					return coded(err)
				}
				if out.format == outputCSV {
					return writeStatementCSV(out.out, response)
				}
				return out.answer(response, func(w io.Writer) { printStatement(w, response) })
			})
		},
	}
	cmd.Flags().StringVar(&request.Date, "date", "", "day in Japan time, as 2026-04-01 (default: today)")
	return cmd
}

func printStatement(out io.Writer, one *bankpb.StatementResponse) {
	fmt.Fprintf(out, "%s of %s on %s", one.Account, one.Bank, one.Date)
	if one.FirstHeight == 0 {
		fmt.Fprintln(out, ": the chain made no block on that day")
		return
	}
	state := ""
	if !one.Complete {
		state = ", day not over"
	}
	fmt.Fprintf(out, " (blocks %d to %d%s)\n\n", one.FirstHeight, one.LastHeight, state)
	rows := newTable("TIME", ">BLOCK", "KIND", ">AMOUNT", ">BALANCE", "COUNTERPARTY", "BANK", "REFERENCE", "TRANSACTION")
	rows.add("", "", "opening balance", "", yen(one.OpeningBalance), "", "", "", "")
	for _, movement := range one.Movements {
		rows.add(clock(movement.Time), strconv.FormatInt(movement.Height, 10), movement.Kind, yen(movement.Amount),
			yen(movement.BalanceAfter), short(movement.Counterparty), movement.CounterpartyBank, movement.Reference, short(movement.TxHash))
	}
	rows.add("", "", "closing balance", "", yen(one.ClosingBalance), "", "", "", "")
	rows.write(out)
	fmt.Fprintf(out, "\nin %s, out %s, held %s; balances agree with the chain's\n", yen(one.TotalIn), yen(one.TotalOut), yen(one.HeldAtClose))
}

// statementColumns are the columns of a statement as CSV.
var statementColumns = []string{
	"account", "date", "time", "height", "tx_hash", "message_index", "kind", "amount", "balance_after", "counterparty", "counterparty_bank", "reference",
}

// writeStatementCSV writes the opening balance, each movement, and the closing balance as rows.
func writeStatementCSV(out io.Writer, one *bankpb.StatementResponse) error {
	writer := csv.NewWriter(out)
	rows := [][]string{statementColumns, {one.Account, one.Date, "", "", "", "", "opening_balance", "", one.OpeningBalance, "", "", ""}}
	for _, movement := range one.Movements {
		rows = append(rows, []string{
			one.Account, one.Date, movement.Time, strconv.FormatInt(movement.Height, 10), movement.TxHash,
			strconv.Itoa(int(movement.MessageIndex)), movement.Kind, movement.Amount, movement.BalanceAfter,
			movement.Counterparty, movement.CounterpartyBank, movement.Reference,
		})
	}
	rows = append(rows, []string{one.Account, one.Date, "", "", "", "", "closing_balance", "", one.ClosingBalance, "", "", ""})
	return writer.WriteAll(rows)
}
