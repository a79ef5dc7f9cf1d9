package nodeconfig

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

const (
	// QueriesOff is the address of a node that no client from outside may ask.
	QueriesOff = "off"
	// queriesAddress is where a listener answers unless its operator says otherwise.
	queriesAddress = "0.0.0.0:9443"
)

// Queries is how clients of members ask the node from outside its machine.
type Queries struct {
	// Address is host:port, or QueriesOff; empty is off too, and says that nobody has decided yet.
	Address string `mapstructure:"address"`
	// CertificateFile and KeyFile are PEM files of what the node shows, below the node's home if they are no absolute paths.
	// Both empty: it shows a certificate that the node key has made.
	CertificateFile string `mapstructure:"certificate-file"`
	KeyFile         string `mapstructure:"key-file"`
}

const queriesTemplate = `
###############################################################################
###                         Queries                                         ###
###############################################################################

[queries]
# Where clients from other machines ask this node, as host:port, or "off". One port takes CometBFT's RPC, REST and gRPC, over
# mTLS, from those with a certificate that an active member registered on the chain.
address = {{ printf "%q" .Queries.Address }}
# PEM files of the certificate that the node shows there, and of its key. Without them it shows one that its node key has made,
# so that clients know it by its node id.
certificate-file = {{ printf "%q" .Queries.CertificateFile }}
key-file = {{ printf "%q" .Queries.KeyFile }}
`

// On says whether the node answers clients from outside.
func (q Queries) On() bool { return q.Address != "" && q.Address != QueriesOff }

// Validate checks the address, and that there are both files or none.
func (q Queries) Validate() error {
	if (q.CertificateFile == "") != (q.KeyFile == "") {
		return errors.New("queries.certificate-file and queries.key-file: expected both or none, got one")
	}
	if !q.On() {
		return nil
	}
	_, port, err := net.SplitHostPort(q.Address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("queries.address: expected %s, or host:port such as %s, got %q", QueriesOff, queriesAddress, q.Address)
	}
	return nil
}

// queryRules are those of a node whose servers only clients behind its gate may reach.
func queryRules() []Rule {
	const why = "clients come in through queries.address, with a certificate"
	return []Rule{
		{
			File: cometFile, Key: "rpc.laddr", Want: "loopback", Why: why,
			got: func(f Files) string { return f.Comet.RPC.ListenAddress },
			holds: func(f Files) bool {
				return hostPort(f.Comet.RPC.ListenAddress) != "" && isClosed(f.Comet.RPC.ListenAddress)
			},
			apply: func(f Files) { f.Comet.RPC.ListenAddress = "tcp://" + closed(f.Comet.RPC.ListenAddress, rpcAddress) },
		},
		{
			File: cometFile, Key: "rpc.unsafe", Want: "false", Why: "clients must not steer the node",
			got:   func(f Files) string { return fmt.Sprint(f.Comet.RPC.Unsafe) },
			holds: func(f Files) bool { return !f.Comet.RPC.Unsafe },
			apply: func(f Files) { f.Comet.RPC.Unsafe = false },
		},
		{
			File: appFile, Key: "grpc.enable", Want: "true", Why: "queries are answered by listeners",
			got:   func(f Files) string { return fmt.Sprint(f.App.GRPC.Enable) },
			holds: func(f Files) bool { return f.App.GRPC.Enable },
			apply: func(f Files) { f.App.GRPC.Enable = true },
		},
		{
			File: appFile, Key: "grpc.address", Want: "loopback", Why: why,
			got:   func(f Files) string { return f.App.GRPC.Address },
			holds: func(f Files) bool { return hostPort(f.App.GRPC.Address) != "" && isClosed(f.App.GRPC.Address) },
			apply: func(f Files) { f.App.GRPC.Address = DefaultApp().GRPC.Address },
		},
		{
			File: appFile, Key: "api.enable", Want: "true", Why: "queries are answered by listeners",
			got:   func(f Files) string { return fmt.Sprint(f.App.API.Enable) },
			holds: func(f Files) bool { return f.App.API.Enable },
			apply: func(f Files) { f.App.API.Enable = true },
		},
		{
			File: appFile, Key: "api.address", Want: "loopback", Why: why,
			got:   func(f Files) string { return f.App.API.Address },
			holds: func(f Files) bool { return hostPort(f.App.API.Address) != "" && isClosed(f.App.API.Address) },
			apply: func(f Files) { f.App.API.Address = DefaultApp().API.Address },
		},
		{
			File: appFile, Key: "queries.address", Want: "host:port, or off", Why: "the operator decides whether clients from outside may ask",
			got:   func(f Files) string { return f.App.Queries.Address },
			holds: func(f Files) bool { return f.App.Queries.Address != "" },
			apply: func(f Files) { f.App.Queries.Address = queriesAddress },
		},
	}
}

// Backends are where a node's own servers listen, as host:port.
type Backends struct{ RPC, REST, GRPC string }

// Backends returns where the servers of a node listen that keeps the rules of a listener.
func (f Files) Backends() Backends {
	return Backends{
		RPC: hostPort(f.Comet.RPC.ListenAddress), REST: hostPort(f.App.API.Address), GRPC: hostPort(f.App.GRPC.Address),
	}
}
