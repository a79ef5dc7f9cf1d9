package benchcmd

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
)

// sparse is how often a running step is told about where nobody looks on.
const sparse = 10 * time.Second

// progress shows steps as lines, and what a running step has come to: on a terminal in place, elsewhere now and then.
type progress struct {
	out    io.Writer
	region *terminal.Region // nil where nobody looks on

	mu   sync.Mutex
	said time.Time
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, said: time.Now()}
	if terminal.IsTerminal(out) {
		p.region = terminal.NewRegion(out)
	}
	return p
}

// Step implements bench.Progress.
func (p *progress) Step(name string) func(error) {
	begin := time.Now()
	p.Say(name + " ...")
	return func(err error) {
		mark := terminal.Tick
		if err != nil {
			mark = terminal.Cross
		}
		p.print(fmt.Sprintf("%s %s (%.1f s)", mark, name, time.Since(begin).Seconds()))
	}
}

// Say implements bench.Progress.
func (p *progress) Say(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.region != nil:
		p.region.Draw("  " + text + "\n")
	case time.Since(p.said) >= sparse:
		p.said = time.Now()
		fmt.Fprintln(p.out, "  "+text)
	}
}

func (p *progress) print(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.region != nil {
		p.region.Print(line + "\n")
		p.region.Draw("")
		return
	}
	fmt.Fprintln(p.out, line)
}
