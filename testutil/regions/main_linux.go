package regions

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
)

// insideVariable marks a test process that has a network namespace of its own. If it has none, it says why.
const insideVariable = "AZUKARI_REGIONS_INSIDE"

const yes = "yes"

// Main runs a package's tests in a network namespace of their own, where they may do what they like with the network. Call it
// from TestMain: os.Exit(regions.Main(m)). Where the machine does not permit that, the tests run as they are, and [New] skips.
func Main(m *testing.M) int {
	if inside := os.Getenv(insideVariable); inside != "" {
		if inside == yes {
			// Without it nothing at all can be reached; New says so to those who need it.
			_ = ip("link set lo up")
		}
		return m.Run()
	}
	inner := exec.Command(os.Args[0], os.Args[1:]...) // #nosec G204 G702 -- this very test
	inner.Stdin, inner.Stdout, inner.Stderr = os.Stdin, os.Stdout, os.Stderr
	inner.Env = append(os.Environ(), insideVariable+"="+yes)
	inner.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() != 0 {
		inner.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		inner.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		inner.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	// Ctrl-C reaches both; the inner one ends first and says how.
	signal.Ignore(os.Interrupt)
	if err := inner.Start(); err != nil {
		if err := os.Setenv(insideVariable, err.Error()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}
	err := inner.Wait()
	var ended *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &ended):
		return ended.ExitCode()
	default:
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
}

// refusal is why there can be no regions here; empty if there can.
func refusal() string {
	switch inside := os.Getenv(insideVariable); inside {
	case yes:
	case "":
		return "the test has no network namespace of its own: call regions.Main in TestMain"
	default:
		return "no network namespaces here: " + inside
	}
	if _, err := exec.LookPath("ip"); err != nil {
		return "no `ip` here (package iproute2): " + err.Error()
	}
	return ""
}
