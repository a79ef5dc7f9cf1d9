package keeper

import (
	"context"

	"cosmossdk.io/math"

	"github.com/azukari-network/azukari/x/audit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
)

// lawHolds recomputes law 4: the hold module has, of each denom, exactly what open holds promise.
func (c common) lawHolds(ctx context.Context, all balances, yen string) ([]types.Finding, error) {
	open := sums{}
	err := c.hold.IterateHolds(ctx, func(hold holdtypes.Hold) (bool, error) {
		open.add(hold.Amount.Denom, hold.Amount.Amount)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if yen != "" {
		open.add(yen, math.ZeroInt()) // so that there is a finding even when nothing is held
	}
	var findings []types.Finding
	for _, denom := range keysOf(open, all.held) {
		var violations types.Violations
		violations.Require(all.held.of(denom).Equal(open.of(denom)),
			"expected the hold module to have %s%s, the sum of open holds, got %s", open.of(denom), denom, all.held.of(denom))
		findings = append(findings, types.NewFinding(types.LawHolds, types.SubjectDenom(denom), violations,
			types.NewFigure("hold_module", all.held.of(denom)),
			types.NewFigure("open_holds", open.of(denom)),
		))
	}
	return findings, nil
}
