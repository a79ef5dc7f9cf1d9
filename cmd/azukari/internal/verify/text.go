package verify

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	audittypes "github.com/azukari-network/azukari/x/audit/types"
)

// laws are what DESIGN §3 says, in a line each, and that of assets. The ninth is about what may happen, and is for tests.
var laws = [...]struct {
	number uint32
	text   string
}{
	{1, "banks owe what their customers have"},
	{2, "escrows are the shares of banks"},
	{3, "vouchers and yen in flight are the escrow"},
	{4, "what is held is in open holds"},
	{5, "clearing positions sum to zero"},
	{6, "nothing is applied twice"},
	{7, "all yen is in registered accounts"},
	{8, "zones stay within their slices"},
	{audittypes.LawAssets, "assets are what was issued and not ended"},
}

// WriteText writes the report for people: where and how high each zone was asked, law by law how many findings hold, the
// equations between the zones, and what is wrong. With all it writes the equations of every bank, too.
func (r Report) WriteText(out io.Writer, all bool) {
	r.writeZones(out)
	fmt.Fprintln(out)
	r.WriteLaws(out)
	fmt.Fprintln(out)
	if r.WriteEquations(out, all) {
		fmt.Fprintln(out)
	}
	for _, zone := range r.Zones {
		for _, violation := range zone.Violations() {
			fmt.Fprintf(out, "%s %s: %s\n", terminal.Cross, zone.Zone, violation)
		}
	}
	for _, line := range r.Unproven() {
		fmt.Fprintf(out, "? %s\n", line)
	}
	fmt.Fprintln(out, r.Summary())
}

func (r Report) writeZones(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, zone := range r.Zones {
		if zone.Height == 0 {
			fmt.Fprintf(table, "%s\tnot asked\n", zone.Zone)
			continue
		}
		fmt.Fprintf(table, "%s\t%s\theight %s\n", zone.Zone, zone.ChainID, terminal.Grouped(strconv.FormatInt(zone.Height, 10)))
	}
	_ = table.Flush() // as for every line here: there is nowhere to tell that the terminal is gone
}

// WriteLaws writes a table of laws and zones; its last column is what was checked between zones.
func (r Report) WriteLaws(out io.Writer) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	header := []string{"LAW", ""}
	for _, zone := range r.Zones {
		header = append(header, strings.ToUpper(zone.Zone))
	}
	fmt.Fprintln(table, strings.Join(append(header, "BETWEEN ZONES"), "\t"))
	for _, law := range laws {
		row := []string{strconv.FormatUint(uint64(law.number), 10), law.text}
		for _, zone := range r.Zones {
			var cell tally
			for _, finding := range zone.Findings {
				if finding.Law == law.number {
					cell.count(finding.Holds)
				}
			}
			if zone.Unproven != "" && cell.checked == 0 {
				row = append(row, "?")
				continue
			}
			row = append(row, cell.String())
		}
		var between tally
		for _, check := range r.Checks {
			if check.Law == law.number {
				between.count(check.Holds)
			}
		}
		fmt.Fprintln(table, strings.Join(append(row, between.String()), "\t"))
	}
	_ = table.Flush()
}

// tally counts findings.
type tally struct{ checked, broken int }

func (t *tally) count(holds bool) {
	t.checked++
	if !holds {
		t.broken++
	}
}

// String is "✓ 5", "✗ 1 of 5", or a dot where nothing is checked.
func (t tally) String() string {
	switch {
	case t.checked == 0:
		return "·"
	case t.broken > 0:
		return fmt.Sprintf("%s %d of %d", terminal.Cross, t.broken, t.checked)
	default:
		return fmt.Sprintf("%s %d", terminal.Tick, t.checked)
	}
}

// WriteEquations writes the sums between the zones: those of whole zones and whatever does not hold, and with all those
// of every bank. It returns whether there was anything to write.
func (r Report) WriteEquations(out io.Writer, all bool) bool {
	zones := map[string]bool{"all yen": true}
	for _, zone := range r.Snapshot.Zones {
		zones[zone.Zone] = true
	}
	var checks []Check
	width := 0
	for _, check := range r.Checks {
		if check.Holds && (check.Empty() || !all && !zones[check.Subject]) {
			continue
		}
		checks = append(checks, check)
		width = max(width, len(check.Subject))
	}
	for _, check := range checks {
		mark := terminal.Tick
		if !check.Holds {
			mark = terminal.Cross
		}
		// One side below the other: on one line they are too long to read.
		below := "\n" + strings.Repeat(" ", len("x  ")+width)
		fmt.Fprintf(out, "%s %-*s %s\n", mark, width, check.Subject, strings.Join(check.Lines(), below))
	}
	return len(checks) > 0
}

// Summary is the outcome in one line.
func (r Report) Summary() string {
	checked := len(r.Checks)
	for _, zone := range r.Zones {
		checked += len(zone.Findings)
	}
	inFlight := math.ZeroInt()
	for _, zone := range r.Snapshot.Zones {
		for _, bank := range zone.Banks {
			inFlight = inFlight.Add(bank.Charges).Add(bank.Discharges)
		}
	}
	yen := fmt.Sprintf("¥%s in all, ¥%s of it between zones", terminal.Grouped(r.Snapshot.Supply.String()), terminal.Grouped(inFlight.String()))
	switch {
	case r.Broken():
		return fmt.Sprintf("%s %d of %d findings do not hold; %s", terminal.Cross, len(r.Violations()), checked, yen)
	case !r.Holds:
		return fmt.Sprintf("? %d findings hold, but not everything could be asked; %s", checked, yen)
	default:
		return fmt.Sprintf("%s all %d findings hold; %s", terminal.Tick, checked, yen)
	}
}

// WriteJSON writes the report as one document.
func (r Report) WriteJSON(out io.Writer, indent string) error {
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", indent)
	return encoder.Encode(r)
}
