package signer

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
)

// TLS is how to speak to the store: whom to trust, and the certificate by which the store knows the signer. Empty for a store
// on the same machine.
type TLS struct {
	// CA, Certificate and Key are files in PEM.
	CA          string `yaml:"ca"`
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// config reads the files; nil if none are named.
func (t TLS) config() (*tls.Config, error) {
	if t == (TLS{}) {
		return nil, nil //nolint:nilnil // plain text is asked for
	}
	authority, err := os.ReadFile(t.CA)
	if err != nil {
		return nil, fmt.Errorf("store_tls.ca: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		return nil, fmt.Errorf("store_tls.ca: expected certificates in PEM in %s, got none", t.CA)
	}
	certificate, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
	if err != nil {
		return nil, fmt.Errorf("store_tls: %w", err)
	}
	return &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}, nil
}
