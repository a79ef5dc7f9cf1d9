// Package reconcile matches the entries of a core ledger with the orders on the chain.
package reconcile

import (
	"cmp"
	"fmt"
	"slices"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/businessday"
)

// Entry is an entry of the core ledger.
type Entry struct {
	Reference string
	Date      businessday.Date
	Account   string
	// Direction is issue or redeem.
	Direction string
	// Amount in whole yen.
	Amount math.Int
	// Line of the entry in its file.
	Line int
}

// Order is an order on the chain.
type Order struct {
	// Reference by which the core ledger knows it.
	Reference string
	Account   string
	// Direction is issue or redeem.
	Direction string
	// Amount in whole yen: what was carried out, or what was asked while nothing was.
	Amount math.Int
	Status string
	// Booked says whether it was carried out.
	Booked bool
	// Date on which it was booked; if it was not, of its request.
	Date businessday.Date
}

// Kinds of breaks, in the order of reports.
const (
	MissingOnChain = "missing_on_chain"
	MissingInCore  = "missing_in_core"
	Duplicate      = "duplicate"
	Direction      = "direction"
	Amount         = "amount"
	Date           = "date"
	Account        = "account"
	Status         = "status"
)

// Kinds lists them.
var Kinds = []string{MissingOnChain, MissingInCore, Duplicate, Direction, Amount, Date, Account, Status}

// Break is one difference.
type Break struct {
	Kind      string
	Reference string
	// Core and Chain say what each side has; empty where a side has nothing.
	Core, Chain string
	Amount      math.Int
	// Line of the entry; 0 if there is none.
	Line int
	Date businessday.Date
	// Days is its age in business days.
	Days int
}

// Result is what matches and what does not.
type Result struct {
	// Matched counts the entries that agree with their order in everything.
	Matched       int
	MatchedAmount math.Int
	// Breaks by kind, then reference, then line.
	Breaks []Break
}

// Scope says what is compared.
type Scope struct {
	// From is the date from which on booked orders must be among the entries.
	From businessday.Date
	// Through is the last such date, and the one to which breaks are aged.
	Through  businessday.Date
	Calendar businessday.Calendar
}

// Match compares entries with orders by reference. Each order is found by one entry; a second one with its reference is a
// duplicate. One entry may differ from its order in more than one way.
func Match(entries []Entry, orders []Order, scope Scope) Result {
	byReference := make(map[string]Order, len(orders))
	for _, order := range orders {
		byReference[order.Reference] = order
	}
	result := Result{MatchedAmount: math.ZeroInt()}
	seen := make(map[string]int, len(entries))
	for _, entry := range entries {
		if line, again := seen[entry.Reference]; again {
			result.add(entry.breaks(Duplicate, fmt.Sprintf("line %d again", line), ""))
			continue
		}
		seen[entry.Reference] = entry.Line
		order, found := byReference[entry.Reference]
		if !found {
			result.add(entry.breaks(MissingOnChain, entry.Direction+" "+entry.Amount.String(), ""))
			continue
		}
		differences := entry.compare(order)
		if len(differences) == 0 {
			result.Matched++
			result.MatchedAmount = result.MatchedAmount.Add(entry.Amount)
		}
		result.add(differences...)
	}
	for _, order := range orders {
		_, entered := seen[order.Reference]
		if !entered && order.Booked && order.Date >= scope.From && order.Date <= scope.Through {
			result.add(Break{
				Kind: MissingInCore, Reference: order.Reference, Chain: order.Direction + " " + order.Amount.String(),
				Amount: order.Amount, Date: order.Date,
			})
		}
	}
	for i, one := range result.Breaks {
		result.Breaks[i].Days = scope.Calendar.Since(one.Date, scope.Through)
	}
	slices.SortStableFunc(result.Breaks, func(a, b Break) int {
		return cmp.Or(slices.Index(Kinds, a.Kind)-slices.Index(Kinds, b.Kind), cmp.Compare(a.Reference, b.Reference), a.Line-b.Line)
	})
	return result
}

func (r *Result) add(breaks ...Break) { r.Breaks = append(r.Breaks, breaks...) }

// compare returns every way in which an entry differs from its order.
func (e Entry) compare(order Order) []Break {
	var differences []Break
	for _, aspect := range []struct{ kind, core, chain string }{
		{Direction, e.Direction, order.Direction},
		{Amount, e.Amount.String(), order.Amount.String()},
		{Account, e.Account, order.Account},
	} {
		if aspect.core != aspect.chain {
			differences = append(differences, e.breaks(aspect.kind, aspect.core, aspect.chain))
		}
	}
	switch {
	case !order.Booked:
		// Its date is no booking yet: that it is not carried out is all there is to say.
		differences = append(differences, e.breaks(Status, "booked", order.Status))
	case e.Date != order.Date:
		differences = append(differences, e.breaks(Date, string(e.Date), string(order.Date)))
	}
	return differences
}

func (e Entry) breaks(kind, core, chain string) Break {
	return Break{Kind: kind, Reference: e.Reference, Core: core, Chain: chain, Amount: e.Amount, Line: e.Line, Date: e.Date}
}

// Total sums breaks.
type Total struct {
	Name   string
	Breaks int
	Amount math.Int
}

// ByKind sums the breaks of each kind that has any, in the order of Kinds.
func (r Result) ByKind() []Total {
	return r.totals(Kinds, func(one Break) string { return one.Kind })
}

// ByAge sums the breaks of each age that has any, the youngest first.
func (r Result) ByAge() []Total {
	return r.totals(businessday.Ages, func(one Break) string { return businessday.Age(one.Days) })
}

func (r Result) totals(names []string, nameOf func(Break) string) []Total {
	var totals []Total
	for _, name := range names {
		total := Total{Name: name, Amount: math.ZeroInt()}
		for _, one := range r.Breaks {
			if nameOf(one) == name {
				total.Breaks++
				total.Amount = total.Amount.Add(one.Amount)
			}
		}
		if total.Breaks > 0 {
			totals = append(totals, total)
		}
	}
	return totals
}
