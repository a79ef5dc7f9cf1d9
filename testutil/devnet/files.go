package devnet

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"

	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/azukari-network/azukari/app/commitstore"
	"github.com/azukari-network/azukari/app/nodeconfig"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	peerBytesPerSecond = 64 << 20
	snapshotInterval   = 500
)

// nodePlan is one node with its ports and keys, before it has files.
type nodePlan struct {
	zone         string
	name         string
	role         string
	organization string
	home         string
	host         Host
	ports        nodePorts
	nodeKey      p2p.NodeKey
	consensusKey ed25519.PrivKey
}

type nodePorts struct{ p2p, rpc, grpc, rest, operations int }

func newNodePlan(dir, zone, name, role, organization string, source *ports) (*nodePlan, error) {
	plan := &nodePlan{
		zone: zone, name: name, role: role, organization: organization, host: Loopback(),
		home:         filepath.Join(dir, zone, name),
		nodeKey:      p2p.NodeKey{PrivKey: ed25519.GenPrivKey()},
		consensusKey: ed25519.GenPrivKey(),
	}
	for _, wanted := range []struct {
		use  string
		port *int
	}{
		{"p2p", &plan.ports.p2p},
		{"rpc", &plan.ports.rpc},
		{"grpc", &plan.ports.grpc},
		{"rest", &plan.ports.rest},
		{"operations", &plan.ports.operations},
	} {
		port, err := source.take(fmt.Sprintf("%s of %s/%s", wanted.use, zone, name))
		if err != nil {
			return nil, err
		}
		*wanted.port = port
	}
	return plan, nil
}

func (n *nodePlan) endpoints(logs string) NodeEndpoints {
	return NodeEndpoints{
		Name: n.name, Role: n.role, Home: n.home, Log: filepath.Join(logs, n.zone+"."+n.name+".log"),
		RPC: "http://" + n.address(n.ports.rpc), GRPC: n.address(n.ports.grpc), REST: "http://" + n.address(n.ports.rest),
		Operations: "http://" + n.address(n.ports.operations),
		P2P:        string(n.nodeKey.ID()) + "@" + n.address(n.ports.p2p),
	}
}

// writeHome writes everything that the node needs to start: keys, config.toml, app.toml and the genesis.
func (n *nodePlan) writeHome(m Manifest, genesis *genutiltypes.AppGenesis, zone []*nodePlan) error {
	for _, folder := range []string{"config", "data"} {
		if err := os.MkdirAll(filepath.Join(n.home, folder), 0o700); err != nil {
			return err
		}
	}
	config := n.cometConfig(m, zone)
	if err := nodeconfig.Write(config, n.appConfig(zone)); err != nil {
		return fmt.Errorf("%s/%s: %w", n.zone, n.name, err)
	}
	if err := n.nodeKey.SaveAs(config.NodeKeyFile()); err != nil {
		return err
	}
	if n.role == RoleValidator {
		privval.NewFilePV(n.consensusKey, config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()).Save()
	}
	return genesis.SaveAs(config.GenesisFile())
}

func (n *nodePlan) cometConfig(m Manifest, zone []*nodePlan) *cmtcfg.Config {
	config := nodeconfig.DefaultComet()
	config.SetRoot(n.home)
	config.Moniker = n.zone + "/" + n.name
	config.LogLevel = m.LogLevel
	if m.LogFormat == LogFormatJSON {
		config.LogFormat = cmtcfg.LogFormatJSON
	}

	config.RPC.ListenAddress = "tcp://" + n.address(n.ports.rpc)
	config.RPC.PprofListenAddress = ""

	config.P2P.ListenAddress = "tcp://" + n.address(n.ports.p2p)
	config.P2P.PersistentPeers = persistentPeers(n, zone)
	config.P2P.AddrBookStrict = false
	config.P2P.AllowDuplicateIP = true
	config.P2P.SendRate, config.P2P.RecvRate = peerBytesPerSecond, peerBytesPerSecond
	config.P2P.FlushThrottleTimeout = 10 * time.Millisecond

	config.Consensus.TimeoutCommit = m.BlockTime()
	return config
}

// persistentPeers are the other nodes of the zone. Their ids are in it, so a stranger on a reused port is refused.
func persistentPeers(self *nodePlan, zone []*nodePlan) string {
	var peers []string
	for _, peer := range zone {
		if peer != self {
			peers = append(peers, string(peer.nodeKey.ID())+"@"+peer.address(peer.ports.p2p))
		}
	}
	return strings.Join(peers, ",")
}

func (n *nodePlan) appConfig(zone []*nodePlan) nodeconfig.App {
	config := nodeconfig.DefaultApp()
	config.API.Address = "tcp://" + n.address(n.ports.rest)
	config.GRPC.Address = n.address(n.ports.grpc)
	config.Operations.Address = n.address(n.ports.operations)
	config.StateSync.SnapshotInterval = snapshotInterval
	// A zone with listeners has both kinds of stores, which must agree.
	if n.role == RoleListener {
		config.State.Store = commitstore.KindIAVL
	}
	config.Queries.Address = nodeconfig.QueriesOff
	// The first block is made by nodes that have no state yet.
	for _, peer := range zone {
		if peer != n {
			config.Admission.BootstrapIDs = append(config.Admission.BootstrapIDs, string(peer.nodeKey.ID()))
		}
	}
	return config
}

// consensusKeys lists the validators among nodes.
func consensusKeys(nodes []*nodePlan) []consensusKey {
	var keys []consensusKey
	for _, node := range nodes {
		if node.role == RoleValidator {
			keys = append(keys, consensusKey{node.organization, node.consensusKey.PubKey().Bytes()})
		}
	}
	return slices.Clip(keys)
}

// admittedNodes lists all nodes as their organizations registered them.
func admittedNodes(nodes []*nodePlan) []membershiptypes.Node {
	admitted := make([]membershiptypes.Node, len(nodes))
	for i, node := range nodes {
		admitted[i] = membershiptypes.Node{
			Id: string(node.nodeKey.ID()), Organization: node.organization, Moniker: node.name, Address: node.address(node.ports.p2p),
		}
	}
	slices.SortFunc(admitted, func(a, b membershiptypes.Node) int { return strings.Compare(a.Id, b.Id) })
	return admitted
}

// planNodes gives every node of a zone its name and ports: validators by organization, then listeners.
func planNodes(dir string, zone zonePlan, hostOf func(zone, node string) Host, source *ports) ([]*nodePlan, error) {
	var nodes []*nodePlan
	add := func(name, role, organization string) error {
		node, err := newNodePlan(dir, zone.id, name, role, organization, source)
		if err != nil {
			return err
		}
		node.host = hostOf(zone.id, name)
		nodes = append(nodes, node)
		return nil
	}
	for _, member := range zone.members {
		for i := range member.validators {
			name := member.id
			if member.validators > 1 {
				name = fmt.Sprintf("%s-%d", member.id, i+1)
			}
			if err := add(name, RoleValidator, member.id); err != nil {
				return nil, err
			}
		}
	}
	hosts := zone.hosts()
	for i := range zone.listeners {
		if err := add(fmt.Sprintf("listener-%d", i+1), RoleListener, hosts[i%len(hosts)]); err != nil {
			return nil, err
		}
	}
	return nodes, nil
}
