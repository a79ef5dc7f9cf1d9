package devnet

import (
	"net"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func takePorts(t *testing.T, source *ports, n int) []int {
	t.Helper()
	var taken []int
	for range n {
		port, err := source.take("test")
		require.NoError(t, err)
		taken = append(taken, port)
	}
	return taken
}

func TestPortsOfTwoNetworksNeverMeet(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	seen := map[int]bool{}
	for range 3 {
		source, err := newPorts(0)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, source.release()) })
		for _, port := range takePorts(t, source, portsPerBlock+5) { // more than one block
			require.False(t, seen[port], "port %d was given out twice", port)
			seen[port] = true
		}
	}
}

func TestReleasedPortsAreTakenAgain(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	first, err := newPorts(0)
	require.NoError(t, err)
	port := takePorts(t, first, 1)
	require.NoError(t, first.release())

	second, err := newPorts(0)
	require.NoError(t, err)
	require.Equal(t, port, takePorts(t, second, 1))
	require.NoError(t, second.release())
}

func TestPortsStayReservedWhileAChildLives(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	first, err := newPorts(0)
	require.NoError(t, err)
	port := takePorts(t, first, 1)
	child := exec.Command("sleep", "60")
	child.ExtraFiles = first.files()
	require.NoError(t, child.Start())
	require.NoError(t, first.release())

	second, err := newPorts(0)
	require.NoError(t, err)
	require.NotEqual(t, port, takePorts(t, second, 1))
	require.NoError(t, second.release())

	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait(), "killed")
	third, err := newPorts(0)
	require.NoError(t, err)
	require.Equal(t, port, takePorts(t, third, 1))
	require.NoError(t, third.release())
}

func TestPortsSkipThoseOfOthers(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	source, err := newPorts(0)
	require.NoError(t, err)
	port := takePorts(t, source, 1)[0]
	require.NoError(t, source.release())

	listener, err := net.Listen("tcp", hostPort(port))
	require.NoError(t, err)
	source, err = newPorts(0)
	require.NoError(t, err)
	require.NotEqual(t, port, takePorts(t, source, 1)[0])
	require.NoError(t, source.release())
	require.NoError(t, listener.Close())
}

func TestPinnedPortInUse(t *testing.T) {
	listener, err := net.Listen("tcp", hostPort(0))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	port := listener.Addr().(*net.TCPAddr).Port
	source, err := newPorts(port)
	require.NoError(t, err)
	_, err = source.take("rpc of financial/bank-a")
	require.ErrorContains(t, err, "for rpc of financial/bank-a is in use: stop what listens there or change ports_base")
	require.NoError(t, source.release())
}

func TestPortsNeedAFolder(t *testing.T) {
	file := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	t.Setenv("TMPDIR", file)
	_, err := newPorts(0)
	require.ErrorContains(t, err, "create the folder of port locks")
}
