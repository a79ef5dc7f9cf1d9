package demo

import (
	"slices"
	"strings"

	"cosmossdk.io/math"
)

// Snapshot is what the chains say of the yen at one height each, read from balances and records one by one. Nothing
// in it is a sum that a chain has stored, but for the books, which are to be checked.
type Snapshot struct {
	// Supply of yen on the Financial Zone.
	Supply math.Int
	Banks  []BankFigures
	Zones  []ZoneFigures
	// Held is the balance of the hold module on the Financial Zone.
	Held math.Int
	// Strangers are balances outside accounts, holds and escrows, in any zone.
	Strangers []Balance
}

// BankFigures are one bank's sums on the Financial Zone.
type BankFigures struct {
	Bank string
	// Issued, Redeemed, FlowsIn, FlowsOut and Liability are the bank's book.
	Issued, Redeemed, FlowsIn, FlowsOut, Liability math.Int
	// Balances of its accounts, and Holds of their coins.
	Balances, Holds math.Int
}

// ZoneFigures are one Business Zone's sums.
type ZoneFigures struct {
	Zone string
	// Escrow of the zone on the Financial Zone.
	Escrow math.Int
	// Vouchers is the supply of yen in the zone.
	Vouchers math.Int
	Banks    []ZoneBankFigures
}

// ZoneBankFigures are one bank's sums in one Business Zone.
type ZoneBankFigures struct {
	Bank string
	// Share is what the Financial Zone says of the bank in this zone.
	Share math.Int
	// Balances and Holds of its customers in the zone.
	Balances, Holds math.Int
	// Charges and Discharges are on their way: sent, and neither credited nor refunded.
	Charges, Discharges math.Int
}

// Balance is what one address has.
type Balance struct {
	Zone    string
	Address string
	Amount  math.Int
}

// Term is one sum of an equation; a negative sign takes it away.
type Term struct {
	Name   string   `json:"name"`
	Amount math.Int `json:"amount"`
	Minus  bool     `json:"minus,omitempty"`
}

// Check is one equation with its sides, which must all be equal.
type Check struct {
	// Subject is a bank, a zone, or a bank in a zone.
	Subject string   `json:"subject"`
	Sides   [][]Term `json:"sides"`
	Holds   bool     `json:"holds"`
}

// Reconcile accounts for every yen: each bank's book against what its customers have, each escrow against what is in
// its zone or on the way, each share against the customers of its bank there, and the supply against everything.
func Reconcile(s Snapshot) []Check {
	var checks []Check
	for _, bank := range s.Banks {
		checks = append(checks, s.bankCheck(bank))
	}
	for _, zone := range s.Zones {
		checks = append(checks, zoneCheck(zone))
		for _, bank := range zone.Banks {
			checks = append(checks, shareCheck(zone.Zone, bank))
		}
	}
	return append(checks, s.supplyCheck(), s.strangersCheck())
}

func (s Snapshot) bankCheck(bank BankFigures) Check {
	owed := []Term{plus("balances", bank.Balances), plus("holds", bank.Holds)}
	for _, zone := range s.Zones {
		for _, there := range zone.Banks {
			if there.Bank == bank.Bank {
				owed = append(owed, plus("share in "+zone.Zone, there.Share))
			}
		}
	}
	return check(bank.Bank,
		[]Term{
			plus("issued", bank.Issued), minus("redeemed", bank.Redeemed),
			plus("flows in", bank.FlowsIn), minus("flows out", bank.FlowsOut),
		},
		[]Term{plus("liability", bank.Liability)},
		owed,
	)
}

func zoneCheck(zone ZoneFigures) Check {
	onTheWay := []Term{plus("vouchers", zone.Vouchers)}
	charges, discharges, shares := math.ZeroInt(), math.ZeroInt(), math.ZeroInt()
	for _, bank := range zone.Banks {
		charges, discharges, shares = charges.Add(bank.Charges), discharges.Add(bank.Discharges), shares.Add(bank.Share)
	}
	onTheWay = append(onTheWay, plus("charges in flight", charges), plus("discharges in flight", discharges))
	return check(zone.Zone, []Term{plus("escrow", zone.Escrow)}, onTheWay, []Term{plus("shares", shares)})
}

func shareCheck(zone string, bank ZoneBankFigures) Check {
	return check(bank.Bank+" in "+zone,
		[]Term{plus("share", bank.Share)},
		[]Term{
			plus("balances", bank.Balances), plus("holds", bank.Holds),
			plus("charges in flight", bank.Charges), plus("discharges in flight", bank.Discharges),
		},
	)
}

// supplyCheck says that there is no yen but what banks owe, and none but what somebody has.
func (s Snapshot) supplyCheck() Check {
	liabilities, balances := math.ZeroInt(), math.ZeroInt()
	for _, bank := range s.Banks {
		liabilities, balances = liabilities.Add(bank.Liability), balances.Add(bank.Balances)
	}
	found := []Term{plus("accounts", balances), plus("hold module", s.Held)}
	for _, zone := range s.Zones {
		found = append(found, plus("escrow of "+zone.Zone, zone.Escrow))
	}
	return check("all yen", []Term{plus("supply", s.Supply)}, []Term{plus("liabilities", liabilities)}, found)
}

// strangersCheck says that nobody has yen who is neither a registered account, a hold nor an escrow.
func (s Snapshot) strangersCheck() Check {
	var terms []Term
	for _, stranger := range s.Strangers {
		terms = append(terms, plus(stranger.Zone+" "+stranger.Address, stranger.Amount))
	}
	if terms == nil {
		terms = []Term{plus("nobody", math.ZeroInt())}
	}
	return check("yen of strangers", []Term{plus("expected", math.ZeroInt())}, terms)
}

func plus(name string, amount math.Int) Term  { return Term{Name: name, Amount: amount} }
func minus(name string, amount math.Int) Term { return Term{Name: name, Amount: amount, Minus: true} }

func check(subject string, sides ...[]Term) Check {
	first := total(sides[0])
	holds := !slices.ContainsFunc(sides, func(side []Term) bool { return !total(side).Equal(first) })
	return Check{Subject: subject, Sides: sides, Holds: holds}
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

// Empty says that there is no yen at all in the equation.
func (c Check) Empty() bool {
	return !slices.ContainsFunc(c.Sides, func(side []Term) bool {
		return slices.ContainsFunc(side, func(term Term) bool { return !term.Amount.IsZero() })
	})
}

// String writes the equation with its sums: "issued 500 − redeemed 100 (400) = liability 400".
func (c Check) String() string {
	var sides []string
	for _, side := range c.Sides {
		sides = append(sides, sideText(side))
	}
	return strings.Join(sides, " = ")
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
		text.WriteString(term.Name + " " + grouped(term.Amount.String()))
	}
	if len(terms) > 1 {
		text.WriteString(" (" + grouped(total(terms).String()) + ")")
	}
	return text.String()
}
