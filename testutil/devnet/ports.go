package devnet

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
)

const (
	// Blocks end below 32768, where Linux starts to hand out ephemeral ports.
	firstPort      = 20_000
	portsPerBlock  = 50
	portBlockCount = 250
	loopback       = "127.0.0.1"
)

// ports hands out free TCP ports. A block of ports belongs to the network that holds the lock of its file, in
// whatever process: the lock ends with the last process that inherited the file, so nothing is left behind.
type ports struct {
	mu     sync.Mutex
	dir    string
	pinned bool
	next   int
	end    int
	block  int
	locks  []*os.File
}

// newPorts returns a source of free ports, or of consecutive ports from base if that is not 0.
func newPorts(base int) (*ports, error) {
	if base != 0 {
		return &ports{pinned: true, next: base}, nil
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("azukari-ports-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create the folder of port locks: %w", err)
	}
	return &ports{dir: dir}, nil
}

// take returns a port that is free now and that no other network will take, for the use that is named in errors.
func (p *ports) take(use string) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pinned {
		port := p.next
		p.next++
		if err := probe(port); err != nil {
			return 0, fmt.Errorf("port %d for %s is in use: stop what listens there or change ports_base", port, use)
		}
		return port, nil
	}
	for {
		for p.next < p.end {
			port := p.next
			p.next++
			if probe(port) == nil {
				return port, nil
			}
		}
		if err := p.lockNextBlock(); err != nil {
			return 0, err
		}
	}
}

func (p *ports) lockNextBlock() error {
	for ; p.block < portBlockCount; p.block++ {
		file, err := os.OpenFile(filepath.Join(p.dir, strconv.Itoa(p.block)), os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304
		if err != nil {
			return fmt.Errorf("open port lock: %w", err)
		}
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) // #nosec G115 -- a descriptor fits an int
		if errors.Is(err, syscall.EWOULDBLOCK) {
			if err := file.Close(); err != nil {
				return fmt.Errorf("close port lock: %w", err)
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("lock ports: %w", errors.Join(err, file.Close()))
		}
		p.locks = append(p.locks, file)
		p.next = firstPort + p.block*portsPerBlock
		p.end = p.next + portsPerBlock
		p.block++
		return nil
	}
	return fmt.Errorf("no free ports between %d and %d: stop other devnets", firstPort, firstPort+portBlockCount*portsPerBlock)
}

// files are the locks; a process that inherits them keeps the ports reserved for as long as it lives.
func (p *ports) files() []*os.File {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*os.File(nil), p.locks...)
}

// release gives the ports back as far as this process is concerned.
func (p *ports) release() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, file := range p.locks {
		errs = append(errs, file.Close())
	}
	p.locks, p.next, p.end = nil, 0, 0
	return errors.Join(errs...)
}

func probe(port int) error {
	listener, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		return err
	}
	return listener.Close()
}
