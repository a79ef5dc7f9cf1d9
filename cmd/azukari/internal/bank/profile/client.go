package profile

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"google.golang.org/grpc/credentials"

	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/nodeclient"
)

// Client returns a client of the profile's nodes. It does not connect.
func (p Profile) Client(config encoding.Config) (*nodeclient.Client, error) {
	secured, err := p.TLS.credentials()
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	nodes := make([]nodeclient.Node, len(p.Nodes))
	for i, node := range p.Nodes {
		nodes[i] = nodeclient.Node{GRPC: node.GRPC, RPC: node.RPC}
	}
	return nodeclient.New(nodeclient.Config{ChainID: p.ChainID, Nodes: nodes, Encoding: config, Credentials: secured})
}

// credentials returns nil where no TLS is wanted.
func (t TLS) credentials() (credentials.TransportCredentials, error) {
	if t == (TLS{}) {
		return nil, nil //nolint:nilnil // plain text is a choice
	}
	config := &tls.Config{MinVersion: tls.VersionTLS13}
	if t.CA != "" {
		raw, err := os.ReadFile(t.CA)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(raw) {
			return nil, fmt.Errorf("expected certificates in PEM in %s, got none", t.CA)
		}
	}
	if t.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return credentials.NewTLS(config), nil
}
