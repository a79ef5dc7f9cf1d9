package keeper

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/audit/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// lawCaps recomputes the part of law 8 that one node can see: for each bank that is in a zone, what zones may still send on
// their own is set aside out of its cap, and what they have reported is the sum of flows.
func (z financialZone) lawCaps(ctx sdk.Context) ([]types.Finding, error) {
	flowsOut, flowsIn := sums{}, sums{}
	err := z.links.IterateFlows(ctx, func(flow financialtypes.ZoneFlow) (bool, error) {
		flowsOut.add(flow.PayerBank, flow.Total)
		flowsIn.add(flow.PayeeBank, flow.Total)
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	sent, received, open := sums{}, sums{}, sums{}
	err = z.links.IterateBanks(ctx, func(bank financialtypes.ZoneBank) (bool, error) {
		sent.add(bank.Bank, bank.Sent)
		received.add(bank.Bank, bank.Received)
		open.add(bank.Bank, bank.Reserved())
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	var findings []types.Finding
	for _, bank := range keysOf(sent, flowsOut, flowsIn) {
		reserved, err := z.links.ReservedFor(ctx, bank)
		if err != nil {
			return nil, err
		}
		var violations types.Violations
		violations.Require(reserved.Equal(open.of(bank)), "expected %s set aside, what zones may still send, got %s", open.of(bank), reserved)
		violations.Require(sent.of(bank).Equal(flowsOut.of(bank)) && received.of(bank).Equal(flowsIn.of(bank)),
			"expected %s sent and %s received in zones, the sums of flows, got %s and %s",
			flowsOut.of(bank), flowsIn.of(bank), sent.of(bank), received.of(bank))
		findings = append(findings, types.NewFinding(types.LawCaps, types.SubjectBank(bank), violations,
			types.NewFigure("set_aside", reserved),
			types.NewFigure("zone_flows_out", flowsOut.of(bank)),
			types.NewFigure("zone_flows_in", flowsIn.of(bank)),
		))
	}
	return findings, nil
}
