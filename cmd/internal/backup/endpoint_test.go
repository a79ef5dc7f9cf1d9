package backup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/log"
)

// testContext is of tests whose own context rapid does not hand over.
var testContext = context.Background()

// shortDir is a folder whose path leaves room for a socket's.
func shortDir(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "azu")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	return folder
}

// serve serves a home until the test ends, and returns when it answers.
func serve(t *testing.T, home string, freeze func(context.Context) (*Frozen, error)) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, home, freeze, log.NewNopLogger()) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	require.Eventually(t, func() bool {
		_, err := os.Stat(socketPath(home))
		return err == nil
	}, time.Minute, time.Millisecond)
}

func TestRunningNodeHandsOutBackups(t *testing.T) {
	home := shortDir(t)
	_, err := Fetch(t.Context(), home)
	require.ErrorIs(t, err, ErrNotRunning)

	frozen := frozenOf(t, home, map[string]map[string]string{blockstore: {"key": "value"}})
	t.Cleanup(func() { require.NoError(t, frozen.release()) })
	frozen.release = func() error { return nil }
	entered, leave := make(chan struct{}, 1), make(chan struct{})
	refusal := errors.New("expected a block within 30s, got none")
	answers := make(chan error, 2)
	serve(t, home, func(context.Context) (*Frozen, error) {
		entered <- struct{}{}
		<-leave
		return frozen, <-answers
	})
	info, err := os.Stat(filepath.Dir(socketPath(home)))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm(), "nobody else may ask")

	answers <- refusal
	failed := make(chan error, 1)
	go func() {
		_, err := Fetch(t.Context(), home)
		failed <- err
	}()
	<-entered
	_, err = Fetch(t.Context(), home)
	require.ErrorContains(t, err, "expected one backup at a time")
	close(leave)
	require.ErrorContains(t, <-failed, refusal.Error())

	answers <- nil
	archive, err := Fetch(t.Context(), home)
	require.NoError(t, err)
	raw, err := io.ReadAll(archive)
	require.NoError(t, err)
	require.NoError(t, archive.Close())
	var packed bytes.Buffer
	compressed, err := Compress(&packed)
	require.NoError(t, err)
	_, err = compressed.Write(raw)
	require.NoError(t, errors.Join(err, compressed.Close()))
	manifest, err := Inspect(&packed)
	require.NoError(t, err)
	require.Equal(t, "financial-1", manifest.ChainID)
}

// A backup that fails on the way must not look like one that is whole.
func TestBrokenAnswerIsAnError(t *testing.T) {
	home := shortDir(t)
	frozen := frozenOf(t, home, map[string]map[string]string{blockstore: {"key": strings.Repeat("x", 1<<20)}})
	require.NoError(t, frozen.Release()) // reading now fails
	frozen.release = func() error { return nil }
	serve(t, home, func(context.Context) (*Frozen, error) { return frozen, nil })
	archive, err := Fetch(t.Context(), home)
	if err == nil {
		_, err = io.ReadAll(archive)
	}
	require.Error(t, err)
}

func TestSocketOfALongPath(t *testing.T) {
	home := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	require.ErrorContains(t, Serve(t.Context(), home, nil, log.NewNopLogger()), "expected a path of at most 107 bytes")
}
