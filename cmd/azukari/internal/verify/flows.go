package verify

import (
	"fmt"

	"cosmossdk.io/math"

	"github.com/cosmos/cosmos-sdk/types/query"

	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// zoneFlows are the flows of one zone that its reports have not told yet, by bank, and what is set aside for them.
type zoneFlows struct {
	out, in, reserved map[string]math.Int
	excess            []financialtypes.ZoneFlow
}

// readFlows compares what the zone has counted with what the Financial Zone has booked for it.
func (p pair) readFlows(zone string) (zoneFlows, error) {
	flows := zoneFlows{out: map[string]math.Int{}, in: map[string]math.Int{}, reserved: map[string]math.Int{}}
	type banks struct{ payer, payee string }
	counted := map[banks]math.Int{}
	business := businesstypes.NewQueryClient(p.zone)
	err := eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := business.Flows(p.atZone, &businesstypes.QueryFlowsRequest{Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, flow := range answer.Flows {
			counted[banks{flow.PayerBank, flow.PayeeBank}] = flow.Total
			add(flows.out, flow.PayerBank, flow.Total)
			add(flows.in, flow.PayeeBank, flow.Total)
		}
		return answer.Pagination, nil
	})
	if err != nil {
		return zoneFlows{}, fmt.Errorf("flows that %s has counted: %w", zone, err)
	}
	financial := financialtypes.NewQueryClient(p.financial)
	err = eachPage(func(page *query.PageRequest) (*query.PageResponse, error) {
		answer, err := financial.ZoneFlows(p.atFinancial, &financialtypes.QueryZoneFlowsRequest{Zone: zone, Pagination: page})
		if err != nil {
			return nil, err
		}
		for _, flow := range answer.Flows {
			add(flows.out, flow.PayerBank, flow.Total.Neg())
			add(flows.in, flow.PayeeBank, flow.Total.Neg())
			known, ok := counted[banks{flow.PayerBank, flow.PayeeBank}]
			if !ok {
				known = math.ZeroInt()
			}
			if excess := flow.Total.Sub(known); excess.IsPositive() {
				flow.Total = excess
				flows.excess = append(flows.excess, flow)
			}
		}
		return answer.Pagination, nil
	})
	if err != nil {
		return zoneFlows{}, fmt.Errorf("flows that %s has reported: %w", zone, err)
	}
	positions, err := financial.ZonePositions(p.atFinancial, &financialtypes.QueryZonePositionsRequest{Zone: zone})
	if err != nil {
		return zoneFlows{}, fmt.Errorf("positions of %s: %w", zone, err)
	}
	for _, position := range positions.Positions {
		add(flows.reserved, position.Bank, position.Reserved)
	}
	return flows, nil
}
