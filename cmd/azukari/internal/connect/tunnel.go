package connect

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	rpctypes "github.com/cometbft/cometbft/rpc/jsonrpc/types"
	"google.golang.org/grpc/codes"

	"github.com/azukari-network/azukari/cmd/internal/mtls"
	"github.com/azukari-network/azukari/cmd/internal/proxy"
)

const (
	dialTimeout = 10 * time.Second
	// A link on which nothing has come for a while is asked for a sign of life, so that clients learn soon of a dead one.
	quietTime, signTimeout = 15 * time.Second, 10 * time.Second
	idleTimeout            = 90 * time.Second
	headerTimeout          = 10 * time.Second
	stopGrace              = time.Second
	statusBytes            = 1 << 20
)

// tunnel carries requests to one listener.
type tunnel struct {
	to, fingerprint string
	transport       *http.Transport
	// asking is for HTTP/1.1, in which one always hears why a listener refuses the certificate.
	asking *http.Transport
}

func newTunnel(to string, config *tls.Config, fingerprint string) *tunnel {
	var both, first http.Protocols
	both.SetHTTP1(true) // websockets
	both.SetHTTP2(true)
	first.SetHTTP1(true)
	transport := func(protocols *http.Protocols) *http.Transport {
		return &http.Transport{
			DialContext:     (&net.Dialer{Timeout: dialTimeout}).DialContext,
			TLSClientConfig: config.Clone(), TLSHandshakeTimeout: dialTimeout,
			Protocols: protocols, IdleConnTimeout: idleTimeout,
			HTTP2: &http.HTTP2Config{SendPingTimeout: quietTime, PingTimeout: signTimeout},
		}
	}
	t := &tunnel{to: to, fingerprint: fingerprint, transport: transport(&both), asking: transport(&first)}
	t.asking.DisableKeepAlives = true
	return t
}

// run opens the port and carries requests until the context ends.
func (o options) run(ctx context.Context, out io.Writer) error {
	t, err := o.tunnel()
	if err != nil {
		return err
	}
	defer t.transport.CloseIdleConnections()
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	where, err := t.greet(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if _, err := fmt.Fprintf(out, "%s through %s, with certificate %s\nRPC, REST and gRPC at %s, until Ctrl-C\n", where, t.to, t.fingerprint, listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	return t.serve(ctx, listener)
}

// greet asks the listener for its status, so that a refusal is told at once, and returns where its zone is.
func (t *tunnel) greet(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	response, err := t.ask(ctx)
	if err != nil {
		return "", errors.New(t.words(err).Message)
	}
	defer response.Body.Close()
	var answer struct {
		Result struct {
			NodeInfo struct {
				Network string `json:"network"`
			} `json:"node_info"`
			SyncInfo struct {
				Height string `json:"latest_block_height"`
			} `json:"sync_info"`
		} `json:"result"`
		Error *rpctypes.RPCError `json:"error"`
	}
	if err := json.NewDecoder(io.LimitReader(response.Body, statusBytes)).Decode(&answer); err != nil {
		return "", fmt.Errorf("expected the status of a node from %s, got %s: %w", t.to, response.Status, err)
	}
	if answer.Error != nil {
		return "", fmt.Errorf("%s answers: %s", t.to, answer.Error.Data)
	}
	return answer.Result.NodeInfo.Network + " at height " + answer.Result.SyncInfo.Height, nil
}

// ask asks for the listener's status.
func (t *tunnel) ask(ctx context.Context) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url().JoinPath("status").String(), nil)
	if err != nil {
		return nil, err
	}
	return t.asking.RoundTrip(request)
}

func (t *tunnel) url() *url.URL { return &url.URL{Scheme: "https", Host: t.to} }

// serve carries requests until the context ends. It closes the listener.
func (t *tunnel) serve(ctx context.Context, listener net.Listener) error {
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	protocols.SetUnencryptedHTTP2(true)
	through := proxy.New(t.url(), t.transport, t.explain)
	// Streams and websockets, which do not end by themselves, end with it.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	server := &http.Server{
		Handler:     http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { guard(through, w, r) }),
		Protocols:   &protocols,
		BaseContext: func(net.Listener) context.Context { return life },
		ErrorLog:    log.New(io.Discard, "", 0), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout,
	}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		end()
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopGrace)
		defer cancel()
		if err := server.Shutdown(grace); err != nil {
			stopped <- server.Close()
			return
		}
		stopped <- nil
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// guard refuses what a page in a browser of this machine would send under the name of another host.
func guard(next http.Handler, w http.ResponseWriter, r *http.Request) {
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	if ip, err := netip.ParseAddr(name); name != "localhost" && (err != nil || !ip.IsLoopback()) {
		proxy.Refuse(w, r, proxy.Refusal{
			HTTP: http.StatusForbidden, Code: codes.PermissionDenied,
			Message: fmt.Sprintf("expected a request to a host on loopback, got one to %q", r.Host),
		})
		return
	}
	next.ServeHTTP(w, r)
}

// explain says why a request did not get to the listener. What HTTP/2 leaves open it asks anew.
func (t *tunnel) explain(ctx context.Context, err error) proxy.Refusal {
	var failed *net.OpError
	if errors.As(err, &failed) && failed.Op == "dial" {
		return t.words(err)
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	response, cause := t.ask(ctx)
	if cause == nil {
		// It was cut, and the next request will do, or be told why not.
		_ = response.Body.Close()
		cause = err
	}
	return t.words(cause)
}

// words says what an error of a connection means.
func (t *tunnel) words(err error) proxy.Refusal {
	refusal := proxy.Refusal{HTTP: http.StatusBadGateway, Code: codes.Unavailable}
	var heard *net.OpError
	switch {
	case errors.Is(err, mtls.ErrWrongServer):
		refusal.Message = fmt.Sprintf("%s: %s", t.to, err)
	case errors.As(err, &heard) && heard.Op == "remote error":
		refusal.HTTP, refusal.Code = http.StatusForbidden, codes.PermissionDenied
		refusal.Message = fmt.Sprintf("%s refuses the certificate with fingerprint %s (%s): expected one that a member registered; "+
			"`azukari certificate show FILE` says how to", t.to, t.fingerprint, heard.Err)
	default:
		refusal.Message = fmt.Sprintf("expected an answer from %s, got: %s", t.to, err)
	}
	return refusal
}
