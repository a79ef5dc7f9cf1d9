package types_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/messages"
	"github.com/azukari-network/azukari/x/membership/types"
)

func TestPermissionsAreSortedAndComplete(t *testing.T) {
	require.NoError(t, types.ValidatePermissions(types.Permissions()))

	routed := messages.TypeURLs()
	var listed []string
	for _, permission := range types.Permissions() {
		require.Contains(t, routed, permission.MsgTypeUrl, "the table names a message that no zone routes")
		listed = append(listed, permission.MsgTypeUrl)
	}
	for _, url := range routed {
		switch {
		case messages.IsOfAuthority(t, url):
			require.NotContains(t, listed, url, "only a proposal sends it")
		case strings.HasPrefix(url, "/azukari."):
			require.Contains(t, listed, url, "a message of our own that nobody may send")
		}
	}
}

func TestPermissionsReturnsACopy(t *testing.T) {
	table := types.Permissions()
	before := types.Permissions()
	byRole := slices.IndexFunc(table, func(one types.Permission) bool { return len(one.Roles) > 0 && len(one.OrganizationKinds) > 0 })
	table[byRole].Roles[0] = types.RoleAuditor
	table[byRole].OrganizationKinds[0] = types.OrganizationKindAuditor
	table[byRole+1] = types.Permission{}
	require.Equal(t, before, types.Permissions())
}

func TestFindPermission(t *testing.T) {
	for _, want := range types.Permissions() {
		got, found := types.FindPermission(want.MsgTypeUrl)
		require.True(t, found, want.MsgTypeUrl)
		require.Equal(t, want, got)
	}
	for _, url := range []string{"", "/", "/cosmos.bank.v1beta1.MsgMultiSend", "/ibc.core.channel.v1.MsgChannelCloseInit", "/zzz"} {
		_, found := types.FindPermission(url)
		require.False(t, found, url)
	}
}

func TestPermissionSenders(t *testing.T) {
	for url, want := range map[string]string{
		"/azukari.deposit.v1.MsgApprove":       "checker of a bank",
		"/azukari.deposit.v1.MsgRequestRedeem": "maker of a bank or holder of a registered account",
		"/cosmos.bank.v1beta1.MsgSend":         "holder of a registered account",
		"/ibc.core.channel.v1.MsgRecvPacket":   "relayer",
	} {
		permission, found := types.FindPermission(url)
		require.True(t, found)
		require.Equal(t, want, permission.Senders())
	}
}

func TestValidatePermissionsRefuses(t *testing.T) {
	maker, holder := []types.Role{types.RoleMaker}, types.Permission{MsgTypeUrl: "/a.Msg", Holder: true}
	for name, tc := range map[string]struct {
		table []types.Permission
		want  string
	}{
		"no type URL": {[]types.Permission{{Roles: maker}}, "expected a type URL"},
		"no slash":    {[]types.Permission{{MsgTypeUrl: "a.Msg", Roles: maker}}, "expected a type URL"},
		"unsorted":    {[]types.Permission{{MsgTypeUrl: "/b.Msg", Holder: true}, holder}, "ascending type URLs"},
		"repeated":    {[]types.Permission{holder, holder}, "ascending type URLs"},
		"nobody":      {[]types.Permission{{MsgTypeUrl: "/a.Msg"}}, "expected roles or holder"},
		"kinds of holders": {[]types.Permission{
			{MsgTypeUrl: "/a.Msg", Holder: true, OrganizationKinds: []types.OrganizationKind{types.OrganizationKindBank}},
		}, "kinds only beside roles"},
		"unspecified role": {[]types.Permission{{MsgTypeUrl: "/a.Msg", Roles: []types.Role{types.RoleUnspecified}}}, "expected a role"},
		"unknown role":     {[]types.Permission{{MsgTypeUrl: "/a.Msg", Roles: []types.Role{99}}}, "expected a role"},
		"unsorted roles": {[]types.Permission{
			{MsgTypeUrl: "/a.Msg", Roles: []types.Role{types.RoleChecker, types.RoleMaker}},
		}, "ascending order"},
		"unspecified kind": {[]types.Permission{
			{MsgTypeUrl: "/a.Msg", Roles: maker, OrganizationKinds: []types.OrganizationKind{0}},
		}, "expected a kind"},
		"repeated kind": {[]types.Permission{{
			MsgTypeUrl: "/a.Msg", Roles: maker,
			OrganizationKinds: []types.OrganizationKind{types.OrganizationKindBank, types.OrganizationKindBank},
		}}, "ascending kinds"},
	} {
		t.Run(name, func(t *testing.T) {
			err := types.ValidatePermissions(tc.table)
			require.ErrorIs(t, err, types.ErrInvalidPermissions)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

var writeTable = flag.Bool("write-table", false, "write the permission table into the README")

// The README's table is what people read; it must say what the code does.
func TestReadmeShowsThePermissionTable(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(readme), "<!-- permissions -->\n")
	require.True(t, found, "expected a line <!-- permissions --> in README.md")
	got, _, found := strings.Cut(rest, "<!-- /permissions -->")
	require.True(t, found, "expected a line <!-- /permissions --> in README.md")
	want := permissionsMarkdown()
	if *writeTable {
		require.NoError(t, os.WriteFile("../README.md", []byte(strings.Replace(string(readme), got, want, 1)), 0o644))
		return
	}
	require.Equal(t, want, got, "run go test ./x/membership/types -write-table")
}

func permissionsMarkdown() string {
	var b strings.Builder
	b.WriteString("| Message |")
	for _, role := range types.Roles() {
		fmt.Fprintf(&b, " %s |", role.Word())
	}
	b.WriteString(" holder | operators of |\n|" + strings.Repeat(" --- |", len(types.Roles())+3) + "\n")
	mark := func(admitted bool) string {
		if admitted {
			return " ✓ |"
		}
		return " |"
	}
	for _, permission := range types.Permissions() {
		fmt.Fprintf(&b, "| `%s` |", strings.TrimPrefix(permission.MsgTypeUrl, "/"))
		for _, role := range types.Roles() {
			b.WriteString(mark(slices.Contains(permission.Roles, role)))
		}
		b.WriteString(mark(permission.Holder))
		switch {
		case len(permission.Roles) == 0:
			b.WriteString(" |\n")
		case len(permission.OrganizationKinds) == 0:
			b.WriteString(" any kind |\n")
		default:
			var kinds []string
			for _, kind := range permission.OrganizationKinds {
				kinds = append(kinds, kind.Word())
			}
			fmt.Fprintf(&b, " %s |\n", strings.Join(kinds, ", "))
		}
	}
	return b.String()
}
