package gateway

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/cmd/azukari/internal/gateway/engine"
)

// written is a home with the configuration that init writes, after some words in it are replaced.
func written(t *testing.T, replace ...string) string {
	t.Helper()
	config := defaults("")
	config.ChainID, config.Nodes = "financial-1", []profile.Node{{RPC: "http://127.0.0.1:26657", GRPC: "127.0.0.1:9090"}}
	var text bytes.Buffer
	require.NoError(t, configTemplate.Execute(&text, config))
	home := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(home, ConfigFile), []byte(strings.NewReplacer(replace...).Replace(text.String())), 0o600))
	return home
}

// What init writes is what a file leaves out, too.
func TestWrittenConfig(t *testing.T) {
	home := written(t)
	config, err := LoadConfig(home)
	require.NoError(t, err)
	want := defaults(home)
	want.ChainID, want.Nodes = "financial-1", []profile.Node{{RPC: "http://127.0.0.1:26657", GRPC: "127.0.0.1:9090"}}
	require.Equal(t, want, config)
}

func TestConfigRefusals(t *testing.T) {
	for says, replace := range map[string][]string{
		`unknown field "bundles"`:                              {"bundle:", "bundles:"},
		"chain_id: expected":                                   {"chain_id: financial-1", "chain_id: ''"},
		"nodes[0].rpc: expected a URL":                         {"http://127.0.0.1:26657", "127.0.0.1:26657"},
		"nodes[0].grpc: expected host:port":                    {"127.0.0.1:9090", "127.0.0.1"},
		"key_file: expected":                                   {"key_file: gateway.key", "key_file: ''"},
		"grpc: expected a loopback address without tls":        {"grpc: 127.0.0.1:9290", "grpc: 0.0.0.0:9290"},
		"rest: expected a loopback address without tls":        {"rest: 127.0.0.1:9291", "rest: gateway.example:9291"},
		"metrics: expected host:port":                          {"metrics: 127.0.0.1:9466", "metrics: here"},
		"tls: expected both":                                   {"# tls: {certificate: gateway.pem, key: gateway-tls.key}", "tls: {certificate: gateway.pem}"},
		"log.format: expected":                                 {"format: text", "format: xml"},
		"log.level: expected":                                  {"level: info", "level: loud"},
		"bundle.orders: expected 1 to 10000, got 0":            {"orders: 1000\n", "orders: 0\n"},
		"bundle.wait: expected 0s to 10s, got 1m0s":            {"wait: 50ms", "wait: 1m"},
		"keep_outcomes: expected 1m0s to 8760h0m0s":            {"keep_outcomes: 24h0m0s", "keep_outcomes: 1s"},
		"open_orders: expected 1 to 10000000":                  {"open_orders: 100000", "open_orders: -1"},
		"grpc, rest: expected host:port for one of them":       {"grpc: 127.0.0.1:9290", "grpc: ''", "rest: 127.0.0.1:9291", "rest: ''"},
		"expected a duration as 30s":                           {"poll: 50ms", "poll: often"},
		"line 30: expected a whole number, got `many`":         {"orders: 1000\n", "orders: many\n"},
		"nodes: expected at least one node, got none":          {"nodes:\n  - rpc: http://127.0.0.1:26657\n    grpc: 127.0.0.1:9090\n", ""},
		"bundle.order_gas: expected 1000 to 10000000, got 100": {"order_gas: 100000", "order_gas: 100"},
	} {
		_, err := LoadConfig(written(t, replace...))
		require.ErrorContains(t, err, says)
		require.ErrorContains(t, err, ConfigFile+": ")
	}
	_, err := LoadConfig(t.TempDir())
	require.ErrorContains(t, err, "azukari gateway init")
}

// A token works as soon as its hash is in the file, until it is removed; the file has no token.
func TestTokens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.yaml")
	known, err := openSenders(path, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	token, err := newToken(path, tokenEntry{Name: "shop", OrdersPerSecond: 2, OpenOrders: 5})
	require.NoError(t, err)
	_, err = newToken(path, tokenEntry{Name: "shop", OrdersPerSecond: 2, OpenOrders: 5})
	require.ErrorContains(t, err, "expected a name without a token")
	_, err = newToken(path, tokenEntry{Name: "A shop", OrdersPerSecond: 2, OpenOrders: 5})
	require.ErrorContains(t, err, "name: expected")
	_, err = newToken(path, tokenEntry{Name: "b", OrdersPerSecond: 0, OpenOrders: 5})
	require.ErrorContains(t, err, "orders_per_second: expected")
	_, err = newToken(path, tokenEntry{Name: "b", OrdersPerSecond: 1})
	require.ErrorContains(t, err, "open_orders: expected")
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(raw), token)

	require.NoError(t, known.read(time.Now()))
	sender, found := known.Sender(token)
	require.True(t, found)
	require.Equal(t, "shop", sender.Name)
	require.Equal(t, 5, sender.OpenOrders)
	require.True(t, sender.Rate.Allow())
	require.True(t, sender.Rate.Allow())
	require.False(t, sender.Rate.Allow())
	_, found = known.Sender(token + "x")
	require.False(t, found)

	require.NoError(t, os.WriteFile(path, []byte("tokens: [{name: shop}]"), 0o600))
	require.NoError(t, os.Chtimes(path, time.Now(), time.Now().Add(time.Hour)))
	require.ErrorContains(t, known.read(time.Now()), "sha256: expected")
	_, found = known.Sender(token)
	require.True(t, found, "a file that cannot be read ends nobody's token")
	require.NoError(t, os.Remove(path))
	require.NoError(t, known.read(time.Now()))
	_, found = known.Sender(token)
	require.False(t, found)
}

// docs/operations.md describes every figure of a gateway.
func TestMetricsAreDescribed(t *testing.T) {
	page, err := os.ReadFile("../../../../docs/operations.md")
	require.NoError(t, err)
	descriptions := make(chan *prometheus.Desc, 1_000)
	engine.NewMetrics().Registry.Describe(descriptions)
	close(descriptions)
	own := 0
	for one := range descriptions {
		if name := regexp.MustCompile(`fqName: "(azukari_\w+)"`).FindStringSubmatch(one.String()); name != nil {
			own++
			require.Contains(t, string(page), "| `"+name[1]+"` |")
		}
	}
	require.Equal(t, 10, own)
}
