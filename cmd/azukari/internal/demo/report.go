package demo

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/cmd/azukari/internal/verify"
)

// Report is how a story ended.
type Report struct {
	Rows []RowReport `json:"rows"`
	// Proof is that no yen was lost or made, between zones and within each.
	Proof verify.Report `json:"proof"`
	// OK says that every row ended as expected and every law of money is proven.
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

func newReport(outcomes []Outcome, proof verify.Report) Report {
	report := Report{Proof: proof, OK: proof.Holds}
	for _, outcome := range outcomes {
		source := outcome.Task.Source
		report.Rows = append(report.Rows, RowReport{
			File: source.File, Line: source.Line, Row: source.Row, Zone: outcome.Task.Zone, Action: outcome.Task.Describe(),
			Expected: outcome.Task.Expect, Got: outcome.Reason, Message: outcome.Message(), Seconds: outcome.Seconds,
		})
		report.OK = report.OK && outcome.AsExpected()
	}
	return report
}

// WriteJSON writes the whole report.
func (r Report) WriteJSON(out io.Writer) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// WriteText writes the proof and how the rows ended, for people.
func (r Report) WriteText(out io.Writer) {
	fmt.Fprintln(out)
	r.Proof.WriteText(out, true)
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
