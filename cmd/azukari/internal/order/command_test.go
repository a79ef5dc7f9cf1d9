package order

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/cosmos/gogoproto/jsonpb"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/base/address"
	"github.com/azukari-network/azukari/testutil/keepertest"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func run(args ...string) (string, error) {
	var out bytes.Buffer
	cmd := New()
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err := cmd.Execute()
	return out.String(), err
}

func signArgs(path string, more ...string) []string {
	return append([]string{
		"sign", "--key", path, "--chain-id", "retail-1", "--yen", "ibc/27394F", "--payer", keepertest.Address("aoi").String(),
		"--payee", keepertest.Address("shop").String(), "--amount", "30000", "--reference", "P-18",
	}, more...)
}

// What is printed registers the key, and the order that is printed is signed by it.
func TestSignWithANewKey(t *testing.T) {
	address.Configure()
	for name, kind := range types {
		path := filepath.Join(t.TempDir(), "phone.json")
		out, err := run("new-key", path, "--type", name)
		require.NoError(t, err)
		var registered struct {
			ID        string `json:"id"`
			Type      string `json:"type"`
			PublicKey []byte `json:"public_key"`
		}
		require.NoError(t, json.Unmarshal([]byte(out), &registered))
		key := registrytypes.OrderKey{Id: registered.ID, Type: kind, PublicKey: registered.PublicKey}
		require.NoError(t, key.Validate())
		require.Equal(t, []string{"phone", kind.String()}, []string{registered.ID, registered.Type})
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

		out, err = run(signArgs(path)...)
		require.NoError(t, err)
		var order paymenttypes.SignedPaymentOrder
		require.NoError(t, jsonpb.UnmarshalString(out, &order))
		require.Equal(t, "phone", order.Order.KeyId)
		require.Positive(t, order.Order.Nonce)
		require.Equal(t, []bool{true}, paymenttypes.VerifySignatures([]paymenttypes.SignatureCheck{{
			Type: kind, Key: key.PublicKey, Message: order.Order.SignBytes("retail-1", "ibc/27394F"), Signature: order.Signature,
		}}))
		_, err = run("new-key", path)
		require.ErrorContains(t, err, "choose another name")
	}
}

func TestRefusals(t *testing.T) {
	path := filepath.Join(t.TempDir(), "k.json")
	_, err := run("new-key", path, "--type", "rsa")
	require.ErrorContains(t, err, `expected ed25519, secp256r1 or secp256k1, got "rsa"`)
	require.NoFileExists(t, path)
	_, err = run("new-key", path)
	require.NoError(t, err)
	for says, more := range map[string][]string{
		"--payee: expected a bech32 address":       {"--payee", "shop"},
		"--payer: expected a bech32 address":       {"--payer", "aoi"},
		"expected an amount of 1":                  {"--amount", "0"},
		"--expires-in: expected a time":            {"--expires-in", "-1m"},
		"--memo-hash":                              {"--memo-hash", "?"},
		"expected a memo_hash of 32 bytes or none": {"--memo-hash", "AAAA"},
		"reference: expected a reference":          {"--reference", "a b"},
		"--chain-id: expected":                     {"--chain-id", ""},
		"no such file":                             {"--key", path + ".missing"},
	} {
		_, err := run(signArgs(path, more...)...)
		require.ErrorContains(t, err, says)
	}
	for content, says := range map[string]string{
		"x":                                       "expected a file of 'azukari order new-key'",
		`{"type":"ed25519","private_key":"zz"}`:   "expected private_key in hexadecimal",
		`{"type":"ed25519","private_key":"00"}`:   "got 1 bytes",
		`{"type":"secp256r1","private_key":"00"}`: "expected a private key of secp256r1",
		`{"type":"unknown","private_key":"00"}`:   "expected a private key of ed25519",
	} {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := run(signArgs(path)...)
		require.ErrorContains(t, err, says)
	}
}
