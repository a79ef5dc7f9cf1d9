package devnet

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDefaultManifestIsValid(t *testing.T) {
	require.NoError(t, DefaultManifest().Validate())
}

func TestParseManifest(t *testing.T) {
	manifest, err := ParseManifest([]byte(`
name: small
genesis_time: 2026-04-01T00:00:00Z
block_time_ms: 500
financial: {banks: 2}
zones:
  - id: tokyo
    validators: 1
    listeners: 2
`))
	require.NoError(t, err)
	require.Equal(t, "small", manifest.Name)
	require.Equal(t, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), manifest.GenesisTime.UTC())
	require.Equal(t, 500*time.Millisecond, manifest.BlockTime())
	require.Equal(t, []string{"bank-a", "bank-b"}, manifest.BankIDs())
	require.Equal(t, "financial-1", manifest.Financial.ChainID, "what the file leaves out stays as it was")
	require.Equal(t, 1, manifest.Financial.ValidatorsPerBank)
	require.Equal(t, []ZoneManifest{{ID: "tokyo", ChainID: "tokyo-1", Validators: 1, Listeners: 2}}, manifest.Zones)

	again, err := manifest.Marshal()
	require.NoError(t, err)
	reread, err := ParseManifest(again)
	require.NoError(t, err)
	require.Equal(t, manifest, reread)
}

func TestParseEmptyManifest(t *testing.T) {
	manifest, err := ParseManifest(nil)
	require.NoError(t, err)
	require.Equal(t, DefaultManifest(), manifest)
}

func TestParseManifestErrors(t *testing.T) {
	for _, test := range []struct{ name, yaml, want string }{
		{"unknown field", "name: small\nbankz: 3\n", `line 2: unknown field "bankz"`},
		{"unknown nested field", "financial:\n  banks: 2\n  color: red\n", `line 3: unknown field "color"`},
		{"wrong type", "financial:\n  banks: many\n", "line 2: expected a whole number, got `many`"},
		{"not yaml", "name: [\n", "line 1: did not find expected node content"},
		{"two documents", "name: aa\n---\nname: bb\n", "expected one YAML document, got more: remove what follows '---'"},
		{"name", "name: Big Net\n", `name: expected 2 to 32 lower-case letters, digits or hyphens, got "Big Net"`},
		{"no seed", "seed: ''\n", "seed: expected some text, got none"},
		{"mode", "clearing: {mode: fast}\n", `clearing.mode: expected gross, net or hybrid, got "fast"`},
		{"reserve", "clearing: {reserve_yen: -1}\n", "clearing.reserve_yen: expected 0 to 1000000000000000, got -1"},
		{"block time", "block_time_ms: 5\n", "block_time_ms: expected 50 to 60000, got 5"},
		{
			"unbonding below trusting", "unbonding_time_seconds: 10\ntrusting_period_seconds: 10\n",
			"unbonding_time_seconds: expected 11 to 346896000, got 10",
		},
		{"no banks", "financial: {banks: 0}\n", "financial.banks: expected 1 to 26, got 0"},
		{
			"chain id", "financial: {chain_id: fz}\n",
			`financial.chain_id: expected a name and a revision as financial-1, got "fz"`,
		},
		{"ports", "ports_base: 80\n", "ports_base: expected 0 or 1024 to 65000, got 80"},
		{"log format", "log_format: xml\n", `log_format: expected text or json, got "xml"`},
		{"log level", "log_level: loud\n", `log_level: expected debug, info, warn or error, got "loud"`},
		{
			"zone id", "zones: [{id: X, validators: 1}]\n",
			`zones[0].id: expected 2 to 32 lower-case letters, digits or hyphens, got "X"`,
		},
		{
			"zone named as the Financial Zone", "zones: [{id: financial, validators: 1}]\n",
			`zones[0].id: expected a zone of its own, got "financial" again`,
		},
		{
			"zone twice", "zones: [{id: aa, validators: 1}, {id: aa, validators: 1}]\n",
			`zones[1].id: expected a zone of its own, got "aa" again`,
		},
		{
			"chain twice", "zones: [{id: aa, validators: 1}, {id: bb, chain_id: aa-1, validators: 1}]\n",
			`zones[1].chain_id: expected a chain of its own, got "aa-1" again`,
		},
		{"no validators", "zones: [{id: aa}]\n", "zones[0].validators: expected 1 to 64, got 0"},
		{"listeners", "zones: [{id: aa, validators: 1, listeners: -1}]\n", "zones[0].listeners: expected 0 to 64, got -1"},
		{"accounts", "accounts: {per_bank: -1}\n", "accounts.per_bank: expected 0 to 1000000, got -1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ParseManifest([]byte(test.yaml))
			require.EqualError(t, err, test.want)
		})
	}
}

func TestLoadManifest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "net.yaml")
	_, err := LoadManifest(path)
	require.ErrorIs(t, err, os.ErrNotExist)

	require.NoError(t, os.WriteFile(path, []byte("bankz: 3\n"), 0o600))
	_, err = LoadManifest(path)
	require.EqualError(t, err, "manifest "+path+`: line 1: unknown field "bankz"`)
}
