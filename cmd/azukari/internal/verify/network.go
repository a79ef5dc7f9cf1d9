package verify

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	ibctm "github.com/cosmos/ibc-go/v8/modules/light-clients/07-tendermint"
	"google.golang.org/grpc"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/app/strictyaml"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/profile"
	"github.com/azukari-network/azukari/testutil/devnet"
)

// Chain is what is asked of the nodes of one zone. [nodeclient.Client] is one.
type Chain interface {
	ChainID() string
	// GRPC answers queries, at the height that [nodeclient.AtHeight] puts into their context.
	GRPC() grpc.ClientConnInterface
	// StateHeight is the height of the newest state that it answers from.
	StateHeight(ctx context.Context) (int64, error)
	Header(ctx context.Context, height int64) (*coretypes.ResultHeader, error)
}

// Zone is one zone and who speaks for it.
type Zone struct {
	// ID is the zone's id on the Financial Zone, and "financial" for that itself.
	ID string
	Chain
}

// Network is the zones whose yen is to be accounted for.
type Network struct {
	Financial Zone
	// Business Zones in ascending order of id.
	Business []Zone
}

// File is a network's description: which nodes to ask for each zone.
type File struct {
	Financial ZoneNodes `yaml:"financial"`
	// Zones are the Business Zones by their id on the Financial Zone.
	Zones map[string]ZoneNodes `yaml:"zones"`
	// TLS of all nodes; without it they are spoken to in plain text, which is for loopback and private networks. Paths are
	// relative to the file's folder.
	TLS *profile.TLS `yaml:"tls,omitempty"`
}

// ZoneNodes are the nodes of one zone.
type ZoneNodes struct {
	ChainID string `yaml:"chain_id"`
	// Nodes, the preferred one first: listeners with an index, since every balance is read.
	Nodes []profile.Node `yaml:"nodes"`
}

// Clients are the connections to a network's nodes.
type Clients struct {
	Network Network
	closers []func() error
}

// Close closes the connections.
func (c *Clients) Close() error {
	errs := make([]error, len(c.closers))
	for i, closer := range c.closers {
		errs[i] = closer()
	}
	return errors.Join(errs...)
}

// OpenFile connects to the network that a YAML file describes. It does not wait for answers.
func OpenFile(path string) (*Clients, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--network: expected a YAML file with the nodes of each zone: %w", err)
	}
	var file File
	if err := strictyaml.Decode(raw, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	clients, err := file.open(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return clients, nil
}

// OpenDevnet connects to a network that `azukari devnet` runs in the folder.
func OpenDevnet(dir string) (*Clients, error) {
	endpoints, err := devnet.ReadEndpoints(dir)
	if err != nil {
		return nil, err
	}
	file := File{Zones: map[string]ZoneNodes{}}
	for _, zone := range endpoints.Zones {
		nodes := ZoneNodes{ChainID: zone.ChainID}
		for _, node := range zone.Nodes {
			nodes.Nodes = append(nodes.Nodes, profile.Node{GRPC: node.GRPC, RPC: node.RPC})
		}
		// Listeners come last in the list, and they are those whom this work does not burden.
		slices.Reverse(nodes.Nodes)
		if zone.ID == devnet.FinancialID {
			file.Financial = nodes
			continue
		}
		file.Zones[zone.ID] = nodes
	}
	return file.open(dir)
}

func (f File) open(dir string) (*Clients, error) {
	clients := &Clients{}
	connect := func(id string, nodes ZoneNodes) (Zone, error) {
		client, err := nodes.client(f.TLS.In(dir))
		if err != nil {
			return Zone{}, fmt.Errorf("%s: %w", id, errors.Join(err, clients.Close()))
		}
		clients.closers = append(clients.closers, client.Close)
		return Zone{ID: id, Chain: client}, nil
	}
	var err error
	if clients.Network.Financial, err = connect(devnet.FinancialID, f.Financial); err != nil {
		return nil, err
	}
	for id, nodes := range f.Zones {
		zone, err := connect(id, nodes)
		if err != nil {
			return nil, err
		}
		clients.Network.Business = append(clients.Network.Business, zone)
	}
	slices.SortFunc(clients.Network.Business, func(a, b Zone) int { return strings.Compare(a.ID, b.ID) })
	return clients, nil
}

// codecs know what answers about light clients hold.
var codecs = sync.OnceValue(func() encoding.Config {
	config := encoding.Make()
	ibctm.RegisterInterfaces(config.InterfaceRegistry)
	return config
})

func (z ZoneNodes) client(tls *profile.TLS) (*nodeclient.Client, error) {
	if z.ChainID == "" {
		return nil, errors.New("chain_id: expected what the zone calls itself, got none")
	}
	if err := profile.ValidateNodes(z.Nodes); err != nil {
		return nil, err
	}
	return profile.Dial(z.ChainID, z.Nodes, tls, codecs())
}
