package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"cosmossdk.io/log"

	"github.com/azukari-network/azukari/app/httpserver"
)

const (
	// socketFolder is below the data folder, and nobody but the node's user may enter it.
	socketFolder = "backup"
	socketName   = "socket"
	// socketBytesMax is how long a socket's path may be on Linux, with its end.
	socketBytesMax = 107
	route          = "/backup"
	// messageBytesMax bounds a refusal.
	messageBytesMax = 4 << 10
)

// ErrNotRunning says that no node runs in a home.
var ErrNotRunning = errors.New("no node runs here")

// Serve hands out backups of a running node at a socket in its home until the context ends, one at a time. freeze freezes the
// node.
func Serve(ctx context.Context, home string, freeze func(context.Context) (*Frozen, error), logger log.Logger) error {
	listener, err := listen(ctx, home)
	if err != nil {
		return err
	}
	var busy sync.Mutex
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+route, func(w http.ResponseWriter, r *http.Request) {
		if !busy.TryLock() {
			http.Error(w, "expected one backup at a time, got another one under way: wait for it", http.StatusConflict)
			return
		}
		defer busy.Unlock()
		answer(w, r, freeze, logger)
	})
	return httpserver.Serve(ctx, listener, mux)
}

func answer(w http.ResponseWriter, r *http.Request, freeze func(context.Context) (*Frozen, error), logger log.Logger) {
	frozen, err := freeze(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer func() {
		if err := frozen.Release(); err != nil {
			logger.Error("release after a backup", "err", err)
		}
	}()
	what := frozen.Manifest()
	logger.Info("backup begins", "state_height", what.StateHeight, "last_block", what.LastBlock)
	if err := frozen.Write(r.Context(), w); err != nil {
		logger.Error("backup failed", "err", err)
		// The answer is cut off, and so the caller knows that it is not whole.
		panic(http.ErrAbortHandler)
	}
	logger.Info("backup is done", "state_height", what.StateHeight, "last_block", what.LastBlock)
}

// listen opens the socket. One that is there already is of a node that was killed: two nodes cannot share a home's databases.
func listen(ctx context.Context, home string) (net.Listener, error) {
	path := socketPath(home)
	if len(path) > socketBytesMax {
		return nil, fmt.Errorf("expected a path of at most %d bytes for the socket, got %s with %d: put the node into a shorter one",
			socketBytesMax, path, len(path))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var config net.ListenConfig
	return config.Listen(ctx, "unix", path)
}

// Fetch asks the node that runs in a home for a backup, an uncompressed archive. It returns [ErrNotRunning] if none runs.
// Reading ends with an error if the node ends meanwhile.
func Fetch(ctx context.Context, home string) (io.ReadCloser, error) {
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var dialer net.Dialer
		connection, err := dialer.DialContext(ctx, "unix", socketPath(home))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotRunning, err)
		}
		return connection, nil
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://node"+route, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	message, err := io.ReadAll(io.LimitReader(response.Body, messageBytesMax))
	return nil, errors.Join(err, response.Body.Close(), fmt.Errorf("the node refuses: %s", strings.TrimSpace(string(message))))
}

func socketPath(home string) string {
	return filepath.Join(home, dataFolder, socketFolder, socketName)
}
