package chain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var testMnemonic = strings.Repeat("abandon ", 11) + "about"

func TestKeys(t *testing.T) {
	fromHex := testKey(t)
	require.True(t, strings.HasPrefix(fromHex.Address(), "azu1"))
	require.Len(t, fromHex.PublicKey(), 33)
	again, err := ParseKey("0x" + testSecret + "\n")
	require.NoError(t, err)
	require.Equal(t, fromHex.Address(), again.Address())
	words, err := ParseKey("  " + strings.ReplaceAll(testMnemonic, " ", "\n") + "\n")
	require.NoError(t, err)
	require.NotEqual(t, fromHex.Address(), words.Address())

	fresh, err := NewMnemonic()
	require.NoError(t, err)
	require.Len(t, strings.Fields(fresh), 24)
	_, err = ParseKey(fresh)
	require.NoError(t, err)

	for text, want := range map[string]string{
		"":                             "64 hex digits",
		"abcd":                         "64 hex digits",
		strings.Repeat("zz", 32):       "64 hex digits",
		testMnemonic + " abandon":      "valid mnemonic",
		strings.Repeat("abandon ", 12): "valid mnemonic",
	} {
		_, err := ParseKey(text)
		require.ErrorContains(t, err, want)
		if text != "" {
			require.NotContains(t, err.Error(), text, "never the secret")
		}
	}
}

func TestKeyFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "relayer.key")
	_, err := LoadKey(path)
	require.ErrorContains(t, err, "azrelay keys add --out "+path)
	require.NoError(t, WriteKey(path, testSecret))
	key, err := LoadKey(path)
	require.NoError(t, err)
	require.Equal(t, testKey(t).Address(), key.Address())
	require.ErrorContains(t, WriteKey(path, testMnemonic), "a key is never overwritten")
	require.NoError(t, os.Chmod(path, 0o644))
	_, err = LoadKey(path)
	require.ErrorContains(t, err, "chmod 600 "+path)
	require.NoError(t, os.Chmod(path, 0o600))
	require.NoError(t, os.WriteFile(path, []byte("nonsense"), 0o600))
	_, err = LoadKey(path)
	require.ErrorContains(t, err, "key file "+path)
}
