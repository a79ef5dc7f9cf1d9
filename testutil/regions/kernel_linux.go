package regions

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// kernelArea lets the kernel carry packets: each region has a veth pair whose other end is in the test's own namespace, which
// forwards, and there netem delays what goes towards the region.
type kernelArea struct {
	latency Latency
	delayed bool
	ends    []string
}

// newKernelArea makes the test's namespace a router. delayed is false only where netem is not at hand.
func newKernelArea(latency Latency, delayed bool) (*kernelArea, error) {
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o600); err != nil {
		return nil, err
	}
	return &kernelArea{latency: latency, delayed: delayed}, nil
}

// probeNetem says whether the kernel has netem.
func probeNetem() error {
	if err := ip("link add probe0 type veth peer name probe1"); err != nil {
		return err
	}
	err := tool("tc", "qdisc add dev probe0 root netem delay 1ms")
	if err := ip("link del probe0"); err != nil {
		return err
	}
	return err
}

// attach implements wideArea.
func (a *kernelArea) attach(region *Region, index int) error {
	end := wanEnd(index)
	if err := ip(fmt.Sprintf("link add %s type veth peer name wan0 netns %d", end, region.thread)); err != nil {
		return err
	}
	a.ends = append(a.ends, end)
	for _, command := range []string{
		fmt.Sprintf("addr add %s/32 dev wan0", address(index)), "link set wan0 up",
		"route add 10.87.1.1 dev wan0", fmt.Sprintf("route add default via 10.87.1.1 dev wan0 src %s", address(index)),
	} {
		if err := region.ip(command); err != nil {
			return err
		}
	}
	for _, command := range []string{
		fmt.Sprintf("addr add 10.87.1.1/32 dev %s", end), fmt.Sprintf("link set %s up", end),
		fmt.Sprintf("route add %s dev %s", address(index), end),
	} {
		if err := ip(command); err != nil {
			return err
		}
	}
	if err := a.waitUp(region, end); err != nil || !a.delayed {
		return err
	}
	mean, half := (a.latency.Min+a.latency.Max)/2, (a.latency.Max-a.latency.Min)/2
	return tool("tc", fmt.Sprintf("qdisc add dev %s root netem delay %dus %dus limit %d", end, mean/time.Microsecond, half/time.Microsecond, packetsAhead))
}

// waitUp waits until the kernel carries packets over a link, which takes it up to a second.
func (*kernelArea) waitUp(region *Region, end string) error {
	const patience, pause = 10 * time.Second, 10 * time.Millisecond
	isUp := func(name string) error {
		output, err := exec.Command("ip", "-o", "link", "show", name).Output() // #nosec G204 -- words of ours
		if err == nil && !strings.Contains(string(output), "state UP") {
			err = fmt.Errorf("expected link %s up, got %s", name, output)
		}
		return err
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(pause) {
		err := errors.Join(isUp(end), region.inside(func() error { return isUp("wan0") }))
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// close implements wideArea. A pair goes with either of its ends.
func (a *kernelArea) close() error {
	var errs []error
	for _, end := range a.ends {
		errs = append(errs, ip("link del "+end))
	}
	return errors.Join(errs...)
}

// cut implements wideArea.
func (a *kernelArea) cut(region *Region, away bool) error {
	for index := 1; index <= regionsMax; index++ {
		if region.address != address(index) {
			continue
		}
		if away {
			return ip(fmt.Sprintf("link set %s down", wanEnd(index)))
		}
		// The routes of a link go with it.
		if err := ip(fmt.Sprintf("link set %s up", wanEnd(index))); err != nil {
			return err
		}
		if err := ip(fmt.Sprintf("route replace %s dev %s", region.address, wanEnd(index))); err != nil {
			return err
		}
		return a.waitUp(region, wanEnd(index))
	}
	return fmt.Errorf("expected a region of this network, got %s", region.name)
}

func wanEnd(index int) string { return fmt.Sprintf("wan-%d", index) }
