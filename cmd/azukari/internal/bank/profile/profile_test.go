package profile

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/base/encoding"
)

func sample() Profile {
	return Profile{
		Bank: "bank-a", ChainID: "financial-1", Nodes: []Node{{GRPC: "127.0.0.1:9090", RPC: "http://127.0.0.1:26657"}},
		Keyring: Keyring{Backend: "test", Dir: "keyring"}, Operators: Operators{Maker: "maker"},
	}
}

func TestWriteAndLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "banks", "a", FileName)
	require.NoError(t, sample().Write(path))
	require.ErrorContains(t, sample().Write(path), "expected no file at "+path)
	one, err := Load(path)
	require.NoError(t, err)
	want := sample()
	want.Timeout = time.Minute
	want.Keyring.Dir = filepath.Join(dir, "banks", "a", "keyring")
	want.Service = Service{Listen: "127.0.0.1:9190", Journal: filepath.Join(dir, "banks", "a", "journal.db")}
	require.Equal(t, want, one)
	_, err = Load(filepath.Join(dir, "none.yaml"))
	require.ErrorContains(t, err, "write one with 'azukari bank init'")
}

func TestWhatIsWrongWithAProfile(t *testing.T) {
	const good = "bank: bank-a\nchain_id: financial-1\nnodes: [{grpc: 127.0.0.1:1, rpc: http://127.0.0.1:2}]\nkeyring: {backend: file, dir: k}\n"
	for name, test := range map[string]struct{ yaml, says string }{
		"unknown field":    {good + "banks: x\n", `line 5: unknown field "banks"`},
		"unknown operator": {good + "operators:\n  makers: x\n", `line 6: unknown field "makers"`},
		"type":             {good + "timeout: soon\n", "line 5: expected a duration as 30s, got `soon`"},
		"two documents":    {good + "---\n" + good, "expected one YAML document"},
		"bank":             {strings.Replace(good, "bank-a", "Bank A", 1), "bank: expected the id of a bank"},
		"empty":            {"", "bank: expected"},
		"chain":            {strings.Replace(good, "financial-1", `""`, 1), "chain_id: expected"},
		"no nodes":         {"bank: bank-a\nchain_id: f-1\n", "nodes: expected at least one"},
		"grpc":             {strings.Replace(good, "127.0.0.1:1", "here", 1), `nodes[0].grpc: expected host:port, got "here"`},
		"rpc":              {strings.Replace(good, "http://127.0.0.1:2", "tcp://127.0.0.1:2", 1), "nodes[0].rpc: expected a URL"},
		"backend":          {strings.Replace(good, "file", "memory", 1), "keyring.backend: expected os, file or test"},
		"keyring dir":      {strings.Replace(good, "dir: k", `dir: ""`, 1), "keyring.dir: expected a folder"},
		"timeout":          {good + "timeout: 0s\n", "timeout: expected a duration above 0"},
		"tls":              {good + "tls: {certificate: c}\n", "tls: expected certificate and key together"},
		"service tls":      {good + "service: {tls: {key: c}}\n", "service.tls: expected certificate and key together"},
		"listen":           {good + "service: {listen: here}\n", "service.listen: expected host:port"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse([]byte(test.yaml))
			require.ErrorContains(t, err, test.says)
		})
	}
	_, err := parse([]byte(good))
	require.NoError(t, err)
}

func TestKeys(t *testing.T) {
	one := sample()
	one.Keyring.Dir = t.TempDir()
	keys, err := one.OpenKeys(encoding.Make().Codec, strings.NewReader(""))
	require.NoError(t, err)
	_, err = keys.Maker()
	require.ErrorContains(t, err, `expected key "maker" in the keyring, got none`)
	_, err = keys.Checker()
	require.ErrorContains(t, err, "operators.checker: expected the name of a key, got none")
	require.ErrorContains(t, keys.Import("maker", "zz"), `import key "maker"`)
	require.NoError(t, keys.Import("maker", strings.Repeat("01", 32)))

	maker, err := keys.Maker()
	require.NoError(t, err)
	require.Equal(t, "maker", maker.Name())
	signature, err := maker.SignBytes([]byte("bytes"))
	require.NoError(t, err)
	require.True(t, maker.PubKey().VerifySignature([]byte("bytes"), signature))
	require.Equal(t, []byte(maker.PubKey().Address()), maker.Address().Bytes())
}

func TestClientTLS(t *testing.T) {
	dir := t.TempDir()
	certificate, private := writePair(t, dir)
	one := sample()
	one.TLS = &TLS{CA: certificate, Certificate: certificate, Key: private}
	client, err := one.Client(encoding.Make())
	require.NoError(t, err)
	require.NoError(t, client.Close())

	one.TLS.CA = private
	_, err = one.Client(encoding.Make())
	require.ErrorContains(t, err, "tls: expected certificates in PEM")
	one.TLS.CA = filepath.Join(dir, "none")
	_, err = one.Client(encoding.Make())
	require.ErrorIs(t, err, os.ErrNotExist)
	one.TLS = &TLS{Certificate: private, Key: private}
	_, err = one.Client(encoding.Make())
	require.Error(t, err)
}

// writePair writes a certificate that signs itself, and its key.
func writePair(t *testing.T, dir string) (certificate, private string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	certificate, private = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	require.NoError(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(private, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}), 0o600))
	return certificate, private
}
