package devnet

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// EndpointsFile is the name of the file in a network's folder that says where everything is.
const EndpointsFile = "endpoints.json"

// Endpoints says where a network's nodes listen, what its keys are and how far its start has come. It is all that
// other processes need to use, watch or stop the network.
type Endpoints struct {
	Name string `json:"name"`
	// Ready is true once every zone makes blocks and is linked.
	Ready bool `json:"ready"`
	// Failure is why the network did not become ready; empty otherwise.
	Failure string `json:"failure,omitempty"`
	// Supervisor is the process that ends the network when it ends; none for a detached network that has started.
	Supervisor *Supervisor `json:"supervisor,omitempty"`
	// Zones, the Financial Zone first.
	Zones   []ZoneEndpoints   `json:"zones"`
	Relayer *RelayerEndpoints `json:"relayer,omitempty"`
	// Keys for tests. They are derived from the manifest's seed and are no secret.
	Keys []KeyRecord `json:"keys"`
}

// Supervisor is a process that looks after a network.
type Supervisor struct {
	PID     int    `json:"pid"`
	Command string `json:"command"`
}

func thisProcess() *Supervisor { return &Supervisor{PID: os.Getpid(), Command: os.Args[0]} }

func (s *Supervisor) alive() bool { return s != nil && processAlive(s.PID, s.Command) }

// ZoneEndpoints is one chain.
type ZoneEndpoints struct {
	ID      string          `json:"id"`
	ChainID string          `json:"chain_id"`
	Nodes   []NodeEndpoints `json:"nodes"`
}

// NodeEndpoints is one node.
type NodeEndpoints struct {
	Name string `json:"name"`
	// Role is validator or listener.
	Role string `json:"role"`
	// PID of the process; 0 while it is stopped.
	PID  int    `json:"pid"`
	RPC  string `json:"rpc"`
	GRPC string `json:"grpc"`
	REST string `json:"rest"`
	// Operations answers /metrics, /healthz and /readyz.
	Operations string `json:"operations"`
	P2P        string `json:"p2p"`
	Home       string `json:"home"`
	Log        string `json:"log"`
}

// RelayerEndpoints is the relayer.
type RelayerEndpoints struct {
	PID     int    `json:"pid"`
	Metrics string `json:"metrics"`
	Config  string `json:"config"`
	Log     string `json:"log"`
}

// KeyRecord is one generated test key.
type KeyRecord struct {
	Name         string `json:"name"`
	Organization string `json:"organization,omitempty"`
	Role         string `json:"role"`
	Address      string `json:"address"`
	Mnemonic     string `json:"mnemonic,omitempty"`
	PrivateHex   string `json:"private_key_hex"`
}

// ErrNoNetwork says that a folder holds no network.
var ErrNoNetwork = errors.New("no devnet here")

// ReadEndpoints reads a network's endpoints from its folder. It returns ErrNoNetwork if there is none.
func ReadEndpoints(dir string) (Endpoints, error) {
	raw, err := os.ReadFile(filepath.Join(dir, EndpointsFile)) // #nosec G304 -- the user names the folder
	if errors.Is(err, fs.ErrNotExist) {
		return Endpoints{}, fmt.Errorf("%w: %s has no %s: start one with 'azukari devnet up'", ErrNoNetwork, dir, EndpointsFile)
	}
	if err != nil {
		return Endpoints{}, err
	}
	var endpoints Endpoints
	if err := json.Unmarshal(raw, &endpoints); err != nil {
		return Endpoints{}, fmt.Errorf("read %s: %w", filepath.Join(dir, EndpointsFile), err)
	}
	return endpoints, nil
}

// write replaces the file at once, so that readers never see half of it.
func (e Endpoints) write(dir string) error {
	raw, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, EndpointsFile)
	temporary := path + ".new"
	if err := os.WriteFile(temporary, append(raw, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// Node finds a node by "zone/node", or by the node's name alone where only one zone has it.
func (e Endpoints) Node(name string) (NodeEndpoints, error) {
	var found []NodeEndpoints
	var known []string
	for _, zone := range e.Zones {
		for _, node := range zone.Nodes {
			full := zone.ID + "/" + node.Name
			known = append(known, full)
			if full == name {
				return node, nil
			}
			if node.Name == name {
				found = append(found, node)
			}
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return NodeEndpoints{}, fmt.Errorf("expected one of %v, got %q", known, name)
	default:
		return NodeEndpoints{}, fmt.Errorf("expected zone/node, got %q, which several zones have: one of %v", name, known)
	}
}

// Running says whether any process of the network is alive.
func (e Endpoints) Running() bool { return len(e.processes()) > 0 }

// runningProcess is one live process of a network.
type runningProcess struct {
	name string
	pid  int
	// marker is text in its command line by which it is told from others.
	marker string
}

func (e Endpoints) processes() []runningProcess {
	var all []runningProcess
	// The relayer first: it is the first to be stopped.
	if e.Relayer != nil {
		all = append(all, runningProcess{"relayer", e.Relayer.PID, e.Relayer.Config})
	}
	for _, zone := range e.Zones {
		for _, node := range zone.Nodes {
			all = append(all, runningProcess{zone.ID + "/" + node.Name, node.PID, node.Home})
		}
	}
	var alive []runningProcess
	for _, process := range all {
		if process.pid != 0 && processAlive(process.pid, process.marker) {
			alive = append(alive, process)
		}
	}
	return alive
}

func hostPort(port int) string { return loopback + ":" + strconv.Itoa(port) }

// keyRecords lists the operators of every organization and the first accounts of the manifest.
func keyRecords(m Manifest, keys *Keys) []KeyRecord {
	const accountsPerBankMax = 100 // a file that people can read; the others derive from the seed just as well
	var records []KeyRecord
	seen := map[string]bool{} // the relayer's operator is a member of every zone
	add := func(key Key, organization, role string) {
		if seen[key.Name] {
			return
		}
		seen[key.Name] = true
		records = append(records, KeyRecord{
			Name: key.Name, Organization: organization, Role: role,
			Address: key.String(), Mnemonic: key.Mnemonic, PrivateHex: key.PrivateHex(),
		})
	}
	for _, zone := range planZones(m) {
		for _, member := range zone.members {
			for _, role := range member.roles {
				add(keys.Operator(member.id, role), member.id, role.Word())
			}
			for _, role := range member.seconds {
				add(keys.SecondOperator(member.id, role), member.id, role.Word())
			}
		}
	}
	for _, bank := range m.BankIDs() {
		for i := range min(m.Accounts.PerBank, accountsPerBankMax) {
			add(keys.Account(bank, i), bank, "holder")
		}
	}
	return records
}
