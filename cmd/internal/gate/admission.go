package gate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/cmd/internal/mtls"
	"github.com/azukari-network/azukari/cmd/internal/proxy"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// watchInterval is how often the clients of open connections are looked at, as the peers of the p2p network are.
const watchInterval = time.Second

// decide returns the organization of a certificate, and an error unless it is admitted now.
func (g *Gate) decide(certificate *x509.Certificate, fingerprint string) (organization string, err error) {
	now := time.Now()
	organization, err = g.registered(fingerprint, now)
	if err != nil {
		return organization, err
	}
	if err := mtls.CheckValidity(certificate, now); err != nil {
		return organization, membershiptypes.ErrCertificateNotAdmitted.Wrap(err.Error())
	}
	return organization, nil
}

// registered asks the state, once for each height and certificate. Of strangers it keeps nothing.
func (g *Gate) registered(fingerprint string, now time.Time) (organization string, err error) {
	// Asked for before the state: a decision may be newer than its height, and never older.
	height := g.config.Height()
	if made, found := g.decisions.find(fingerprint, height, now); found {
		return made.organization, made.err
	}
	organization, err = g.config.Admit(fingerprint, now)
	if organization != "" {
		g.decisions.remember(fingerprint, height, decision{organization, err, now})
	}
	return organization, err
}

// greet answers a client's hello: who has shown no certificate of a member when the handshake ends, reaches nothing behind it.
// A member's own certificate that is not admitted any more passes, because only an answer to a request can say why.
func (g *Gate) greet(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	client, ok := hello.Conn.(*link)
	if !ok {
		return nil, fmt.Errorf("expected a connection of the gate, got %T", hello.Conn)
	}
	config := g.tls.Clone()
	config.GetConfigForClient = nil
	config.VerifyConnection = func(state tls.ConnectionState) error {
		certificate := state.PeerCertificates[0]
		fingerprint := mtls.Fingerprint(certificate)
		organization, err := g.decide(certificate, fingerprint)
		if organization != "" || errors.Is(err, base.ErrNoState) {
			err = g.links.know(client, certificate, fingerprint, organization)
		}
		return err
	}
	return config, nil
}

// watch cuts the connections of clients that lose their admission, until the context ends: a websocket or a stream asks nothing
// more, so that only the watcher can tell.
func (g *Gate) watch(ctx context.Context) {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			g.cutRefused()
		}
	}
}

// cutRefused cuts every connection whose client would be refused now. One of which the node cannot tell stays: a fault of ours
// must not cut everybody off, and its next request is refused anyway.
func (g *Gate) cutRefused() {
	// The youngest may just be about to be told why they are refused.
	for _, clients := range g.links.established(watchInterval) {
		fingerprint := clients[0].fingerprint
		organization, err := g.decide(clients[0].certificate, fingerprint)
		switch {
		case err == nil:
		case !errors.Is(err, membershiptypes.ErrCertificateNotAdmitted):
			g.config.Logger.Error("cannot tell whether a client is still admitted", "fingerprint", fingerprint, "err", err)
		default:
			g.config.Logger.Info("cut a client off", "organization", organization, "fingerprint", fingerprint,
				"connections", len(clients), "reason", oneLine(err))
			for _, client := range clients {
				_ = client.Close()
			}
		}
	}
}

// refusalOf is how a client is told why it is refused.
func refusalOf(err error) proxy.Refusal {
	switch {
	case errors.Is(err, membershiptypes.ErrCertificateNotAdmitted):
		return proxy.Refusal{HTTP: http.StatusForbidden, Code: codes.PermissionDenied, Message: oneLine(err)}
	case errors.Is(err, base.ErrNoState):
		return proxy.Refusal{
			HTTP: http.StatusServiceUnavailable, Code: codes.Unavailable,
			Message: oneLine(err) + ", so that it cannot tell who is a member: wait for its first block, or ask another listener",
		}
	default:
		return proxy.Refusal{
			HTTP: http.StatusInternalServerError, Code: codes.Internal,
			Message: "the node cannot tell whether the certificate is admitted; its log says why",
		}
	}
}
