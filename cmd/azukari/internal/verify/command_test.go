package verify

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

func TestWrongUse(t *testing.T) {
	dir := t.TempDir()
	write := func(text string) string {
		path := filepath.Join(dir, "network.yaml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	node := "nodes: [{grpc: '127.0.0.1:1', rpc: 'http://127.0.0.1:2'}]"
	for _, test := range []struct {
		name, file, want string
		args             []string
	}{
		{"output", "", `--output: expected text or json, got "xml"`, []string{"-o", "xml"}},
		{"interval", "", "--interval: expected 1s or longer, got 1ms", []string{"--interval", "1ms"}},
		{"metrics", "", "--metrics: expected --watch with it, got none", []string{"--metrics", "127.0.0.1:0"}},
		{"no file", "-", "--network: expected a YAML file with the nodes of each zone: open /no/such: no such file or directory", []string{"-n", "/no/such"}},
		{"no chain id", "financial: {" + node + "}", "financial: chain_id: expected what the zone calls itself, got none", nil},
		{"no nodes", "financial: {chain_id: f}", "financial: nodes: expected at least one node, got none", nil},
		{"a zone's node", "financial: {chain_id: f, " + node + "}\nzones: {retail: {chain_id: r, nodes: [{grpc: x, rpc: y}]}}", `retail: nodes[0].grpc: expected host:port, got "x"`, nil},
		{"a word that is none", "financal: {}", "financal", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := test.args
			if args == nil {
				args = []string{"-n", write(test.file)}
			}
			cmd := NewCommand()
			cmd.SetArgs(args)
			cmd.SilenceErrors, cmd.SilenceUsage = true, true
			err := cmd.ExecuteContext(t.Context())
			require.ErrorContains(t, err, test.want)
			var coded interface{ ExitCode() int }
			require.ErrorAs(t, err, &coded)
			require.Equal(t, exitUsage, coded.ExitCode())
		})
	}
}

// A network file opens one client for each zone, in the order of their ids.
func TestNetworkFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "network.yaml")
	node := "nodes: [{grpc: '127.0.0.1:1', rpc: 'http://127.0.0.1:2'}]"
	require.NoError(t, os.WriteFile(path, []byte("financial: {chain_id: f-1, "+node+"}\nzones:\n  retail: {chain_id: r-1, "+node+
		"}\n  energy: {chain_id: e-1, "+node+"}\n"), 0o600))
	clients, err := OpenFile(path)
	require.NoError(t, err)
	require.Equal(t, devnet.FinancialID, clients.Network.Financial.ID)
	require.Equal(t, "f-1", clients.Network.Financial.ChainID())
	require.Equal(t, "energy", clients.Network.Business[0].ID)
	require.Equal(t, "r-1", clients.Network.Business[1].ChainID())
	require.NoError(t, clients.Close())

	_, err = OpenDevnet(t.TempDir())
	require.ErrorContains(t, err, "azukari devnet up")
}

// lines is a writer that tells when it has got a line.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
	got  chan struct{}
}

func (l *lines) Write(raw []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.got <- struct{}{}:
	default:
	}
	return l.text.Write(raw)
}

// A watch goes on through rounds that cannot ask or find a law broken, and says at its end that one was.
func TestWatch(t *testing.T) {
	s := newScene(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &lines{got: make(chan struct{}, 100)}
	addresses := make(chan net.Addr, 1)
	watch := settings{
		output: "text", watch: true, metrics: "127.0.0.1:0", interval: 10 * time.Millisecond,
		listening: func(address net.Addr) { addresses <- address },
	}
	s.change(s.retail, s.aoi.Address(), 5)
	s.Blocks()
	ended := make(chan error)
	go func() { ended <- watch.watchRounds(ctx, s.network(), out) }()
	address := <-addresses
	for range 3 {
		<-out.got
	}
	response, err := http.Get("http://" + address.String() + "/metrics") //nolint:noctx // a test on loopback
	require.NoError(t, err)
	metrics, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	for _, line := range []string{
		`azukari_verify_law_holds{law="3",zone="between"} 0`,
		`azukari_verify_law_holds{law="5",zone="financial"} 1`,
		`azukari_verify_escrow_yen{zone="retail"} 2000`,
		`azukari_verify_in_flight_yen{direction="charge",zone="retail"} 0`,
		`azukari_verify_liability_yen{bank="bank-a"} 2e+06`,
		`azukari_verify_share_yen{bank="bank-a",zone="retail"} 1000`,
		`azukari_verify_zone_proven{zone="retail"} 1`,
		`azukari_verify_rounds_total{result="holds"} 0`,
	} {
		require.Contains(t, string(metrics), line+"\n")
	}
	cancel()
	err = <-ended
	var coded interface{ ExitCode() int }
	require.ErrorAs(t, err, &coded)
	require.Equal(t, exitBroken, coded.ExitCode())
	require.Contains(t, out.text.String(), "    law 3, bank-a in retail: share 1,000")
	require.GreaterOrEqual(t, strings.Count(out.text.String(), " findings do not hold"), 2)

	// A zone that is silent for a while does not end a watch, and one round as JSON is one line.
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	network := s.network()
	network.Financial.Chain = silent{s.Financial.Node()}
	out = &lines{got: make(chan struct{}, 100)}
	go func() {
		<-out.got
		<-out.got
		cancel()
	}()
	require.NoError(t, settings{output: "json", interval: 10 * time.Millisecond}.watchRounds(ctx, network, out))
	require.Contains(t, out.text.String(), "? height of the Financial Zone: no answer\n")
}

// docs/verify.md tells of every metric, and of no other.
func TestMetricsAreDocumented(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "..", "docs", "verify.md"))
	require.NoError(t, err)
	_, table, _ := strings.Cut(string(raw), "## Metrics")
	documented := map[string]bool{}
	for _, line := range strings.Split(table, "\n") {
		if cells := strings.Split(line, "|"); len(cells) == 5 {
			for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
				documented[name[1]] = true
			}
		}
	}
	figures := newMetrics()
	s := newScene(t)
	figures.set(s.requireHolds())
	families, err := figures.registry.Gather()
	require.NoError(t, err)
	known := map[string]bool{}
	for _, family := range families {
		known[strings.TrimPrefix(family.GetName(), namespace+"_")] = true
	}
	require.Equal(t, known, documented)
}
