package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/azukari-network/azukari/cmd/azukari/bankpb"
	"github.com/azukari-network/azukari/x/clearing/report"
)

func positionsCommand(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "positions", Short: "Show what the bank owes, has and may still do today, and its flows with each other bank",
		Args: cobra.NoArgs,
		RunE: a.run(func(ctx context.Context, s *session, out printer) error {
			response, err := s.service.Positions(ctx, &bankpb.PositionsRequest{})
			if err != nil {
				return coded(err)
			}
			return out.answer(response, func(w io.Writer) { printPositions(w, response) })
		}),
	}
}

func printPositions(out io.Writer, one *bankpb.PositionsResponse) {
	fmt.Fprintf(out, "%s, %s, business date %s, clearing cycle %d until %s\n\n",
		one.Bank, one.Status, one.BusinessDate, one.Cycle, moment(one.CycleClosesAt))
	ceiling := "no bound"
	if one.Ceiling != "" {
		ceiling = yen(one.Ceiling)
	}
	rows := newTable("YEN", ">AMOUNT", "")
	rows.add("liability", yen(one.Liability), "owed to customers; ceiling: "+ceiling)
	rows.add("open orders", strconv.FormatUint(one.OpenOrders, 10), "wait for the bank")
	rows.add("reserve", yen(one.Reserve), "at the settlement agent")
	rows.add("position", yen(one.Position), "of this cycle; below zero the bank will owe it")
	rows.add("net debit cap", yen(one.Cap), "")
	rows.add("owed", yen(one.Owed), "open obligations of earlier cycles")
	rows.add("headroom", yen(one.Headroom), "that customers can still send in positions")
	rows.add("pledge", yen(one.Pledge), "")
	rows.add("queued", yen(one.Queued), fmt.Sprintf("in %s that wait for liquidity", plural(int(one.QueuedCount), "payment", "payments"))) // #nosec G115
	rows.write(out)
	if len(one.Counterparties) == 0 {
		return
	}
	fmt.Fprintln(out)
	flows := newTable("BANK", ">SENT", ">RECEIVED", ">SENT BY RESERVE", ">RECEIVED BY RESERVE")
	for _, other := range one.Counterparties {
		flows.add(other.Bank, yen(other.Sent), yen(other.Received), yen(other.SentByReserve), yen(other.ReceivedByReserve))
	}
	flows.write(out)
}

func reportCommand(a *app) *cobra.Command {
	var request bankpb.ReportRequest
	cmd := &cobra.Command{
		Use:   "report [CYCLE]",
		Short: "Print all that happened between banks in one clearing cycle",
		Long: "Print all that happened between banks in one clearing cycle: positions, every bilateral gross and net, the moves of\n" +
			"reserve, and what was still owed. Without CYCLE the last one that has closed.",
		Example: "  azukari bank report 12 --output csv > cycle-12.csv",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			out, err := a.printer(cmd, outputCSV)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				if request.Cycle, err = strconv.ParseUint(args[0], 10, 64); err != nil || request.Cycle == 0 {
					return usage(fmt.Errorf("expected the number of a cycle from 1, got %q", args[0]))
				}
			}
			return a.with(cmd, func(ctx context.Context, s *session) error {
				if out.format == outputCSV {
					one, err := s.service.CycleReport(ctx, request.Cycle)
					if err != nil {
						return coded(err)
					}
					return report.WriteCSV(out.out, one)
				}
				response, err := s.service.Report(ctx, &request)
				if err != nil {
					return coded(err)
				}
				return out.answer(response, func(w io.Writer) { printReport(w, response) })
			})
		},
	}
	return cmd
}

func printReport(out io.Writer, one *bankpb.ReportResponse) {
	state := "open, closes " + moment(one.ScheduledFor)
	if one.ClosedAt != "" {
		state = "closed " + moment(one.ClosedAt)
	}
	fmt.Fprintf(out, "cycle %d of %s, %s: gross %s, net %s, reserve moved %s, owed %s\n",
		one.Cycle, one.BusinessDate, state, yen(one.Gross), yen(one.Net), yen(one.ReserveMoved), yen(one.Obligations))
	section := func(rows *table, count int) {
		if count > 0 {
			fmt.Fprintln(out)
			rows.write(out)
		}
	}
	banks := newTable("BANK", ">SENT", ">RECEIVED", ">NET", ">RESERVE MOVED", ">LEFT")
	for _, bank := range one.Banks {
		banks.add(bank.Bank, yen(bank.Sent), yen(bank.Received), yen(bank.Net), yen(bank.Moved), yen(bank.Left))
	}
	section(banks, len(one.Banks))
	flows := newTable("PAYER", "PAYEE", ">BY POSITION", ">BY RESERVE")
	for _, flow := range one.Flows {
		flows.add(flow.Payer, flow.Payee, yen(flow.ByPosition), yen(flow.ByReserve))
	}
	section(flows, len(one.Flows))
	pairs := newTable("BANK", "COUNTERPARTY", ">NET")
	for _, pair := range one.Pairs {
		pairs.add(pair.Bank, pair.Counterparty, yen(pair.Net))
	}
	section(pairs, len(one.Pairs))
	debts := newTable(">OBLIGATION", "DEBTOR", "CREDITOR", ">AMOUNT", "STATUS", "DUE")
	for _, debt := range one.Debts {
		debts.add(strconv.FormatUint(debt.Obligation, 10), debt.Debtor, debt.Creditor, yen(debt.Amount), debt.Status, moment(debt.DueAt))
	}
	section(debts, len(one.Debts))
}
