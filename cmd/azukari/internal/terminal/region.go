package terminal

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// Region is the last lines of a terminal, which are drawn again and again in place. Safe for concurrent use.
type Region struct {
	out   io.Writer
	mu    sync.Mutex
	lines int
}

// NewRegion draws on out, which must be a terminal.
func NewRegion(out io.Writer) *Region { return &Region{out: out} }

// Draw replaces what was drawn before. Lines longer than the terminal is wide are cut, since a wrapped line would
// spoil the count of lines to go back.
func (r *Region) Draw(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	columns := width(r.out)
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	var frame strings.Builder
	frame.WriteString(r.back())
	for _, line := range lines {
		frame.WriteString(Cut(line, columns-1))
		frame.WriteString("\n")
	}
	r.lines = len(lines)
	fmt.Fprint(r.out, frame.String())
}

// Print writes lines above the region, where they stay.
func (r *Region) Print(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fmt.Fprint(r.out, r.back()+strings.TrimRight(text, "\n")+"\n")
	r.lines = 0
}

// back returns what moves to the region's first line and clears everything below.
func (r *Region) back() string {
	if r.lines == 0 {
		return ""
	}
	return fmt.Sprintf("\x1b[%dA\r%s", r.lines, clearBelow)
}

// Cut shortens a line to a number of characters, with an ellipsis.
func Cut(line string, characters int) string {
	runes := []rune(line)
	if len(runes) <= characters || characters < 1 {
		return line
	}
	return string(runes[:characters-1]) + "…"
}
