package demo

import (
	"fmt"
	"strings"

	"github.com/azukari-network/azukari/cmd/azukari/internal/terminal"
)

// Kind is what a row asks for.
type Kind string

// Kinds of rows. A deposits file has issues only.
const (
	KindIssue     Kind = "issue"     // deposit money becomes yen; the first one opens the account
	KindPay       Kind = "pay"       // from one customer to another, in one zone
	KindCharge    Kind = "charge"    // a customer's own yen to a Business Zone
	KindDischarge Kind = "discharge" // a customer's own yen back from a Business Zone
	KindRedeem    Kind = "redeem"    // yen becomes deposit money
	KindDecline   Kind = "decline"   // a redemption that the bank's checker rejects
	KindFreeze    Kind = "freeze"    // the bank stops an account
	KindUnfreeze  Kind = "unfreeze"  // the bank lets it go on
)

// Source is where a row stands.
type Source struct {
	File string
	Line int
	// Row is the row's own name, from its first column.
	Row string
}

// String names the row as errors do: "examples/payments.csv:14: row P13".
func (s Source) String() string { return fmt.Sprintf("%s:%d: row %s", s.File, s.Line, s.Row) }

// Task is one row of the story.
type Task struct {
	Source Source
	// Expect is what should become of the row.
	Expect Reason
	Kind   Kind
	// Zone in which it happens; for a charge the zone that is charged.
	Zone string
	// From is the customer who acts or is acted on.
	From string
	// To is the payee; empty where there is none.
	To string
	// AmountYen is positive where the kind moves yen.
	AmountYen int64
	// Reference is the bank's own id for an issue or a redemption.
	Reference string
	// Open says how to open the account first; nil unless this is the customer's first row.
	Open *Opening
	// Note is for people.
	Note string
	// Fault is why the row cannot be sent; empty if it can.
	Fault string
}

// Opening is what a bank agrees with a new customer.
type Opening struct {
	Bank string
	Kind string
	// Limits in yen.
	PerPayment, PerDay, Balance int64
	// Zones to link.
	Zones []ZoneLimit
}

// ZoneLimit is a Business Zone with the most yen that may be paid there in a day, and that may be there.
type ZoneLimit struct {
	Zone string
	Most int64
}

// Describe says in few words what the row asks for.
func (t Task) Describe() string {
	words := []string{string(t.Kind), t.From}
	if t.To != "" {
		words = append(words, "→ "+t.To)
	}
	if t.Kind == KindCharge {
		words = append(words, "→ "+t.Zone)
	}
	if t.AmountYen != 0 {
		words = append(words, Yen(t.AmountYen))
	}
	if t.Reference != "" {
		words = append(words, "("+t.Reference+")")
	}
	return strings.Join(words, " ")
}

// Story is all rows in order, and who they are about.
type Story struct {
	Tasks []Task
	// Banks maps each customer to the account bank.
	Banks map[string]string
	// Customers in the order of their first row.
	Customers []string
}

// Yen writes an amount with its sign and separators: "¥1,234,567".
func Yen(amount int64) string { return "¥" + terminal.Grouped(fmt.Sprint(amount)) }
