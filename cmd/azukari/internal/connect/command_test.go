package connect

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pair writes a self-signed certificate for 127.0.0.1 and its key, and returns both files.
func pair(t *testing.T, lifetime time.Duration) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(lifetime), IsCA: true, BasicConstraintsValid: true,
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	folder := t.TempDir()
	certificate, key = filepath.Join(folder, "c.crt"), filepath.Join(folder, "c.key")
	require.NoError(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: encoded}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	return certificate, key
}

func TestWrongInputIsOneLine(t *testing.T) {
	certificate, key := pair(t, time.Hour)
	old, oldKey := pair(t, -time.Minute)
	good := options{to: "x.example:9443", certificate: certificate, key: key, nodeID: strings.Repeat("0a", 20), listen: "127.0.0.1:0"}
	_, err := good.tunnel()
	require.NoError(t, err)
	for want, change := range map[string]func(o *options){
		"--to: expected host:port such as listener.bank.example:9443, got \"x.example\"":                          func(o *options) { o.to = "x.example" },
		"--to: expected host:port such as listener.bank.example:9443, got \":1\"":                                 func(o *options) { o.to = ":1" },
		"--listen: expected an address on loopback such as 127.0.0.1:26657, got \"0.0.0.0:1\"":                    func(o *options) { o.listen = "0.0.0.0:1" },
		"--listen: expected an address on loopback such as 127.0.0.1:26657, got \"10.0.0.1:1\"":                   func(o *options) { o.listen = "10.0.0.1:1" },
		"--listen: expected an address on loopback such as 127.0.0.1:26657, got \"26657\"":                        func(o *options) { o.listen = "26657" },
		"--node-id: id: expected 40 hexadecimal digits":                                                           func(o *options) { o.nodeID = "0A" },
		"--server-ca: open none: no such file":                                                                    func(o *options) { o.serverCA = "none" },
		"--server-ca: expected certificates of authorities in " + key:                                             func(o *options) { o.serverCA = key },
		"expected a certificate in " + certificate + " and its key in " + oldKey + ", both PEM: tls: private key": func(o *options) { o.key = oldKey },
		old + ": expected a certificate that is valid at ":                                                        func(o *options) { o.certificate, o.key = old, oldKey },
	} {
		o := good
		change(&o)
		_, err := o.tunnel()
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
	}
	cmd := New()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs([]string{"--to", "x:1", "--certificate", "c", "--key", "k"})
	require.ErrorContains(t, cmd.Execute(), "node-id server-ca", "it is never left open which listener is meant")
}

// A listener whose operator has named a certificate of an authority is known by that, and by its name.
func TestServerOfAnAuthority(t *testing.T) {
	certificate, key := pair(t, time.Hour)
	shown, err := tls.LoadX509KeyPair(certificate, key)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/status", r.URL.Path)
		_, _ = w.Write([]byte(`{"result":{"node_info":{"network":"financial-1"},"sync_info":{"latest_block_height":"7"}}}`))
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{shown}, MinVersion: tls.VersionTLS13}
	server.StartTLS()
	defer server.Close()
	o := options{to: server.Listener.Addr().String(), certificate: certificate, key: key, serverCA: certificate, listen: "127.0.0.1:0"}
	known, err := o.tunnel()
	require.NoError(t, err)
	where, err := known.greet(t.Context())
	require.NoError(t, err)
	require.Equal(t, "financial-1 at height 7", where)

	o.serverCA, _ = pair(t, time.Hour)
	other, err := o.tunnel()
	require.NoError(t, err)
	_, err = other.greet(t.Context())
	require.ErrorContains(t, err, "expected an answer from "+o.to+", got: tls: failed to verify certificate")

	o.serverCA, o.nodeID = "", strings.Repeat("0a", 20)
	pinned, err := o.tunnel()
	require.NoError(t, err)
	_, err = pinned.greet(t.Context())
	require.ErrorContains(t, err, "got a certificate that no node key made: name its authority with --server-ca instead")

	server.Close()
	var out bytes.Buffer
	o.serverCA = certificate
	require.ErrorContains(t, o.run(t.Context(), &out), "expected an answer from "+o.to+", got: dial tcp")
	require.Empty(t, out.String())
}

// A page in a browser reaches the port under the name of a host of its own at most.
func TestOtherHostsAreRefused(t *testing.T) {
	passed := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	for host, want := range map[string]int{
		"127.0.0.1:26657": http.StatusTeapot, "localhost:26657": http.StatusTeapot, "[::1]:26657": http.StatusTeapot, "localhost": http.StatusTeapot,
		"evil.example:26657": http.StatusForbidden, "10.0.0.1": http.StatusForbidden, "": http.StatusForbidden, "localhost.evil.example": http.StatusForbidden,
	} {
		request := httptest.NewRequest(http.MethodGet, "/status", http.NoBody)
		request.Host = host
		answer := httptest.NewRecorder()
		guard(passed, answer, request)
		require.Equal(t, want, answer.Code, host)
	}
}
