package devnet

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// stopGrace is how long a process may take to end after SIGTERM.
const stopGrace = 10 * time.Second

// processSpec says how to run one process.
type processSpec struct {
	name string
	path string
	args []string
	// log receives stdout and stderr; it is appended to, so that it survives restarts.
	log string
	// host is where the process runs; nil for this machine.
	host Host
	// detach lets the process outlive this one; otherwise the kernel kills it with its parent, where it can.
	detach bool
	// inherit are files that the process keeps open for as long as it lives.
	inherit []*os.File
}

// process is a running or ended child in a process group of its own.
type process struct {
	spec processSpec
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read it after done
}

func startProcess(spec processSpec) (*process, error) {
	log, err := os.OpenFile(spec.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log of %s: %w", spec.name, err)
	}
	cmd := exec.Command(spec.path, spec.args...) // #nosec G204 -- our own binaries
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = spec.inherit
	cmd.SysProcAttr = processAttributes(spec.detach)
	host := spec.host
	if host == nil {
		host = Loopback()
	}
	err = host.Start(cmd)
	// The child has its own copy.
	if closeErr := log.Close(); err == nil && closeErr != nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", spec.name, err)
	}
	p := &process{spec: spec, cmd: cmd, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// stop asks the process and its children to end, and kills them if they do not within the grace.
func (p *process) stop(grace time.Duration) error {
	if !p.running() {
		return nil
	}
	if err := signalGroup(p.pid(), syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", p.spec.name, err)
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(grace):
		return p.kill()
	}
}

// kill ends the process and its children at once.
func (p *process) kill() error {
	if p.running() {
		if err := signalGroup(p.pid(), syscall.SIGKILL); err != nil {
			return fmt.Errorf("kill %s: %w", p.spec.name, err)
		}
	}
	<-p.done
	return nil
}

// signalGroup signals a process group; a group that is gone already is no error.
func signalGroup(pid int, signal syscall.Signal) error {
	if err := syscall.Kill(-pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	return nil
}

// ProcessError is a process of the network that ended by itself, or that did not get ready.
type ProcessError struct {
	// Name of the process: "financial/bank-a" or "relayer".
	Name string
	// Reason is one line.
	Reason string
	// Log is the path of its log.
	Log string
}

// Error says which process failed, why, and where its log is.
func (e *ProcessError) Error() string {
	return fmt.Sprintf("%s: %s (log: %s)", e.Name, e.Reason, e.Log)
}

// failure is why a process ended by itself, in the words of its log.
func (p *process) failure() error {
	lines, err := TailLog(p.spec.log, 40)
	if err != nil {
		return fmt.Errorf("%s ended and its log cannot be read: %w", p.spec.name, err)
	}
	return &ProcessError{Name: p.spec.name, Reason: "ended: " + reasonOf(lines, p.err), Log: p.spec.log}
}

// reasonOf picks the line that explains an end: the command's own "Error: ..." or a panic, else the last line.
func reasonOf(lines []string, exit error) string {
	for i := len(lines) - 1; i >= 0; i-- {
		// "Error reading PrivValidator key from ..." is CometBFT's.
		for _, prefix := range []string{"Error: ", "Error ", "panic: "} {
			if line := strings.TrimSpace(lines[i]); strings.HasPrefix(line, prefix) {
				return strings.TrimPrefix(line, "Error: ")
			}
		}
	}
	for i := len(lines) - 1; i >= 0; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" {
			return line
		}
	}
	if exit != nil {
		return exit.Error()
	}
	return "without a word"
}
