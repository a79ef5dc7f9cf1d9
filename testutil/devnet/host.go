package devnet

import (
	"net"
	"os/exec"
	"strconv"
)

// Host is a machine, or what stands for one: it has an address, and processes run on it.
type Host interface {
	// Address is the IP address at which processes of the host listen, and others reach them.
	Address() string
	// Start starts a command on the host.
	Start(cmd *exec.Cmd) error
}

// loopbackHost is this machine.
type loopbackHost struct{}

// Loopback returns this machine, which others do not reach.
func Loopback() Host { return loopbackHost{} }

func (loopbackHost) Address() string { return loopback }

func (loopbackHost) Start(cmd *exec.Cmd) error { return spawn(cmd) }

// hostOf returns where a node runs.
func (o Options) hostOf(zone, node string) Host {
	if o.Host == nil {
		return Loopback()
	}
	return o.Host(zone, node)
}

// address is where a port of the node is.
func (n *nodePlan) address(port int) string {
	return net.JoinHostPort(n.host.Address(), strconv.Itoa(port))
}

// Process is a program that runs beside a network, and ends with the process that started it.
type Process struct{ *process }

// Run starts a program on a host. Its output goes to the end of the log.
func Run(host Host, name, log, program string, arguments ...string) (*Process, error) {
	started, err := startProcess(processSpec{name: name, path: program, args: arguments, log: log, host: host})
	if err != nil {
		return nil, err
	}
	return &Process{started}, nil
}

// PID of the process.
func (p *Process) PID() int { return p.pid() }

// Running says whether it has not ended yet.
func (p *Process) Running() bool { return p.running() }

// Done is closed when it has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Failure is why it ended by itself, in the words of its log.
func (p *Process) Failure() error { return p.failure() }

// Kill ends it as kill -9 does.
func (p *Process) Kill() error { return p.kill() }

// Stop asks it to end and waits for it.
func (p *Process) Stop() error { return p.stopGracefully() }

// StartAs starts the node as a validator or a listener, insisting on the profile that `configure` wrote into its home.
func (n *Node) StartAs(role string) error {
	n.mu.Lock()
	n.endpoints.Role, n.insist = role, true
	n.mu.Unlock()
	return n.Start()
}
