package front_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// The front as it is shipped, between real listeners: one region is lost, then both, then one comes back. Clients that ask all
// the time see answers, then the page, then answers again.
func TestRegionsAreLost(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	haproxy, err := exec.LookPath("haproxy")
	if err != nil {
		t.Skip("haproxy is not installed: it is Debian's package haproxy")
	}
	manifest := devnet.DefaultManifest()
	manifest.Name, manifest.BlockTimeMS, manifest.Zones = "front", 500, nil
	manifest.Financial.Banks, manifest.Financial.Listeners = 2, 2
	network := devnet.Start(t, manifest)
	listeners := network.Financial().Nodes()[2:]
	tokyo, osaka := listeners[0], listeners[1]

	front := startFront(t, haproxy, tokyo.Endpoints(), osaka.Endpoints())
	front.waitFor(t, http.StatusOK)

	load := front.load(t)
	require.NoError(t, tokyo.Kill())
	load.waitForAnswers(t, 40) // by far longer than a switch takes
	lost := load.stop()
	front.requireServedBy(t, osaka)
	t.Logf("Tokyo killed under load: %d of %d requests were not answered", lost, load.asked.Load())
	require.LessOrEqual(t, lost, int64(1), "all but a request that was under way: a connection that is refused is tried again in the other region")

	require.NoError(t, osaka.Kill())
	response := front.waitFor(t, http.StatusServiceUnavailable)
	require.Contains(t, response.body, "ただいまご利用いただけません")
	require.Equal(t, "30", response.header.Get("Retry-After"))
	require.Equal(t, "text/html; charset=utf-8", response.header.Get("Content-Type"))

	require.NoError(t, osaka.Start())
	front.waitFor(t, http.StatusOK)
	front.requireServedBy(t, osaka)
	require.NoError(t, tokyo.Start())
	require.Eventually(t, func() bool { return front.servedBy(tokyo) }, 2*time.Minute, 200*time.Millisecond, "Tokyo is preferred again")
}

type front struct {
	queries string
	log     string
}

type answer struct {
	status int
	header http.Header
	body   string
}

// startFront runs HAProxy with the configuration that is shipped, until the test ends.
func startFront(t *testing.T, haproxy string, tokyo, osaka devnet.NodeEndpoints) *front {
	t.Helper()
	sorry, err := filepath.Abs("sorry.html")
	require.NoError(t, err)
	f := &front{queries: freeAddress(t), log: filepath.Join(t.TempDir(), "haproxy.log")}
	environment := append(os.Environ(), "FRONT_QUERIES="+f.queries, "FRONT_MEMBERS="+freeAddress(t), "FRONT_SORRY="+sorry)
	for region, node := range map[string]devnet.NodeEndpoints{"TOKYO": tokyo, "OSAKA": osaka} {
		host, port, err := net.SplitHostPort(strings.TrimPrefix(node.Operations, "http://"))
		require.NoError(t, err)
		rest := strings.TrimPrefix(node.REST, "http://")
		environment = append(environment, region+"_REST="+rest, region+"_MEMBERS="+rest, region+"_READY_HOST="+host, region+"_READY_PORT="+port)
	}
	output, err := os.Create(f.log)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), haproxy, "-db", "-f", "haproxy.cfg") // #nosec G204 -- the proxy that is installed
	cmd.Env, cmd.Stdout, cmd.Stderr = environment, output, output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = output.Close()
		if t.Failed() {
			raw, _ := os.ReadFile(f.log)
			t.Logf("end of the log:\n%s", raw[max(0, len(raw)-2_000):])
		}
	})
	return f
}

func (f *front) ask() (answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+f.queries+"/azukari/membership/v1/organizations/bank-a", nil)
	if err != nil {
		return answer{}, err
	}
	request.Close = true // every request is a client of its own
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	body, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, string(body)}, errors.Join(err, response.Body.Close())
}

func (f *front) waitFor(t *testing.T, status int) (last answer) {
	t.Helper()
	require.Eventually(t, func() bool {
		var err error
		last, err = f.ask()
		return err == nil && last.status == status
	}, 2*time.Minute, 200*time.Millisecond, "status %d", status)
	return last
}

// servedBy says whether the front's log names the node's server in the last line of a request.
func (f *front) servedBy(node *devnet.Node) bool {
	if got, err := f.ask(); err != nil || got.status != http.StatusOK {
		return false
	}
	raw, err := os.ReadFile(f.log)
	if err != nil {
		return false
	}
	server := "listeners/tokyo-1 "
	if strings.HasSuffix(node.Name(), "2") {
		server = "listeners/osaka-1 "
	}
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
	return strings.Contains(lines[len(lines)-1], server)
}

func (f *front) requireServedBy(t *testing.T, node *devnet.Node) {
	t.Helper()
	require.Eventually(t, func() bool { return f.servedBy(node) }, time.Minute, 100*time.Millisecond)
}

// load asks one after the other, 20 a second at most, until it is stopped.
type load struct {
	asked, unanswered atomic.Int64
	quit, done        chan struct{}
}

func (f *front) load(t *testing.T) *load {
	t.Helper()
	l := &load{quit: make(chan struct{}), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for range 2_000 {
			select {
			case <-l.quit:
				return
			case <-time.After(50 * time.Millisecond):
			}
			if got, err := f.ask(); err != nil || got.status != http.StatusOK {
				l.unanswered.Add(1)
			}
			l.asked.Add(1)
		}
	}()
	t.Cleanup(func() { l.stop() })
	return l
}

func (l *load) waitForAnswers(t *testing.T, more int64) {
	t.Helper()
	from := l.asked.Load()
	require.Eventually(t, func() bool { return l.asked.Load() >= from+more }, time.Minute, 50*time.Millisecond)
}

// stop ends the load and returns how many requests were not answered.
func (l *load) stop() int64 {
	select {
	case <-l.quit:
	default:
		close(l.quit)
	}
	<-l.done
	return l.unanswered.Load()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}
