// Package memberstest builds the consortium of a zone for keeper tests: organizations, each with the same operators.
package memberstest

import (
	"bytes"
	"slices"
	"strings"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/membership/types"
)

// Auditor is the id of the auditor organization of every consortium. Its one operator is Operator(Auditor, "auditor").
const Auditor = "auditor"

// Organization is a member with the operators "maker", "checker", "compliance", "compliance-2", "gateway", and "both" maker
// and checker.
type Organization struct {
	ID   string
	Kind types.OrganizationKind
}

// roles are the operators that every organization but the auditor has. The operator "both" is maker and checker at once.
var roles = []struct {
	name  string
	roles []types.Role
}{
	{"maker", []types.Role{types.RoleMaker}},
	{"checker", []types.Role{types.RoleChecker}},
	{"both", []types.Role{types.RoleMaker, types.RoleChecker}},
	{"compliance", []types.Role{types.RoleCompliance}},
	{"compliance-2", []types.Role{types.RoleCompliance}},
	{"gateway", []types.Role{types.RoleGateway}},
}

// Genesis returns a consortium of the organizations and the auditor, with the first organization's one validator.
func Genesis(organizations ...Organization) types.GenesisState {
	state := types.DefaultGenesis()
	add := func(id string, kind types.OrganizationKind) {
		state.Organizations = append(state.Organizations, types.Organization{
			Id: id, Name: id, Kind: kind, Status: types.OrganizationStatusActive,
		})
	}
	employ := func(id, name string, roles []types.Role) {
		state.Operators = append(state.Operators, types.Operator{Address: Operator(id, name), Organization: id, Roles: roles})
	}
	for _, organization := range organizations {
		add(organization.ID, organization.Kind)
		for _, role := range roles {
			employ(organization.ID, role.name, role.roles)
		}
	}
	add(Auditor, types.OrganizationKindAuditor)
	employ(Auditor, "auditor", []types.Role{types.RoleAuditor})
	slices.SortFunc(state.Organizations, func(a, b types.Organization) int { return strings.Compare(a.Id, b.Id) })
	slices.SortFunc(state.Operators, func(a, b types.Operator) int {
		return bytes.Compare(sdk.MustAccAddressFromBech32(a.Address), sdk.MustAccAddressFromBech32(b.Address))
	})
	state.Validators = []types.Validator{{
		Organization: organizations[0].ID, ConsensusKey: bytes.Repeat([]byte{1}, 32), Power: 1,
	}}
	return *state
}

// Operator returns the address of an organization's operator.
func Operator(organization, name string) string {
	return keepertest.Address(organization + "/" + name).String()
}
