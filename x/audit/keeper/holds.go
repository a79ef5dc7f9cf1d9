package keeper

import (
	"context"

	"cosmossdk.io/math"

	assettypes "github.com/azukari-network/azukari/x/asset/types"
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
	for _, group := range bySubject(keysOf(open, all.held)) {
		var violations types.Violations
		held, promised := math.ZeroInt(), math.ZeroInt()
		for _, denom := range group.denoms {
			violations.Require(all.held.of(denom).Equal(open.of(denom)),
				"expected the hold module to have %s%s, the sum of open holds, got %s", open.of(denom), denom, all.held.of(denom))
			held, promised = held.Add(all.held.of(denom)), promised.Add(open.of(denom))
		}
		findings = append(findings, types.NewFinding(types.LawHolds, group.subject, violations,
			types.NewFigure("hold_module", held),
			types.NewFigure("open_holds", promised),
		))
	}
	return findings, nil
}

// denomGroup is the denoms of one finding.
type denomGroup struct {
	subject string
	denoms  []string
}

// bySubject puts unique units of one class together, of which there may be a great many. Denoms are in ascending order.
func bySubject(denoms []string) []denomGroup {
	var groups []denomGroup
	for _, denom := range denoms {
		subject := types.SubjectDenom(denom)
		if class, unit, err := assettypes.ParseDenom(denom); err == nil && unit != "" {
			subject = types.SubjectClass(class)
		}
		if last := len(groups) - 1; last >= 0 && groups[last].subject == subject {
			groups[last].denoms = append(groups[last].denoms, denom)
			continue
		}
		groups = append(groups, denomGroup{subject: subject, denoms: []string{denom}})
	}
	return groups
}
