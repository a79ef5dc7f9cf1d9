package journal

import (
	"crypto/sha256"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal.db")
	first, other := sha256.Sum256([]byte("one")), sha256.Sum256([]byte("two"))
	j, err := Open(path)
	require.NoError(t, err)
	_, err = Open(path)
	require.ErrorIs(t, err, ErrLocked)

	_, done, err := j.Begin("k", first)
	require.NoError(t, err)
	require.False(t, done)
	_, done, err = j.Begin("k", first)
	require.NoError(t, err)
	require.False(t, done, "begun and never finished: do it again")
	_, _, err = j.Begin("k", other)
	require.ErrorIs(t, err, ErrOtherContent, "also while it is not finished")
	require.NoError(t, j.Finish("k", first, []byte("answer")))
	require.NoError(t, j.Close())

	j, err = Open(path)
	require.NoError(t, err)
	answer, done, err := j.Begin("k", first)
	require.NoError(t, err)
	require.True(t, done)
	require.Equal(t, "answer", string(answer))
	_, _, err = j.Begin("k", other)
	require.ErrorIs(t, err, ErrOtherContent)

	// An entry is forgotten after its time.
	j.now = func() time.Time { return time.Now().Add(Retention - time.Hour) }
	require.NoError(t, j.prune())
	_, done, err = j.Begin("k", first)
	require.NoError(t, err)
	require.True(t, done)
	j.now = func() time.Time { return time.Now().Add(Retention + time.Hour) }
	require.NoError(t, j.prune())
	_, done, err = j.Begin("k", other)
	require.NoError(t, err)
	require.False(t, done)
	require.NoError(t, j.Close())

	_, err = Open(filepath.Join(t.TempDir(), "no", "such"))
	require.ErrorContains(t, err, "open journal")
	_, err = decode([]byte("short"))
	require.ErrorContains(t, err, "got 5")
}
