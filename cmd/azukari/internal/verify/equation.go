package verify

import (
	"slices"
	"strings"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
)

// Term is one sum of an equation; a negative sign takes it away.
type Term struct {
	Name   string   `json:"name"`
	Amount math.Int `json:"amount"`
	Minus  bool     `json:"minus,omitempty"`
}

// Check is one equation with its sides, which must all be equal, and what else must be true for it to hold.
type Check struct {
	// Law is the number of the law in DESIGN §3.
	Law uint32 `json:"law"`
	// Subject is a bank, a zone, or a bank in a zone.
	Subject string   `json:"subject"`
	Sides   [][]Term `json:"sides"`
	// AtMost says that no side may be above the one after it; they need not be equal.
	AtMost bool `json:"at_most,omitempty"`
	Holds  bool `json:"holds"`
	// Violation says what is wrong beside the sums, as "expected X, got Y".
	Violation string `json:"violation,omitempty"`
}

func plus(name string, amount math.Int) Term  { return Term{Name: name, Amount: amount} }
func minus(name string, amount math.Int) Term { return Term{Name: name, Amount: amount, Minus: true} }

func equal(law uint32, subject string, sides ...[]Term) Check {
	return Check{Law: law, Subject: subject, Sides: sides, Holds: ascending(sides, math.Int.Equal)}
}

func atMost(law uint32, subject string, sides ...[]Term) Check {
	return Check{Law: law, Subject: subject, Sides: sides, AtMost: true, Holds: ascending(sides, math.Int.LTE)}
}

// without adds what must not be; none of it changes nothing.
func (c Check) without(violations []string) Check {
	if len(violations) > 0 {
		c.Holds, c.Violation = false, strings.Join(violations, "; ")
	}
	return c
}

func ascending(sides [][]Term, related func(a, b math.Int) bool) bool {
	for i := range len(sides) - 1 {
		if !related(total(sides[i]), total(sides[i+1])) {
			return false
		}
	}
	return true
}

func total(terms []Term) math.Int {
	sum := math.ZeroInt()
	for _, term := range terms {
		if term.Minus {
			sum = sum.Sub(term.Amount)
		} else {
			sum = sum.Add(term.Amount)
		}
	}
	return sum
}

// Empty says that there is no yen in the equation, or, where a side may only be at most the next, that the limit is not used.
func (c Check) Empty() bool {
	sides := c.Sides
	if c.AtMost {
		sides = sides[:len(sides)-1]
	}
	return !slices.ContainsFunc(sides, func(side []Term) bool {
		return slices.ContainsFunc(side, func(term Term) bool { return !term.Amount.IsZero() })
	})
}

// String writes the equation with its sums: "issued 500 − redeemed 100 (400) = liability 400".
func (c Check) String() string { return strings.Join(c.Lines(), " ") }

// Lines are the sides of the equation, each but the first with the sign before it, and the violation, if there is one.
func (c Check) Lines() []string {
	sign := "= "
	if c.AtMost {
		sign = "≤ "
	}
	var lines []string
	for i, side := range c.Sides {
		if i == 0 {
			lines = append(lines, sideText(side))
			continue
		}
		lines = append(lines, sign+sideText(side))
	}
	if c.Violation != "" {
		lines = append(lines, c.Violation)
	}
	return lines
}

func sideText(terms []Term) string {
	var text strings.Builder
	for i, term := range terms {
		switch {
		case i == 0 && term.Minus:
			text.WriteString("−")
		case i > 0 && term.Minus:
			text.WriteString(" − ")
		case i > 0:
			text.WriteString(" + ")
		}
		text.WriteString(term.Name + " " + terminal.Grouped(term.Amount.String()))
	}
	if len(terms) > 1 {
		text.WriteString(" (" + terminal.Grouped(total(terms).String()) + ")")
	}
	return text.String()
}
