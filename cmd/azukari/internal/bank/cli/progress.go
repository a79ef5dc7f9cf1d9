package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
)

// barWidth is how many characters a full bar has.
const barWidth = 30

// progress shows on a terminal how far long work is, on standard error, so that answers can be redirected. Call end
// before anything else is printed.
func (p printer) progress(ctx context.Context, work string) (_ context.Context, end func()) {
	if !terminal.IsTerminal(p.errOut) {
		return ctx, func() {}
	}
	ctx = ops.WithProgress(ctx, func(done, total int) { fmt.Fprint(p.errOut, terminal.ClearLine+bar(work, done, total)) })
	return ctx, func() { fmt.Fprint(p.errOut, terminal.ClearLine) }
}

// bar draws how much is done.
func bar(work string, done, total int) string {
	full := barWidth * done / max(total, 1)
	return fmt.Sprintf("%s %s%s %d of %d", work, strings.Repeat("█", full), strings.Repeat("░", barWidth-full), done, total)
}
