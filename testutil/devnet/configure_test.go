package devnet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// What operators type to set a node up, against a real zone.
func TestOperatorsConfigureNodes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	manifest := smallManifest("configure")
	manifest.Financial.Banks = 1
	network := devnet.Start(t, manifest)
	zone := network.Financial()
	validator, listener := zone.Node("bank-a"), zone.Node("listener-1")
	run := func(arguments ...string) string {
		// How it ended is in what it says.
		output, _ := exec.CommandContext(t.Context(), zone.Binary(), arguments...).CombinedOutput() // #nosec G204 -- our own binary
		return string(output)
	}
	rpc := strings.Replace(validator.Endpoints().RPC, "http://", "tcp://", 1)

	peers := run("peers", "--node", rpc)
	for _, node := range zone.Nodes() {
		require.Contains(t, peers, node.Endpoints().P2P)
		require.Contains(t, peers, `"`+node.ID()+`"`)
	}
	require.Contains(t, run("peers", "--node", "tcp://127.0.0.1:1"), "ask tcp://127.0.0.1:1 for the zone's nodes")

	for profile, want := range map[string]struct{ indexer, pex, states string }{
		"listener":  {`indexer = "kv"`, "pex = true", "362880"},
		"validator": {`indexer = "null"`, "pex = false", "100"},
	} {
		home := t.TempDir()
		require.Contains(t, run("init", "osaka", "--chain-id", zone.ChainID(), "--home", home), "node_id")
		require.Contains(t, run("configure", profile, "--home", home, "--peers-from", rpc), "is configured as a "+profile+" that keeps "+want.states+" past states")
		config, err := os.ReadFile(filepath.Join(home, "config", "config.toml"))
		require.NoError(t, err)
		require.Contains(t, string(config), "filter_peers = true")
		require.Contains(t, string(config), want.indexer)
		require.Contains(t, string(config), "\n"+want.pex)
		app, err := os.ReadFile(filepath.Join(home, "config", "app.toml"))
		require.NoError(t, err)
		require.Contains(t, string(app), "\npruning-keep-recent = \""+want.states+"\"\n")
		for _, node := range zone.Nodes() {
			require.Contains(t, string(config), node.Endpoints().P2P)
			require.Contains(t, string(app), `"`+node.ID()+`"`)
		}
		book, err := os.ReadFile(filepath.Join(home, "config", "addrbook.json"))
		if profile == "validator" {
			require.ErrorIs(t, err, os.ErrNotExist)
			require.Contains(t, run("configure", profile, "--home", home, "--past-states", "all"), "keeps all past states")
			require.Contains(t, run("configure", profile, "--home", home), "keeps all past states", "it is not forgotten")
			require.Contains(t, run("configure", profile, "--home", home, "--keep-blocks", "5000"), ", and 5000 blocks\n")
			require.Contains(t, run("configure", profile, "--home", home), ", and 5000 blocks\n", "it is not forgotten")
			require.NotContains(t, run("configure", profile, "--home", home, "--keep-blocks", "all"), "blocks\n")
			tunesAValidator(t, run, home)
			continue
		}
		require.NoError(t, err)
		require.Contains(t, string(book), validator.ID())
	}

	require.Contains(t, run("configure", "listener", "--home", t.TempDir(), "--keep-blocks", "999"), `Error: kept blocks: expected all, or a number from 1000 on, got "999"`)
	require.Contains(t, run("configure", "listener", "--home", t.TempDir(), "--past-states", "1"), `Error: past states: expected all, or a number from 2 on, got "1"`)

	// A node takes itself off the list.
	require.NoError(t, listener.Stop())
	require.NotContains(t, run("configure", "listener", "--home", listener.Endpoints().Home, "--peers-from", rpc, "--past-states", "all"), listener.ID())
	require.NoError(t, listener.Start())
	ctx := withTimeout(t)
	now := height(ctx, t, validator)
	require.NoError(t, listener.Client().WaitHeight(ctx, now+1))

	// A validator does not start as a listener, nor one that is open to others as a validator.
	require.NoError(t, validator.Stop())
	home := validator.Endpoints().Home
	require.Contains(t, run("start", "--home", home, "--listener"), "Error: expected a listener without a validator's key")
	require.Contains(t, run("start", "--home", home, "--validator"), `Error: tx_index.indexer in config.toml of a validator: expected null, got "kv"`)
	require.Contains(t, run("start", "--home", home, "--validator", "--listener"), "Error: if any flags in the group [listener validator] are set")
	run("configure", "validator", "--home", home)
	require.NotContains(t, run("configure", "validator", "--home", home), "is now", "a second time changes nothing")
	config := filepath.Join(home, "config", "config.toml")
	raw, err := os.ReadFile(config)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(config, []byte(strings.Replace(string(raw), "filter_peers = true", "filter_peers = false", 1)), 0o600))
	require.Contains(t, run("start", "--home", home), "Error: filter_peers in config.toml: expected true, got false")
	require.Contains(t, run("start", "--home", home, "--with-comet=false"), "Error: expected consensus in the node's own process")
}

// A tuning is written, said, and left in place; what is out of its range is refused before anything is opened.
func tunesAValidator(t *testing.T, run func(arguments ...string) string, home string) {
	t.Helper()
	latency := run("configure", "validator", "--home", home, "--past-states", "100", "--tuning", "latency")
	require.Contains(t, latency, "config.toml: consensus.timeout_commit is now 400ms: the pause after a block")
	require.Contains(t, latency, "app.toml: performance.heap-mib is now 3072: ")
	require.Contains(t, run("configure", "validator", "--home", home, "--tuning", "throughput"), "consensus.timeout_commit is now 1s")
	require.NotContains(t, run("configure", "validator", "--home", home), "is now", "nothing changes without the flag")
	require.Contains(t, run("configure", "validator", "--home", home, "--tuning", "speed"), `Error: tuning: expected throughput or latency, got "speed"`)

	file := filepath.Join(home, "config", "app.toml")
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(raw), "\ngc-percent = 100\n")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(raw), "\ngc-percent = 100\n", "\ngc-percent = 5\n", 1)), 0o600))
	output := run("start", "--home", home)
	require.Contains(t, output, "Error: app.toml: performance.gc-percent: expected 0, or 10 to 10000, got 5")
	require.Len(t, strings.Split(strings.TrimSpace(output), "\n"), 1)
}
