// Package report writes what happened between banks in one cycle, for people and for other systems.
package report

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"google.golang.org/grpc"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	"github.com/azukari-network/azukari/x/clearing/types"
)

// pageLimit is how many flows one query asks for.
const pageLimit = 500

// Report is one cycle. Amounts are whole yen as decimal text, which no reader rounds.
type Report struct {
	Cycle        uint64 `json:"cycle"`
	BusinessDate string `json:"business_date"`
	OpenedAt     string `json:"opened_at"`
	ScheduledFor string `json:"scheduled_for"`
	// ClosedAt is empty while the cycle is open: then positions are those so far.
	ClosedAt string `json:"closed_at,omitempty"`
	Missed   bool   `json:"missed"`

	Gross        string `json:"gross"`
	Net          string `json:"net"`
	ReserveMoved string `json:"reserve_moved"`
	Obligations  string `json:"obligations"`

	// Banks in ascending order of id, Flows and Pairs in that of both ids, Debts in that of obligation and creditor.
	Banks []Bank `json:"banks"`
	Flows []Flow `json:"flows"`
	Pairs []Pair `json:"pairs"`
	Debts []Debt `json:"debts"`
}

// Bank is one bank's position: sent and received in positions, their difference, and what became of it at the close.
type Bank struct {
	Bank     string `json:"bank"`
	Sent     string `json:"sent"`
	Received string `json:"received"`
	Net      string `json:"net"`
	Moved    string `json:"moved"`
	Left     string `json:"left"`
}

// Flow is the gross of one direction between two banks.
type Flow struct {
	Payer      string `json:"payer"`
	Payee      string `json:"payee"`
	ByPosition string `json:"by_position"`
	ByReserve  string `json:"by_reserve"`
}

// Pair is the net of both directions between two banks, in positions, as seen from the first.
type Pair struct {
	Bank         string `json:"bank"`
	Counterparty string `json:"counterparty"`
	Net          string `json:"net"`
}

// Debt is what one obligation owes one creditor.
type Debt struct {
	Obligation uint64 `json:"obligation"`
	Debtor     string `json:"debtor"`
	Creditor   string `json:"creditor"`
	Amount     string `json:"amount"`
	Status     string `json:"status"`
	DueAt      string `json:"due_at"`
	// LossOf is the obligation whose loss this one shares; 0 for one from the close.
	LossOf uint64 `json:"loss_of"`
}

// Querier asks a node. types.NewQueryClient returns one.
type Querier interface {
	CycleReport(ctx context.Context, in *types.QueryCycleReportRequest, opts ...grpc.CallOption) (*types.QueryCycleReportResponse, error)
}

// Fetch reads the report of one cycle page by page. progress, unless nil, is told how many flows have come and how many
// there are. All pages must come from one height for an open cycle, so the caller fixes it in the context; a closed cycle
// changes only in the status of its obligations.
func Fetch(ctx context.Context, querier Querier, cycle uint64, progress func(done, total uint64)) (Report, error) {
	var (
		first *types.QueryCycleReportResponse
		flows []types.CycleFlow
		total uint64
	)
	for key := []byte(nil); first == nil || len(key) > 0; {
		page, err := querier.CycleReport(ctx, &types.QueryCycleReportRequest{
			Number: cycle, Pagination: &query.PageRequest{Key: key, Limit: pageLimit, CountTotal: first == nil},
		})
		if err != nil {
			return Report{}, fmt.Errorf("report of cycle %d: %w", cycle, err)
		}
		if first == nil {
			first, total = page, page.Pagination.Total
		}
		flows = append(flows, page.Flows...)
		key = page.Pagination.NextKey
		if progress != nil {
			progress(uint64(len(flows)), total)
		}
	}
	return New(first.Cycle, first.Positions, flows, first.Obligations), nil
}

// New makes a report of what the module knows of a cycle, each list in the module's order.
func New(cycle types.Cycle, positions []types.CyclePosition, flows []types.CycleFlow, obligations []types.Obligation) Report {
	report := Report{
		Cycle: cycle.Number, BusinessDate: cycle.BusinessDate, OpenedAt: timeText(cycle.OpenedAt),
		ScheduledFor: timeText(cycle.ScheduledFor), Missed: cycle.Missed,
		Gross: cycle.Gross.String(), Net: cycle.Net.String(),
		ReserveMoved: cycle.ReserveMoved.String(), Obligations: cycle.Obligations.String(),
		Banks: []Bank{}, Flows: []Flow{}, Pairs: []Pair{}, Debts: []Debt{},
	}
	if cycle.ClosedAt != nil {
		report.ClosedAt = timeText(*cycle.ClosedAt)
	}
	for _, position := range positions {
		report.Banks = append(report.Banks, Bank{
			Bank: position.Bank, Sent: position.Sent.String(), Received: position.Received.String(),
			Net: position.Net().String(), Moved: position.Moved.String(), Left: position.Left.String(),
		})
	}
	for _, flow := range flows {
		report.Flows = append(report.Flows, Flow{
			Payer: flow.PayerBank, Payee: flow.PayeeBank, ByPosition: flow.ByPosition.String(), ByReserve: flow.ByReserve.String(),
		})
	}
	report.Pairs = pairsOf(flows)
	for _, obligation := range obligations {
		for _, credit := range obligation.Creditors {
			report.Debts = append(report.Debts, Debt{
				Obligation: obligation.Id, Debtor: obligation.Debtor, Creditor: credit.Bank, Amount: credit.Amount.String(),
				Status: obligation.Status.String(), DueAt: timeText(obligation.DueAt), LossOf: obligation.LossOf,
			})
		}
	}
	return report
}

// pairsOf nets both directions between each two banks, the lower id first. Only one of the directions may have a flow.
func pairsOf(flows []types.CycleFlow) []Pair {
	type banks struct{ payer, payee string }
	byPosition := make(map[banks]math.Int, len(flows))
	for _, flow := range flows {
		byPosition[banks{flow.PayerBank, flow.PayeeBank}] = flow.ByPosition
	}
	pairs := []Pair{}
	for _, flow := range flows {
		back, both := byPosition[banks{flow.PayeeBank, flow.PayerBank}]
		if !both {
			back = math.ZeroInt()
		}
		switch {
		case flow.PayerBank < flow.PayeeBank:
			pairs = append(pairs, Pair{Bank: flow.PayerBank, Counterparty: flow.PayeeBank, Net: back.Sub(flow.ByPosition).String()})
		case !both:
			pairs = append(pairs, Pair{Bank: flow.PayeeBank, Counterparty: flow.PayerBank, Net: flow.ByPosition.String()})
		}
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.Bank, b.Bank), cmp.Compare(a.Counterparty, b.Counterparty))
	})
	return pairs
}

// WriteJSON writes a report as one indented JSON object.
func WriteJSON(w io.Writer, report Report) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// header names the columns of the CSV form. Every row has all of them; those that a kind of row does not have are empty.
var header = []string{
	"record", "cycle", "business_date", "bank", "counterparty", "by_position", "by_reserve",
	"sent", "received", "net", "moved", "left", "obligation", "amount", "status", "due_at", "loss_of",
}

// WriteCSV writes a report as one table in RFC 4180, with a header row and CRLF line ends. The column "record" says what a
// row is: "cycle" with the totals, then "bank", "flow", "pair" and "debt" rows.
func WriteCSV(w io.Writer, report Report) error {
	writer := csv.NewWriter(w)
	writer.UseCRLF = true
	cycle := strconv.FormatUint(report.Cycle, 10)
	row := func(record string, cells map[string]string) []string {
		cells["record"], cells["cycle"], cells["business_date"] = record, cycle, report.BusinessDate
		line := make([]string, len(header))
		for i, column := range header {
			line[i] = cells[column]
		}
		return line
	}
	rows := [][]string{header, row("cycle", map[string]string{
		"by_position": report.Gross, "net": report.Net, "moved": report.ReserveMoved, "left": report.Obligations,
	})}
	for _, bank := range report.Banks {
		rows = append(rows, row("bank", map[string]string{
			"bank": bank.Bank, "sent": bank.Sent, "received": bank.Received, "net": bank.Net, "moved": bank.Moved, "left": bank.Left,
		}))
	}
	for _, flow := range report.Flows {
		rows = append(rows, row("flow", map[string]string{
			"bank": flow.Payer, "counterparty": flow.Payee, "by_position": flow.ByPosition, "by_reserve": flow.ByReserve,
		}))
	}
	for _, pair := range report.Pairs {
		rows = append(rows, row("pair", map[string]string{"bank": pair.Bank, "counterparty": pair.Counterparty, "net": pair.Net}))
	}
	for _, debt := range report.Debts {
		rows = append(rows, row("debt", map[string]string{
			"bank": debt.Debtor, "counterparty": debt.Creditor, "obligation": strconv.FormatUint(debt.Obligation, 10),
			"amount": debt.Amount, "status": debt.Status, "due_at": debt.DueAt, "loss_of": strconv.FormatUint(debt.LossOf, 10),
		}))
	}
	return writer.WriteAll(rows)
}

func timeText(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
