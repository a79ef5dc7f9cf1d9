package demo

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxAmountYen is the highest bound of any limit, 10^15 yen.
const maxAmountYen = 1_000_000_000_000_000

// record is one row of a file with a header, by column name.
type record struct {
	source Source
	fields map[string]string
	// short says that the row has not as many fields as the header.
	short string
}

// readTable reads a CSV file with exactly the given columns. A file that cannot be read at all is an error; a row
// with the wrong number of fields is a record with a fault, since the rows behind it can still be used.
func readTable(path string, columns []string) ([]record, error) {
	raw, err := os.ReadFile(path) // #nosec G304 -- the user names the file
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return parseTable(path, bytes.NewReader(raw), columns)
}

func parseTable(path string, in io.Reader, columns []string) ([]record, error) {
	reader := csv.NewReader(in)
	reader.Comment = '#'
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: expected the header %s, got an empty file", path, strings.Join(columns, ","))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !slices.Equal(header, columns) {
		return nil, fmt.Errorf("%s:1: expected the header %s, got %s", path, strings.Join(columns, ","), strings.Join(header, ","))
	}
	var records []record
	names := map[string]int{}
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return records, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		line, _ := reader.FieldPos(0)
		row := newRecord(path, line, columns, fields)
		if other, taken := names[row.source.Row]; taken {
			return nil, fmt.Errorf("%s:%d: expected a row name of its own, got %q as in line %d", path, line, row.source.Row, other)
		}
		names[row.source.Row] = line
		records = append(records, row)
	}
}

func newRecord(path string, line int, columns, fields []string) record {
	row := record{source: Source{File: path, Line: line}, fields: map[string]string{}}
	for i, column := range columns {
		if i < len(fields) {
			row.fields[column] = strings.TrimSpace(fields[i])
		}
	}
	row.source.Row = row.fields["row"]
	if len(fields) != len(columns) {
		row.short = fmt.Sprintf("expected %d fields, got %d", len(columns), len(fields))
	}
	return row
}

// parser reads the fields of one record and keeps the first fault.
type parser struct {
	record
	fault string
}

func (p *parser) fail(format string, args ...any) {
	if p.fault == "" {
		p.fault = fmt.Sprintf(format, args...)
	}
}

// text reads a field that must not be empty.
func (p *parser) text(column string) string {
	if p.fields[column] == "" {
		p.fail("%s: expected some text, got none", column)
	}
	return p.fields[column]
}

// none reads a field that must be empty.
func (p *parser) none(columns ...string) {
	for _, column := range columns {
		if value := p.fields[column]; value != "" {
			p.fail("%s: expected nothing, got %q", column, value)
		}
	}
}

// yen reads a whole number of yen from 1 to 10^15.
func (p *parser) yen(column string) int64 {
	amount, fault := parseYen(p.fields[column])
	if fault != "" {
		p.fail("%s: %s", column, fault)
	}
	return amount
}

func parseYen(text string) (amount int64, fault string) {
	amount, err := strconv.ParseInt(text, 10, 64)
	if err != nil || amount < 1 || amount > maxAmountYen {
		return 0, fmt.Sprintf("expected whole yen from 1 to %d, got %q", int64(maxAmountYen), text)
	}
	return amount, ""
}

// oneOf reads a field that must be one of the values.
func (p *parser) oneOf(column string, values []string) string {
	value := p.fields[column]
	if !slices.Contains(values, value) {
		p.fail("%s: expected one of %s, got %q", column, strings.Join(values, ", "), value)
	}
	return value
}
