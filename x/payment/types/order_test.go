package types_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/orders.json anew")

const (
	vectorFile = "testdata/orders.json"
	chainID    = "retail-1"
	yen        = "ibc/27394FB092D2ECCD56123C74F36E4C1F926001CEADA9CA97EA622B25F41E5EB2"
)

// vector is one signed order for those who implement signing elsewhere. Byte strings are hexadecimal, addresses bech32.
type vector struct {
	Name      string
	ChainID   string
	YenDenom  string
	Payer     string
	Payee     string
	Denom     string
	Amount    uint64
	Reference string
	Invoice   string
	MemoHash  string
	MaxFee    uint64
	ExpiresAt uint64
	Nonce     uint64
	KeyID     string
	PublicKey string
	SignBytes string
	KeyType   string
	Key       string
	Signature string
}

func order() types.PaymentOrder {
	return types.PaymentOrder{
		Payer: bytes.Repeat([]byte{1}, 20), Payee: bytes.Repeat([]byte{2}, 20), Amount: 30_000, Reference: "P-17", Invoice: "INV-4711",
		MemoHash: bytes.Repeat([]byte{3}, 32), MaxFee: 40, ExpiresAt: 1_775_001_600, Nonce: 1_774_998_000, KeyId: "phone",
	}
}

func vectors(t *testing.T) []vector {
	t.Helper()
	own := secp256k1.GenPrivKeyFromSecret([]byte("azukari test vector"))
	short := types.PaymentOrder{
		Payer: order().Payer, Payee: order().Payee, Amount: 1, ExpiresAt: 1_775_001_600, Nonce: 1, KeyId: "phone",
	}
	ownOrder := order()
	ownOrder.Payer, ownOrder.KeyId, ownOrder.PublicKey = own.PubKey().Address().Bytes(), "", own.PubKey().Bytes()
	asset := order()
	asset.Denom = "asset/points"
	device := edSigner(ed25519.GenPrivKeyFromSecret([]byte("azukari test vector")))
	var all []vector
	for _, one := range []struct {
		name  string
		order types.PaymentOrder
		kind  registrytypes.OrderKeyType
		key   signer
	}{
		{"every field, Ed25519", order(), registrytypes.OrderKeyTypeEd25519, device},
		{"as short as can be", short, registrytypes.OrderKeyTypeEd25519, device},
		{"another denom", asset, registrytypes.OrderKeyTypeEd25519, device},
		{"a registered secp256k1 key", order(), registrytypes.OrderKeyTypeSecp256k1, sdkSigner{own}},
		{"the key of the address", ownOrder, registrytypes.OrderKeyTypeSecp256k1, sdkSigner{own}},
	} {
		o := one.order
		signBytes := o.SignBytes(chainID, yen)
		all = append(all, vector{
			Name: one.name, ChainID: chainID, YenDenom: yen, Payer: sdk.AccAddress(o.Payer).String(), Payee: sdk.AccAddress(o.Payee).String(),
			Denom: o.Denom, Amount: o.Amount, Reference: o.Reference, Invoice: o.Invoice, MemoHash: hex.EncodeToString(o.MemoHash),
			MaxFee: o.MaxFee, ExpiresAt: o.ExpiresAt, Nonce: o.Nonce, KeyID: o.KeyId, PublicKey: hex.EncodeToString(o.PublicKey),
			SignBytes: hex.EncodeToString(signBytes), KeyType: one.kind.String(),
			Key: hex.EncodeToString(one.key.public()), Signature: hex.EncodeToString(one.key.sign(t, signBytes)),
		})
	}
	return all
}

// The published vectors are what this code signs, and each signature is valid.
func TestOrderVectors(t *testing.T) {
	want := vectors(t)
	if *rewrite {
		raw, err := json.MarshalIndent(want, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(vectorFile, append(raw, '\n'), 0o600))
	}
	raw, err := os.ReadFile(vectorFile)
	require.NoError(t, err)
	var published []vector
	require.NoError(t, json.Unmarshal(raw, &published))
	require.Equal(t, want, published, "if the format changed on purpose: go test ./x/payment/types -rewrite")
	for _, one := range published {
		check := types.SignatureCheck{Type: registrytypes.OrderKeyType(registrytypes.OrderKeyType_value[one.KeyType])}
		for encoded, field := range map[string]*[]byte{one.Key: &check.Key, one.SignBytes: &check.Message, one.Signature: &check.Signature} {
			*field, err = hex.DecodeString(encoded)
			require.NoError(t, err)
		}
		require.Equal(t, []bool{true}, types.VerifySignatures([]types.SignatureCheck{check}), one.Name)
	}
}

// Two orders have the same bytes only if they are the same order for the same zone.
func TestSignBytesCoverEveryField(t *testing.T) {
	draw := func(r *rapid.T, name string) (types.PaymentOrder, string) {
		text := rapid.SampledFrom([]string{"", "a", "b", "ab", "\x00a", "\x00\x01a"})
		return types.PaymentOrder{
			Payer: []byte(text.Draw(r, name)), Payee: []byte(text.Draw(r, name)), Denom: text.Draw(r, name), Amount: rapid.Uint64Range(0, 2).Draw(r, name),
			Reference: text.Draw(r, name), Invoice: text.Draw(r, name), MemoHash: []byte(text.Draw(r, name)), MaxFee: rapid.Uint64Range(0, 2).Draw(r, name),
			ExpiresAt: rapid.Uint64Range(0, 2).Draw(r, name), Nonce: rapid.Uint64Range(0, 2).Draw(r, name),
			KeyId: text.Draw(r, name), PublicKey: []byte(text.Draw(r, name)),
		}, text.Draw(r, name)
	}
	rapid.Check(t, func(r *rapid.T) {
		one, oneChain := draw(r, "one")
		other, otherChain := draw(r, "other")
		same := oneChain == otherChain && one.String() == other.String()
		require.Equal(r, same, bytes.Equal(one.SignBytes(oneChain, "yen"), other.SignBytes(otherChain, "yen")))
		require.NotEqual(r, types.PaymentOrder{}.SignBytes(oneChain, "yen"), types.PaymentOrder{}.SignBytes(oneChain, "other yen"))
	})
}

func TestOrderValidate(t *testing.T) {
	require.NoError(t, order().Validate(yen))
	for name, test := range map[string]struct {
		change func(*types.PaymentOrder)
		err    error
	}{
		"payer":           {func(o *types.PaymentOrder) { o.Payer = nil }, types.ErrInvalidOrder},
		"long payee":      {func(o *types.PaymentOrder) { o.Payee = make([]byte, 256) }, types.ErrInvalidOrder},
		"amount":          {func(o *types.PaymentOrder) { o.Amount = 0 }, types.ErrInvalidPayment},
		"large amount":    {func(o *types.PaymentOrder) { o.Amount = 1e15 + 1 }, types.ErrInvalidPayment},
		"denom":           {func(o *types.PaymentOrder) { o.Denom = "!" }, types.ErrInvalidPayment},
		"reference":       {func(o *types.PaymentOrder) { o.Reference = "a b" }, registrytypes.ErrInvalidReference},
		"no reference":    {func(o *types.PaymentOrder) { o.Reference = "" }, types.ErrInvalidPayment},
		"invoice":         {func(o *types.PaymentOrder) { o.Invoice = "ä" }, registrytypes.ErrInvalidReference},
		"memo hash":       {func(o *types.PaymentOrder) { o.MemoHash = []byte{1} }, types.ErrInvalidPayment},
		"no key":          {func(o *types.PaymentOrder) { o.KeyId = "" }, types.ErrInvalidOrder},
		"two keys":        {func(o *types.PaymentOrder) { o.PublicKey = make([]byte, 33) }, types.ErrInvalidOrder},
		"long id of keys": {func(o *types.PaymentOrder) { o.KeyId = string(make([]byte, 65)) }, types.ErrInvalidOrder},
	} {
		bad := order()
		test.change(&bad)
		require.ErrorIs(t, bad.Validate(yen), test.err, name)
	}
	require.ErrorIs(t, order().Validate(""), types.ErrInvalidOrder, "a zone without yen")
	require.NoError(t, order().CheckTime(time.Unix(1_775_001_599, 999)))
	require.ErrorIs(t, order().CheckTime(time.Unix(1_775_001_600, 0)), types.ErrOrderExpired)
}
