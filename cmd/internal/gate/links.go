package gate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

const (
	// strangersMax bounds the connections on which nobody has shown a member's certificate yet; they last headerTimeout at most.
	strangersMax = 512
	// connectionsMax bounds the connections of one organization, so that it leaves room for the others.
	connectionsMax = 128
	// lingerTime is how long a client that failed the handshake may take to read why.
	lingerTime = time.Second
)

// link is one connection of a client.
type link struct {
	net.Conn
	all   *links
	began time.Time
	end   sync.Once
	// said tells of the connection's refusal once, however many requests it makes.
	said sync.Once

	// Known once the handshake has ended well; guarded by the lock of all until then, and not written after.
	certificate  *x509.Certificate
	fingerprint  string
	organization string
}

// Close closes the connection. A client that has failed the handshake may have sent its first request already; if that were
// left unread, the system would reset the connection, and the client might never read the alert that says why.
func (l *link) Close() error {
	var err error
	l.end.Do(func() {
		l.all.mu.Lock()
		known := l.certificate != nil
		l.all.mu.Unlock()
		if stream, ok := l.Conn.(*net.TCPConn); ok && !known {
			go l.linger(stream)
			return
		}
		l.all.leave(l)
		err = l.Conn.Close()
	})
	return err
}

func (l *link) linger(stream *net.TCPConn) {
	defer l.all.leave(l)
	// An error of any of these says that the client is gone.
	_ = stream.CloseWrite()
	_ = stream.SetReadDeadline(time.Now().Add(lingerTime))
	_, _ = io.Copy(io.Discard, io.LimitReader(stream, headerBytes))
	_ = stream.Close()
}

// links are the open connections.
type links struct {
	mu        sync.Mutex
	open      map[*link]bool
	strangers int
	of        map[string]int // connections by organization
}

// add takes a new connection in, unless there are too many strangers.
func (l *links) add(conn net.Conn) (*link, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.strangers >= strangersMax {
		return nil, false
	}
	if l.open == nil {
		l.open, l.of = map[*link]bool{}, map[string]int{}
	}
	client := &link{Conn: conn, all: l, began: time.Now()}
	l.open[client] = true
	l.strangers++
	return client, true
}

// know notes whose connection it is, unless the organization has too many.
func (l *links) know(client *link, certificate *x509.Certificate, fingerprint, organization string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[organization] >= connectionsMax {
		return fmt.Errorf("expected at most %d connections of %s, got one more", connectionsMax, organization)
	}
	client.certificate, client.fingerprint, client.organization = certificate, fingerprint, organization
	l.strangers--
	l.of[organization]++
	return nil
}

func (l *links) leave(client *link) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.open[client] {
		return
	}
	delete(l.open, client)
	if client.certificate == nil {
		l.strangers--
		return
	}
	if l.of[client.organization]--; l.of[client.organization] == 0 {
		delete(l.of, client.organization)
	}
}

// established lists the connections that are open for longer than a while, by certificate.
func (l *links) established(than time.Duration) map[string][]*link {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := map[string][]*link{}
	for client := range l.open {
		if client.certificate != nil && time.Since(client.began) > than {
			found[string(client.certificate.Raw)] = append(found[string(client.certificate.Raw)], client)
		}
	}
	return found
}

// closeAll cuts every connection.
func (l *links) closeAll() {
	l.mu.Lock()
	var all []*link
	for client := range l.open {
		all = append(all, client)
	}
	l.mu.Unlock()
	for _, client := range all {
		_ = client.Close()
	}
}

// tracked is a listener whose connections are links.
type tracked struct {
	net.Listener
	links *links
}

// Accept returns the next connection. One too many is closed at once.
func (t *tracked) Accept() (net.Conn, error) {
	for {
		conn, err := t.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if client, ok := t.links.add(conn); ok {
			return client, nil
		}
		_ = conn.Close()
	}
}

type linkKey struct{}

// withLink makes a connection known to the handlers of its requests.
func withLink(ctx context.Context, conn net.Conn) context.Context {
	if secured, ok := conn.(*tls.Conn); ok {
		return context.WithValue(ctx, linkKey{}, secured.NetConn())
	}
	return ctx
}

func linkOf(ctx context.Context) *link {
	client, _ := ctx.Value(linkKey{}).(*link)
	return client
}
