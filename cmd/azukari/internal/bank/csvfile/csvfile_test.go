package csvfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var columns = Columns{Required: []string{"reference", "amount"}, Optional: []string{"note"}}

func positive(text string) error {
	if text == "0" || text == "" {
		return fmt.Errorf("expected an amount above 0, got %q", text)
	}
	return nil
}

func TestReadsWhatSpreadsheetsWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.csv")
	require.NoError(t, os.WriteFile(path, []byte("\ufeffamount,reference\r\n# a comment\r\n 5 ,A-1\r\n\"1\",\"B\"\r\n"), 0o600))
	table, err := Read(path, columns)
	require.NoError(t, err)
	require.NoError(t, table.Err())
	require.Len(t, table.Rows, 2)
	require.Equal(t, 3, table.Rows[0].Line)
	require.Equal(t, "5", table.Rows[0].Text("amount"))
	require.Equal(t, "B", table.Rows[1].Text("reference"))
	require.Empty(t, table.Rows[1].Text("note"))
}

func TestEveryFaultIsListed(t *testing.T) {
	table, err := Parse("o.csv", []byte("reference,amount\nA,1\nB\nC,0\nA,\n\"D,1\n"), columns)
	require.NoError(t, err)
	table.Unique("reference")
	for _, row := range table.Rows {
		row.Check("amount", positive)
	}
	err = table.Err()
	require.EqualError(t, err, "o.csv: 5 faults; nothing was sent: correct the file and run again")
	var faults *FaultsError
	require.True(t, errors.As(err, &faults))
	require.Equal(t, []string{
		`o.csv:3: expected 2 cells, got 1`,
		`o.csv:4: amount: expected an amount above 0, got "0"`,
		`o.csv:5: reference: expected each once, got "A" of line 2 again`,
		`o.csv:5: amount: expected an amount above 0, got ""`,
		`o.csv:6: extraneous or missing " in quoted-field`,
	}, faults.Lines())
}

func TestFilesThatAreNoTables(t *testing.T) {
	for name, test := range map[string]struct{ content, says string }{
		"empty":          {"", "got an empty file"},
		"Shift JIS":      {"reference\x8e\x9f", "expected UTF-8"},
		"unknown column": {"reference,amount,yen\n", `o.csv:1: expected columns reference,amount,note, got "yen"`},
		"column missing": {"reference\n", `o.csv:1: expected column "amount", got reference`},
		"column twice":   {"reference,amount,amount\n", `got "amount" twice`},
		"bad header":     {"\"reference\n", "o.csv: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("o.csv", []byte(test.content), columns)
			require.ErrorContains(t, err, test.says)
		})
	}
	_, err := Read("/no/such.csv", columns)
	require.EqualError(t, err, "read rows: open /no/such.csv: no such file or directory")
}

func TestFaultsEnd(t *testing.T) {
	content := []byte("reference,amount\n")
	for range maxFaults + 5 {
		content = append(content, "A\n"...)
	}
	table, err := Parse("o.csv", content, columns)
	require.NoError(t, err)
	require.ErrorContains(t, table.Err(), "o.csv: 1000 faults")
	one, err := Parse("o.csv", []byte("reference,amount\nA\n"), columns)
	require.NoError(t, err)
	require.ErrorContains(t, one.Err(), "o.csv: 1 fault;")
}
