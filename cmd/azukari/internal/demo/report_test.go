package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

func outcomes() []Outcome {
	task := func(row string, expect Reason) Task {
		return Task{Source: Source{"p.csv", 2, row}, Expect: expect, Kind: KindPay, Zone: "financial", From: "aoi", To: "ren", AmountYen: 1000}
	}
	return []Outcome{
		newOutcome(task("P1", OK), nil, 1.25),
		newOutcome(task("P2", Malformed), faultError{"no amount"}, 0),
		newOutcome(task("P3", "frozen"), nil, 1),
		newOutcome(task("P4", OK), errors.New("lost"), 1),
	}
}

func TestReportIsGoodOnlyIfEverythingIs(t *testing.T) {
	good := outcomes()[:2]
	checks := Reconcile(lawful())
	laws := []ZoneLaws{{Zone: "financial", Holds: true}}
	require.True(t, newReport(good, checks, laws).OK)
	require.False(t, newReport(outcomes(), checks, laws).OK, "a row that did not end as expected")
	require.False(t, newReport(good, append(checks, Check{}), laws).OK, "a sum that does not agree")
	require.False(t, newReport(good, checks, []ZoneLaws{{Zone: "retail"}}).OK, "a law that is broken")
}

func TestReportText(t *testing.T) {
	laws := []ZoneLaws{{Zone: "financial", Height: 9, Checked: 4, Violations: []string{"law 1, bank-a: expected 1, got 2"}}}
	var text bytes.Buffer
	newReport(outcomes(), Reconcile(lawful()), laws).WriteText(&text)
	for _, line := range []string{
		"✓ bank-b             issued 0 − redeemed 0 + flows in 50 − flows out 0 (50)\n                   = liability 50\n                   = balances 50 + holds 0 + share in retail 0 (50)\n",
		"✗ financial          4 findings at height 9\n    law 1, bank-a: expected 1, got 2\n",
		"✗ 1 rows carried out, 1 wrong rows refused for the expected reason, 2 not as expected\n",
		"    p.csv:2: row P3: expected frozen, got ok\n",
	} {
		require.Contains(t, text.String(), line)
	}
}

func TestReportJSON(t *testing.T) {
	var raw bytes.Buffer
	report := newReport(outcomes(), Reconcile(lawful()), nil)
	require.NoError(t, report.WriteJSON(&raw))
	var read Report
	require.NoError(t, json.Unmarshal(raw.Bytes(), &read))
	require.False(t, read.OK)
	require.Equal(t, report.Rows, read.Rows)
	require.Len(t, read.Checks, len(report.Checks))
}

func TestOutcomeLines(t *testing.T) {
	all := outcomes()
	require.Equal(t, "✓ financial P1  pay aoi → ren ¥1,000  1.2 s", outcomeLine(all[0]))
	require.Equal(t, "⊘ financial P2  pay aoi → ren ¥1,000\n    p.csv:2: row P2: malformed: no amount", outcomeLine(all[1]))
	require.Equal(t, "✗ financial P3  pay aoi → ren ¥1,000\n    p.csv:2: row P3: expected it refused as frozen, got it carried out", outcomeLine(all[2]))
	require.Equal(t, "✗ financial P4  pay aoi → ren ¥1,000\n    p.csv:2: row P4: other: lost (expected ok)", outcomeLine(all[3]))
}

func TestBoardWithoutTerminalPrintsLines(t *testing.T) {
	var out bytes.Buffer
	b := &board{out: &out, total: 4, zones: []zoneLine{{id: devnet.FinancialID, yen: "1234"}}}
	for _, outcome := range outcomes() {
		b.begin(outcome.Task)
		b.end(outcome)
	}
	require.Equal(t, 7, bytes.Count(out.Bytes(), []byte("\n")))
	b.close()
	require.Contains(t, out.String(), "financial       0         0  ¥1,234          0     2        2")
	require.Contains(t, b.text(), "4 of 4 rows ended, 2 of them refused")
}

func TestBoardListsWhatIsUnderWay(t *testing.T) {
	b := &board{out: &bytes.Buffer{}, total: 9}
	for i := range 8 {
		b.begin(Task{Source: Source{Row: string(rune('A' + i))}, Kind: KindFreeze, From: "aoi", Zone: "financial"})
	}
	require.Contains(t, b.text(), "  financial A  freeze aoi\n")
	require.Contains(t, b.text(), "  and 2 more\n")
}
