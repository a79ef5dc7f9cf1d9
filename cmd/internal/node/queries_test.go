package node

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/cometbft/cometbft/p2p"
	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/server"

	"github.com/azukari-network/azukari/app/nodeconfig"
	"github.com/azukari-network/azukari/cmd/internal/mtls"
)

// The gate shows the certificate that the operator names, below the home, else one by the node's key.
func TestGateCertificate(t *testing.T) {
	r := &runner{Context: server.NewDefaultContext(), config: nodeconfig.DefaultApp()}
	r.Logger, r.Config = log.NewNopLogger(), nodeconfig.DefaultComet()
	r.Config.SetRoot(t.TempDir())
	folder := filepath.Join(r.Config.RootDir, "config")
	require.NoError(t, os.MkdirAll(folder, 0o700))
	require.NoError(t, r.openGate(t.Context(), nil), "off, nothing is opened")
	_, err := r.gateCertificate()
	require.ErrorIs(t, err, os.ErrNotExist)

	key, err := p2p.LoadOrGenNodeKey(r.Config.NodeKeyFile())
	require.NoError(t, err)
	own, err := r.gateCertificate()
	require.NoError(t, err)
	shown, err := x509.ParseCertificate(own.Certificate[0])
	require.NoError(t, err)
	require.Equal(t, string(key.ID()), shown.Subject.CommonName)
	require.NoError(t, shown.CheckSignature(shown.SignatureAlgorithm, shown.RawTBSCertificate, shown.Signature), "the node's key signs it")

	private, err := x509.MarshalPKCS8PrivateKey(own.PrivateKey)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.crt"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: own.Certificate[0]}), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "a.key"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	r.config.Queries = nodeconfig.Queries{Address: "127.0.0.1:0", CertificateFile: "config/a.crt", KeyFile: filepath.Join(folder, "a.key")}
	named, err := r.gateCertificate()
	require.NoError(t, err)
	require.Equal(t, mtls.Fingerprint(shown), mtls.Fingerprint(named.Leaf))
	require.Equal(t, own.Certificate, named.Certificate)
	r.config.Queries.KeyFile = "config/none.key"
	require.ErrorContains(t, r.openGate(t.Context(), nil), "queries.certificate-file and queries.key-file in app.toml: expected a certificate in "+folder)
	r.config.Queries = nodeconfig.Queries{Address: "256.0.0.1:0"}
	require.ErrorContains(t, r.openGate(t.Context(), nil), "queries.address in app.toml: ")

	r.config.Queries.Address = "127.0.0.1:9443"
	require.ErrorContains(t, r.checkConfig(), `queries.address in app.toml: expected off, got "127.0.0.1:9443": start with --listener`)
}
