package verify

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/status"

	audittypes "github.com/azukari-network/azukari/x/audit/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Report is what was proven of a network.
type Report struct {
	// Time at which the asking began.
	Time    time.Time `json:"time"`
	Seconds float64   `json:"seconds"`
	// Holds says that everything could be asked and every law holds.
	Holds bool `json:"holds"`
	// Zones, the Financial Zone first: the laws that each zone's nodes recompute from its own state.
	Zones []ZoneLaws `json:"zones"`
	// Checks are what holds between zones, recomputed here from balances and records one by one.
	Checks []Check `json:"checks"`
	// Snapshot is what was read for them.
	Snapshot Snapshot `json:"-"`
}

// ZoneLaws are the laws of money in one zone.
type ZoneLaws struct {
	Zone    string `json:"zone"`
	ChainID string `json:"chain_id,omitempty"`
	// Height of the state that was asked; 0 where the zone was not asked.
	Height   int64                `json:"height,omitempty"`
	Findings []audittypes.Finding `json:"findings,omitempty"`
	// Fork says that a node and a light client know different blocks; empty if they agree.
	Fork string `json:"fork,omitempty"`
	// Unproven says why the zone, or a part of it, could not be asked; empty if it could.
	Unproven string `json:"unproven,omitempty"`
}

// Holds says that the zone could be asked and every law holds in it.
func (z ZoneLaws) Holds() bool { return z.Unproven == "" && len(z.Violations()) == 0 }

// Violations are what does not hold, in words.
func (z ZoneLaws) Violations() []string {
	var violations []string
	if z.Fork != "" {
		violations = append(violations, z.Fork)
	}
	for _, finding := range z.Findings {
		if !finding.Holds {
			violations = append(violations, fmt.Sprintf("law %d, %s: %s", finding.Law, finding.Subject, finding.Violation))
		}
	}
	return violations
}

// newReport puts together what was proven.
func newReport(began time.Time, zones []ZoneLaws, snapshot Snapshot) Report {
	report := Report{
		Time: began.UTC(), Seconds: time.Since(began).Seconds(), Zones: zones, Checks: Reconcile(snapshot), Snapshot: snapshot,
	}
	report.Holds = !report.Broken() && len(report.Unproven()) == 0
	return report
}

// Broken says that a law does not hold.
func (r Report) Broken() bool {
	return slices.ContainsFunc(r.Zones, func(zone ZoneLaws) bool { return len(zone.Violations()) > 0 }) ||
		slices.ContainsFunc(r.Checks, func(check Check) bool { return !check.Holds })
}

// Unproven says of which zones something could not be asked, and why.
func (r Report) Unproven() []string {
	var lines []string
	for _, zone := range r.Zones {
		if zone.Unproven != "" {
			lines = append(lines, zone.Zone+": "+zone.Unproven)
		}
	}
	return lines
}

// Violations are all that does not hold, in words.
func (r Report) Violations() []string {
	var lines []string
	for _, zone := range r.Zones {
		for _, violation := range zone.Violations() {
			lines = append(lines, zone.Zone+": "+violation)
		}
	}
	for _, check := range r.Checks {
		if !check.Holds {
			lines = append(lines, fmt.Sprintf("law %d, %s: %s", check.Law, check.Subject, check))
		}
	}
	return lines
}

// strange are zones of the network file that the Financial Zone has no escrow for.
func strange(network Network, known []financialtypes.QueryZoneResponse) []ZoneLaws {
	var zones []ZoneLaws
	for _, zone := range network.Business {
		if !slices.ContainsFunc(known, func(k financialtypes.QueryZoneResponse) bool { return k.Zone.Id == zone.ID }) {
			zones = append(zones, ZoneLaws{Zone: zone.ID, Unproven: "expected a zone with open channels on the Financial Zone, got none of this id"})
		}
	}
	return zones
}

// pruned says what to do when a node has forgotten the state that it is asked for.
func pruned(err error) error {
	text := status.Convert(err).Message()
	if strings.Contains(text, "version does not exist") || strings.Contains(text, "version mismatch on immutable IAVL tree") ||
		strings.Contains(text, "failed to load state at height") {
		return fmt.Errorf("%w: the node no longer has this state; name a node that keeps more of them (pruning in app.toml)", err)
	}
	return err
}
