package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	rpchttp "github.com/cometbft/cometbft/rpc/client/http"

	"github.com/azukari-network/azukari/testutil/devnet"
)

const peerGrace = 10 * time.Second

// peerNode is one process of simd.
type peerNode struct {
	name, binary, home, log string
	rpcAddress, p2p, grpc   string
	id                      string
	consensusKey            []byte
	client                  *rpchttp.HTTP

	mu      sync.Mutex
	command *exec.Cmd
	ended   chan struct{}
	// exit is how the process ended; read it after ended.
	exit error
}

func newPeerNode(ctx context.Context, binary, home, log string) (node *peerNode, err error) {
	node = &peerNode{name: "simd", binary: binary, home: home, log: log}
	for _, address := range []*string{&node.rpcAddress, &node.p2p, &node.grpc} {
		if *address, err = freeAddress(ctx); err != nil {
			return nil, err
		}
	}
	node.name += " at " + node.rpcAddress
	return node, nil
}

// rpc is a client of the node; a new one for each start, for its subscriptions.
func (n *peerNode) rpc() *rpchttp.HTTP { return n.client }

func (n *peerNode) start() (err error) {
	if n.client, err = rpchttp.New("http://"+n.rpcAddress, "/websocket"); err != nil {
		return err
	}
	log, err := os.OpenFile(n.log, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	command := exec.Command(n.binary, "start", "--home", n.home, "--grpc.address", n.grpc, "--grpc-web.enable=false", "--api.enable=false", // #nosec G204 -- the peer's own
		"--minimum-gas-prices", "0stake", "--log_no_color")
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = childAttributes()
	err = errors.Join(devnet.Loopback().Start(command), log.Close())
	if err != nil {
		return fmt.Errorf("start %s: %w", n.name, err)
	}
	ended := make(chan struct{})
	n.mu.Lock()
	n.command, n.ended = command, ended
	n.mu.Unlock()
	go func() {
		n.exit = command.Wait()
		close(ended)
	}()
	return nil
}

// pid is 0 while the node does not run.
func (n *peerNode) pid() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.command == nil {
		return 0
	}
	select {
	case <-n.ended:
		return 0
	default:
		return n.command.Process.Pid
	}
}

// stop asks the node to end, and kills it if it does not.
func (n *peerNode) stop() error {
	pid := n.pid()
	if pid == 0 {
		return nil
	}
	if err := n.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop %s: %w", n.name, err)
	}
	select {
	case <-n.ended:
		return nil
	case <-time.After(peerGrace):
	}
	if err := n.command.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("kill %s: %w", n.name, err)
	}
	<-n.ended
	return nil
}
