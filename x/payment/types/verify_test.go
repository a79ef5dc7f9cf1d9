package types_test

import (
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"math/big"
	"testing"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/oasisprotocol/curve25519-voi/curve"
	"github.com/oasisprotocol/curve25519-voi/curve/scalar"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// signers make one key of each type from a seed.
func signers(t require.TestingT, seed string) map[registrytypes.OrderKeyType]signer {
	r1, err := secp256r1.GenPrivKey()
	require.NoError(t, err)
	return map[registrytypes.OrderKeyType]signer{ //nolint:exhaustive // there is no key of no type
		registrytypes.OrderKeyTypeEd25519:   edSigner(ed25519.GenPrivKeyFromSecret([]byte(seed))),
		registrytypes.OrderKeyTypeSecp256k1: sdkSigner{secp256k1.GenPrivKeyFromSecret([]byte(seed))},
		registrytypes.OrderKeyTypeSecp256r1: sdkSigner{r1},
	}
}

type signer interface {
	public() []byte
	sign(t require.TestingT, message []byte) []byte
}

type edSigner ed25519.PrivKey

func (s edSigner) public() []byte { return ed25519.PrivKey(s).PubKey().Bytes() }

func (s edSigner) sign(t require.TestingT, message []byte) []byte {
	signature, err := ed25519.PrivKey(s).Sign(message)
	require.NoError(t, err)
	return signature
}

type sdkSigner struct{ cryptotypes.PrivKey }

func (s sdkSigner) public() []byte { return s.PubKey().Bytes() }

func (s sdkSigner) sign(t require.TestingT, message []byte) []byte {
	signature, err := s.Sign(message)
	require.NoError(t, err)
	return signature
}

func keyTypes() []registrytypes.OrderKeyType {
	return []registrytypes.OrderKeyType{
		registrytypes.OrderKeyTypeEd25519, registrytypes.OrderKeyTypeSecp256k1, registrytypes.OrderKeyTypeSecp256r1,
	}
}

// Whatever comes with it, each signature has the result that it has alone: valid as it was signed, invalid with any bit
// changed.
func TestSignaturesDoNotDependOnTheirCompany(t *testing.T) {
	keys := signers(t, "company")
	rapid.Check(t, func(r *rapid.T) {
		var checks []types.SignatureCheck
		var want []bool
		for range rapid.IntRange(0, 12).Draw(r, "signatures") {
			kind := rapid.SampledFrom(keyTypes()).Draw(r, "type")
			message := rapid.SliceOf(rapid.Byte()).Draw(r, "message")
			check := types.SignatureCheck{Type: kind, Key: keys[kind].public(), Message: message, Signature: keys[kind].sign(r, message)}
			spoiled := rapid.IntRange(0, 3).Draw(r, "spoiled") == 0
			if spoiled {
				bit := rapid.IntRange(0, len(check.Signature)*8-1).Draw(r, "bit")
				check.Signature[bit/8] ^= 1 << (bit % 8)
			}
			checks, want = append(checks, check), append(want, !spoiled)
		}
		require.Equal(r, len(want), len(types.VerifySignatures(checks)))
		for i, valid := range types.VerifySignatures(checks) {
			require.Equal(r, want[i], valid, i)
			require.Equal(r, []bool{want[i]}, types.VerifySignatures(checks[i:i+1]), i)
		}
	})
}

// More signatures than one part has are verified in several at once, each with its own result.
func TestManySignatures(t *testing.T) {
	key := signers(t, "many")[registrytypes.OrderKeyTypeEd25519]
	const many = 1_000
	checks, want := make([]types.SignatureCheck, many), make([]bool, many)
	for i := range checks {
		message := fmt.Appendf(nil, "order %d", i)
		checks[i] = types.SignatureCheck{
			Type: registrytypes.OrderKeyTypeEd25519, Key: key.public(), Message: message, Signature: key.sign(t, message),
		}
		if want[i] = i%97 != 0 && i != many-1; !want[i] {
			checks[i].Signature[i%64] ^= 1
		}
	}
	require.Equal(t, want, types.VerifySignatures(checks))
	require.Empty(t, types.VerifySignatures(nil))
}

func TestSignaturesOfWrongShape(t *testing.T) {
	for _, kind := range keyTypes() {
		key, message := signers(t, "shape")[kind], []byte("message")
		good := types.SignatureCheck{Type: kind, Key: key.public(), Message: message, Signature: key.sign(t, message)}
		require.Equal(t, []bool{true}, types.VerifySignatures([]types.SignatureCheck{good}))
		for name, change := range map[string]func(*types.SignatureCheck){
			"no signature":    func(c *types.SignatureCheck) { c.Signature = nil },
			"short signature": func(c *types.SignatureCheck) { c.Signature = c.Signature[:63] },
			"long signature":  func(c *types.SignatureCheck) { c.Signature = append(c.Signature, 0) },
			"no key":          func(c *types.SignatureCheck) { c.Key = nil },
			"short key":       func(c *types.SignatureCheck) { c.Key = c.Key[:31] },
			"no type":         func(c *types.SignatureCheck) { c.Type = registrytypes.OrderKeyTypeUnspecified },
			"another key":     func(c *types.SignatureCheck) { c.Key = signers(t, "other")[kind].public() },
		} {
			bad := good
			change(&bad)
			require.Equal(t, []bool{false, true}, types.VerifySignatures([]types.SignatureCheck{bad, good}), "%s: %s", kind, name)
		}
	}
}

// Of the two signatures that ECDSA has for everything, only the one with the lower s counts.
func TestHigherSIsRefused(t *testing.T) {
	orders := map[registrytypes.OrderKeyType]string{ //nolint:exhaustive // those of ECDSA
		registrytypes.OrderKeyTypeSecp256k1: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
		registrytypes.OrderKeyTypeSecp256r1: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
	}
	for kind, order := range orders {
		key, message := signers(t, "s")[kind], []byte("message")
		signature := key.sign(t, message)
		n, _ := new(big.Int).SetString(order, 16)
		higher := append([]byte{}, signature[:32]...)
		higher = append(higher, new(big.Int).Sub(n, new(big.Int).SetBytes(signature[32:])).FillBytes(make([]byte, 32))...)
		require.Equal(t, []bool{true, false}, types.VerifySignatures([]types.SignatureCheck{
			{Type: kind, Key: key.public(), Message: message, Signature: signature},
			{Type: kind, Key: key.public(), Message: message, Signature: higher},
		}), kind)
	}
}

// torsion are points of order 2, 4 and 8, by which implementations of Ed25519 differ: ZIP-215 multiplies by the cofactor
// and so accepts signatures in whose key or nonce they are.
var torsion = []string{
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
}

func TestTorsionPoints(t *testing.T) {
	honest := signers(t, "honest")[registrytypes.OrderKeyTypeEd25519]
	message := []byte("message")
	good := types.SignatureCheck{
		Type: registrytypes.OrderKeyTypeEd25519, Key: honest.public(), Message: message, Signature: honest.sign(t, message),
	}
	bad := good
	bad.Message = []byte("another message")
	for _, encoded := range torsion {
		small := decodePoint(t, encoded)
		require.True(t, small.IsSmallOrder())
		for _, place := range []string{"key", "nonce", "both"} {
			mixed := signWithTorsion(t, small, message, place)
			require.Equal(t, []bool{true}, types.VerifySignatures([]types.SignatureCheck{mixed}), "alone, %s in the %s", encoded, place)
			require.Equal(t, []bool{true, true}, types.VerifySignatures([]types.SignatureCheck{good, mixed}), "beside a valid one")
			require.Equal(t, []bool{false, true, true}, types.VerifySignatures([]types.SignatureCheck{bad, mixed, good}), "beside an invalid one")
			mixed.Message = bad.Message
			require.Equal(t, []bool{true, false}, types.VerifySignatures([]types.SignatureCheck{good, mixed}))
		}
		// Anybody could sign for a key of small order alone, so that the registry takes none.
		raw, err := hex.DecodeString(encoded)
		require.NoError(t, err)
		key := registrytypes.OrderKey{Id: "small", Type: registrytypes.OrderKeyTypeEd25519, PublicKey: raw}
		require.ErrorIs(t, key.Validate(), registrytypes.ErrInvalidOrderKey)
	}
}

func decodePoint(t *testing.T, encoded string) *curve.EdwardsPoint {
	t.Helper()
	raw, err := hex.DecodeString(encoded)
	require.NoError(t, err)
	compressed, err := curve.NewCompressedEdwardsYFromBytes(raw)
	require.NoError(t, err)
	point, err := new(curve.EdwardsPoint).SetCompressedY(compressed)
	require.NoError(t, err)
	return point
}

// signWithTorsion signs with a key of our own to which a point of small order is added, or whose nonce has it.
func signWithTorsion(t *testing.T, small *curve.EdwardsPoint, message []byte, place string) types.SignatureCheck {
	t.Helper()
	secret, nonce := scalar.NewFromUint64(1_234_567), scalar.NewFromUint64(7_654_321)
	public := new(curve.EdwardsPoint).MulBasepoint(curve.ED25519_BASEPOINT_TABLE, secret)
	commitment := new(curve.EdwardsPoint).MulBasepoint(curve.ED25519_BASEPOINT_TABLE, nonce)
	if place != "nonce" {
		public.Add(public, small)
	}
	if place != "key" {
		commitment.Add(commitment, small)
	}
	key, r := encodePoint(t, public), encodePoint(t, commitment)
	digest := sha512.Sum512(append(append(append([]byte{}, r...), key...), message...))
	challenge, err := scalar.NewFromBytesModOrderWide(digest[:])
	require.NoError(t, err)
	s := scalar.New().Add(nonce, scalar.New().Mul(challenge, secret))
	encoded := make([]byte, scalar.ScalarSize)
	require.NoError(t, s.ToBytes(encoded))
	return types.SignatureCheck{
		Type: registrytypes.OrderKeyTypeEd25519, Key: key, Message: message, Signature: append(r, encoded...),
	}
}

func encodePoint(t *testing.T, point *curve.EdwardsPoint) []byte {
	t.Helper()
	raw, err := new(curve.CompressedEdwardsY).SetEdwardsPoint(point).MarshalBinary()
	require.NoError(t, err)
	return raw
}
