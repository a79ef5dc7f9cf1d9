package signer

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	"github.com/stretchr/testify/require"
)

const nodeAddress = "tcp://27b6a8f0c1d2e3f405162738495a6b7c8d9e0f12@127.0.0.1:26659"

// bench is a place with a key, what it signed last, and a store.
type bench struct {
	t              *testing.T
	dir, key, last string
}

func newBench(t *testing.T) bench {
	t.Helper()
	dir := t.TempDir()
	b := bench{t, dir, filepath.Join(dir, "priv_validator_key.json"), filepath.Join(dir, "priv_validator_state.json")}
	file := privval.GenFilePV(b.key, b.last)
	file.Save()
	_, _, _, err := item{Position: Position{7, 1, stepPrecommit}, block: 1}.ask(file)
	require.NoError(t, err)
	return b
}

func (b bench) run(arguments ...string) (string, error) {
	b.t.Helper()
	var out bytes.Buffer
	cmd := NewCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(arguments)
	err := cmd.ExecuteContext(b.t.Context())
	return out.String(), err
}

// init runs `signer init` with what a signer of a name needs, and more or other flags.
func (b bench) init(name string, more ...string) (string, error) {
	b.t.Helper()
	return b.run(append([]string{
		"init", "--signer", filepath.Join(b.dir, name), "--name", name, "--chain-id", chainID, "--key-file", b.key,
		"--node", nodeAddress, "--store", "file://" + filepath.Join(b.dir, "store"),
	}, more...)...)
}

func TestInit(t *testing.T) {
	b := newBench(t)
	_, err := b.init("tokyo-a")
	require.ErrorContains(t, err, "expected --state FILE with what the key signed last, or --never-signed")
	require.NoFileExists(t, filepath.Join(b.dir, "tokyo-a", ConfigFile))

	said, err := b.init("tokyo-a", "--state", b.last)
	require.NoError(t, err)
	require.Contains(t, said, "held by tokyo-a, epoch 1, signed up to height 7, round 1, precommit")
	id, err := b.run("id", "--signer", filepath.Join(b.dir, "tokyo-a"))
	require.NoError(t, err)
	require.Contains(t, said, "--signer-id "+id)
	_, err = b.init("tokyo-a", "--state", b.last)
	require.ErrorContains(t, err, "expected no signer in")

	said, err = b.init("osaka-a")
	require.NoError(t, err)
	require.Contains(t, said, "held by tokyo-a, epoch 1")
	require.Contains(t, said, "osaka-a stands by")
	_, err = b.run("start", "--signer", filepath.Join(b.dir, "osaka-a"))
	require.ErrorIs(t, err, ErrFenced)
	require.ErrorContains(t, err, `expected "osaka-a", got "tokyo-a", epoch 1`)
	_, err = b.init("kobe-a", "--state", b.last)
	require.ErrorIs(t, err, ErrFenced, "another one holds it, so its state is not this one's to write")

	// The holder's state is raised, never lowered; what was signed without the store cannot be asked for again.
	config, err := LoadConfig(filepath.Join(b.dir, "tokyo-a"))
	require.NoError(t, err)
	identity, err := config.Open()
	require.NoError(t, err)
	for height, want := range map[int64]int64{6: 7, 8: 8} {
		record, err := identity.Begin(t.Context(), "tokyo-a", Signed{Position: Position{Height: height}}, begin)
		require.NoError(t, err)
		require.Equal(t, want, max(record.Height, 7))
	}
	record, err := identity.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, Position{Height: 8}, record.Position)
	require.Equal(t, uint64(1), record.Epoch)

	// A position without bytes cannot be signed again.
	key, err := config.key()
	require.NoError(t, err)
	_, err = identity.Begin(t.Context(), "tokyo-a", Signed{Position: Position{9, 0, stepPrevote}}, begin)
	require.NoError(t, err)
	signer, err := New(t.Context(), identity, "tokyo-a", key, "", DefaultTimeout, nil)
	require.NoError(t, err)
	_, _, _, err = item{Position: Position{9, 0, stepPrevote}, block: 1}.ask(signer)
	require.ErrorIs(t, err, ErrConflict)
}

// What is wrong is refused in one line, before anything is written.
func TestInitRefuses(t *testing.T) {
	b := newBench(t)
	open, other, text := filepath.Join(b.dir, "open.json"), filepath.Join(b.dir, "other.json"), filepath.Join(b.dir, "text")
	raw, err := os.ReadFile(b.key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(open, raw, 0o600))
	require.NoError(t, os.Chmod(open, 0o640))
	stranger := privval.FilePVKey{PubKey: ed25519.GenPrivKey().PubKey(), PrivKey: ed25519.GenPrivKey()}
	raw, err = cmtjson.Marshal(stranger)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(other, raw, 0o600))
	require.NoError(t, os.WriteFile(text, []byte("no JSON"), 0o600))
	for _, test := range []struct {
		name string
		more []string
		want string
	}{
		{"Tokyo", nil, "name: expected 1 to 63 lower-case letters"},
		{"a", []string{"--chain-id", ""}, "chain_id: expected a chain id"},
		{"a", []string{"--key-file", ""}, "key_file: expected a priv_validator_key.json"},
		{"a", []string{"--key-file", text + "2"}, "key_file: stat"},
		{"a", []string{"--key-file", open}, "for its owner only, got mode 0640: run `chmod 600"},
		{"a", []string{"--key-file", other}, "expected the public key of its private key"},
		{"a", []string{"--key-file", text}, "expected a priv_validator_key.json with a private key"},
		{"a", []string{"--node", "127.0.0.1:1"}, "node: expected tcp://NODE-ID@host:port or unix:///path"},
		{"a", []string{"--node", "tcp://127.0.0.1:1"}, "node: expected tcp://NODE-ID@host:port or unix:///path"},
		{"a", []string{"--store-timeout", "5s"}, "store_timeout: expected 100ms to 4.5s, got 5s"},
		{"a", []string{"--store", "nowhere"}, "store: expected etcd://"},
		{"a", []string{"--state", text}, "expected a priv_validator_state.json"},
		{"a", []string{"--state", b.last, "--never-signed"}, "if any flags in the group"},
	} {
		_, err := b.init(test.name, test.more...)
		require.ErrorContains(t, err, test.want, test.more)
		require.NotContains(t, strings.TrimSpace(err.Error()), "\n")
		require.NoFileExists(t, filepath.Join(b.dir, test.name, ConfigFile))
	}
	_, err = LoadConfig(b.dir)
	require.ErrorContains(t, err, "run `azukari signer init`")
	require.NoError(t, os.WriteFile(filepath.Join(b.dir, ConfigFile), []byte("nam: x\n"), 0o600))
	_, err = LoadConfig(b.dir)
	require.ErrorContains(t, err, `line 1: unknown field "nam"`)
}
