// Package terminal shows progress: in place on a terminal, as plain lines elsewhere.
package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Marks of outcomes.
const (
	Tick  = "✓"
	Cross = "✗"
)

const (
	// ClearLine empties the line that the cursor is in, on a terminal.
	ClearLine  = "\r\x1b[K"
	clearBelow = "\x1b[J"
)

// IsTerminal says whether the writer is a terminal that understands cursor movements.
func IsTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(file.Fd())) // #nosec G115 -- a descriptor fits an int
}

// width returns the number of columns of a terminal, 80 if that is unknown.
func width(out io.Writer) int {
	if file, ok := out.(*os.File); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil && columns > 0 { // #nosec G115
			return columns
		}
	}
	return 80
}
