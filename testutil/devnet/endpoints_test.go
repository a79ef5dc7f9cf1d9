package devnet

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func twoZones() Endpoints {
	return Endpoints{Name: "test", Zones: []ZoneEndpoints{
		{ID: "retail", Nodes: []NodeEndpoints{{Name: "business-1"}, {Name: "business-2"}}},
		{ID: "energy", Nodes: []NodeEndpoints{{Name: "business-1"}}},
	}}
}

func TestEndpointsNode(t *testing.T) {
	endpoints := twoZones()
	endpoints.Zones[1].Nodes[0].RPC = "here"
	node, err := endpoints.Node("energy/business-1")
	require.NoError(t, err)
	require.Equal(t, "here", node.RPC)
	node, err = endpoints.Node("business-2")
	require.NoError(t, err)
	require.Equal(t, "business-2", node.Name)
	_, err = endpoints.Node("business-1")
	require.ErrorContains(t, err, `expected zone/node, got "business-1", which several zones have`)
	_, err = endpoints.Node("bank-z")
	require.EqualError(t, err, `expected one of [retail/business-1 retail/business-2 energy/business-1], got "bank-z"`)
}

func TestReadEndpoints(t *testing.T) {
	dir := t.TempDir()
	_, err := ReadEndpoints(dir)
	require.ErrorIs(t, err, ErrNoNetwork)
	require.NoError(t, twoZones().write(dir))
	read, err := ReadEndpoints(dir)
	require.NoError(t, err)
	require.Equal(t, twoZones(), read)
	require.NoError(t, os.WriteFile(filepath.Join(dir, EndpointsFile), []byte("{"), 0o600))
	_, err = ReadEndpoints(dir)
	require.ErrorContains(t, err, "read "+filepath.Join(dir, EndpointsFile))
}

func TestWait(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 80*time.Millisecond)
	defer cancel()
	_, err := Wait(ctx, dir)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, ErrNoNetwork)

	endpoints := twoZones()
	endpoints.Failure = "no luck"
	require.NoError(t, endpoints.write(dir))
	_, err = Wait(t.Context(), dir)
	require.EqualError(t, err, "the devnet did not start: no luck")

	endpoints.Failure = ""
	require.NoError(t, endpoints.write(dir))
	_, err = Wait(t.Context(), dir)
	require.EqualError(t, err, "the devnet has ended: start it with 'azukari devnet up'")

	endpoints.Ready, endpoints.Supervisor = true, thisProcess()
	require.NoError(t, endpoints.write(dir))
	found, err := Wait(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, endpoints, found)
}

func TestDownStopsADetachedNetwork(t *testing.T) {
	dir := t.TempDir()
	require.ErrorIs(t, Down(t.Context(), dir), ErrNoNetwork)

	// Two commands: a shell becomes the only command that it is given, and loses its own arguments.
	home := filepath.Join(dir, "home")
	p, err := startProcess(processSpec{
		name: "node", path: "/bin/sh", args: []string{"-c", "sleep 63; : " + home}, log: filepath.Join(dir, "log"), detach: true,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.kill()) })
	endpoints := twoZones()
	endpoints.Ready = true
	endpoints.Zones[0].Nodes[0].PID, endpoints.Zones[0].Nodes[0].Home = p.pid(), home
	// A process number that went to somebody else in the meantime.
	endpoints.Relayer = &RelayerEndpoints{PID: os.Getpid(), Config: "/no/such/configuration"}
	require.NoError(t, endpoints.write(dir))
	// A process that has just begun has no command line for a moment.
	require.Eventually(t, endpoints.Running, 10*time.Second, time.Millisecond)

	require.NoError(t, Down(t.Context(), dir))
	<-p.done
	after, err := ReadEndpoints(dir)
	require.NoError(t, err)
	require.False(t, after.Ready)
	require.False(t, after.Running())
	require.Zero(t, after.Zones[0].Nodes[0].PID)
	require.NoError(t, Down(t.Context(), dir), "a second time does nothing")
}

func TestMakeFolder(t *testing.T) {
	dir := t.TempDir()
	network := func() *Network { return &Network{manifest: DefaultManifest(), keys: NewKeys("s")} }
	require.EqualError(t, network().makeFolder(""), "expected a folder for the network, got none: set Options.Dir")

	require.NoError(t, network().makeFolder(dir))
	require.FileExists(t, filepath.Join(dir, "manifest.yaml"))
	require.NoError(t, network().makeFolder(dir), "a network that has ended makes room")

	p := shell(t, "sleep 64; : "+dir)
	running := twoZones()
	running.Zones[0].Nodes[0].PID, running.Zones[0].Nodes[0].Home = p.pid(), dir
	require.NoError(t, running.write(dir))
	require.EqualError(t, network().makeFolder(dir),
		"a devnet runs in "+dir+": run 'azukari devnet down' or choose another folder")

	foreign := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(foreign, "thesis.txt"), nil, 0o600))
	require.EqualError(t, network().makeFolder(foreign), "folder "+foreign+" holds other files: choose an empty or a new one")
}
