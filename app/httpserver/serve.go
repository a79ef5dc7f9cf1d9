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

// Serve answers at a listener until the context ends, and closes it. The end of the context is no error.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // its listener is gone then, whatever it says
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
