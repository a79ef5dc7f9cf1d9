// Package httpserver runs the small HTTP servers of our programs: metrics, health and the like.
package httpserver

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// headerTimeout is how long a client may take for the header of a request.
const headerTimeout = 5 * time.Second

// Serve answers at a listener until the context ends, and closes it. The end of the context is no error; a connection that
// cannot be closed then is.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	closed := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { closed <- server.Close() })
	err := server.Serve(listener)
	if !errors.Is(err, http.ErrServerClosed) {
		stop()
		return err
	}
	return <-closed
}
