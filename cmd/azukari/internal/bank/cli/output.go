package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/cosmos/gogoproto/jsonpb"
	gogoproto "github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"
)

const (
	outputTable = "table"
	outputJSON  = "json"
	outputCSV   = "csv"
)

// printer writes answers as the user wants them.
type printer struct {
	out, errOut io.Writer
	format      string
}

func (a *app) printer(cmd *cobra.Command, more ...string) (printer, error) {
	for _, known := range append([]string{outputTable, outputJSON}, more...) {
		if a.output == known {
			return printer{cmd.OutOrStdout(), cmd.ErrOrStderr(), a.output}, nil
		}
	}
	expected := strings.Join(append([]string{outputTable, outputJSON}, more...), ", ")
	return printer{}, usage(fmt.Errorf("--output: expected one of %s, got %q", expected, a.output))
}

// answer writes an answer as one JSON document, or as people read it.
func (p printer) answer(answer gogoproto.Message, people func(out io.Writer)) error {
	if p.format != outputJSON {
		people(p.out)
		return nil
	}
	text, err := (&jsonpb.Marshaler{OrigName: true, EmitDefaults: true, Indent: "  "}).MarshalToString(answer)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.out, text)
	return err
}

// table is rows under a header; columns whose names begin with > are numbers, which end where the column ends.
type table struct {
	header []string
	rows   [][]string
}

func newTable(header ...string) *table { return &table{header: header} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *table) write(out io.Writer) {
	right := make([]bool, len(t.header))
	width := make([]int, len(t.header))
	header := make([]string, len(t.header))
	for i, name := range t.header {
		header[i], right[i] = strings.CutPrefix(name, ">")
		width[i] = utf8.RuneCountInString(header[i])
	}
	for _, row := range t.rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range append([][]string{header}, t.rows...) {
		var line strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if right[i] {
				cell = gap + cell
			} else {
				cell += gap
			}
			if i > 0 {
				line.WriteString("  ")
			}
			line.WriteString(cell)
		}
		fmt.Fprintln(out, strings.TrimRight(line.String(), " "))
	}
}

// yen writes an amount with separators, as 1,234,567; what is no number stays as it is.
func yen(amount string) string {
	sign, digits := "", amount
	if strings.HasPrefix(amount, "-") {
		sign, digits = "-", amount[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// short cuts a long hash or address to what tells it from others.
func short(text string) string {
	const most = 16
	if len(text) <= most {
		return text
	}
	return text[:most-5] + "…" + text[len(text)-4:]
}

// clock writes the time of day in Japan of an RFC 3339 time.
func clock(text string) string {
	at, err := parseTime(text)
	if err != nil {
		return text
	}
	return at.Format("15:04:05")
}

// moment writes date and time in Japan of an RFC 3339 time.
func moment(text string) string {
	at, err := parseTime(text)
	if err != nil {
		return text
	}
	return at.Format("2006-01-02 15:04")
}
