package types

import (
	"regexp"
	"unicode/utf8"
)

const (
	// MaxMonikerLen is the longest name of a node, in bytes.
	MaxMonikerLen = 64
	// MaxNodesPerOrganization keeps one member from filling the others' address books.
	MaxNodesPerOrganization = 64
)

var nodeID = regexp.MustCompile(`^[0-9a-f]{40}$`)

// Validate checks id, organization and moniker. It returns ErrInvalidNode or ErrInvalidOrganization.
func (n Node) Validate() error {
	if !nodeID.MatchString(n.Id) {
		return ErrInvalidNode.Wrapf("id: expected 40 hexadecimal digits in lower case, as `comet show-node-id` prints, got %q", n.Id)
	}
	if len(n.Moniker) > MaxMonikerLen || !utf8.ValidString(n.Moniker) {
		return ErrInvalidNode.Wrapf("moniker of %s: expected at most %d bytes of UTF-8, got %q", n.Id, MaxMonikerLen, n.Moniker)
	}
	return ValidateOrganizationID(n.Organization)
}
