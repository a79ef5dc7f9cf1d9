// Package gate is the one port at which a listener answers clients from outside its machine. It takes clients with a
// certificate that an active member of the zone registered, and passes what they ask on to the node's own servers on loopback:
// CometBFT's RPC with its websocket, REST, and gRPC.
package gate

import (
	"context"
	"crypto/tls"
	"errors"
	stdlog "log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc/codes"

	"cosmossdk.io/log"

	"github.com/azukari-network/azukari/cmd/internal/proxy"
)

const (
	// headerTimeout bounds the handshake, and the header of a request.
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	headerBytes   = 64 << 10
	// stopGrace is how long requests may take to end when the node stops.
	stopGrace = time.Second
)

// Config says what a gate lets through, and to where.
type Config struct {
	// Certificate is what the node shows.
	Certificate tls.Certificate
	// Admit returns membership's ErrCertificateNotAdmitted unless who has the key with a fingerprint may ask at a moment, and the
	// organization that has registered it, if one has; base.ErrNoState if the node cannot tell yet.
	Admit func(fingerprint string, now time.Time) (organization string, err error)
	// Height is that of the state that Admit asks.
	Height func() int64
	// RPC, REST and GRPC are where the node's own servers listen, as host:port.
	RPC, REST, GRPC string
	Logger          log.Logger
}

// Gate lets members' clients through. Make one with New.
type Gate struct {
	config          Config
	tls             *tls.Config
	rpc, rest, grpc http.Handler
	decisions       decisions
	links           links
	quotas          quotas
}

// New returns a gate that is still closed.
func New(config Config) *Gate {
	g := &Gate{
		config: config,
		tls: &tls.Config{
			MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{config.Certificate},
			ClientAuth: tls.RequireAnyClientCert, NextProtos: []string{"h2", "http/1.1"},
			// Each connection proves anew that it has the key.
			SessionTicketsDisabled: true,
		},
	}
	g.tls.GetConfigForClient = g.greet
	plain := &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: idleTimeout}
	g.rpc, g.rest = backend(config.RPC, plain), backend(config.REST, plain)
	var h2c http.Protocols
	h2c.SetUnencryptedHTTP2(true)
	g.grpc = backend(config.GRPC, &http.Transport{Protocols: &h2c})
	return g
}

// backend passes requests on to one of the node's own servers.
func backend(address string, transport *http.Transport) http.Handler {
	return proxy.New(&url.URL{Scheme: "http", Host: address}, transport, func(_ context.Context, err error) proxy.Refusal {
		return proxy.Refusal{
			HTTP: http.StatusBadGateway, Code: codes.Unavailable,
			Message: "the node's own server does not answer; it may just be starting: " + err.Error(),
		}
	})
}

// Serve lets clients through until the context ends. It closes the listener.
func (g *Gate) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           g,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    headerBytes,
		TLSConfig:         g.tls,
		ConnContext:       withLink,
		ErrorLog:          stdlog.New(handshakes{g.config.Logger}, "", 0),
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(tls.NewListener(&tracked{listener, &g.links}, g.tls)); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		g.watch(ctx)
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
		defer cancel()
		err := server.Shutdown(stopping)
		// Streams and websockets do not end by themselves.
		g.links.closeAll()
		if errors.Is(err, context.DeadlineExceeded) {
			return server.Close()
		}
		return err
	})
	return group.Wait()
}

// ServeHTTP passes a request on if its client is still admitted.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	client := linkOf(r.Context())
	organization, err := g.decide(client.certificate, client.fingerprint)
	if err != nil {
		client.said.Do(func() {
			g.config.Logger.Info("refuse a client", "organization", organization, "client", r.RemoteAddr, "fingerprint", client.fingerprint, "reason", oneLine(err))
		})
		// Also over HTTP/2: it tells the client to connect anew for its next request.
		w.Header().Set("Connection", "close")
		proxy.Refuse(w, r, refusalOf(err))
		return
	}
	release, err := g.quotas.take(organization, proxy.IsWebsocket(r))
	if err != nil {
		proxy.Refuse(w, r, proxy.Refusal{HTTP: http.StatusTooManyRequests, Code: codes.ResourceExhausted, Message: err.Error()})
		return
	}
	defer release()
	switch {
	case proxy.IsGRPC(r):
		g.grpc.ServeHTTP(w, r)
	case proxy.IsREST(r.URL.Path):
		g.rest.ServeHTTP(w, r)
	default:
		g.rpc.ServeHTTP(w, r)
	}
}

// handshakes logs what net/http has to say of connections: mostly whose handshake was refused, and why.
type handshakes struct{ logger log.Logger }

// Write logs one line. Who connects and says nothing, as a load balancer does to see whether the port is open, is not told of.
func (h handshakes) Write(text []byte) (int, error) {
	line := strings.Join(strings.Fields(string(text)), " ")
	client, reason, failed := strings.Cut(strings.TrimPrefix(line, "http: TLS handshake error from "), ": ")
	switch {
	case strings.HasSuffix(line, ": EOF"):
	case failed && !strings.HasPrefix(client, "http"):
		h.logger.Info("refuse a client", "client", client, "reason", reason)
	default:
		h.logger.Error("fault while a client was served", "err", line)
	}
	return len(text), nil
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
