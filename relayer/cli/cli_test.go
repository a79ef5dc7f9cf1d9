package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/relayer/cli"
	"github.com/azukari-network/azukari/relayer/store"
)

const topology = `journal: journal.db
hub: fz
zones:
  - {id: fz, chain_id: fz-1, rpc: ["http://127.0.0.1:1"], key_file: relayer.key}
  - {id: retail, chain_id: retail-1, rpc: ["http://127.0.0.1:1"], key_file: relayer.key}
`

func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root := cli.Root()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(new(bytes.Buffer))
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	if err != nil {
		require.NotContains(t, err.Error(), "\n", "one line")
	}
	return out.String(), err
}

// folder makes a folder with a configuration and a key.
func folder(t *testing.T) (dir, file string) {
	t.Helper()
	dir = t.TempDir()
	file = filepath.Join(dir, "relayer.yaml")
	require.NoError(t, os.WriteFile(file, []byte(topology), 0o600))
	out, err := run(t, "keys", "add", "--out", filepath.Join(dir, "relayer.key"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(out, "azu1"))
	return dir, file
}

func TestConfigCheckAndKeys(t *testing.T) {
	dir, file := folder(t)
	out, err := run(t, "config", "check", "-f", file)
	require.NoError(t, err)
	require.Equal(t, "ok: hub fz with 1 zones\n", out)
	out, err = run(t, "keys", "show", "-f", file)
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(out, "azu1"))
	_, err = run(t, "keys", "add", "--out", filepath.Join(dir, "relayer.key"))
	require.ErrorContains(t, err, "never overwritten")
}

func TestErrorsSayWhatToDo(t *testing.T) {
	dir, file := folder(t)
	for _, command := range []string{"link", "start"} {
		_, err := run(t, command, "-f", file)
		require.ErrorContains(t, err, "expected a CometBFT node at http://127.0.0.1:1", command)
		require.ErrorContains(t, err, "start it or correct rpc", command)
	}
	out, err := run(t, "status", "-f", file)
	require.NoError(t, err, "one silent chain must not hide the others")
	require.Contains(t, out, "error: ")

	journal, err := store.Open(filepath.Join(dir, "journal.db"))
	require.NoError(t, err)
	_, err = run(t, "start", "-f", file)
	require.ErrorContains(t, err, "stop the other azrelay or set another journal")
	require.NoError(t, journal.Close())

	require.NoError(t, os.WriteFile(filepath.Join(dir, "relayer.key"), []byte("secret"), 0o600))
	_, err = run(t, "start", "-f", file)
	require.ErrorContains(t, err, "zone fz: key file")
	require.ErrorContains(t, err, "expected 64 hex digits")
	require.NoError(t, os.WriteFile(file, []byte(topology+"speed: fast\n"), 0o600))
	_, err = run(t, "start", "-f", file)
	require.ErrorContains(t, err, `line 6: unknown field "speed"`)
	_, err = run(t, "start", "-f", filepath.Join(dir, "none.yaml"))
	require.ErrorContains(t, err, "expected a relayer configuration at")
}
