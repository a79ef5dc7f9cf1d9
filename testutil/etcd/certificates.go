package etcd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// Files are PEM files: an authority, and one certificate that it has issued to members and clients.
type Files struct{ CA, Certificate, Key string }

func (f Files) config(t testing.TB) *tls.Config {
	t.Helper()
	certificate, err := tls.LoadX509KeyPair(f.Certificate, f.Key)
	require.NoError(t, err)
	authority, err := os.ReadFile(f.CA)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(authority))
	return &tls.Config{RootCAs: pool, Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}
}

// writeCertificates makes an authority for one test.
func writeCertificates(t testing.TB, dir string, hosts []devnet.Host) Files {
	t.Helper()
	issue := func(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) []byte {
		t.Helper()
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
		require.NoError(t, err)
		return der
	}
	write := func(name, kind string, der []byte) string {
		t.Helper()
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return file
	}
	newKey := func() *ecdsa.PrivateKey {
		t.Helper()
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
		return key
	}
	authorityKey, key := newKey(), newKey()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "store authority"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	member := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "store"}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, host := range hosts {
		member.IPAddresses = append(member.IPAddresses, net.ParseIP(host.Address()))
	}
	encoded, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	return Files{
		CA:          write("ca.pem", "CERTIFICATE", issue(authority, authority, authorityKey, authorityKey)),
		Certificate: write("store.pem", "CERTIFICATE", issue(member, authority, key, authorityKey)),
		Key:         write("store.key", "EC PRIVATE KEY", encoded),
	}
}
