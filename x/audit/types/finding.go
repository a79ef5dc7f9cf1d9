package types

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cosmossdk.io/math"
)

// Numbers of the laws of money in DESIGN §3 that one node can check by itself.
const (
	// LawLiabilities says that what banks owe is what their customers have.
	LawLiabilities uint32 = 1
	// LawEscrow says that the escrow of a Business Zone is the sum of the banks' shares in it.
	LawEscrow uint32 = 2
	// LawHolds says that the hold module has exactly what open holds promise.
	LawHolds uint32 = 4
	// LawClearing says that positions between banks cancel out, and that their reserves cover what they settle.
	LawClearing uint32 = 5
	// LawOnce says that no order and no packet counts twice or is lost.
	LawOnce uint32 = 6
	// LawOwners says that all yen belongs to registered accounts, outside of escrow and holds.
	LawOwners uint32 = 7
	// LawCaps says that what Business Zones may still send between banks is set aside out of the banks' caps.
	LawCaps uint32 = 8
	// LawAssets says that the units of each class are those that were issued and did not end, and no more than its cap.
	LawAssets uint32 = 10
)

// SubjectWholeZone is the subject of a finding on all of the zone.
const SubjectWholeZone = "whole zone"

// SubjectBank returns the subject of a finding on one bank.
func SubjectBank(id string) string { return "bank " + id }

// Subjects of findings on clearing.
const (
	SubjectOpenCycle    = "open cycle"
	SubjectClosedCycles = "closed cycles"
	SubjectFlows        = "flows"
	SubjectObligations  = "obligations"
	SubjectReserves     = "reserves"
	SubjectQueue        = "queue"
	SubjectScreening    = "screening"
	SubjectConsents     = "consents"
)

// SubjectTrades is the subject of the finding on the trades of a Business Zone.
const SubjectTrades = "trades"

// SubjectZone returns the subject of a finding on one Business Zone.
func SubjectZone(id string) string { return "zone " + id }

// SubjectClass returns the subject of a finding on one class of assets.
func SubjectClass(id string) string { return "class " + id }

// SubjectDenom returns the subject of a finding on one denom.
func SubjectDenom(denom string) string { return "denom " + denom }

// NewFigure returns a named sum.
func NewFigure(name string, amount math.Int) Figure {
	return Figure{Name: name, Amount: amount}
}

// violationsNamedMax bounds how many violations one finding names.
const violationsNamedMax = 5

// Violations collects what is wrong with one subject.
type Violations struct {
	named []string
	count int
}

// Require notes a violation, formatted as "expected X, got Y", unless the condition is met.
func (v *Violations) Require(met bool, format string, args ...any) {
	if met {
		return
	}
	v.count++
	if len(v.named) < violationsNamedMax {
		v.named = append(v.named, fmt.Sprintf(format, args...))
	}
}

// String returns the first violations and how many more there are; empty if there are none.
func (v Violations) String() string {
	text := strings.Join(v.named, "; ")
	if more := v.count - len(v.named); more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// NewFinding returns a finding that holds if there are no violations.
func NewFinding(law uint32, subject string, violations Violations, figures ...Figure) Finding {
	text := violations.String()
	return Finding{Law: law, Subject: subject, Holds: text == "", Figures: figures, Violation: text}
}

// NewLawsResponse returns what the findings say together, in ascending order of law, then of subject.
func NewLawsResponse(height int64, findings []Finding) QueryLawsResponse {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Law, b.Law), cmp.Compare(a.Subject, b.Subject))
	})
	broken := slices.ContainsFunc(findings, func(finding Finding) bool { return !finding.Holds })
	return QueryLawsResponse{Height: height, Holds: !broken, Findings: findings}
}

// Err returns ErrLawBroken with every finding that does not hold, or nil if all hold.
func (m *QueryLawsResponse) Err() error {
	var broken []string
	for _, finding := range m.Findings {
		if !finding.Holds {
			broken = append(broken, fmt.Sprintf("law %d, %s: %s", finding.Law, finding.Subject, finding.Violation))
		}
	}
	if len(broken) == 0 {
		return nil
	}
	return ErrLawBroken.Wrap(strings.Join(broken, " | "))
}
