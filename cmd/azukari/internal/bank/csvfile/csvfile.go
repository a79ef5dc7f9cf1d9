// Package csvfile reads tables that people and core banking systems export, and finds every fault before anything is done
// with a row.
package csvfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxFaults ends the list of faults of a file: one that has more is another kind of file.
const maxFaults = 1_000

// byteOrderMark is what spreadsheets write in front of UTF-8.
var byteOrderMark = []byte("\ufeff")

// Fault is one thing that is wrong with a file.
type Fault struct {
	// Line of the file, from 1.
	Line int
	// Column is the name of the column; empty for a fault of the whole line.
	Column string
	// Text says what was expected and what is there.
	Text string
}

// FaultsError is all that is wrong with a file.
type FaultsError struct {
	File string
	List []Fault
}

// Error counts the faults in one line. Lines says what they are.
func (f *FaultsError) Error() string {
	count := fmt.Sprintf("%d faults", len(f.List))
	if len(f.List) == 1 {
		count = "1 fault"
	}
	return fmt.Sprintf("%s: %s; nothing was sent: correct the file and run again", f.File, count)
}

// Lines returns one line for each fault, as FILE:LINE: COLUMN: TEXT.
func (f *FaultsError) Lines() []string {
	lines := make([]string, len(f.List))
	for i, fault := range f.List {
		where := fmt.Sprintf("%s:%d: ", f.File, fault.Line)
		if fault.Column != "" {
			where += fault.Column + ": "
		}
		lines[i] = where + fault.Text
	}
	return lines
}

// Columns says what a table looks like.
type Columns struct {
	Required []string
	Optional []string
}

// Table is the content of a file. Reading a cell notes what is wrong with it.
type Table struct {
	Rows   []Row
	faults *FaultsError
}

// Row is one line of a table.
type Row struct {
	// Line of the file, from 1.
	Line  int
	cells map[string]string
	table *Table
}

// Read reads a file: UTF-8, comma separated, its first line names the columns in any order, lines that begin with # are
// comments. Faults are collected; ask Err for them once all cells are read. The error is about the file as a whole.
func Read(path string, columns Columns) (*Table, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return Parse(path, raw, columns)
}

// Parse is Read on the content of a file.
func Parse(file string, raw []byte, columns Columns) (*Table, error) {
	raw = bytes.TrimPrefix(raw, byteOrderMark)
	if !utf8.Valid(raw) {
		return nil, fmt.Errorf("%s: expected UTF-8, got other bytes: save the file as CSV in UTF-8", file)
	}
	reader := csv.NewReader(bytes.NewReader(raw))
	reader.Comment = '#'
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: expected a first line with the columns %s, got an empty file", file, strings.Join(columns.Required, ","))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := columns.check(header); err != nil {
		return nil, fmt.Errorf("%s:1: %w", file, err)
	}
	table := &Table{faults: &FaultsError{File: file}}
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return table, nil
		}
		if err != nil {
			var wrong *csv.ParseError
			if !errors.As(err, &wrong) {
				return nil, err
			}
			table.note(Fault{Line: wrong.Line, Text: wrong.Err.Error()})
			// What follows a broken quotation cannot be told apart.
			return table, nil
		}
		line, _ := reader.FieldPos(0)
		table.add(line, header, record)
	}
}

func (c Columns) check(header []string) error {
	known := slices.Concat(c.Required, c.Optional)
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if !slices.Contains(known, header[i]) {
			return fmt.Errorf("expected columns %s, got %q", strings.Join(known, ","), name)
		}
		if slices.Contains(header[:i], header[i]) {
			return fmt.Errorf("expected each column once, got %q twice", name)
		}
	}
	for _, name := range c.Required {
		if !slices.Contains(header, name) {
			return fmt.Errorf("expected column %q, got %s", name, strings.Join(header, ","))
		}
	}
	return nil
}

func (t *Table) add(line int, header, record []string) {
	if len(record) != len(header) {
		t.note(Fault{Line: line, Text: fmt.Sprintf("expected %d cells, got %d", len(header), len(record))})
		return
	}
	row := Row{Line: line, cells: make(map[string]string, len(header)), table: t}
	for i, name := range header {
		row.cells[name] = strings.TrimSpace(record[i])
	}
	t.Rows = append(t.Rows, row)
}

func (t *Table) note(fault Fault) {
	if len(t.faults.List) < maxFaults {
		t.faults.List = append(t.faults.List, fault)
	}
}

// Err returns a *FaultsError if anything is wrong with the table, its lines ascending.
func (t *Table) Err() error {
	if len(t.faults.List) == 0 {
		return nil
	}
	slices.SortStableFunc(t.faults.List, func(a, b Fault) int { return a.Line - b.Line })
	return t.faults
}

// Text returns a cell; empty if the table has no such column.
func (r Row) Text(column string) string { return r.cells[column] }

// Fault notes what is wrong with a cell, or with the whole line if the column is empty.
func (r Row) Fault(column string, err error) {
	r.table.note(Fault{Line: r.Line, Column: column, Text: err.Error()})
}

// Check notes a fault unless the cell passes, and returns the cell.
func (r Row) Check(column string, check func(text string) error) string {
	text := r.cells[column]
	if err := check(text); err != nil {
		r.Fault(column, err)
	}
	return text
}

// Unique notes a fault for each row whose cell another row above it has.
func (t *Table) Unique(column string) {
	first := make(map[string]int, len(t.Rows))
	for _, row := range t.Rows {
		text := row.Text(column)
		if line, taken := first[text]; taken && text != "" {
			row.Fault(column, fmt.Errorf("expected each once, got %q of line %d again", text, line))
			continue
		}
		first[text] = row.Line
	}
}
