package types_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/keepertest"
	"github.com/azukari-network/azukari/x/notary/types"
)

func TestGenesisValidate(t *testing.T) {
	valid := func(name, hash string) types.Notarization {
		return types.Notarization{
			Notary: keepertest.Address(name).String(), Hash: strings.Repeat(hash, 64), Label: "x", Time: keepertest.Start, Height: 7,
		}
	}
	first := valid("a", "1")
	require.NoError(t, types.GenesisState{Notarizations: []types.Notarization{first, valid("a", "2")}}.Validate())
	require.NoError(t, types.DefaultGenesis().Validate())
	for _, test := range []struct {
		name, want string
		change     func(*types.Notarization)
	}{
		{"notary", "notarizations[1]: ", func(n *types.Notarization) { n.Notary = "x" }},
		{"hash", "expected SHA-256", func(n *types.Notarization) { n.Hash = "x" }},
		{"label", "expected a label of 0 to 64 bytes", func(n *types.Notarization) { n.Label = strings.Repeat("x", 65) }},
		{"organization", "notarizations[1]: ", func(n *types.Notarization) { n.Organization = "NO" }},
		{"time", "expected the time of its block", func(n *types.Notarization) { n.Time = time.Time{} }},
		{"height", "expected the height of its block, 1 or more, got 0", func(n *types.Notarization) { n.Height = 0 }},
		{"repeated", "expected ascending (notary, hash)", func(n *types.Notarization) { n.Hash = first.Hash }},
		{"descending", "expected ascending (notary, hash)", func(n *types.Notarization) { n.Hash = strings.Repeat("0", 64) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			second := valid("a", "2")
			test.change(&second)
			require.ErrorContains(t, types.GenesisState{Notarizations: []types.Notarization{first, second}}.Validate(), test.want)
		})
	}
}
