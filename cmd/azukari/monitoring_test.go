package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cosmos/gogoproto/proto"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/relayer/e2e"
	"github.com/azukari-network/azukari/testutil/devnet"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

const monitoring = "../../deploy/monitoring"

// Every metric and label that the dashboard and the alert rules name is there when a whole network runs: its nodes, its
// relayer and the proof of the laws; and docs/operations.md describes every metric of ours. Logs are JSON if asked for.
func TestMonitoring(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	manifest := e2e.Manifest("monitoring", e2e.Retail)
	manifest.BlockTimeMS, manifest.LogFormat = 500, devnet.LogFormatJSON
	manifest.Financial.Banks = 2 // a node alone has no figures of peers
	s := e2e.Open(t, manifest)
	s.Charge(e2e.Retail, 9)
	s.Settled(e2e.Retail)
	ctx, cancel := s.Context()
	defer cancel()
	_, err := s.Financial().Client().Send(ctx, s.Holder, &financialtypes.MsgCharge{
		Holder: s.Holder.String(), Zone: "nowhere", Amount: sdk.NewInt64Coin(registrytypes.YenDenom, 1),
	})
	require.ErrorIs(t, err, zonelinktypes.ErrZoneNotFound, "a refusal to count")
	_, err = s.Financial().Decide(ctx, "A ceiling", &deposittypes.MsgSetCeiling{
		Authority: devnet.Authority(), Bank: "bank-a", Amount: math.NewInt(1e12),
	})
	require.NoError(t, err)
	verifier := freeAddress(t)
	watch, _, stderr := command(t, "verify", "--dir", s.Dir(), "--watch", "--interval", "1s", "--metrics", verifier)
	require.NoError(t, watch.Start())
	t.Cleanup(func() { _ = watch.Process.Kill(); _ = watch.Wait() })

	scraped := families{}
	s.Eventually("azukari verify to have proven the laws", func() bool {
		found, err := scrape(ctx, "http://"+verifier)
		if err != nil || found["azukari_verify_law_holds"] == nil {
			return false
		}
		scraped.add(found)
		return true
	})
	require.Empty(t, stderr.String())
	addresses := []string{strings.TrimSuffix(s.Endpoints().Relayer.Metrics, "/metrics")}
	for _, zone := range s.Endpoints().Zones {
		for _, node := range zone.Nodes {
			addresses = append(addresses, node.Operations)
		}
	}
	for _, address := range addresses {
		found, err := scrape(ctx, address)
		require.NoError(t, err)
		scraped.add(found)
	}
	// What Prometheus itself says of each target.
	scraped["up"] = map[string]bool{"job": true, "instance": true}

	t.Run("expressions", func(t *testing.T) { requireKnown(t, scraped) })
	t.Run("docs", func(t *testing.T) { requireDescribed(t, scraped) })
	t.Run("figures", func(t *testing.T) {
		found, err := scrapeFamilies(ctx, s.Financial().Nodes()[0].Endpoints().Operations)
		require.NoError(t, err)
		require.EqualValues(t, 9, found["azukari_zonelink_share_yen"].Metric[0].Gauge.GetValue())
		require.EqualValues(t, 1e12, found["azukari_deposit_ceiling_yen"].Metric[0].Gauge.GetValue())
		require.EqualValues(t, 1, found["azukari_node_ready"].Metric[0].Gauge.GetValue())
		for _, module := range found["azukari_state_readable"].Metric {
			require.EqualValues(t, 1, module.Gauge.GetValue(), module.String())
		}
	})
	t.Run("json logs", func(t *testing.T) {
		for _, zone := range s.Endpoints().Zones {
			requireJSONLines(t, zone.Nodes[0].Log)
		}
		requireJSONLines(t, s.Endpoints().Relayer.Log)
	})
	t.Run("health", func(t *testing.T) {
		address := s.Zone(e2e.Retail).Nodes()[0].Endpoints().Operations
		require.Equal(t, http.StatusOK, statusOf(t, address+"/readyz"))
		require.Equal(t, http.StatusOK, statusOf(t, address+"/healthz"))
	})
}

// The rules are also what Prometheus takes, and do what their tests say; both are told by its own tool.
func TestAlertRules(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed: it comes with Debian's package prometheus")
	}
	for _, arguments := range [][]string{{"check", "config", "prometheus.yml"}, {"test", "rules", "alerts_test.yml"}} {
		cmd := exec.CommandContext(t.Context(), promtool, arguments...) // #nosec G204 -- the arguments above
		cmd.Dir = monitoring
		output, err := cmd.CombinedOutput()
		require.NoError(t, err, string(output))
	}
}

// families are names of metrics, as expressions name them, with their labels.
type families map[string]map[string]bool

func (f families) add(found families) {
	for name, labels := range found {
		if f[name] == nil {
			f[name] = map[string]bool{"job": true, "instance": true}
		}
		for label := range labels {
			f[name][label] = true
		}
	}
}

func scrapeFamilies(ctx context.Context, address string) (map[string]*dto.MetricFamily, error) {
	status, body, err := get(ctx, address+"/metrics")
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("expected status 200, got %d", status)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	return parser.TextToMetricFamilies(bytes.NewReader(body))
}

func get(ctx context.Context, url string) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	body, err = io.ReadAll(response.Body)
	return response.StatusCode, body, errors.Join(err, response.Body.Close())
}

func scrape(ctx context.Context, address string) (families, error) {
	parsed, err := scrapeFamilies(ctx, address)
	if err != nil {
		return nil, err
	}
	found := families{}
	for name, family := range parsed {
		labels := map[string]bool{}
		for _, metric := range family.Metric {
			for _, label := range metric.Label {
				labels[label.GetName()] = true
			}
		}
		found[name] = labels
		if family.GetType() == dto.MetricType_HISTOGRAM {
			found[name+"_bucket"], found[name+"_count"], found[name+"_sum"] = labels, labels, labels
		}
	}
	return found, nil
}

var (
	metricName   = regexp.MustCompile(`\b(?:azukari|azrelay|cometbft|process|go)_[a-z0-9_]+|\bup\b`)
	selector     = regexp.MustCompile(`([a-z_]+)\{([^}]*)\}`)
	matcher      = regexp.MustCompile(`([a-z_]+)\s*(=~|!=|!~|=)\s*"([^"]*)"`)
	grouping     = regexp.MustCompile(`\bby \(([^)]*)\)`)
	templateName = regexp.MustCompile(`\$labels\.([a-z_]+)|\{\{([a-z_]+)\}\}`)
)

// requireKnown looks up what every expression names.
func requireKnown(t *testing.T, known families) {
	t.Helper()
	expressions := readExpressions(t)
	require.Greater(t, len(expressions), 50)
	for _, expression := range expressions {
		names := metricName.FindAllString(expression.text, -1)
		require.NotEmpty(t, names, expression.text)
		labels := map[string]bool{}
		for _, name := range names {
			require.True(t, known[name] != nil, "nothing has %s: %s", name, expression.text)
			for label := range known[name] {
				labels[label] = true
			}
		}
		for _, found := range selector.FindAllStringSubmatch(expression.text, -1) {
			for _, match := range matcher.FindAllStringSubmatch(found[2], -1) {
				require.Contains(t, known[found[1]], match[1], expression.text)
				if match[1] == "event" {
					require.NotNil(t, proto.MessageType(match[3]), "expected the type of an event, got %q", match[3])
				}
			}
		}
		for _, found := range grouping.FindAllStringSubmatch(expression.text, -1) {
			for label := range strings.SplitSeq(found[1], ",") {
				if label = strings.TrimSpace(label); label != "le" {
					require.Contains(t, labels, label, expression.text)
				}
			}
		}
		for _, found := range templateName.FindAllStringSubmatch(expression.legend, -1) {
			require.Contains(t, labels, found[1]+found[2], "%s: %s", expression.text, expression.legend)
		}
	}
}

// expression is what a panel or an alert asks, and the text that shows labels of the answer.
type expression struct{ text, legend string }

func readExpressions(t *testing.T) (all []expression) {
	t.Helper()
	var dashboard struct {
		Panels []struct {
			Type, Title string
			Targets     []struct{ Expr, LegendFormat string }
		}
	}
	raw, err := os.ReadFile(filepath.Join(monitoring, "dashboard.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &dashboard))
	for _, panel := range dashboard.Panels {
		require.True(t, panel.Type == "row" || len(panel.Targets) > 0, panel.Title)
		for _, target := range panel.Targets {
			all = append(all, expression{target.Expr, target.LegendFormat})
		}
	}
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr         string
				Labels, Annotations map[string]string
			}
		}
	}
	raw, err = os.ReadFile(filepath.Join(monitoring, "alerts.yml"))
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(raw, &rules))
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			require.Contains(t, []string{"page", "ticket"}, rule.Labels["severity"], rule.Alert)
			require.Contains(t, string(page), "| `"+rule.Alert+"` | "+rule.Labels["severity"]+" |", "docs/operations.md says what to do")
			all = append(all, expression{rule.Expr, rule.Annotations["summary"]})
		}
	}
	return all
}

// requireDescribed compares the page's table with the metrics of nodes; relayer and verify have pages of their own.
func requireDescribed(t *testing.T, known families) {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	described := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(azukari_[a-z_]+)` \\| ([a-z_, ]*?) ?\\|").FindAllStringSubmatch(string(page), -1) {
		described[row[1]] = row[2]
	}
	for name, labels := range known {
		if !strings.HasPrefix(name, "azukari_") || strings.HasPrefix(name, "azukari_verify_") {
			continue
		}
		require.True(t, slices.Contains(slices.Collect(maps.Keys(described)), name), "expected a row of docs/operations.md for %s", name)
		var own []string
		for label := range labels {
			if label != "job" && label != "instance" {
				own = append(own, label)
			}
		}
		listed := strings.FieldsFunc(described[name], func(r rune) bool { return r == ',' || r == ' ' })
		require.ElementsMatch(t, own, listed, name)
	}
}

func requireJSONLines(t *testing.T, path string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := 0
	for text := range strings.Lines(string(raw)) {
		if !strings.HasSuffix(text, "\n") {
			continue // still being written
		}
		lines++
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line), "%s: %s", path, text)
		require.Contains(t, line, "level")
	}
	require.Greater(t, lines, 5)
}

func statusOf(t *testing.T, url string) int {
	t.Helper()
	status, _, err := get(t.Context(), url)
	require.NoError(t, err)
	return status
}

// freeAddress returns a loopback address on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
