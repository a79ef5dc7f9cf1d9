package regions

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	packetBytes  = 1500
	packetsAhead = 8192 // more than this, on its way from one region to another, is dropped as routers do
)

// tunArea carries packets in this process: each region has a TUN device, and what comes out of one goes into another after
// the latency. It works where the kernel has no netem.
type tunArea struct {
	latency Latency

	mu    sync.RWMutex
	ports map[netip.Addr]*port
}

// port is one region's end.
type port struct {
	device *os.File
	own    bool // the test's own, from and to which packets take no time
	away   atomic.Bool
	// lines lead to the other ends. Only the reader of the device uses them.
	lines map[*port]chan packet
}

type packet struct {
	due   time.Time
	bytes []byte
}

func newTunArea(latency Latency) (*tunArea, error) {
	area := &tunArea{latency: latency, ports: map[netip.Addr]*port{}}
	device, err := openTun("wan0")
	if err != nil {
		return nil, err
	}
	if err := linkUp(ip, 0); err != nil {
		return nil, err
	}
	area.add(device, 0, true)
	return area, nil
}

// linkUp gives the TUN device of a namespace its address.
func linkUp(ip func(string) error, index int) error {
	for _, command := range []string{
		fmt.Sprintf("addr add %s/24 dev wan0", address(index)),
		fmt.Sprintf("link set wan0 mtu %d up", packetBytes),
	} {
		if err := ip(command); err != nil {
			return err
		}
	}
	return nil
}

// attach implements wideArea.
func (a *tunArea) attach(region *Region, index int) error {
	var device *os.File
	err := region.inside(func() (err error) {
		device, err = openTun("wan0")
		return err
	})
	if err != nil {
		return err
	}
	if err := linkUp(region.ip, index); err != nil {
		return err
	}
	a.add(device, index, false)
	return nil
}

// cut implements wideArea.
func (a *tunArea) cut(region *Region, away bool) error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	a.ports[netip.MustParseAddr(region.address)].away.Store(away)
	return nil
}

// close implements wideArea. A device goes with its descriptor.
func (a *tunArea) close() error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var errs []error
	for _, end := range a.ports {
		errs = append(errs, end.device.Close())
	}
	return errors.Join(errs...)
}

func (a *tunArea) add(device *os.File, index int, own bool) {
	end := &port{device: device, own: own, lines: map[*port]chan packet{}}
	a.mu.Lock()
	a.ports[netip.MustParseAddr(address(index))] = end
	a.mu.Unlock()
	go a.read(end)
}

// read takes packets out of a device until it is closed.
func (a *tunArea) read(from *port) {
	defer func() {
		for _, line := range from.lines {
			close(line)
		}
	}()
	for {
		buffer := make([]byte, packetBytes)
		n, err := from.device.Read(buffer)
		if err != nil {
			return
		}
		const headerBytes, version4 = 20, 4
		if n < headerBytes || buffer[0]>>4 != version4 {
			continue
		}
		a.mu.RLock()
		to := a.ports[netip.AddrFrom4([4]byte(buffer[16:20]))]
		a.mu.RUnlock()
		if to == nil || from.away.Load() {
			continue
		}
		line := from.lines[to]
		if line == nil {
			line = make(chan packet, packetsAhead)
			from.lines[to] = line
			go carry(from, to, line)
		}
		select {
		case line <- packet{time.Now().Add(a.delay(from, to)), buffer[:n]}:
		default:
		}
	}
}

func (a *tunArea) delay(from, to *port) time.Duration {
	if from.own || to.own {
		return 0
	}
	return a.latency.Min + rand.N(a.latency.Max-a.latency.Min+1)
}

// carry delivers packets in the order in which they were sent, each when it is due.
func carry(from, to *port, line <-chan packet) {
	for packet := range line {
		time.Sleep(time.Until(packet.due))
		if from.away.Load() || to.away.Load() {
			continue
		}
		if _, err := to.device.Write(packet.bytes); err != nil {
			continue // the device is full, or its namespace is gone: lost, as on any network
		}
	}
}

// openTun makes a TUN device in the namespace of the calling thread.
func openTun(name string) (*os.File, error) {
	const path = "/dev/net/tun"
	descriptor, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	request, err := unix.NewIfreq(name)
	if err != nil {
		return nil, err
	}
	request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
	if err := unix.IoctlIfreq(descriptor, unix.TUNSETIFF, request); err != nil {
		_ = unix.Close(descriptor)
		return nil, fmt.Errorf("make a TUN device: %w", err)
	}
	return os.NewFile(uintptr(descriptor), path), nil
}
