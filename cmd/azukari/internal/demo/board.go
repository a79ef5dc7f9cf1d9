package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/cosmos/cosmos-sdk/types/query"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
	"github.com/azukari-network/azukari/testutil/devnet"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

const (
	boardInterval = 500 * time.Millisecond
	runningShown  = 6
)

// board shows what happens: each row as it ends, and below, on a terminal, a table of the zones and the rows that
// are under way, redrawn in place. Safe for concurrent use.
type board struct {
	out    io.Writer
	region *terminal.Region // nil without a terminal

	mu       sync.Mutex
	zones    []zoneLine
	running  []Task
	done     int
	total    int
	rejected int
}

// zoneLine is one zone's line in the table.
type zoneLine struct {
	id       string
	height   int64
	accounts uint64
	yen      string
	// waiting are transfers that the zone has sent and not settled yet.
	waiting int
	// passed and refused rows of this zone.
	passed, refused int
}

func newBoard(out io.Writer, network *devnet.Network, total int) *board {
	b := &board{out: out, total: total}
	if terminal.IsTerminal(out) {
		b.region = terminal.NewRegion(out)
	}
	b.zones = append(b.zones, zoneLine{id: devnet.FinancialID, yen: "0"})
	for _, zone := range network.Zones() {
		b.zones = append(b.zones, zoneLine{id: zone.ID(), yen: "0"})
	}
	return b
}

// begin shows a task as under way.
func (b *board) begin(task Task) {
	b.mu.Lock()
	b.running = append(b.running, task)
	b.mu.Unlock()
	b.draw()
}

// end prints the outcome of a task.
func (b *board) end(outcome Outcome) {
	b.mu.Lock()
	b.running = slices.DeleteFunc(b.running, func(task Task) bool { return task.Source == outcome.Task.Source })
	b.done++
	if outcome.Reason != OK {
		b.rejected++
	}
	for i := range b.zones {
		switch {
		case b.zones[i].id != outcome.Task.Zone:
		case outcome.Reason == OK:
			b.zones[i].passed++
		default:
			b.zones[i].refused++
		}
	}
	b.mu.Unlock()
	b.print(outcomeLine(outcome))
	b.draw()
}

// outcomeLine is a tick for a row that passed, "refused" for one that was to be refused, a cross for a surprise.
func outcomeLine(outcome Outcome) string {
	task := outcome.Task
	line := fmt.Sprintf("%-9s %s  %s", task.Zone, task.Source.Row, task.Describe())
	switch {
	case outcome.Reason == OK && outcome.AsExpected():
		return fmt.Sprintf("%s %s  %.1f s", terminal.Tick, line, outcome.Seconds)
	case outcome.AsExpected():
		return fmt.Sprintf("⊘ %s\n    %s", line, outcome.Message())
	case outcome.Reason == OK:
		return fmt.Sprintf("%s %s\n    %s: expected it refused as %s, got it carried out", terminal.Cross, line, task.Source, task.Expect)
	default:
		return fmt.Sprintf("%s %s\n    %s (expected %s)", terminal.Cross, line, outcome.Message(), task.Expect)
	}
}

// close shows the table for the last time.
func (b *board) close() {
	if b.region == nil {
		fmt.Fprint(b.out, b.text())
		return
	}
	b.draw()
}

func (b *board) print(text string) {
	if b.region != nil {
		b.region.Print(text)
		return
	}
	fmt.Fprintln(b.out, text)
}

func (b *board) draw() {
	if b.region != nil {
		b.region.Draw(b.text())
	}
}

// text is the table of zones and the rows under way.
func (b *board) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var text strings.Builder
	text.WriteString("\n")
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "zone\theight\taccounts\tyen\tin flight\trows\trefused\t")
	for _, zone := range b.zones {
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%d\t%d\t%d\t\n", zone.id, zone.height, zone.accounts, "¥"+terminal.Grouped(zone.yen),
			zone.waiting, zone.passed, zone.refused)
	}
	if err := table.Flush(); err != nil {
		panic(fmt.Errorf("write to a builder: %w", err)) // a builder never fails
	}
	fmt.Fprintf(&text, "\n%d of %d rows ended, %d of them refused\n", b.done, b.total, b.rejected)
	for i, task := range b.running {
		if i == runningShown {
			fmt.Fprintf(&text, "  and %d more\n", len(b.running)-runningShown)
			break
		}
		fmt.Fprintf(&text, "  %-9s %s  %s\n", task.Zone, task.Source.Row, task.Describe())
	}
	return text.String()
}

// watch refreshes the zones' lines until the context ends.
func (b *board) watch(ctx context.Context, network *devnet.Network, yenDenoms map[string]string) {
	for ctx.Err() == nil {
		b.refresh(ctx, network, yenDenoms)
		b.draw()
		select {
		case <-ctx.Done():
		case <-time.After(boardInterval):
		}
	}
}

// refresh asks every zone what its line shows. A zone that does not answer keeps its line.
func (b *board) refresh(ctx context.Context, network *devnet.Network, yenDenoms map[string]string) {
	for i, zone := range append([]*devnet.Zone{network.Financial()}, network.Zones()...) {
		var seen zoneLine
		if err := observe(ctx, zone, yenDenoms[zone.ID()], &seen); err != nil {
			continue
		}
		b.mu.Lock()
		line := &b.zones[i]
		line.height, line.accounts, line.yen, line.waiting = seen.height, seen.accounts, seen.yen, seen.waiting
		b.mu.Unlock()
	}
}

// observe asks a zone what the table shows.
func observe(ctx context.Context, zone *devnet.Zone, denom string, line *zoneLine) error {
	conn := zone.Client().GRPC()
	height, err := zone.Client().Height(ctx)
	if err != nil {
		return err
	}
	accounts, err := registrytypes.NewQueryClient(conn).Accounts(ctx, &registrytypes.QueryAccountsRequest{
		Pagination: &query.PageRequest{Limit: 1, CountTotal: true},
	})
	if err != nil {
		return err
	}
	supply, err := banktypes.NewQueryClient(conn).SupplyOf(ctx, &banktypes.QuerySupplyOfRequest{Denom: denom})
	if err != nil {
		return err
	}
	waiting, err := countWaiting(ctx, zone)
	if err != nil {
		return err
	}
	line.height, line.accounts, line.yen, line.waiting = height, accounts.Pagination.GetTotal(), supply.Amount.Amount.String(), waiting
	return nil
}

func countWaiting(ctx context.Context, zone *devnet.Zone) (int, error) {
	page := &query.PageRequest{Limit: 1_000} // more than a demo has in flight
	if zone.ID() == devnet.FinancialID {
		answer, err := financialtypes.NewQueryClient(zone.Client().GRPC()).Transfers(ctx, &financialtypes.QueryTransfersRequest{Pagination: page})
		return len(answer.GetTransfers()), err
	}
	answer, err := businesstypes.NewQueryClient(zone.Client().GRPC()).Transfers(ctx, &businesstypes.QueryTransfersRequest{Pagination: page})
	return len(answer.GetTransfers()), err
}
