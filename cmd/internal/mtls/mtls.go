// Package mtls is how the two ends of a query from outside know each other: the client by the fingerprint of its key, which a
// member registered with x/membership, the node by its node id, or by a certificate of the operator's own authority.
package mtls

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"

	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
)

// ErrWrongServer says that another node answers than the one that was asked for.
var ErrWrongServer = errors.New("another server answers")

// forever is what X.509 has for a certificate that does not expire.
var forever = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// Fingerprint returns SHA-256 of a certificate's SubjectPublicKeyInfo, as x/membership writes it.
func Fingerprint(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(sum[:])
}

// CheckValidity returns an error unless the certificate itself says that it is valid at a moment.
func CheckValidity(certificate *x509.Certificate, now time.Time) error {
	if now.Before(certificate.NotBefore) || now.After(certificate.NotAfter) {
		return fmt.Errorf("expected a certificate that is valid at %s, got one that is from %s to %s: make a new one",
			now.UTC().Format(time.RFC3339), certificate.NotBefore.UTC().Format(time.RFC3339), certificate.NotAfter.UTC().Format(time.RFC3339))
	}
	return nil
}

// Load reads a certificate and its key, both PEM.
func Load(certificateFile, keyFile string) (tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(certificateFile, keyFile)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("expected a certificate in %s and its key in %s, both PEM: %w", certificateFile, keyFile, err)
	}
	return pair, nil
}

// NodeCertificate returns a certificate that the node's key signs for itself, so that who pins the node id needs no authority.
// The key signs nothing else that could be taken for this: on the p2p network it signs challenges of 32 bytes, in TLS more than
// 64 that begin with spaces.
func NodeCertificate(key *p2p.NodeKey) (tls.Certificate, error) {
	if _, ok := key.PrivKey.(cmted25519.PrivKey); !ok {
		return tls.Certificate{}, fmt.Errorf("expected an ed25519 node key, got %s", key.PrivKey.Type())
	}
	private := ed25519.PrivateKey(key.PrivKey.Bytes())
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: string(key.ID())},
		NotBefore: time.Unix(0, 0), NotAfter: forever,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{encoded}, PrivateKey: private}, nil
}

// ClientConfig returns how a client with a certificate connects. It knows the server later, by PinNode or TrustAuthority.
func ClientConfig(certificate tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS13}
}

// PinNode accepts the node with an id and no other server: it proves to have the node's key.
func PinNode(config *tls.Config, id p2p.ID) {
	config.InsecureSkipVerify = true // VerifyConnection asks for more than any authority could promise
	config.VerifyConnection = func(state tls.ConnectionState) error {
		key, ok := state.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
		if !ok {
			return fmt.Errorf("%w: expected node %s, got a certificate that no node key made: name its authority with --server-ca instead", ErrWrongServer, id)
		}
		if got := p2p.PubKeyToID(cmted25519.PubKey(key)); got != id {
			return fmt.Errorf("%w: expected node %s, got node %s: correct the address or the id", ErrWrongServer, id, got)
		}
		return nil
	}
}

// TrustAuthority accepts servers whose certificates, for the name in the address, come from an authority in a PEM file.
func TrustAuthority(config *tls.Config, file string) error {
	raw, err := os.ReadFile(file) // #nosec G304 -- the operator names the file
	if err != nil {
		return err
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(raw) {
		return fmt.Errorf("expected certificates of authorities in %s, PEM, got none", file)
	}
	return nil
}
