package devnet

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Start runs a network for the test and ends it with the test. If the test fails, or the network does not start, its
// folder stays and the test's log says where; otherwise it is removed. Tests may start networks in parallel.
func Start(t testing.TB, manifest Manifest) *Network {
	t.Helper()
	return StartOn(t, manifest, nil)
}

// StartOn is Start with the nodes on hosts; nil for this machine.
func StartOn(t testing.TB, manifest Manifest, host func(zone, node string) Host) *Network {
	t.Helper()
	dir, err := os.MkdirTemp("", "azukari-"+manifest.Name+"-")
	if err != nil {
		t.Fatalf("create the network's folder: %v", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the network's files and logs are in %s", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the network's folder: %v", err)
		}
	})
	network, err := New(t.Context(), manifest, Options{Dir: filepath.Join(dir, "network"), Progress: testProgress{t}, Host: host})
	if err != nil {
		t.Fatalf("start network: %v", err)
	}
	t.Cleanup(func() {
		if err := network.Close(); err != nil {
			t.Errorf("stop network: %v", err)
		}
	})
	return network
}

// TakePorts returns ports of this machine that no network takes until the test ends.
func TakePorts(t testing.TB, count int) []int {
	t.Helper()
	source, err := newPorts(0)
	if err != nil {
		t.Fatalf("find ports: %v", err)
	}
	t.Cleanup(func() {
		if err := source.release(); err != nil {
			t.Errorf("give ports back: %v", err)
		}
	})
	taken := make([]int, count)
	for i := range taken {
		if taken[i], err = source.take(t.Name()); err != nil {
			t.Fatalf("find ports: %v", err)
		}
	}
	return taken
}

// testProgress writes steps to the test's log.
type testProgress struct{ t testing.TB }

func (p testProgress) Step(name string) func(error) {
	begin := time.Now()
	return func(err error) {
		p.t.Helper()
		outcome := "done"
		if err != nil {
			outcome, _, _ = strings.Cut(err.Error(), "\n")
		}
		p.t.Logf("%s: %s (%.1f s)", name, outcome, time.Since(begin).Seconds())
	}
}

// Wait blocks until the network in the folder, which another process starts, is ready. It returns why the start
// failed, or the context's error.
func Wait(ctx context.Context, dir string) (Endpoints, error) {
	var endpoints Endpoints
	var failure error
	err := poll(ctx, "the devnet in "+dir, func() (bool, error) {
		var err error
		if endpoints, err = ReadEndpoints(dir); err != nil {
			return false, err
		}
		failure = endpoints.ended()
		return endpoints.Ready || failure != nil, nil
	})
	if err != nil {
		return Endpoints{}, err
	}
	return endpoints, failure
}
