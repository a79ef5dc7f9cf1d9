package keeper

import (
	"context"

	"github.com/azukari-network/azukari/x/audit/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
)

// lawTrades pairs the parties of open trades that have confirmed with their holds (law 6), and compares what is reserved in the caps
// of their banks with the yen that they will send to other banks (law 8).
func (z businessZone) lawTrades(ctx context.Context, yen string) ([]types.Finding, error) {
	var committed []served
	var violations types.Violations
	promised := sums{}
	err := z.trades.IterateCommitments(ctx, func(one settlementtypes.Commitment) (bool, error) {
		violations.Require(len(one.Held) == len(one.Party.Holds), "expected %d holds of %s for %s, got %d",
			len(one.Held), one.Party.Address, one.Trade.Name(), len(one.Party.Holds))
		for i, held := range one.Held[:min(len(one.Held), len(one.Party.Holds))] {
			committed = append(committed, served{
				one.Party.Holds[i], one.Party.Address, held.Amount, settlementtypes.Purpose(one.Trade.Id), one.Trade.Name(),
			})
		}
		if one.Reserved.IsPositive() {
			promised.add(one.Party.Bank, one.Reserved)
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	held, err := z.pairHolds(ctx, settlementtypes.PurposePrefix, yen, committed, &violations)
	if err != nil {
		return nil, err
	}
	findings := []types.Finding{types.NewFinding(types.LawOnce, types.SubjectTrades, violations,
		types.NewFigure("confirmed", totalOf(committed, yen)),
		types.NewFigure("trade_holds", held),
	)}
	reserved, err := z.lawReserved(ctx, promised)
	return append(findings, reserved...), err
}

// lawReserved compares what is reserved in the cap of each bank with what confirmed trades promise.
func (z businessZone) lawReserved(ctx context.Context, promised sums) ([]types.Finding, error) {
	reserved := sums{}
	err := z.link.IterateReserved(ctx, func(one businesstypes.ReservedFlow) (bool, error) {
		reserved.add(one.Bank, one.Amount)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	var findings []types.Finding
	for _, bank := range keysOf(promised, reserved) {
		var violations types.Violations
		violations.Require(reserved.of(bank).Equal(promised.of(bank)),
			"expected %s reserved, what confirmed trades will send to other banks, got %s", promised.of(bank), reserved.of(bank))
		findings = append(findings, types.NewFinding(types.LawCaps, types.SubjectBank(bank), violations,
			types.NewFigure("reserved", reserved.of(bank)),
			types.NewFigure("confirmed_legs", promised.of(bank)),
		))
	}
	return findings, nil
}
