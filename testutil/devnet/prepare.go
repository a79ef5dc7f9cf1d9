package devnet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// startTimeout bounds how long a network may take to make blocks and to link its zones.
const startTimeout = 3 * time.Minute

// prepare finds the binaries and writes every file of the network; nothing runs yet.
func (n *Network) prepare(ctx context.Context, options Options) error {
	manifest := n.manifest
	needed := []string{financialBinary}
	if len(manifest.Zones) > 0 {
		needed = append(needed, businessBinary)
	}
	withRelayer := manifest.Relayer && len(manifest.Zones) > 0
	if withRelayer {
		needed = append(needed, relayerBinary)
	}
	var binaries string
	err := step(options.Progress, "find binaries", func() (err error) {
		binaries, err = findBinaries(options.Binaries, needed)
		return err
	})
	if err != nil {
		return err
	}
	return step(options.Progress, "write keys, genesis and configuration", func() (err error) {
		n.records = keyRecords(manifest, n.keys)
		if n.ports, err = newPorts(manifest.PortsBase); err != nil {
			return err
		}
		if err := n.writeZones(ctx, binaries, options); err != nil {
			return err
		}
		if withRelayer {
			if n.relayer, err = newRelayer(n, filepath.Join(binaries, relayerBinary), n.ports); err != nil {
				return err
			}
		}
		return n.writeEndpoints()
	})
}

// makeFolder takes the folder over from a network that has ended, and refuses everything else that is not empty.
func (n *Network) makeFolder(dir string) error {
	if dir == "" {
		return errors.New("expected a folder for the network, got none: set Options.Dir")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	previous, err := ReadEndpoints(dir)
	switch {
	case err == nil && previous.Running():
		return fmt.Errorf("a devnet runs in %s: run 'azukari devnet down' or choose another folder", dir)
	case err == nil:
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
	case errors.Is(err, ErrNoNetwork):
		entries, err := os.ReadDir(dir)
		if err == nil && len(entries) > 0 {
			return fmt.Errorf("folder %s holds other files: choose an empty or a new one", dir)
		}
	default:
		return err
	}
	n.dir, n.logs = dir, filepath.Join(dir, "logs")
	if err := os.MkdirAll(n.logs, 0o700); err != nil {
		return err
	}
	raw, err := n.manifest.Marshal()
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "manifest.yaml"), raw, 0o600); err != nil {
		return err
	}
	// From now on the folder is known as a network's.
	return n.writeEndpoints()
}

// writeZones writes the homes of all nodes.
func (n *Network) writeZones(ctx context.Context, binaries string, options Options) error {
	builder := genesisBuilder{manifest: n.manifest, keys: n.keys, cdc: newCodec(), time: n.manifest.GenesisTime.UTC()}
	if n.manifest.GenesisTime.IsZero() {
		// Whole seconds: genesis files of all zones read the same.
		builder.time = time.Now().UTC().Truncate(time.Second)
	}
	plans := planZones(n.manifest)
	planned := make([][]*nodePlan, len(plans))
	builder.validators = map[string][]byte{}
	for i, plan := range plans {
		var err error
		if planned[i], err = planNodes(n.dir, plan, options.hostOf, n.ports); err != nil {
			return err
		}
		builder.validators[plan.id] = validatorsHash(consensusKeys(planned[i]))
	}
	for i, plan := range plans {
		nodes := planned[i]
		genesis, err := builder.build(plan, applicationOf(plan.id).genesis, zoneNodes{consensusKeys(nodes), admittedNodes(nodes)})
		if err != nil {
			return err
		}
		if options.Genesis != nil {
			if err := options.Genesis(ctx, plan.id, genesis); err != nil {
				return fmt.Errorf("genesis of %s: %w", plan.id, err)
			}
		}
		for _, node := range nodes {
			if err := node.writeHome(n.manifest, genesis, nodes); err != nil {
				return err
			}
			if options.Home == nil {
				continue
			}
			if err := options.Home(ctx, plan.id, node.name, node.home); err != nil {
				return fmt.Errorf("home of %s/%s: %w", plan.id, node.name, err)
			}
		}
		zone, err := newZone(n, plan, nodes, genesis, binaries)
		if err != nil {
			return err
		}
		n.zones = append(n.zones, zone)
	}
	return nil
}
