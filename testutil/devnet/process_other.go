//go:build !linux

package devnet

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

func processAttributes(detach bool) *syscall.SysProcAttr {
	if detach {
		return &syscall.SysProcAttr{Setsid: true}
	}
	return &syscall.SysProcAttr{Setpgid: true}
}

func spawn(cmd *exec.Cmd) error { return cmd.Start() }

// processAlive says whether a process runs that was started with the marker in its arguments: a number alone may
// have gone to another process since.
func processAlive(pid int, marker string) bool {
	output, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output() // #nosec G204
	return err == nil && strings.Contains(string(output), marker)
}
