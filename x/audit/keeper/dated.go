package keeper

import (
	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/audit/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
)

// dated is what banks booked on all their business dates together, by bank.
type dated struct {
	issued, redeemed, flowsIn, flowsOut sums
}

func newDated() dated {
	return dated{issued: sums{}, redeemed: sums{}, flowsIn: sums{}, flowsOut: sums{}}
}

func (d dated) add(bank string, totals deposittypes.DayTotals) {
	d.issued.add(bank, totals.Issued)
	d.redeemed.add(bank, totals.Redeemed)
	d.flowsIn.add(bank, totals.FlowsIn)
	d.flowsOut.add(bank, totals.FlowsOut)
}

// compare requires that each yen of a bank was booked on exactly one date.
func (d dated) compare(violations *types.Violations, bank string, issued, redeemed, flowsIn, flowsOut math.Int) {
	for _, sum := range []struct {
		name        string
		dated, want math.Int
	}{
		{"issued", d.issued.of(bank), issued},
		{"redeemed", d.redeemed.of(bank), redeemed},
		{"flows in", d.flowsIn.of(bank), flowsIn},
		{"flows out", d.flowsOut.of(bank), flowsOut},
	} {
		violations.Require(sum.dated.Equal(sum.want), "expected %s %s of all dates, got %s", sum.name, sum.want, sum.dated)
	}
}
