package regions

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// Region is one site: a network namespace in which processes run. It is a devnet.Host.
type Region struct {
	name    string
	address string
	calls   chan call
	network *Network
	// space is the namespace's own name in /proc, and thread the id of the thread that lives in it.
	space  string
	thread int
}

// call is something that one thread does inside the namespace.
type call struct {
	run    func() error
	result chan<- error
}

// newRegion makes a namespace. It lives as long as the thread that made it, which ends with the network: children that are to
// end with their parent end with the thread that started them.
func newRegion(name, address string) (*Region, error) {
	region := &Region{name: name, address: address, calls: make(chan call)}
	made := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := syscall.Unshare(syscall.CLONE_NEWNET)
		made <- err
		if err != nil {
			return // the thread is spoilt and ends with the goroutine
		}
		for call := range region.calls {
			call.result <- call.run()
		}
	}()
	if err := <-made; err != nil {
		return nil, fmt.Errorf("region %s: make a network namespace: %w", name, err)
	}
	err := region.inside(func() (err error) {
		region.thread = syscall.Gettid()
		region.space, err = os.Readlink("/proc/thread-self/ns/net")
		return err
	})
	if err != nil {
		return nil, err
	}
	return region, region.ip("link set lo up")
}

// Name of the region.
func (r *Region) Name() string { return r.name }

// Address is the region's IP address, at which all its processes listen.
func (r *Region) Address() string { return r.address }

// Start starts a command in the region.
func (r *Region) Start(cmd *exec.Cmd) error { return r.inside(cmd.Start) }

// Run runs a command in the region to its end.
func (r *Region) Run(cmd *exec.Cmd) error {
	if err := r.Start(cmd); err != nil {
		return err
	}
	return cmd.Wait()
}

// Kill ends every process of the region at once, as kill -9 does: the site is gone.
func (r *Region) Kill() error {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		space, err := os.Readlink(filepath.Join("/proc", entry.Name(), "ns", "net"))
		if err != nil || space != r.space {
			continue // another's, or it has ended
		}
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("kill process %d of region %s: %w", pid, r.name, err)
		}
	}
	return nil
}

// Cut takes the region's link away: its processes go on, and reach nobody.
func (r *Region) Cut() error { return r.network.wide.cut(r, true) }

// Heal gives the link back.
func (r *Region) Heal() error { return r.network.wide.cut(r, false) }

func (r *Region) inside(run func() error) error {
	result := make(chan error)
	r.calls <- call{run, result}
	return <-result
}

// ip runs the command `ip` in the region.
func (r *Region) ip(arguments string) error {
	return r.inside(func() error { return ip(arguments) })
}

// ip runs the command `ip` in the namespace of the calling thread.
func ip(arguments string) error { return tool("ip", arguments) }

func tool(name, arguments string) error {
	output, err := exec.Command(name, strings.Fields(arguments)...).CombinedOutput() // #nosec G204 -- words of ours
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, arguments, err, strings.TrimSpace(string(output)))
	}
	return nil
}
