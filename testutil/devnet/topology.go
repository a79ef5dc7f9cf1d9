package devnet

import (
	"fmt"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// Node roles.
const (
	RoleValidator = "validator"
	RoleListener  = "listener"
)

const (
	financialBinary = "fzd"
	businessBinary  = "bzd"
	relayerBinary   = "azrelay"
)

// member is one organization of a zone with what it runs there.
type member struct {
	id         string
	name       string
	kind       membershiptypes.OrganizationKind
	roles      []membershiptypes.Role // one operator for each
	seconds    []membershiptypes.Role // roles with a second operator, who decides what the first one asks
	validators int
}

// zonePlan is one chain before it has ports or files.
type zonePlan struct {
	id        string
	chainID   string
	binary    string
	members   []member
	listeners int
}

// hosts lists the organizations that run nodes: the validators' are in turn also the listeners'.
func (p zonePlan) hosts() []string {
	var hosts []string
	for _, member := range p.members {
		if member.validators > 0 {
			hosts = append(hosts, member.id)
		}
	}
	return hosts
}

// planZones lists the zones of a manifest, the Financial Zone first.
func planZones(m Manifest) []zonePlan {
	financial := zonePlan{
		id: FinancialID, chainID: m.Financial.ChainID, binary: financialBinary, listeners: m.Financial.Listeners,
	}
	for _, id := range m.BankIDs() {
		financial.members = append(financial.members, member{
			id: id, name: "Bank " + upper(id[len("bank-"):]), kind: membershiptypes.OrganizationKindBank,
			roles: []membershiptypes.Role{
				membershiptypes.RoleMaker, membershiptypes.RoleChecker, membershiptypes.RoleCompliance, membershiptypes.RoleNode,
				membershiptypes.RoleGateway, membershiptypes.RoleRepresentative,
			},
			seconds:    []membershiptypes.Role{membershiptypes.RoleCompliance},
			validators: m.Financial.ValidatorsPerBank,
		})
	}
	financial.members = append(
		financial.members,
		member{
			id: SettlementAgentID, name: "Settlement Agent", kind: membershiptypes.OrganizationKindSettlementAgent,
			roles: []membershiptypes.Role{
				membershiptypes.RoleMaker, membershiptypes.RoleChecker, membershiptypes.RoleRepresentative,
			},
		},
		member{
			id: AuditorID, name: "Auditor", kind: membershiptypes.OrganizationKindAuditor,
			roles: []membershiptypes.Role{membershiptypes.RoleAuditor},
		},
		relayerOperator(),
	)
	plans := []zonePlan{financial}
	for _, zone := range m.Zones {
		plan := zonePlan{id: zone.ID, chainID: zone.chainID(), binary: businessBinary, listeners: zone.Listeners}
		for i := range zone.Validators {
			plan.members = append(plan.members, member{
				id: fmt.Sprintf("business-%d", i+1), name: fmt.Sprintf("Business %d", i+1),
				kind: membershiptypes.OrganizationKindBusiness,
				roles: []membershiptypes.Role{
					membershiptypes.RoleNode, membershiptypes.RoleGateway, membershiptypes.RoleRepresentative,
				},
				validators: 1,
			})
		}
		plan.members = append(plan.members, relayerOperator())
		plans = append(plans, plan)
	}
	return plans
}

func relayerOperator() member {
	return member{
		id: RelayerOperatorID, name: "Relayer Operator", kind: membershiptypes.OrganizationKindRelayerOperator,
		roles: []membershiptypes.Role{membershiptypes.RoleRelayer},
	}
}

func upper(letter string) string { return string(letter[0] - 'a' + 'A') }
