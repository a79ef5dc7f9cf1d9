package regions

import (
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

const service = ":7000"

// dial connects one region with another, and returns how long that took: there and back.
func dial(from, to *Region) (took time.Duration, err error) {
	begin := time.Now()
	// Inside, for the socket to be the region's.
	err = from.inside(func() error {
		conn, err := net.DialTimeout("tcp", to.Address()+service, time.Second)
		took = time.Since(begin)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	return took, err
}

// listen answers in a region until the test ends.
func listen(t *testing.T, region *Region) {
	t.Helper()
	require.NoError(t, region.inside(func() error {
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", region.Address()+service)
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = listener.Close() })
		go func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				_ = conn.Close()
			}
		}()
		return nil
	}))
}

// Both ways to carry packets reach everyone, take their time, and can be cut and healed.
func TestRegions(t *testing.T) {
	latency := Latency{8 * time.Millisecond, 12 * time.Millisecond}
	network := New(t, latency, "tokyo", "osaka", "third")
	check(t, network, latency)
}

func TestKernelAreaWithoutDelay(t *testing.T) {
	if reason := refusal(); reason != "" {
		t.Skip(reason)
	}
	// Where the kernel has netem, TestRegions has it; elsewhere at least the links are tried.
	if probeNetem() == nil {
		t.Skip("the kernel has netem, which TestRegions uses")
	}
	wide, err := newKernelArea(Latency{}, false)
	require.NoError(t, err)
	network := &Network{regions: map[string]*Region{}, wide: wide}
	t.Cleanup(func() { require.NoError(t, network.close()) })
	for i, name := range []string{"tokyo", "osaka", "third"} {
		region, err := newRegion(name, address(i+1))
		require.NoError(t, err)
		region.network = network
		require.NoError(t, wide.attach(region, i+1))
		network.regions[name] = region
	}
	check(t, network, Latency{})
}

func check(t *testing.T, network *Network, latency Latency) {
	t.Helper()
	tokyo, osaka, third := network.Region("tokyo"), network.Region("osaka"), network.Region("third")
	for _, region := range []*Region{tokyo, osaka, third} {
		listen(t, region)
	}
	for _, pair := range [][2]*Region{{tokyo, osaka}, {osaka, third}, {third, tokyo}} {
		took, err := dial(pair[0], pair[1])
		require.NoError(t, err)
		require.GreaterOrEqual(t, took, 2*latency.Min)
		t.Logf("%s to %s and back: %s", pair[0].Name(), pair[1].Name(), took)
	}
	reached := func(from, to *Region) {
		t.Helper()
		_, err := dial(from, to)
		require.NoError(t, err)
	}
	// The test itself reaches them.
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", osaka.Address()+service)
	require.NoError(t, err)
	require.NoError(t, conn.Close())

	require.NoError(t, osaka.Cut())
	_, err = dial(tokyo, osaka)
	require.Error(t, err)
	_, err = dial(osaka, third)
	require.Error(t, err)
	reached(osaka, osaka)
	reached(tokyo, third)
	require.NoError(t, osaka.Heal())
	require.Eventually(t, func() bool { _, err := dial(tokyo, osaka); return err == nil }, 20*time.Second, 10*time.Millisecond)
	require.Eventually(t, func() bool { _, err := dial(osaka, third); return err == nil }, 20*time.Second, 10*time.Millisecond)

	victim, survivor := exec.Command("sh", "-c", "sleep 600 & sleep 600"), exec.Command("sleep", "600")
	require.NoError(t, tokyo.Start(victim))
	require.NoError(t, osaka.Start(survivor))
	require.NoError(t, tokyo.Kill())
	var ended *exec.ExitError
	require.ErrorAs(t, victim.Wait(), &ended)
	require.NoError(t, survivor.Process.Signal(syscall.Signal(0)), "others live")
	require.NoError(t, osaka.Kill())
	require.ErrorAs(t, survivor.Wait(), &ended)
}
