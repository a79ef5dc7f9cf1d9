package types_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/x/membership/types"
)

func TestNodeValidate(t *testing.T) {
	id := strings.Repeat("0a", 20)
	node := types.Node{Id: id, Organization: "bank-a", Moniker: "tokyo"}
	require.NoError(t, node.Validate(), "a node that only dials out has no address")

	for _, address := range []string{
		"node.bank.example:26656", "10.0.0.1:1", "[2001:db8::1]:65535", "localhost:26656", "a-b.c:80",
		strings.Repeat("a", types.MaxNodeAddressLen-3) + ":80",
	} {
		node.Address = address
		require.NoError(t, node.Validate(), address)
	}
	for _, address := range []string{
		"node.bank.example", ":26656", "node:0", "node:65536", "node:+80", "node:080", "node:", "2001:db8::1:26656",
		"[fe80::1%eth0]:26656", "0.0.0.0:26656", "[::]:26656", "224.0.0.1:26656", "-a:80", "a-:80", "a..b:80", "a b:80",
		"a,b:80", "a\"b:80", "a\nb:80", "id@host:80", "tcp://host:80", "預かり:80",
		strings.Repeat("a", types.MaxNodeAddressLen-2) + ":80",
	} {
		node.Address = address
		require.ErrorIs(t, node.Validate(), types.ErrInvalidNode, address)
		require.NotContains(t, node.Validate().Error(), "\n")
	}

	node.Address = ""
	for _, wrong := range []string{"", id[1:], id + "0", strings.ToUpper(id), id[1:] + "g"} {
		require.ErrorIs(t, types.ValidateNodeID(wrong), types.ErrInvalidNode, wrong)
		node.Id = wrong
		require.ErrorIs(t, node.Validate(), types.ErrInvalidNode, wrong)
	}
	node.Id = id
	node.Moniker = strings.Repeat("m", types.MaxMonikerLen+1)
	require.ErrorIs(t, node.Validate(), types.ErrInvalidNode)
	node.Moniker = "\xff"
	require.ErrorIs(t, node.Validate(), types.ErrInvalidNode)
	node.Moniker, node.Organization = "", "Bank A"
	require.ErrorIs(t, node.Validate(), types.ErrInvalidOrganization)
}
