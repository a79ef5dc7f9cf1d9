package devnet

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Zone is one chain of the network.
type Zone struct {
	id      string
	chainID string
	nodes   []*Node
}

// ID is [FinancialID] or the Business Zone's id in the manifest.
func (z *Zone) ID() string { return z.id }

// ChainID is what the chain calls itself.
func (z *Zone) ChainID() string { return z.chainID }

// Nodes lists the zone's nodes: validators, then listeners.
func (z *Zone) Nodes() []*Node { return z.nodes }

// Node returns the node with the name. It panics if there is none: a test that misspells a name cannot go on.
func (z *Zone) Node(name string) *Node {
	for _, node := range z.nodes {
		if node.Name() == name {
			return node
		}
	}
	panic(fmt.Sprintf("expected a node of zone %s, got %q", z.id, name))
}

// Client speaks to the zone's first validator.
func (z *Zone) Client() *Client { return z.nodes[0].client }

// WaitHeight returns when every running node of the zone has a block at the height.
func (z *Zone) WaitHeight(ctx context.Context, height int64) error {
	var running []*Node
	for _, node := range z.nodes {
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

func newZone(network *Network, plan zonePlan, nodes []*nodePlan, binaries string) (*Zone, error) {
	zone := &Zone{id: plan.id, chainID: plan.chainID}
	config := applicationOf(plan.id).encoding
	for _, nodePlan := range nodes {
		node, err := newNode(network, zone, nodePlan, filepath.Join(binaries, plan.binary), network.logs, config)
		if err != nil {
			return nil, errors.Join(err, zone.closeClients())
		}
		zone.nodes = append(zone.nodes, node)
	}
	return zone, nil
}

func (z *Zone) start() error {
	for _, node := range z.nodes {
		if err := node.launch(); err != nil {
			return err
		}
	}
	return nil
}

func (z *Zone) closeClients() error {
	var errs []error
	for _, node := range z.nodes {
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
