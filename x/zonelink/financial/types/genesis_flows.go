package types

import (
	"cmp"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// validateFlows checks what was reported: banks' totals are the sums of flows, and lists ascend without repeats.
func (g GenesisState) validateFlows(zones map[string]Zone) error {
	sent, received := map[place]math.Int{}, map[place]math.Int{}
	for i, flow := range g.Flows {
		if _, known := zones[flow.Zone]; !known {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "flow %s→%s: expected a zone of the genesis, got %q", flow.PayerBank, flow.PayeeBank, flow.Zone)
		}
		total := zonelinktypes.Flow{PayerBank: flow.PayerBank, PayeeBank: flow.PayeeBank, Total: flow.Total}
		if err := total.Validate(); err != nil {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "zone %s: %s", flow.Zone, err)
		}
		if i > 0 && compareZoneFlows(g.Flows[i-1], flow) >= 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected flows in ascending order of zone, payer bank, payee bank, without repeats, got %s/%s→%s at %d",
				flow.Zone, flow.PayerBank, flow.PayeeBank, i)
		}
		addTo(sent, place{flow.Zone, flow.PayerBank}, flow.Total)
		addTo(received, place{flow.Zone, flow.PayeeBank}, flow.Total)
	}
	if err := g.validateBanks(zones, sent, received); err != nil {
		return err
	}
	return g.validateReports(zones)
}

func compareZoneFlows(a, b ZoneFlow) int {
	return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.PayerBank, b.PayerBank), cmp.Compare(a.PayeeBank, b.PayeeBank))
}

func addTo(sums map[place]math.Int, at place, amount math.Int) {
	if old, found := sums[at]; found {
		amount = old.Add(amount)
	}
	sums[at] = amount
}

// validateBanks also counts the banks whose flows it has seen, so that no flow is without its banks.
func (g GenesisState) validateBanks(zones map[string]Zone, sent, received map[place]math.Int) error {
	missing := map[place]bool{}
	for _, sums := range []map[place]math.Int{sent, received} {
		for at := range sums {
			missing[at] = true
		}
	}
	for i, bank := range g.Banks {
		if _, known := zones[bank.Zone]; !known {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "bank %s: expected a zone of the genesis, got %q", bank.Bank, bank.Zone)
		}
		if err := bank.Validate(); err != nil {
			return err
		}
		if i > 0 && cmp.Or(cmp.Compare(g.Banks[i-1].Zone, bank.Zone), cmp.Compare(g.Banks[i-1].Bank, bank.Bank)) >= 0 {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis,
				"expected banks in ascending order of zone, then bank, without repeats, got %s/%s at %d", bank.Zone, bank.Bank, i)
		}
		at := place{bank.Zone, bank.Bank}
		delete(missing, at)
		if out, in := sumAt(sent, at), sumAt(received, at); !bank.Sent.Equal(out) || !bank.Received.Equal(in) {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "bank %s in zone %s: expected %s sent and %s received, the sums of flows, got %s and %s",
				bank.Bank, bank.Zone, out, in, bank.Sent, bank.Received)
		}
	}
	if len(missing) > 0 {
		return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected every bank with flows among the banks of its zone, got %d without", len(missing))
	}
	return nil
}

func sumAt(sums map[place]math.Int, at place) math.Int {
	if sum, found := sums[at]; found {
		return sum
	}
	return math.ZeroInt()
}

func (g GenesisState) validateReports(zones map[string]Zone) error {
	for i, reports := range g.Reports {
		if _, known := zones[reports.Zone]; !known || i > 0 && g.Reports[i-1].Zone >= reports.Zone {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected reports of zones of the genesis in ascending order, got %q", reports.Zone)
		}
		if reports.ReportedCapRevision > reports.CapRevision {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "reports of zone %s: expected reported_cap_revision up to %d, got %d",
				reports.Zone, reports.CapRevision, reports.ReportedCapRevision)
		}
		if !reports.Dirty && !reports.NotBefore.IsZero() {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "reports of zone %s: expected not_before while dirty only, got %s", reports.Zone, reports.NotBefore)
		}
	}
	for i, throughput := range g.Throughputs {
		if _, known := zones[throughput.Zone]; !known || i > 0 && g.Throughputs[i-1].Zone >= throughput.Zone {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected throughputs of zones of the genesis in ascending order, got %q", throughput.Zone)
		}
		if err := throughput.Validate(); err != nil {
			return err
		}
	}
	for i, refused := range g.RefusedReports {
		zone, known := zones[refused.Zone]
		if !known || i > 0 && g.RefusedReports[i-1].Zone >= refused.Zone {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected refused reports of zones of the genesis in ascending order, got %q", refused.Zone)
		}
		if zone.Status == ZoneStatusActive || zone.Status == ZoneStatusRegistered {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "expected a refused report of a suspended zone, got one of zone %s (%s)", zone.Id, zone.Status)
		}
		if err := refused.Report.Validate(); err != nil {
			return errorsmod.Wrapf(zonelinktypes.ErrInvalidGenesis, "refused report of zone %s: %s", refused.Zone, err)
		}
	}
	return nil
}
