//go:build !linux

package bench

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// errNoProc says that a measurement needs what only Linux tells of processes.
var errNoProc = errors.New("expected Linux, whose /proc says what each node uses, got another system")

func cpuOf(int) (time.Duration, error) { return 0, errNoProc }

func memoryOf(int) (now, peak int64, err error) { return 0, 0, errNoProc }

func ownCPU() (time.Duration, error) { return 0, errNoProc }

func blocksOf(info os.FileInfo) int64 { return info.Size() }

func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
