package devnet

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
)

// processAttributes puts a child in a group of its own, so that Ctrl-C reaches only us, and ties its life to ours
// unless it is detached.
func processAttributes(detach bool) *syscall.SysProcAttr {
	if detach {
		return &syscall.SysProcAttr{Setsid: true}
	}
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

type spawnRequest struct {
	cmd    *exec.Cmd
	result chan<- error
}

// spawner starts children from one thread that never ends: Pdeathsig fires when the thread that started the child
// ends, not when the process does.
var spawner = sync.OnceValue(func() chan<- spawnRequest {
	requests := make(chan spawnRequest)
	go func() {
		runtime.LockOSThread()
		for request := range requests {
			request.result <- request.cmd.Start()
		}
	}()
	return requests
})

func spawn(cmd *exec.Cmd) error {
	result := make(chan error)
	spawner() <- spawnRequest{cmd, result}
	return <-result
}

// processAlive says whether a process runs that was started with the marker in its arguments: a number alone may
// have gone to another process since. A zombie is not alive.
func processAlive(pid int, marker string) bool {
	folder := filepath.Join("/proc", strconv.Itoa(pid))
	arguments, err := os.ReadFile(filepath.Join(folder, "cmdline")) // #nosec G304 -- a number below /proc
	// A zombie's arguments are empty.
	return err == nil && bytes.Contains(arguments, []byte(marker))
}
