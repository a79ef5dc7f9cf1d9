package types

import (
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"unicode/utf8"
)

const (
	// MaxMonikerLen is the longest name of a node, in bytes.
	MaxMonikerLen = 64
	// MaxNodeAddressLen is the longest address of a node, in bytes.
	MaxNodeAddressLen = 128
	// MaxNodesPerOrganization keeps one member from filling the others' address books.
	MaxNodesPerOrganization = 64
)

var (
	nodeID = regexp.MustCompile(`^[0-9a-f]{40}$`)
	// hostName is letters, digits and inner hyphens between dots. Operators paste addresses into configuration files: no
	// quote, comma, space or line break gets there.
	hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)
)

// ValidateNodeID checks a CometBFT node id. It returns ErrInvalidNode.
func ValidateNodeID(id string) error {
	if !nodeID.MatchString(id) {
		return ErrInvalidNode.Wrapf("id: expected 40 hexadecimal digits in lower case, as `comet show-node-id` prints, got %q", id)
	}
	return nil
}

// Validate checks id, organization, moniker and address. It returns ErrInvalidNode or ErrInvalidOrganization.
func (n Node) Validate() error {
	if err := ValidateNodeID(n.Id); err != nil {
		return err
	}
	if len(n.Moniker) > MaxMonikerLen || !utf8.ValidString(n.Moniker) {
		return ErrInvalidNode.Wrapf("moniker of %s: expected at most %d bytes of UTF-8, got %q", n.Id, MaxMonikerLen, n.Moniker)
	}
	if n.Address != "" && !isHostPort(n.Address) {
		return ErrInvalidNode.Wrapf(
			"address of %s: expected host:port of at most %d bytes, such as node.bank.example:26656, got %q", n.Id, MaxNodeAddressLen, n.Address)
	}
	return ValidateOrganizationID(n.Organization)
}

// isHostPort says whether an address names a host that others may dial and a port from 1 to 65535.
func isHostPort(address string) bool {
	if len(address) > MaxNodeAddressLen {
		return false
	}
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	port, err := strconv.ParseUint(text, 10, 16)
	// One spelling of each port: no sign, no leading zero.
	if err != nil || port == 0 || strconv.FormatUint(port, 10) != text {
		return false
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() == "" && !ip.IsUnspecified() && !ip.IsMulticast()
	}
	return hostName.MatchString(host)
}
