package profile

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
)

// Client returns a client of the profile's nodes. It does not connect.
func (p Profile) Client(config encoding.Config) (*nodeclient.Client, error) {
	return Dial(p.ChainID, p.Nodes, p.TLS, config)
}

// Dial returns a client of a chain's nodes. It does not connect.
func Dial(chainID string, where []Node, files *TLS, config encoding.Config) (*nodeclient.Client, error) {
	secured, err := files.Client()
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return nodeclient.New(nodeclient.Config{ChainID: chainID, Nodes: NodesOf(where), Encoding: config, TLS: secured})
}

// NodesOf returns nodes as a client takes them.
func NodesOf(where []Node) []nodeclient.Node {
	nodes := make([]nodeclient.Node, len(where))
	for i, node := range where {
		nodes[i] = nodeclient.Node{GRPC: node.GRPC, RPC: node.RPC}
	}
	return nodes
}

// Client returns how nodes are spoken to; nil where no TLS is wanted.
func (t *TLS) Client() (*tls.Config, error) {
	if t == nil {
		return nil, nil //nolint:nilnil // plain text is a choice
	}
	config := &tls.Config{MinVersion: tls.VersionTLS13}
	if t.CA != "" {
		var err error
		if config.RootCAs, err = t.Authority(); err != nil {
			return nil, err
		}
	}
	if t.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// Authority returns the certificates of the file ca.
func (t *TLS) Authority() (*x509.CertPool, error) {
	raw, err := os.ReadFile(t.CA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("expected certificates in PEM in %s, got none", t.CA)
	}
	return pool, nil
}
