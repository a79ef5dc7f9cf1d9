package devnet

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
)

// Progress is told what a start is doing. Step begins one step; the function it returns ends that step, with the
// error if it failed.
type Progress interface {
	Step(name string) (done func(error))
}

// Options say how to run a network.
type Options struct {
	// Dir is the network's folder; it must not hold another network. Required.
	Dir string
	// Binaries is the folder of fzd, bzd and azrelay; empty: AZUKARI_BIN, the folder of this command, or build/ of
	// the source tree, where missing ones are built.
	Binaries string
	// Progress is told about the start; nil for nobody.
	Progress Progress
	// Detach lets the processes outlive this one.
	Detach bool
	// Host says where a node of a zone runs; nil for this machine.
	Host func(zone, node string) Host
	// Genesis changes the genesis of a zone before any node has it; nil leaves it as it is.
	Genesis func(ctx context.Context, zone string, genesis *genutiltypes.AppGenesis) error
	// Home changes the written home of a node before the node starts for the first time; nil leaves it as it is.
	Home func(ctx context.Context, zone, node, home string) error
}

// Network is a running network. Its methods are safe for concurrent use.
type Network struct {
	dir      string
	logs     string
	manifest Manifest
	detach   bool
	keys     *Keys
	ports    *ports
	zones    []*Zone // the Financial Zone first
	relayer  *Relayer
	records  []KeyRecord

	mu      sync.Mutex // guards what follows and the file of endpoints
	ready   bool
	failure string
	closed  bool
	// released networks are detached ones that have started: nobody looks after them any more.
	released bool
}

// New starts a network and returns when every zone makes blocks and, if the manifest wants a relayer, is linked. If
// that fails nothing is left running, and the error says why and where the logs are.
func New(ctx context.Context, manifest Manifest, options Options) (*Network, error) {
	if err := manifest.Validate(); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	if options.Progress == nil {
		options.Progress = silent{}
	}
	network := &Network{manifest: manifest, detach: options.Detach, keys: NewKeys(manifest.Seed)}
	if err := network.makeFolder(options.Dir); err != nil {
		return nil, err
	}
	err := network.prepare(ctx, options)
	if err == nil {
		err = network.start(ctx, options.Progress)
	}
	if err != nil {
		return nil, errors.Join(err, network.fail(err))
	}
	return network, nil
}

// Financial returns the Financial Zone.
func (n *Network) Financial() *Zone { return n.zones[0] }

// Zones returns the Business Zones in the order of the manifest.
func (n *Network) Zones() []*Zone { return n.zones[1:] }

// Zone returns the zone with the id. It panics if there is none: a test that misspells an id cannot go on.
func (n *Network) Zone(id string) *Zone {
	for _, zone := range n.zones {
		if zone.id == id {
			return zone
		}
	}
	panic(fmt.Sprintf("expected a zone of network %s, got %q", n.manifest.Name, id))
}

// Relayer returns the relayer, nil if the manifest wants none.
func (n *Network) Relayer() *Relayer { return n.relayer }

// Keys returns the network's keys.
func (n *Network) Keys() *Keys { return n.keys }

// Manifest returns what the network was made from.
func (n *Network) Manifest() Manifest { return n.manifest }

// Dir returns the network's folder.
func (n *Network) Dir() string { return n.dir }

// start starts everything and waits until it is ready.
func (n *Network) start(ctx context.Context, progress Progress) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	err := step(progress, "start nodes", func() error {
		for _, zone := range n.zones {
			if err := zone.start(); err != nil {
				return err
			}
		}
		return n.writeEndpoints()
	})
	if err != nil {
		return err
	}
	for _, zone := range n.zones {
		name := fmt.Sprintf("%s makes blocks (%d nodes)", zone.chainID, len(zone.Nodes()))
		// Two blocks: the first that consensus made by itself is behind the genesis block.
		if err := step(progress, name, func() error { return waitHeights(ctx, zone.Nodes(), 2) }); err != nil {
			return err
		}
	}
	if err := n.link(ctx, progress); err != nil {
		return err
	}
	n.mu.Lock()
	n.ready = true
	n.mu.Unlock()
	return n.writeEndpoints()
}

func (n *Network) link(ctx context.Context, progress Progress) error {
	if n.relayer == nil {
		return nil
	}
	if err := step(progress, "start relayer", n.relayer.Start); err != nil {
		return err
	}
	for _, zone := range n.Zones() {
		err := step(progress, fmt.Sprintf("link %s with %s", zone.chainID, n.Financial().chainID), func() error {
			return n.relayer.waitAlive(ctx, func(ctx context.Context) error { return zone.waitLinked(ctx, n.Financial()) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Close stops the relayer and every node and gives the ports back. Files and logs stay. A second call does nothing.
func (n *Network) Close() error {
	n.mu.Lock()
	closed := n.closed
	n.closed = true
	n.mu.Unlock()
	if closed {
		return nil
	}
	var errs []error
	if n.relayer != nil {
		errs = append(errs, n.relayer.Stop())
	}
	var group errgroup.Group
	for _, zone := range n.zones {
		for _, node := range zone.Nodes() {
			group.Go(node.Stop)
		}
	}
	errs = append(errs, group.Wait(), n.release())
	return errors.Join(errs...)
}

// Release lets go of a detached network, which goes on running; 'azukari devnet down' or [Down] ends it.
func (n *Network) Release() error {
	if !n.detach {
		return errors.New("expected a detached network, got one that ends with this process: set Options.Detach")
	}
	n.mu.Lock()
	n.released = true
	n.mu.Unlock()
	return errors.Join(n.writeEndpoints(), n.release())
}

func (n *Network) release() error {
	var errs []error
	for _, zone := range n.zones {
		errs = append(errs, zone.closeClients())
	}
	if n.ports != nil {
		errs = append(errs, n.ports.release())
	}
	return errors.Join(errs...)
}

// fail ends what runs and records why the start failed, for those who wait for it.
func (n *Network) fail(cause error) error {
	n.mu.Lock()
	n.failure = cause.Error()
	n.mu.Unlock()
	return errors.Join(n.Close(), n.writeEndpoints())
}

// Endpoints says where everything is now.
func (n *Network) Endpoints() Endpoints {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.endpoints()
}

func (n *Network) endpoints() Endpoints {
	endpoints := Endpoints{Name: n.manifest.Name, Ready: n.ready && !n.closed, Failure: n.failure, Keys: n.records}
	if !n.released {
		endpoints.Supervisor = thisProcess()
	}
	for _, zone := range n.zones {
		entry := ZoneEndpoints{ID: zone.id, ChainID: zone.chainID}
		for _, node := range zone.Nodes() {
			entry.Nodes = append(entry.Nodes, node.Endpoints())
		}
		endpoints.Zones = append(endpoints.Zones, entry)
	}
	if n.relayer != nil {
		relayer := n.relayer.Endpoints()
		endpoints.Relayer = &relayer
	}
	return endpoints
}

func (n *Network) writeEndpoints() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.endpoints().write(n.dir)
}

// spec describes a process of this network.
func (n *Network) spec(name, binary, log string, arguments ...string) processSpec {
	return processSpec{
		name: name, path: binary, args: arguments, log: log, detach: n.detach, inherit: n.ports.files(),
	}
}

type silent struct{}

func (silent) Step(string) func(error) { return func(error) {} }

func step(progress Progress, name string, run func() error) error {
	done := progress.Step(name)
	err := run()
	done(err)
	return err
}
