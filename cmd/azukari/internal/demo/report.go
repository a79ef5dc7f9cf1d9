package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/testutil/devnet"
	audittypes "github.com/azukari-network/azukari/x/audit/types"
)

// Report is how a story ended.
type Report struct {
	Rows   []RowReport `json:"rows"`
	Checks []Check     `json:"reconciliation"`
	Laws   []ZoneLaws  `json:"laws"`
	// OK says that every row ended as expected, every equation is true and every law holds in every zone.
	OK bool `json:"ok"`
}

// RowReport is what became of one row.
type RowReport struct {
	File     string  `json:"file"`
	Line     int     `json:"line"`
	Row      string  `json:"row"`
	Zone     string  `json:"zone,omitempty"`
	Action   string  `json:"action"`
	Expected Reason  `json:"expected"`
	Got      Reason  `json:"got"`
	Message  string  `json:"message,omitempty"`
	Seconds  float64 `json:"seconds"`
}

// ZoneLaws is what a zone says of the laws of money on its own state.
type ZoneLaws struct {
	Zone   string `json:"zone"`
	Height int64  `json:"height"`
	Holds  bool   `json:"holds"`
	// Checked is the number of findings.
	Checked int `json:"checked"`
	// Violations are the findings that do not hold, in words.
	Violations []string `json:"violations,omitempty"`
}

func newReport(outcomes []Outcome, checks []Check, laws []ZoneLaws) Report {
	report := Report{Checks: checks, Laws: laws, OK: true}
	for _, outcome := range outcomes {
		source := outcome.Task.Source
		report.Rows = append(report.Rows, RowReport{
			File: source.File, Line: source.Line, Row: source.Row, Zone: outcome.Task.Zone, Action: outcome.Task.Describe(),
			Expected: outcome.Task.Expect, Got: outcome.Reason, Message: outcome.Message(), Seconds: outcome.Seconds,
		})
		report.OK = report.OK && outcome.AsExpected()
	}
	for _, check := range checks {
		report.OK = report.OK && check.Holds
	}
	for _, law := range laws {
		report.OK = report.OK && law.Holds
	}
	return report
}

// askLaws has every zone recompute the laws of money.
func askLaws(ctx context.Context, network *devnet.Network) ([]ZoneLaws, error) {
	var laws []ZoneLaws
	for _, zone := range append([]*devnet.Zone{network.Financial()}, network.Zones()...) {
		answer, err := audittypes.NewQueryClient(zone.Client().GRPC()).Laws(ctx, &audittypes.QueryLawsRequest{})
		if err != nil {
			return nil, fmt.Errorf("laws of %s: %w", zone.ID(), err)
		}
		entry := ZoneLaws{Zone: zone.ID(), Height: answer.Height, Holds: answer.Holds, Checked: len(answer.Findings)}
		for _, finding := range answer.Findings {
			if !finding.Holds {
				entry.Violations = append(entry.Violations, fmt.Sprintf("law %d, %s: %s", finding.Law, finding.Subject, finding.Violation))
			}
		}
		laws = append(laws, entry)
	}
	return laws, nil
}

// WriteJSON writes the whole report.
func (r Report) WriteJSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// WriteText writes the reconciliation for people.
func (r Report) WriteText(out io.Writer) {
	fmt.Fprintln(out, "\nReconciliation")
	for _, check := range r.Checks {
		if check.Empty() && check.Holds {
			continue // a bank without customers in a zone
		}
		// One side below the other: on one line they are too long to read.
		sides := strings.ReplaceAll(check.String(), " = ", "\n"+strings.Repeat(" ", 19)+"= ")
		fmt.Fprintf(out, "%s %-18s %s\n", mark(check.Holds), check.Subject, sides)
	}
	fmt.Fprintln(out, "\nLaws of money, as each zone recomputes them from its state")
	for _, law := range r.Laws {
		fmt.Fprintf(out, "%s %-18s %d findings at height %d\n", mark(law.Holds), law.Zone, law.Checked, law.Height)
		for _, violation := range law.Violations {
			fmt.Fprintf(out, "    %s\n", violation)
		}
	}
	passed, refused, surprises := 0, 0, 0
	for _, row := range r.Rows {
		switch {
		case row.Got != row.Expected:
			surprises++
		case row.Got == OK:
			passed++
		default:
			refused++
		}
	}
	fmt.Fprintf(out, "\n%s %d rows carried out, %d wrong rows refused for the expected reason, %d not as expected\n",
		mark(surprises == 0), passed, refused, surprises)
	for _, row := range r.Rows {
		if row.Got != row.Expected {
			fmt.Fprintf(out, "    %s:%d: row %s: expected %s, got %s\n", row.File, row.Line, row.Row, row.Expected, row.Got)
		}
	}
}

func mark(good bool) string {
	if good {
		return terminal.Tick
	}
	return terminal.Cross
}
