package devnet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/azukari-network/azukari/relayer/config"
)

// relayerName names the relayer among the processes of a network.
const relayerName = "relayer"

// Relayer is the network's relayer. It can be stopped, killed and started again; its journal and log stay.
type Relayer struct {
	network   *Network
	binary    string
	endpoints RelayerEndpoints // without PID

	mu      sync.Mutex
	process *process
}

func newRelayer(network *Network, binary string, source *ports) (*Relayer, error) {
	port, err := source.take("metrics of the relayer")
	if err != nil {
		return nil, err
	}
	home := filepath.Join(network.dir, relayerName)
	relayer := &Relayer{network: network, binary: binary, endpoints: RelayerEndpoints{
		Metrics: "http://" + hostPort(port) + "/metrics",
		Config:  filepath.Join(home, "config.yaml"),
		Log:     filepath.Join(network.logs, relayerName+".log"),
	}}
	return relayer, relayer.writeFiles(home, hostPort(port))
}

func (r *Relayer) writeFiles(home, metrics string) error {
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	key := r.network.keys.Relayer()
	if err := os.WriteFile(filepath.Join(home, "key"), []byte(key.PrivateHex()+"\n"), 0o600); err != nil {
		return err
	}
	m := r.network.manifest
	declared := config.Config{
		Journal: "journal.db", Metrics: metrics, Hub: FinancialID, Log: config.Log{Level: m.LogLevel, Format: m.LogFormat},
	}
	for _, zone := range r.network.zones {
		entry := config.Zone{
			ID: zone.id, ChainID: zone.chainID, KeyFile: "key", BlockTime: m.BlockTime(),
			TrustingPeriod:  time.Duration(m.TrustingPeriodSeconds) * time.Second,
			UnbondingPeriod: time.Duration(m.UnbondingTimeSeconds) * time.Second,
		}
		for _, node := range zone.Nodes() {
			entry.RPC = append(entry.RPC, node.endpoints.RPC)
		}
		declared.Zones = append(declared.Zones, entry)
	}
	raw, err := declared.Marshal()
	if err != nil {
		return fmt.Errorf("encode relayer configuration: %w", err)
	}
	return os.WriteFile(r.endpoints.Config, raw, 0o600)
}

// Endpoints says where the relayer's metrics and files are.
func (r *Relayer) Endpoints() RelayerEndpoints {
	endpoints := r.endpoints
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process != nil && r.process.running() {
		endpoints.PID = r.process.pid()
	}
	return endpoints
}

// Start starts the relayer's process; it is an error if it runs.
func (r *Relayer) Start() error {
	if err := r.launch(); err != nil {
		return err
	}
	return r.network.writeEndpoints()
}

// Stop asks the relayer to end and waits for it.
func (r *Relayer) Stop() error { return r.end((*process).stopGracefully) }

// Kill ends the relayer as kill -9 does.
func (r *Relayer) Kill() error { return r.end((*process).kill) }

// waitAlive runs wait and ends it with the reason if the relayer ends meanwhile.
func (r *Relayer) waitAlive(ctx context.Context, wait func(context.Context) error) error {
	r.mu.Lock()
	current := r.process
	r.mu.Unlock()
	return waitAlive(ctx, current, wait)
}

func (r *Relayer) launch() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.process != nil && r.process.running() {
		return errors.New("expected the relayer stopped, got running: stop it first")
	}
	started, err := startProcess(r.network.spec(relayerName, r.binary, r.endpoints.Log, "start", "-f", r.endpoints.Config))
	if err != nil {
		return err
	}
	r.process = started
	return nil
}

func (r *Relayer) end(how func(*process) error) error {
	r.mu.Lock()
	current := r.process
	r.mu.Unlock()
	if current == nil {
		return nil
	}
	return errors.Join(how(current), r.network.writeEndpoints())
}
