package devnet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/azukari-network/azukari/app/base/encoding"
)

// Node is one node of a zone. It can be stopped, killed and started again; its state and log stay.
type Node struct {
	network *Network
	zone    *Zone
	binary  string
	host    Host
	client  *Client
	// consensusKey of a validator.
	consensusKey []byte

	mu        sync.Mutex
	endpoints NodeEndpoints // without PID
	process   *process
	// insist says that the node starts with the name of its role, and so checks its configuration.
	insist bool
}

func newNode(network *Network, zone *Zone, plan *nodePlan, binary, logs string, config encoding.Config) (*Node, error) {
	endpoints := plan.endpoints(logs)
	client, err := newClient(zone.chainID, config, endpoints)
	if err != nil {
		return nil, err
	}
	node := &Node{network: network, zone: zone, binary: binary, host: plan.host, endpoints: endpoints, client: client}
	if plan.role == RoleValidator {
		node.consensusKey = plan.consensusKey.PubKey().Bytes()
	}
	return node, nil
}

// Name is unique in the zone: "bank-a", "listener-1".
func (n *Node) Name() string { return n.endpoints.Name }

// ID is CometBFT's node id, by which members admit the node.
func (n *Node) ID() string {
	id, _, _ := strings.Cut(n.endpoints.P2P, "@")
	return id
}

// ConsensusKey is the Ed25519 public key, 32 bytes, that a validator signs with; none of a listener.
func (n *Node) ConsensusKey() []byte { return n.consensusKey }

// Role is [RoleValidator] or [RoleListener].
func (n *Node) Role() string { return n.Endpoints().Role }

// Client speaks to this node.
func (n *Node) Client() *Client { return n.client }

// Endpoints says where the node listens and where its files are.
func (n *Node) Endpoints() NodeEndpoints {
	n.mu.Lock()
	defer n.mu.Unlock()
	endpoints := n.endpoints
	if n.process != nil && n.process.running() {
		endpoints.PID = n.process.pid()
	}
	return endpoints
}

// Start starts the node's process; it is an error if it runs. It does not wait for blocks: see [Client.WaitHeight].
func (n *Node) Start() error {
	if err := n.launch(); err != nil {
		return err
	}
	return n.network.writeEndpoints()
}

// Stop asks the node to end and waits for it.
func (n *Node) Stop() error { return n.end((*process).stopGracefully) }

// Kill ends the node as kill -9 does.
func (n *Node) Kill() error { return n.end((*process).kill) }

// Restart stops the node and starts it again.
func (n *Node) Restart() error {
	if err := n.Stop(); err != nil {
		return err
	}
	return n.Start()
}

func (n *Node) launch() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.process != nil && n.process.running() {
		return fmt.Errorf("expected %s stopped, got running: stop it first", n.fullName())
	}
	arguments := []string{"start", "--home", n.endpoints.Home, "--log_no_color"}
	if role := n.endpoints.Role; n.insist || role == RoleListener {
		arguments = append(arguments, "--"+role)
	}
	spec := n.network.spec(n.fullName(), n.binary, n.endpoints.Log, arguments...)
	spec.host = n.host
	started, err := startProcess(spec)
	if err != nil {
		return err
	}
	n.process = started
	return nil
}

func (n *Node) end(how func(*process) error) error {
	n.mu.Lock()
	current := n.process
	n.mu.Unlock()
	if current == nil {
		return nil
	}
	return errors.Join(how(current), n.network.writeEndpoints())
}

func (n *Node) fullName() string { return n.zone.id + "/" + n.endpoints.Name }

// waitHeight waits for a block, or for the process to end without one.
func (n *Node) waitHeight(ctx context.Context, height int64) error {
	n.mu.Lock()
	current := n.process
	n.mu.Unlock()
	return waitAlive(ctx, current, func(ctx context.Context) error { return n.client.WaitHeight(ctx, height) })
}

// waitAlive runs wait and ends it with the reason if the process ends meanwhile.
func waitAlive(ctx context.Context, p *process, wait func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-p.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	err := wait(ctx)
	switch {
	case err == nil:
		return nil
	case !p.running():
		return p.failure()
	case errors.Is(err, context.DeadlineExceeded):
		return &ProcessError{Name: p.spec.name, Reason: err.Error(), Log: p.spec.log}
	default:
		return err
	}
}

// stopGracefully is stop with the usual grace.
func (p *process) stopGracefully() error { return p.stop(stopGrace) }
