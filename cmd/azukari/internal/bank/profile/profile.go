// Package profile reads and writes bank.yaml, which says for which bank the operator's tool works, through which nodes, and
// with which keys.
package profile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/azukari-network/azukari/app/strictyaml"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

const (
	// FileName is the profile's usual name.
	FileName = "bank.yaml"

	defaultTimeout = 60 * time.Second
	defaultListen  = "127.0.0.1:9190"
	fileMode       = 0o600
)

// Profile is the content of a profile file.
type Profile struct {
	// Bank is the id of the bank, an organization of the Financial Zone.
	Bank string `yaml:"bank"`
	// ChainID is what the Financial Zone calls itself.
	ChainID string `yaml:"chain_id"`
	// Nodes are the bank's own nodes, the preferred one first. When one does not answer the next one is asked.
	Nodes []Node `yaml:"nodes"`
	// TLS of the nodes; without it they are spoken to in plain text, which is for loopback and private networks.
	TLS *TLS `yaml:"tls,omitempty"`
	// Keyring has the operators' keys.
	Keyring Keyring `yaml:"keyring"`
	// Operators are names of keys in the keyring.
	Operators Operators `yaml:"operators"`
	// Timeout bounds the wait for one transaction; 60s if left out.
	Timeout time.Duration `yaml:"timeout,omitempty"`
	// Service is the tool as a gRPC service.
	Service Service `yaml:"service,omitempty"`
}

// Node says where one node listens.
type Node struct {
	// GRPC is host:port.
	GRPC string `yaml:"grpc"`
	// RPC is the URL of CometBFT's RPC, as http://127.0.0.1:26657.
	RPC string `yaml:"rpc"`
}

// TLS names files in PEM, relative to the profile's folder.
type TLS struct {
	// CA is the certificate authority of the nodes; empty for the system's.
	CA string `yaml:"ca,omitempty"`
	// Certificate and Key identify the bank to its nodes.
	Certificate string `yaml:"certificate,omitempty"`
	Key         string `yaml:"key,omitempty"`
}

// Keyring says where keys are kept.
type Keyring struct {
	// Backend is os, file or test; test keeps keys in plain text.
	Backend string `yaml:"backend"`
	// Dir is the keyring's folder, relative to the profile's folder.
	Dir string `yaml:"dir"`
}

// Operators are names of keys. A role without a key cannot act.
type Operators struct {
	Maker      string `yaml:"maker,omitempty"`
	Checker    string `yaml:"checker,omitempty"`
	Compliance string `yaml:"compliance,omitempty"`
}

// Service is the tool as a gRPC service.
type Service struct {
	// Listen is host:port; 127.0.0.1:9190 if left out.
	Listen string `yaml:"listen,omitempty"`
	// TLS of the service, with the authority of its clients as ca; without it the service listens on loopback only.
	TLS *TLS `yaml:"tls,omitempty"`
	// Journal is the file of idempotency keys, relative to the profile's folder; journal.db if left out.
	Journal string `yaml:"journal,omitempty"`
}

// Load reads a profile file. Errors are one line with the file and, where it is known, its line.
func Load(path string) (Profile, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Profile{}, fmt.Errorf("expected a profile at %s, got none: write one with 'azukari bank init', or name it with --profile", path)
	}
	if err != nil {
		return Profile{}, fmt.Errorf("read profile: %w", err)
	}
	one, err := parse(raw)
	if err != nil {
		return Profile{}, fmt.Errorf("%s: %w", path, err)
	}
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Profile{}, err
	}
	one.resolve(dir)
	return one, nil
}

func parse(raw []byte) (Profile, error) {
	one := Profile{Timeout: defaultTimeout, Service: Service{Listen: defaultListen, Journal: "journal.db"}}
	if err := strictyaml.Decode(raw, &one); err != nil {
		return Profile{}, err
	}
	return one, one.Validate()
}

// resolve makes paths independent of the working folder.
func (p *Profile) resolve(dir string) {
	p.Keyring.Dir, p.Service.Journal = in(dir, p.Keyring.Dir), in(dir, p.Service.Journal)
	p.TLS, p.Service.TLS = p.TLS.In(dir), p.Service.TLS.In(dir)
}

// In returns the files by paths that do not depend on the working folder; dir is what they are relative to.
func (t *TLS) In(dir string) *TLS {
	if t == nil {
		return nil
	}
	return &TLS{CA: in(dir, t.CA), Certificate: in(dir, t.Certificate), Key: in(dir, t.Key)}
}

func in(dir, path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// Validate reports the first value that cannot be.
func (p Profile) Validate() error {
	if err := membershiptypes.ValidateOrganizationID(p.Bank); err != nil {
		return fmt.Errorf("bank: expected the id of a bank, as bank-a, got %q", p.Bank)
	}
	if p.ChainID == "" {
		return errors.New("chain_id: expected the id of the Financial Zone, as financial-1, got none")
	}
	if err := ValidateNodes(p.Nodes); err != nil {
		return err
	}
	for _, files := range []struct {
		name string
		tls  *TLS
	}{{"tls", p.TLS}, {"service.tls", p.Service.TLS}} {
		if files.tls != nil && (files.tls.Certificate == "") != (files.tls.Key == "") {
			return fmt.Errorf("%s: expected certificate and key together, got one of them", files.name)
		}
	}
	switch p.Keyring.Backend {
	case "os", "file", "test":
	default:
		return fmt.Errorf("keyring.backend: expected os, file or test, got %q", p.Keyring.Backend)
	}
	if p.Keyring.Dir == "" {
		return errors.New("keyring.dir: expected a folder, got none")
	}
	if p.Timeout <= 0 {
		return fmt.Errorf("timeout: expected a duration above 0, as 60s, got %s", p.Timeout)
	}
	if _, _, err := net.SplitHostPort(p.Service.Listen); err != nil {
		return fmt.Errorf("service.listen: expected host:port, got %q", p.Service.Listen)
	}
	return nil
}

// ValidateNodes reports the first address that cannot be one.
func ValidateNodes(nodes []Node) error {
	if len(nodes) == 0 {
		return errors.New("nodes: expected at least one node, got none")
	}
	for i, node := range nodes {
		if _, _, err := net.SplitHostPort(node.GRPC); err != nil {
			return fmt.Errorf("nodes[%d].grpc: expected host:port, got %q", i, node.GRPC)
		}
		address, err := url.Parse(node.RPC)
		if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
			return fmt.Errorf("nodes[%d].rpc: expected a URL as http://127.0.0.1:26657, got %q", i, node.RPC)
		}
	}
	return nil
}

// Write writes a new profile file; it refuses to replace one.
func (p Profile) Write(path string) error {
	complete := p
	complete.Timeout = cmp.Or(p.Timeout, defaultTimeout)
	complete.Service.Listen = cmp.Or(p.Service.Listen, defaultListen)
	if err := complete.Validate(); err != nil {
		return err
	}
	raw, err := yaml.Marshal(complete)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("expected no file at %s, got one: remove it or choose another path", path)
	}
	if err != nil {
		return err
	}
	if _, err := file.Write(raw); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Close()
}
