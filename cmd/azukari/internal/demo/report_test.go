package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/cmd/azukari/internal/verify"
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
	require.True(t, newReport(good, verify.Report{Holds: true}).OK)
	require.False(t, newReport(outcomes(), verify.Report{Holds: true}).OK, "a row that did not end as expected")
	require.False(t, newReport(good, verify.Report{}).OK, "a law that is not proven")
}

func TestReportText(t *testing.T) {
	var text bytes.Buffer
	newReport(outcomes(), verify.Report{
		Snapshot: verify.Snapshot{Supply: math.NewInt(900)}, Zones: []verify.ZoneLaws{{Zone: "retail", Unproven: "no answer"}},
	}).WriteText(&text)
	for _, line := range []string{
		"? retail: no answer\n",
		"? 0 findings hold, but not everything could be asked; ¥900 in all, ¥0 of it between zones\n",
		"✗ 1 rows carried out, 1 wrong rows refused for the expected reason, 2 not as expected\n",
		"    p.csv:2: row P3: expected frozen, got ok\n",
	} {
		require.Contains(t, text.String(), line)
	}
}

func TestReportJSON(t *testing.T) {
	var raw bytes.Buffer
	report := newReport(outcomes(), verify.Report{Checks: []verify.Check{{Law: 1, Subject: "all yen"}}})
	require.NoError(t, report.WriteJSON(&raw))
	var read Report
	require.NoError(t, json.Unmarshal(raw.Bytes(), &read))
	require.False(t, read.OK)
	require.Equal(t, report.Rows, read.Rows)
	require.Equal(t, report.Proof.Checks, read.Proof.Checks)
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
