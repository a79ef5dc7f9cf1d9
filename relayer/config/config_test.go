package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/relayer/config"
)

const good = `journal: relayer.db
metrics: 127.0.0.1:9464
hub: fz
zones:
  - id: fz
    chain_id: fz-1
    rpc: [http://127.0.0.1:26657, http://127.0.0.1:26658]
    key_file: relayer.key
    trusting_period: 2h
  - id: retail
    chain_id: retail-1
    rpc: [https://node.example:443]
    key_file: /keys/retail.key
`

func TestParse(t *testing.T) {
	cfg, err := config.Parse([]byte(good))
	require.NoError(t, err)
	fz, ok := cfg.Zone("fz")
	require.True(t, ok)
	require.Equal(t, 2*time.Hour, fz.TrustingPeriod)
	require.Equal(t, config.DefaultBlockTime, fz.BlockTime)
	require.Equal(t, config.DefaultGas, fz.Gas)
	require.Equal(t, "info", cfg.Log.Level)
	require.Len(t, cfg.Spokes(), 1)
	_, ok = cfg.Zone("energy")
	require.False(t, ok)

	raw, err := cfg.Marshal()
	require.NoError(t, err)
	again, err := config.Parse(raw)
	require.NoError(t, err)
	require.Equal(t, cfg, again)
}

func TestLoadResolvesPaths(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "relayer.yaml")
	require.NoError(t, os.WriteFile(path, []byte(good), 0o600))
	cfg, err := config.Load(path)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(dir, "relayer.db"), cfg.Journal)
	require.Equal(t, filepath.Join(dir, "relayer.key"), cfg.Zones[0].KeyFile)
	require.Equal(t, "/keys/retail.key", cfg.Zones[1].KeyFile)

	_, err = config.Load(filepath.Join(dir, "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "name it with -f")
	require.NoError(t, os.WriteFile(path, []byte("hub: [\n"), 0o600))
	_, err = config.Load(path)
	require.ErrorContains(t, err, path)
}

func TestBadConfigurations(t *testing.T) {
	for _, tc := range []struct{ name, old, new, want string }{
		{"empty", good, "", "got an empty file"},
		{"unknown field", "    key_file: relayer.key", "    keyfile: relayer.key", `line 8: unknown field "keyfile" in zone`},
		{"unknown top-level field", "metrics:", "metric:", `line 2: unknown field "metric" in the top level`},
		{"not YAML", "hub: fz", "hub: {", "line "},
		{"wrong type", "trusting_period: 2h", "trusting_period: soon", "line 9"},
		{"two documents", "hub: fz\n", "hub: fz\n---\nhub: fz\n", "one YAML document"},
		{"no journal", "journal: relayer.db", "journal: ''", "journal: expected the path"},
		{"bad metrics", "127.0.0.1:9464", "9464", "metrics: expected host:port"},
		{"bad level", "hub: fz\n", "hub: fz\nlog: {level: loud}\n", "log.level: expected one of"},
		{"bad format", "hub: fz\n", "hub: fz\nlog: {format: xml}\n", "log.format: expected one of"},
		{"unknown hub", "hub: fz\n", "hub: hz\n", `hub: expected the id of one of the zones, got "hz"`},
		{"same id", "id: retail", "id: fz", `got "fz" twice`},
		{"no id", "id: retail", "id: ''", "zones[1].id"},
		{"same chain", "chain_id: retail-1", "chain_id: fz-1", "expected a chain_id of its own"},
		{"no chain", "chain_id: retail-1", "chain_id: ''", "zone retail: chain_id"},
		{"bad URL", "https://node.example:443", "node.example:443", "zone retail: rpc: expected an http or https URL"},
		{"no URL", "[https://node.example:443]", "[]", "zone retail: rpc: expected at least one URL"},
		{"no key", "key_file: /keys/retail.key", "key_file: ''", "azrelay keys add"},
		{"trusting too long", "trusting_period: 2h", "trusting_period: 2h\n    unbonding_period: 1h", "less than the unbonding_period 1h0m0s"},
		{"negative", "trusting_period: 2h", "clock_drift: -1s", "clock_drift: expected a duration above zero"},
		{"too few bytes", "hub: fz\n", "hub: fz\ntuning: {max_tx_bytes: 10}\n", "tuning.max_tx_bytes: expected 10000 or more"},
		{"sweeps too often", "hub: fz\n", "hub: fz\ntuning: {sweep_interval: 1ms}\n", "tuning.sweep_interval"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.Replace(good, tc.old, tc.new, 1)
			require.NotEqual(t, good, text)
			_, err := config.Parse([]byte(text))
			require.ErrorContains(t, err, tc.want)
			require.NotContains(t, err.Error(), "\n", "one line")
		})
	}
}

func TestOneZoneIsNoTopology(t *testing.T) {
	text, _, _ := strings.Cut(good, "  - id: retail")
	_, err := config.Parse([]byte(text))
	require.ErrorContains(t, err, "at least one more zone")
}
