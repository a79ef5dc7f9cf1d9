package types

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// MaxOrganizationNameLen is the longest name of an organization, in bytes.
const MaxOrganizationNameLen = 128

const (
	// MaxReasonLen is the longest reason, in bytes.
	MaxReasonLen = 256
	// MaxOperatorsPerOrganization bounds the work of a removal.
	MaxOperatorsPerOrganization = 256
)

var organizationID = regexp.MustCompile(`^[a-z][a-z0-9-]{1,31}$`)

// ValidateOrganizationID checks that an id has 2 to 32 characters: a lower-case letter, then lower-case letters,
// digits or hyphens. It returns ErrInvalidOrganization.
func ValidateOrganizationID(id string) error {
	if !organizationID.MatchString(id) {
		return ErrInvalidOrganization.Wrapf(
			"id: expected a lower-case letter and then 1 to 31 lower-case letters, digits or hyphens, got %q", id)
	}
	return nil
}

// Validate checks id, name and kind. It returns ErrInvalidOrganization.
func (o Organization) Validate() error {
	if err := ValidateOrganizationID(o.Id); err != nil {
		return err
	}
	if o.Name == "" || len(o.Name) > MaxOrganizationNameLen || !utf8.ValidString(o.Name) {
		return ErrInvalidOrganization.Wrapf("name of %s: expected 1 to %d bytes of UTF-8, got %q", o.Id, MaxOrganizationNameLen, o.Name)
	}
	if !slices.Contains(OrganizationKinds(), o.Kind) {
		return ErrInvalidOrganization.Wrapf("kind of %s: expected a kind of organization, got %s", o.Id, o.Kind)
	}
	if len(o.Reason) > MaxReasonLen || !utf8.ValidString(o.Reason) {
		return ErrInvalidOrganization.Wrapf("reason of %s: expected at most %d bytes of UTF-8, got %q", o.Id, MaxReasonLen, o.Reason)
	}
	switch o.Status {
	case OrganizationStatusInvited, OrganizationStatusActive, OrganizationStatusSuspended, OrganizationStatusRemoved:
		return nil
	case OrganizationStatusUnspecified:
	}
	return ErrInvalidOrganization.Wrapf("status of %s: expected a status, got %s", o.Id, o.Status)
}

// IsActive says whether the organization is a member with all its rights.
func (o Organization) IsActive() bool { return o.Status == OrganizationStatusActive }

// CheckMaySend returns ErrOrganizationNotActive unless operators of the organization may send messages of a type now. Who is
// invited may only answer.
func (o Organization) CheckMaySend(url string) error {
	if o.IsActive() || (o.Status == OrganizationStatusInvited && slices.Contains(answers, url)) {
		return nil
	}
	return ErrOrganizationNotActive.Wrapf("expected %s active, got %s: ask the members", o.Id, o.Status.Word())
}

// answers are the messages of an organization that is invited.
var answers = []string{"/azukari.membership.v1.MsgAcceptInvitation", "/azukari.membership.v1.MsgDeclineInvitation"}

// ValidateReason returns ErrInvalidReason unless the reason is 1 to MaxReasonLen bytes of UTF-8.
func ValidateReason(reason string) error {
	if reason == "" || len(reason) > MaxReasonLen || !utf8.ValidString(reason) {
		return ErrInvalidReason.Wrapf("expected a reason of 1 to %d bytes of UTF-8, got %q", MaxReasonLen, reason)
	}
	return nil
}

// Validate checks address, organization id and roles. It returns ErrInvalidOperator or ErrInvalidOrganization.
func (o Operator) Validate() error {
	address, err := sdk.AccAddressFromBech32(o.Address)
	if err != nil {
		return ErrInvalidOperator.Wrapf("address: expected bech32, got %q: %s", o.Address, err)
	}
	// One address has one spelling, so that comparing texts compares addresses.
	if canonical := address.String(); canonical != o.Address {
		return ErrInvalidOperator.Wrapf("address: expected %s, got %s", canonical, o.Address)
	}
	if err := ValidateOrganizationID(o.Organization); err != nil {
		return err
	}
	if len(o.Roles) == 0 {
		return ErrInvalidOperator.Wrapf("roles of %s: expected at least one, got none", o.Address)
	}
	return validateRoles(o.Roles, ErrInvalidOperator, "roles of "+o.Address)
}

// Roles lists every role in ascending order.
func Roles() []Role {
	return []Role{RoleMaker, RoleChecker, RoleCompliance, RoleNode, RoleGateway, RoleRelayer, RoleAuditor, RoleRepresentative}
}

// OrganizationKinds lists every kind of organization in ascending order.
func OrganizationKinds() []OrganizationKind {
	return []OrganizationKind{
		OrganizationKindBank, OrganizationKindBusiness, OrganizationKindSettlementAgent, OrganizationKindAuditor,
		OrganizationKindRelayerOperator,
	}
}

// Word returns the role as people say it, such as "maker".
func (x Role) Word() string {
	return word(x.String(), "ROLE_")
}

// Word returns the kind as people say it, such as "settlement agent".
func (x OrganizationKind) Word() string {
	return word(x.String(), "ORGANIZATION_KIND_")
}

// Word returns the status as people say it, such as "suspended".
func (x OrganizationStatus) Word() string {
	return word(x.String(), "ORGANIZATION_STATUS_")
}

func word(enum, prefix string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(enum, prefix)), "_", " ")
}

// validateRoles checks that roles are known and strictly ascending.
func validateRoles(roles []Role, kind *errorsmod.Error, field string) error {
	for i, role := range roles {
		if !slices.Contains(Roles(), role) {
			return kind.Wrapf("%s: expected a role, got %s", field, role)
		}
		if i > 0 && role <= roles[i-1] {
			return kind.Wrapf("%s: expected ascending order without repeats, got %s after %s", field, role, roles[i-1])
		}
	}
	return nil
}
