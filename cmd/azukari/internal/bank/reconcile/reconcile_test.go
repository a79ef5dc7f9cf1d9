package reconcile

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
)

var update = flag.Bool("update", false, "write the golden files anew")

func entry(line int, reference string, date businessday.Date, account, direction string, amount int64) Entry {
	return Entry{Line: line, Reference: reference, Date: date, Account: account, Direction: direction, Amount: math.NewInt(amount)}
}

func order(reference string, date businessday.Date, account, direction string, amount int64) Order {
	return Order{
		Reference: reference, Date: date, Account: account, Direction: direction, Amount: math.NewInt(amount), Status: "approved", Booked: true,
	}
}

// One break of each kind, with its age, against a golden file. 2026-04-01 is a Wednesday.
func TestMatch(t *testing.T) {
	open := order("status", "2026-03-25", "ann", "issue", 90)
	open.Status, open.Booked = "requested", false
	openToo := order("waiting", "2026-04-01", "ann", "issue", 91)
	openToo.Status, openToo.Booked = "requested", false
	entries := []Entry{
		entry(2, "same", "2026-04-01", "ann", "issue", 10),
		entry(3, "nobody", "2026-03-20", "ann", "issue", 20),
		entry(4, "same", "2026-04-01", "ann", "issue", 10),
		entry(5, "direction", "2026-04-01", "ann", "issue", 30),
		entry(6, "amount", "2026-03-31", "ann", "issue", 41),
		entry(7, "date", "2026-03-30", "ann", "redeem", 50),
		entry(8, "account", "2026-04-01", "bob", "redeem", 60),
		entry(9, "status", "2026-03-25", "ann", "issue", 90),
		entry(10, "many", "2026-04-01", "bob", "issue", 71),
		entry(11, "fine", "2026-03-31", "bob", "redeem", 5),
	}
	orders := []Order{
		order("account", "2026-04-01", "ann", "redeem", 60),
		order("amount", "2026-03-31", "ann", "issue", 40),
		order("date", "2026-03-31", "ann", "redeem", 50),
		order("direction", "2026-04-01", "ann", "redeem", 30),
		order("fine", "2026-03-31", "bob", "redeem", 5),
		order("forgotten", "2026-03-24", "ann", "issue", 80),
		order("later", "2026-04-02", "ann", "issue", 81),
		order("many", "2026-03-31", "ann", "redeem", 70),
		order("older", "2026-03-19", "ann", "issue", 82),
		order("same", "2026-04-01", "ann", "issue", 10),
		open, openToo,
	}
	result := Match(entries, orders, Scope{From: "2026-03-20", Through: "2026-04-01", Calendar: businessday.Calendar{Holidays: []businessday.Date{"2026-03-20"}}})
	require.Equal(t, 2, result.Matched)
	require.Equal(t, "15", result.MatchedAmount.String())
	raw, err := json.MarshalIndent(struct {
		Breaks []Break
		Kinds  []Total
		Ages   []Total
	}{result.Breaks, result.ByKind(), result.ByAge()}, "", "  ")
	require.NoError(t, err)
	golden(t, "breaks.json", string(raw)+"\n")
}

func TestNothingToMatch(t *testing.T) {
	result := Match(nil, nil, Scope{From: "2026-04-01", Through: "2026-04-01"})
	require.Zero(t, result.Matched)
	require.Empty(t, result.Breaks)
	require.Empty(t, result.ByAge())
	require.Empty(t, result.ByKind())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o700))
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
