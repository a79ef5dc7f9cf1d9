package devnet

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Zone is one chain of the network.
type Zone struct {
	id      string
	chainID string
	network *Network
	binary  string
	genesis *genutiltypes.AppGenesis
	plans   []*nodePlan // of the nodes at the start

	mu    sync.Mutex // guards nodes, to which Join adds
	nodes []*Node
}

// ID is [FinancialID] or the Business Zone's id in the manifest.
func (z *Zone) ID() string { return z.id }

// ChainID is what the chain calls itself.
func (z *Zone) ChainID() string { return z.chainID }

// Binary is the path of the program that the zone's nodes run.
func (z *Zone) Binary() string { return z.binary }

// Nodes lists the zone's nodes: validators, then listeners, then those that joined.
func (z *Zone) Nodes() []*Node {
	z.mu.Lock()
	defer z.mu.Unlock()
	return slices.Clone(z.nodes)
}

// Join writes the home of one more listener, which an organization runs, and returns the node; it does not run yet. Its
// peers and its bootstrap ids are the nodes of the start. It is a stranger to them until the organization registers
// [Node.ID] with MsgRegisterNode.
func (z *Zone) Join(name, organization string) (*Node, error) {
	return z.join(name, organization, RoleListener)
}

// JoinValidator is [Zone.Join] of a node that signs with a key of its own, [Node.ConsensusKey], once the members have given
// the key power with MsgSetValidator.
func (z *Zone) JoinValidator(name, organization string) (*Node, error) {
	return z.join(name, organization, RoleValidator)
}

func (z *Zone) join(name, organization, role string) (*Node, error) {
	for _, node := range z.Nodes() {
		if node.Name() == name {
			return nil, fmt.Errorf("expected a name of its own in zone %s, got %q again", z.id, name)
		}
	}
	plan, err := newNodePlan(z.network.dir, z.id, name, role, organization, z.network.ports)
	if err != nil {
		return nil, err
	}
	if err := plan.writeHome(z.network.manifest, z.genesis, z.plans); err != nil {
		return nil, err
	}
	node, err := newNode(z.network, z, plan, z.binary, z.network.logs, applicationOf(z.id).encoding)
	if err != nil {
		return nil, err
	}
	z.mu.Lock()
	z.nodes = append(z.nodes, node)
	z.mu.Unlock()
	return node, z.network.writeEndpoints()
}

// Node returns the node with the name. It panics if there is none: a test that misspells a name cannot go on.
func (z *Zone) Node(name string) *Node {
	for _, node := range z.Nodes() {
		if node.Name() == name {
			return node
		}
	}
	panic(fmt.Sprintf("expected a node of zone %s, got %q", z.id, name))
}

// Client speaks to the zone's first validator.
func (z *Zone) Client() *Client { return z.Nodes()[0].client }

// WaitHeight returns when every running node of the zone has a block at the height.
func (z *Zone) WaitHeight(ctx context.Context, height int64) error {
	var running []*Node
	for _, node := range z.Nodes() {
		if node.Endpoints().PID != 0 {
			running = append(running, node)
		}
	}
	return waitHeights(ctx, running, height)
}

// waitHeights returns when every node has a block at the height, or why one of them never will: it has ended.
func waitHeights(ctx context.Context, nodes []*Node, height int64) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, node := range nodes {
		group.Go(func() error { return node.waitHeight(ctx, height) })
	}
	return group.Wait()
}

func newZone(network *Network, plan zonePlan, nodes []*nodePlan, genesis *genutiltypes.AppGenesis, binaries string) (*Zone, error) {
	zone := &Zone{
		id: plan.id, chainID: plan.chainID, network: network, binary: filepath.Join(binaries, plan.binary), genesis: genesis, plans: nodes,
	}
	config := applicationOf(plan.id).encoding
	for _, nodePlan := range nodes {
		node, err := newNode(network, zone, nodePlan, zone.binary, network.logs, config)
		if err != nil {
			return nil, errors.Join(err, zone.closeClients())
		}
		zone.nodes = append(zone.nodes, node)
	}
	return zone, nil
}

func (z *Zone) start() error {
	for _, node := range z.Nodes() {
		if err := node.launch(); err != nil {
			return err
		}
	}
	return nil
}

func (z *Zone) closeClients() error {
	var errs []error
	for _, node := range z.Nodes() {
		errs = append(errs, node.client.Close())
	}
	return errors.Join(errs...)
}

// waitLinked returns when the zone and the Financial Zone both see their channels open.
func (z *Zone) waitLinked(ctx context.Context, financial *Zone) error {
	atFinancial := financialtypes.NewQueryClient(financial.Client().GRPC())
	err := poll(ctx, "zone "+z.id+" to become active", func() (bool, error) {
		answer, err := atFinancial.Zone(ctx, &financialtypes.QueryZoneRequest{Id: z.id})
		return err == nil && answer.Zone.Status == financialtypes.ZoneStatusActive, err
	})
	if err != nil {
		return err
	}
	atBusiness := businesstypes.NewQueryClient(z.Client().GRPC())
	return poll(ctx, "zone "+z.id+" to know its yen", func() (bool, error) {
		answer, err := atBusiness.FinancialZone(ctx, &businesstypes.QueryFinancialZoneRequest{})
		return err == nil && answer.YenDenom != "" && answer.FinancialZone.ZonelinkChannelId != "", err
	})
}
