package regions

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// Latency is how long a packet takes from one region to another, one way: anything between the two.
type Latency struct{ Min, Max time.Duration }

// Network is some regions and what is between them.
type Network struct {
	regions map[string]*Region
	wide    wideArea
}

// wideArea carries packets between regions.
type wideArea interface {
	// attach gives a region its address and its link.
	attach(region *Region, index int) error
	// cut takes the link away, or gives it back.
	cut(region *Region, away bool) error
	// close ends all links.
	close() error
}

// address of a region; index 0 is the test's own.
func address(index int) string { return fmt.Sprintf("10.87.0.%d", index+1) }

const (
	// regionsMax keeps the addresses in the subnet.
	regionsMax = 200
)

// New makes regions that reach each other, and that the test reaches; each pair of them is latency apart. They end with the
// test, and all that runs in them. The test is skipped where the machine does not permit them.
func New(t testing.TB, latency Latency, names ...string) *Network {
	t.Helper()
	if reason := refusal(); reason != "" {
		t.Skip(reason)
	}
	if len(names) > regionsMax || latency.Min < 0 || latency.Max < latency.Min {
		t.Fatalf("expected at most %d regions and a latency from least to most, got %d and %v", regionsMax, len(names), latency)
	}
	wide, kind, err := newWideArea(latency)
	if err != nil {
		t.Skip(err.Error())
	}
	network := &Network{regions: map[string]*Region{}, wide: wide}
	t.Cleanup(func() {
		if err := network.close(); err != nil {
			t.Errorf("end the regions: %v", err)
		}
	})
	for i, name := range names {
		region, err := newRegion(name, address(i+1))
		if err != nil {
			t.Fatal(err)
		}
		region.network = network
		network.regions[name] = region
		if err := wide.attach(region, i+1); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d regions, %s to %s apart one way, by %s", len(names), latency.Min, latency.Max, kind)
	return network
}

// Region returns the region of a name. It panics if there is none: a test that misspells a name cannot go on.
func (n *Network) Region(name string) *Region {
	region, found := n.regions[name]
	if !found {
		panic(fmt.Sprintf("expected a region of the network, got %q", name))
	}
	return region
}

func (n *Network) close() error {
	var errs []error
	for _, region := range n.regions {
		errs = append(errs, region.Kill())
	}
	errs = append(errs, n.wide.close())
	for _, region := range n.regions {
		close(region.calls) // and with the thread goes the namespace
	}
	return errors.Join(errs...)
}

// newWideArea takes the kernel's own delay where it has one, and packets through this process where it has not.
func newWideArea(latency Latency) (wideArea, string, error) {
	if err := probeNetem(); err == nil {
		wide, err := newKernelArea(latency, true)
		return wide, "the kernel's netem", err
	}
	wide, err := newTunArea(latency)
	if err != nil {
		return nil, "", fmt.Errorf("neither netem in the kernel nor TUN devices here: %w", err)
	}
	return wide, "TUN devices and this process, for want of netem in the kernel", nil
}
