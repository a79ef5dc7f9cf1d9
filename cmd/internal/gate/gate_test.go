package gate

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/p2p"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"cosmossdk.io/log"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/cmd/internal/mtls"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// members is a state in which certificates are registered: the organization of each fingerprint, and why it is refused.
type members struct {
	mu      sync.Mutex
	height  int64
	asked   int
	of      map[string]string
	refused map[string]error
	broken  error
}

func (m *members) admit(fingerprint string, _ time.Time) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	if m.broken != nil {
		return "", m.broken
	}
	organization, found := m.of[fingerprint]
	if !found {
		return "", membershiptypes.ErrCertificateNotAdmitted.Wrap("a stranger's")
	}
	return organization, m.refused[fingerprint]
}

// set changes the state, as a block does.
func (m *members) set(change func(m *members)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.height++
	change(m)
}

func (m *members) now() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.height
}

// scene is a gate before servers that answer with their own names.
type scene struct {
	t       *testing.T
	gate    *Gate
	address string
	node    p2p.ID
	members *members
	logged  *lockedBuffer
	health  *health.Server
}

type lockedBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *lockedBuffer) Write(text []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(text)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, members: &members{of: map[string]string{}, refused: map[string]error{}}, logged: &lockedBuffer{}, health: health.NewServer()}
	upgrader := websocket.Upgrader{}
	rpc := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/websocket" {
			body, _ := io.ReadAll(r.Body)
			fmt.Fprintf(w, "rpc %s %d", r.URL.Path, len(body))
			return
		}
		events, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer events.Close()
		for err == nil {
			err = events.WriteMessage(websocket.TextMessage, []byte("event"))
			time.Sleep(10 * time.Millisecond)
		}
	}))
	t.Cleanup(rpc.Close)
	rest := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "rest ", r.URL.Path) }))
	t.Cleanup(rest.Close)
	calls := grpc.NewServer()
	healthpb.RegisterHealthServer(calls, s.health)
	port, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = calls.Serve(port) }()
	t.Cleanup(calls.Stop)

	key := &p2p.NodeKey{PrivKey: ed25519.GenPrivKey()}
	s.node = key.ID()
	certificate, err := mtls.NodeCertificate(key)
	require.NoError(t, err)
	host := func(url string) string { return strings.TrimPrefix(url, "http://") }
	s.gate = New(Config{
		Certificate: certificate, Admit: s.members.admit, Height: s.members.now, Logger: log.NewLogger(s.logged, log.ColorOption(false)),
		RPC: host(rpc.URL), REST: host(rest.URL), GRPC: port.Addr().String(),
	})
	open, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.address = open.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.gate.Serve(ctx, open) }()
	t.Cleanup(func() {
		stop()
		require.NoError(t, <-done)
		require.Eventually(t, func() bool {
			s.gate.links.mu.Lock()
			defer s.gate.links.mu.Unlock()
			return len(s.gate.links.open) == 0 && len(s.gate.links.of) == 0 && s.gate.links.strangers == 0
		}, 10*lingerTime, 10*time.Millisecond, "nothing stays open")
	})
	return s
}

// newCertificate makes one that is valid for a while, from an hour ago on.
func newCertificate(t *testing.T, lifetime time.Duration) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(lifetime),
	}
	encoded, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	leaf, err := x509.ParseCertificate(encoded)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{encoded}, PrivateKey: key, Leaf: leaf}
}

// member registers a new certificate and returns how its client connects.
func (s *scene) member(organization string) (*tls.Config, string) {
	s.t.Helper()
	certificate := newCertificate(s.t, time.Hour)
	fingerprint := mtls.Fingerprint(certificate.Leaf)
	s.members.set(func(m *members) { m.of[fingerprint] = organization })
	config := mtls.ClientConfig(certificate)
	mtls.PinNode(config, s.node)
	return config, fingerprint
}

func (s *scene) refuse(fingerprint string) {
	s.members.set(func(m *members) {
		m.refused[fingerprint] = membershiptypes.ErrCertificateNotAdmitted.Wrap("revoked: make a new one")
	})
}

// client is a client over HTTP/2, or over HTTP/1.1.
func (s *scene) client(config *tls.Config, http2 bool) *http.Client {
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: http2}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func (s *scene) get(client *http.Client, path string) (int, string) {
	s.t.Helper()
	response, err := client.Get("https://" + s.address + path)
	require.NoError(s.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, string(body)
}

func (s *scene) dial(config *tls.Config) healthpb.HealthClient {
	s.t.Helper()
	conn, err := grpc.NewClient(s.address, grpc.WithTransportCredentials(credentials.NewTLS(config)))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, conn.Close()) })
	return healthpb.NewHealthClient(conn)
}

func TestEachRequestGoesToItsServer(t *testing.T) {
	s := newScene(t)
	config, _ := s.member("bank-a")
	for _, http2 := range []bool{false, true} {
		client := s.client(config, http2)
		for path, want := range map[string]string{
			"/status": "rpc /status 0", "/": "rpc / 0", "/azukarix": "rpc /azukarix 0",
			"/azukari/membership/v1/nodes": "rest /azukari/membership/v1/nodes", "/cosmos/x": "rest /cosmos/x", "/ibc/x": "rest /ibc/x",
			"/openapi.json": "rest /openapi.json",
		} {
			code, body := s.get(client, path)
			require.Equal(t, http.StatusOK, code)
			require.Equal(t, want, body)
		}
		response, err := client.Post("https://"+s.address+"/", "application/json", strings.NewReader("{}"))
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, "rpc / 2", string(body))
		response, err = client.Post("https://"+s.address+"/", "application/json", io.LimitReader(endless{}, 13<<20))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode)
	}
	calls := s.dial(config)
	answer, err := calls.Check(t.Context(), &healthpb.HealthCheckRequest{})
	require.NoError(t, err)
	require.Equal(t, healthpb.HealthCheckResponse_SERVING, answer.Status)
	_, err = calls.Check(t.Context(), &healthpb.HealthCheckRequest{Service: "none"})
	require.Equal(t, codes.NotFound, status.Code(err), "trailers come through")
}

type endless struct{}

func (endless) Read(into []byte) (int, error) { return len(into), nil }

// A stream and a websocket of a certificate that is revoked are cut, and its next request is told why.
func TestRevokedClientsAreCut(t *testing.T) {
	s := newScene(t)
	config, fingerprint := s.member("bank-a")
	other, _ := s.member("bank-a")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stream, err := s.dial(config).Watch(ctx, &healthpb.HealthCheckRequest{})
	require.NoError(t, err)
	_, err = stream.Recv()
	require.NoError(t, err)
	s.health.SetServingStatus("", healthpb.HealthCheckResponse_NOT_SERVING)
	changed, err := stream.Recv()
	require.NoError(t, err)
	require.Equal(t, healthpb.HealthCheckResponse_NOT_SERVING, changed.Status, "it is a stream")
	dialer := websocket.Dialer{TLSClientConfig: config}
	events, response, err := dialer.DialContext(ctx, "wss://"+s.address+"/websocket", nil)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	defer events.Close()
	kept, err := s.dial(other).Watch(ctx, &healthpb.HealthCheckRequest{})
	require.NoError(t, err)
	_, err = kept.Recv()
	require.NoError(t, err)

	s.refuse(fingerprint)
	_, err = stream.Recv()
	require.Equal(t, codes.Unavailable, status.Code(err), err)
	for err = nil; err == nil; {
		_, _, err = events.ReadMessage()
	}
	require.NoError(t, ctx.Err(), "it was cut by the gate")
	require.Contains(t, s.logged.String(), `cut a client off`)
	require.Contains(t, s.logged.String(), `organization=bank-a`)
	s.health.SetServingStatus("", healthpb.HealthCheckResponse_SERVING)
	_, err = kept.Recv()
	require.NoError(t, err, "others stay")

	_, err = s.dial(config).Check(ctx, &healthpb.HealthCheckRequest{})
	require.Equal(t, codes.PermissionDenied, status.Code(err))
	require.ErrorContains(t, err, "revoked: make a new one: certificate is not admitted")
	for _, http2 := range []bool{false, true} {
		client := s.client(config, http2)
		code, body := s.get(client, "/azukari/x")
		require.Equal(t, http.StatusForbidden, code)
		require.JSONEq(t, `{"code":7,"details":[],"message":"revoked: make a new one: certificate is not admitted"}`, body)
		code, body = s.get(client, "/status")
		require.Equal(t, http.StatusForbidden, code)
		require.JSONEq(t, `{"jsonrpc":"2.0","id":-1,"error":{"code":-32099,"message":"Forbidden","data":"revoked: make a new one: certificate is not admitted"}}`, body)
	}
}

func TestStrangersDoNotPassTheHandshake(t *testing.T) {
	s := newScene(t)
	member, _ := s.member("bank-a")
	stranger := mtls.ClientConfig(newCertificate(t, time.Hour))
	mtls.PinNode(stranger, s.node)
	nobody := member.Clone()
	nobody.Certificates = nil
	old := member.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	for name, tc := range map[string]struct {
		config      *tls.Config
		alert, told string
	}{
		"stranger": {stranger, "remote error: tls: bad certificate", "a stranger's: certificate is not admitted"},
		"nobody":   {nobody, "remote error: tls: certificate required", "tls: client didn't provide a certificate"},
		"TLS 1.2":  {old, "remote error: tls: protocol version not supported", "tls: client offered only unsupported versions"},
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 { // the alert is not lost to a reset
				_, err := s.client(tc.config, false).Get("https://" + s.address + "/status")
				require.ErrorContains(t, err, tc.alert)
				_, err = s.client(tc.config, true).Get("https://" + s.address + "/status")
				require.Error(t, err, "Go's client of HTTP/2 does not always say what it has heard")
			}
			require.Contains(t, s.logged.String(), tc.told)
		})
	}
	silent, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	require.NoError(t, silent.Close())
	require.NotContains(t, s.logged.String(), "EOF")

	// Nor does a member's client take another node for this one.
	mtls.PinNode(member, p2p.ID(strings.Repeat("0", 40)))
	_, err = s.client(member, true).Get("https://" + s.address + "/status")
	require.ErrorIs(t, err, mtls.ErrWrongServer)
}

func TestCertificatesThemselvesExpire(t *testing.T) {
	s := newScene(t)
	certificate := newCertificate(t, -time.Minute)
	s.members.set(func(m *members) { m.of[mtls.Fingerprint(certificate.Leaf)] = "bank-a" })
	config := mtls.ClientConfig(certificate)
	mtls.PinNode(config, s.node)
	code, body := s.get(s.client(config, true), "/status")
	require.Equal(t, http.StatusForbidden, code)
	require.Contains(t, body, "expected a certificate that is valid at ")
}

func TestNodeThatCannotTell(t *testing.T) {
	s := newScene(t)
	config, _ := s.member("bank-a")
	client := s.client(config, true)
	code, _ := s.get(client, "/status")
	require.Equal(t, http.StatusOK, code)
	for cause, want := range map[error]struct {
		code int
		text string
	}{
		base.ErrNoState:            {http.StatusServiceUnavailable, "the node has no state yet, so that it cannot tell who is a member"},
		errors.New("disk is gone"): {http.StatusInternalServerError, "the node cannot tell whether the certificate is admitted; its log says why"},
	} {
		s.members.set(func(m *members) { m.broken = nil })
		client := s.client(config, true)
		code, _ := s.get(client, "/status")
		require.Equal(t, http.StatusOK, code)
		s.members.set(func(m *members) { m.broken = cause })
		s.gate.cutRefused()
		code, body := s.get(client, "/status")
		require.Equal(t, want.code, code, "a fault of the node's cuts nobody off, and lets nobody in")
		require.Contains(t, body, want.text)
	}
	s.members.set(func(m *members) { m.broken = base.ErrNoState })
	code, body := s.get(s.client(config, true), "/status")
	require.Equal(t, http.StatusServiceUnavailable, code, "before the first block a new connection is told so too")
	require.Contains(t, body, "wait for its first block")
}

// The state is asked once for each block and certificate, and again when a certificate may have expired.
func TestDecisionsAreRemembered(t *testing.T) {
	m := &members{of: map[string]string{"a": "bank-a", "b": "bank-b"}, refused: map[string]error{"b": membershiptypes.ErrCertificateNotAdmitted}}
	g := New(Config{Admit: m.admit, Height: m.now})
	start := time.Now()
	ask := func(fingerprint string, after time.Duration, organization string, want error, asked int) {
		t.Helper()
		got, err := g.registered(fingerprint, start.Add(after))
		require.ErrorIs(t, err, want)
		require.Equal(t, organization, got)
		require.Equal(t, asked, m.asked)
	}
	ask("a", 0, "bank-a", nil, 1)
	ask("a", rememberTime-1, "bank-a", nil, 1)
	ask("b", 0, "bank-b", membershiptypes.ErrCertificateNotAdmitted, 2)
	ask("b", 0, "bank-b", membershiptypes.ErrCertificateNotAdmitted, 2)
	ask("a", rememberTime, "bank-a", nil, 3)
	m.set(func(m *members) { m.refused["a"] = membershiptypes.ErrCertificateNotAdmitted })
	ask("a", rememberTime, "bank-a", membershiptypes.ErrCertificateNotAdmitted, 4)
	require.Len(t, g.decisions.of, 1, "other heights are forgotten")
	for i := range 3 {
		ask("stranger", 0, "", membershiptypes.ErrCertificateNotAdmitted, 5+i)
	}
	require.Len(t, g.decisions.of, 1, "strangers leave nothing behind")
}

func TestQuotas(t *testing.T) {
	var q quotas
	var releases []func()
	take := func(organization string, websocket bool) error {
		release, err := q.take(organization, websocket)
		if err == nil {
			releases = append(releases, release)
		}
		return err
	}
	for range websocketsMax {
		require.NoError(t, take("bank-a", true))
	}
	require.ErrorContains(t, take("bank-a", true), "expected at most 16 websockets of bank-a")
	for range requestsMax - websocketsMax {
		require.NoError(t, take("bank-a", false))
	}
	require.ErrorContains(t, take("bank-a", false), "expected at most 256 requests of bank-a")
	require.NoError(t, take("bank-b", true))
	for _, release := range releases {
		release()
	}
	require.NoError(t, take("bank-a", true))
}

func TestLinksAreFew(t *testing.T) {
	var all links
	pipe, _ := net.Pipe()
	var open []*link
	for range strangersMax {
		client, ok := all.add(pipe)
		require.True(t, ok)
		open = append(open, client)
	}
	_, ok := all.add(pipe)
	require.False(t, ok, "too many strangers")
	for _, client := range open[:connectionsMax] {
		require.NoError(t, all.know(client, &x509.Certificate{}, "f", "bank-a"))
	}
	require.ErrorContains(t, all.know(open[connectionsMax], &x509.Certificate{}, "f", "bank-a"), "expected at most 128 connections of bank-a")
	require.NoError(t, all.know(open[connectionsMax], &x509.Certificate{}, "f", "bank-b"), "each organization has its own count")
	_, ok = all.add(pipe)
	require.True(t, ok, "members leave room for strangers")
	require.NoError(t, open[0].Close())
	require.NoError(t, open[0].Close())
	require.Len(t, all.established(0)[""], connectionsMax)
}
