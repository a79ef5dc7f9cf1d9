package verify

import (
	"fmt"

	"cosmossdk.io/math"
)

// Laws that are checked between zones, by their numbers in DESIGN §3. The others speak of one zone each, and its nodes
// recompute them.
const (
	lawLiabilities = 1
	lawVouchers    = 3
	lawOnce        = 6
	lawOwners      = 7
	lawSlices      = 8
)

// maxNamed bounds the offenders that a violation names.
const maxNamed = 5

// Reconcile accounts for every yen: each bank's book against what its customers have, each escrow against what is in
// its zone or on the way, each share against the customers of its bank there, and the supply against everything.
func Reconcile(s Snapshot) []Check {
	var checks []Check
	for _, bank := range s.Banks {
		checks = append(checks, s.bankCheck(bank))
	}
	checks = append(checks, s.supplyCheck())
	for _, zone := range s.Zones {
		if !zone.Answered {
			continue
		}
		checks = append(checks, zoneCheck(zone))
		for _, bank := range zone.Banks {
			checks = append(checks, shareCheck(zone.Zone, bank), sliceCheck(zone.Zone, bank))
		}
		checks = append(checks, reportCheck(zone), ownersCheck(zone))
	}
	return append(checks, s.strangersCheck())
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
	return equal(lawLiabilities, bank.Bank,
		[]Term{
			plus("issued", bank.Issued), minus("redeemed", bank.Redeemed),
			plus("flows in", bank.FlowsIn), minus("flows out", bank.FlowsOut),
		},
		[]Term{plus("liability", bank.Liability)},
		owed,
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
	return equal(lawLiabilities, "all yen", []Term{plus("supply", s.Supply)}, []Term{plus("liabilities", liabilities)}, found)
}

func zoneCheck(zone ZoneFigures) Check {
	charges, discharges, shares := math.ZeroInt(), math.ZeroInt(), math.ZeroInt()
	for _, bank := range zone.Banks {
		charges, discharges, shares = charges.Add(bank.Charges), discharges.Add(bank.Discharges), shares.Add(bank.Share)
	}
	return equal(lawVouchers, zone.Zone,
		[]Term{plus("escrow", zone.Escrow)},
		[]Term{plus("vouchers", zone.Vouchers), plus("charges in flight", charges), plus("discharges in flight", discharges)},
		[]Term{plus("shares", shares)},
	)
}

// shareCheck is the law of vouchers bank by bank: what the Financial Zone says of a bank in the zone, once it knows the
// flows that are still to be reported, is what the bank's customers have there.
func shareCheck(zone string, bank ZoneBankFigures) Check {
	return equal(lawVouchers, bank.Bank+" in "+zone,
		[]Term{plus("share", bank.Share), minus("flows out", bank.Out), plus("flows in", bank.In)},
		[]Term{
			plus("balances", bank.Balances), plus("holds", bank.Holds),
			plus("charges in flight", bank.Charges), plus("discharges in flight", bank.Discharges),
		},
	)
}

// sliceCheck says that what a bank's customers have paid to others in the zone since its last report stays within what
// the Financial Zone has set aside for that.
func sliceCheck(zone string, bank ZoneBankFigures) Check {
	return atMost(lawSlices, "slice of "+bank.Bank+" in "+zone,
		[]Term{plus("flows out", bank.Out), minus("flows in", bank.In)},
		[]Term{plus("set aside", bank.Reserved)},
	)
}

// reportCheck says that the Financial Zone has booked no flow that the zone has not counted.
func reportCheck(zone ZoneFigures) Check {
	var violations []string
	for _, flow := range named(zone.Excess) {
		violations = append(violations, fmt.Sprintf("expected no flow that %s has not counted, got %s yen of %s→%s",
			zone.Zone, flow.Total, flow.PayerBank, flow.PayeeBank))
	}
	return Check{Law: lawOnce, Subject: "reports of " + zone.Zone, Holds: true}.without(violations)
}

// ownersCheck says that whoever has yen in the zone is an account of the same bank on the Financial Zone.
func ownersCheck(zone ZoneFigures) Check {
	var violations []string
	for _, account := range named(zone.Misplaced) {
		there := account.There
		if there == "" {
			there = "no account"
		}
		violations = append(violations, fmt.Sprintf("expected %s to be of %s on the Financial Zone, too, got %s", account.Address, account.Here, there))
	}
	return Check{Law: lawOwners, Subject: "owners in " + zone.Zone, Holds: true}.without(violations)
}

// strangersCheck says that nobody has yen who is neither a registered account, a hold nor an escrow.
func (s Snapshot) strangersCheck() Check {
	var terms []Term
	for _, stranger := range named(s.Strangers) {
		terms = append(terms, plus(stranger.Zone+" "+stranger.Address, stranger.Amount))
	}
	if terms == nil {
		terms = []Term{plus("nobody", math.ZeroInt())}
	}
	return equal(lawOwners, "yen of strangers", []Term{plus("expected", math.ZeroInt())}, terms)
}

// named are the offenders that a violation names.
func named[T any](offenders []T) []T { return offenders[:min(len(offenders), maxNamed)] }
