package cli

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strconv"
	"strings"

	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/csvfile"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
)

// orderColumns are those of a file of orders.
var orderColumns = csvfile.Columns{Required: []string{"reference", "account", "amount"}}

// submitCommand is `issue` and `redeem`.
func submitCommand(a *app, kind, short string) *cobra.Command {
	var batch string
	cmd := &cobra.Command{
		Use:   kind + " ORDERS.csv",
		Short: short,
		Long: short + ".\n\nColumns: reference (the bank's own id of the order, used once), account (azu1…), amount (whole yen); up to 100,000\n" +
			"lines. They go in batches of 1,000, each of which a checker decides with 'azukari bank approve BATCH'. Each line\n" +
			"succeeds or fails by itself. The same file again does nothing twice. Exit code 3 when lines were refused.",
		Example: "  azukari bank " + kind + " orders.csv\n  azukari bank " + kind + " orders.csv --batch 2026-04-01/morning --output json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd)
			if err != nil {
				return err
			}
			request := &bankpb.SubmitOrdersRequest{Kind: kind, Batch: batch}
			if request.Orders, err = readOrders(args[0], out.errOut); err != nil {
				return err
			}
			if request.Batch == "" {
				request.Batch = batchOf(request)
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				ctx, end := out.progress(ctx, kind)
				response, err := s.service.SubmitOrders(ctx, request)
				end()
				if err != nil {
					return coded(err)
				}
				return out.lines(response, response.Summary, response.Lines, func(w io.Writer) {
					fmt.Fprintf(w, "%s yen in %s; next: a checker runs azukari bank approve %s\n",
						yen(response.Amount), plural(len(response.Batches), "batch", "batches"), request.Batch)
				})
			})
		},
	}
	cmd.Flags().StringVar(&batch, "batch", "", "the bank's own id of the batch, 1 to 56 characters (default: made of the file's content)")
	return cmd
}

// readOrders reads orders to be submitted. Faults are listed on errOut.
func readOrders(path string, errOut io.Writer) ([]*bankpb.OrderLine, error) {
	rows, err := csvfile.Read(path, orderColumns)
	if err != nil {
		return nil, usage(err)
	}
	orders := make([]*bankpb.OrderLine, len(rows.Rows))
	for i, row := range rows.Rows {
		orders[i] = &bankpb.OrderLine{Reference: row.Text("reference"), Account: row.Text("account"), Amount: row.Text("amount")}
		_, faults := ops.Order(orders[i])
		noteFaults(row, faults)
	}
	rows.Unique("reference")
	return orders, listFaults(rows.Err(), errOut)
}

// batchOf names a batch by its content, so that the same file is the same batch.
func batchOf(request *bankpb.SubmitOrdersRequest) string {
	var content strings.Builder
	for _, order := range request.Orders {
		fmt.Fprintf(&content, "%s,%s,%s\n", order.Reference, order.Account, order.Amount)
	}
	sum := sha256.Sum256([]byte(content.String()))
	return fmt.Sprintf("%s-%x", request.Kind, sum[:6])
}

func decideCommand(a *app, decision, short string) *cobra.Command {
	request := bankpb.DecideOrdersRequest{Decision: decision}
	reject := decision == "reject"
	use, example := decision+" [BATCH]", "  azukari bank "+decision+" issue-5f0ca1b2c3d4"
	if reject {
		use, example = use+" --code CODE --reason REASON", example+` --code compliance --reason "names do not match"`
	}
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Long: short + ".\n\nBATCH is a batch as 'issue' and 'redeem' name it, with all its parts; without it --reference names single orders. What\n" +
			"was decided so before is reported as such. Exit code 3 when orders were refused: they stay open.",
		Example: example,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				request.Batch = args[0]
			}
			if (request.Batch == "") == (len(request.References) == 0) {
				return usage(fmt.Errorf("expected either a batch or --reference; 'azukari bank orders --status open' lists both"))
			}
			out, err := a.printer(cmd)
			if err != nil {
				return err
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				ctx, end := out.progress(ctx, decision)
				response, err := s.service.DecideOrders(ctx, &request)
				end()
				if err != nil {
					return coded(err)
				}
				return out.lines(response, response.Summary, response.Lines, nil)
			})
		},
	}
	cmd.Flags().StringSliceVar(&request.References, "reference", nil, "reference of a single order; may be repeated")
	if reject {
		cmd.Flags().StringVar(&request.RejectCode, "code", "", strings.Join(ops.RejectWords(), ", "))
		cmd.Flags().StringVar(&request.Reason, "reason", "", "why, in 1 to 256 bytes; never personal data")
	}
	return cmd
}

// debitColumns are those of a file of debits.
var debitColumns = csvfile.Columns{Required: []string{"reference", "core_reference"}}

func confirmDebitsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "confirm-debits DEBITS.csv",
		Short: "Say that the deposits of holders' issue orders were debited (maker)",
		Long: "Say that the deposits of issue orders, which holders requested themselves, were debited in the core ledger; a checker may\n" +
			"then approve them. Columns: reference (of the order, as 'azukari bank orders --status requested' shows it), core_reference\n" +
			"(the core ledger's id of the debit, used once). Exit code 3 when lines were refused.",
		Example: "  azukari bank confirm-debits debits.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd)
			if err != nil {
				return err
			}
			rows, err := csvfile.Read(args[0], debitColumns)
			if err != nil {
				return usage(err)
			}
			request := &bankpb.ConfirmDebitsRequest{}
			for _, row := range rows.Rows {
				debit := &bankpb.Debit{Reference: row.Text("reference"), CoreReference: row.Text("core_reference")}
				noteFaults(row, ops.Debit(debit))
				request.Debits = append(request.Debits, debit)
			}
			rows.Unique("reference")
			rows.Unique("core_reference")
			if err := listFaults(rows.Err(), out.errOut); err != nil {
				return err
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				ctx, end := out.progress(ctx, "confirm")
				response, err := s.service.ConfirmDebits(ctx, request)
				end()
				if err != nil {
					return coded(err)
				}
				return out.lines(response, response.Summary, response.Lines, nil)
			})
		},
	}
}

func ordersCommand(a *app) *cobra.Command {
	request := bankpb.ListOrdersRequest{PageSize: 10_000}
	cmd := &cobra.Command{
		Use: "orders", Short: "List the bank's orders",
		Example: "  azukari bank orders --status open",
		Args:    cobra.NoArgs,
		RunE: a.run(func(ctx context.Context, s *session, out printer) error {
			all := &bankpb.ListOrdersResponse{}
			for {
				response, err := s.service.ListOrders(ctx, &request)
				if err != nil {
					return coded(err)
				}
				all.Orders = append(all.Orders, response.Orders...)
				if request.PageToken = response.NextPageToken; request.PageToken == "" {
					break
				}
			}
			return out.answer(all, func(w io.Writer) { printOrders(w, all.Orders) })
		}),
	}
	cmd.Flags().StringVar(&request.Status, "status", "", "only requested, debited, approved, rejected, cancelled, or open (requested and debited)")
	return cmd
}

func printOrders(out io.Writer, orders []*bankpb.BankOrder) {
	if len(orders) == 0 {
		fmt.Fprintln(out, "none")
		return
	}
	rows := newTable("REFERENCE", "KIND", ">AMOUNT", ">CARRIED OUT", "STATUS", "ACCOUNT", "REQUESTED", "DECIDED", "BATCH", "REASON")
	for _, one := range orders {
		rows.add(one.Reference, one.Kind, yen(one.Amount), yen(one.ApprovedAmount), one.Status, short(one.Account), one.BusinessDate,
			one.DecidedDate, one.Batch, strings.TrimSpace(one.RejectCode+" "+one.Reason))
	}
	rows.write(out)
}

// lines prints what became of each line: refused ones for people, all of them as JSON. It returns the error of exit code 3
// if any was refused.
func (p printer) lines(response gogoproto.Message, sum *bankpb.Summary, lines []*bankpb.LineResult, more func(w io.Writer)) error {
	err := p.answer(response, func(w io.Writer) {
		if sum.Refused > 0 {
			rows := newTable(">#", "REFERENCE", "CODE", "REASON")
			for _, line := range lines {
				if line.Outcome == ops.OutcomeRefused {
					rows.add(strconv.Itoa(int(line.Line)), line.Reference, line.Code, line.Reason)
				}
			}
			rows.write(w)
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %d done, %d done before, %d refused\n", plural(int(sum.Lines), "line", "lines"), sum.Done, sum.Already, sum.Refused)
		if more != nil && sum.Done+sum.Already > 0 {
			more(w)
		}
	})
	if err == nil && sum.Refused > 0 {
		err = partly(fmt.Errorf("expected no refused lines, got %d", sum.Refused))
	}
	return err
}

// plural counts things.
func plural(number int, one, many string) string {
	if number == 1 {
		return "1 " + one
	}
	return strconv.Itoa(number) + " " + many
}
