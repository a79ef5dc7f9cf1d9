package types

import (
	"bytes"
	"runtime"
	"sync"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256r1"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// SignatureCheck is one signature to be verified: a key, what was signed, and the signature.
type SignatureCheck struct {
	Type      registrytypes.OrderKeyType
	Key       []byte
	Message   []byte
	Signature []byte
}

// VerifySignatures says of each signature whether it is valid. Ed25519 signatures are verified together, by the rules of the SDK and
// CometBFT (ZIP-215, in the implementation that both use), so that it does not matter which others they come with; secp256k1 and
// secp256r1 are verified one by one and must have the lower s. It is a function of its arguments, and uses all processors.
func VerifySignatures(checks []SignatureCheck) []bool {
	valid := make([]bool, len(checks))
	workers := min(runtime.GOMAXPROCS(0), (len(checks)+leastPart-1)/leastPart)
	if workers <= 1 {
		verifyPart(checks, valid)
		return valid
	}
	var parts sync.WaitGroup
	for i := range workers {
		from, to := len(checks)*i/workers, len(checks)*(i+1)/workers
		parts.Go(func() { verifyPart(checks[from:to], valid[from:to]) })
	}
	parts.Wait()
	return valid
}

// leastPart is the fewest signatures that are worth a goroutine of their own: batches gain little beyond it.
const leastPart = 64

// verifyPart fills in which of some signatures are valid.
func verifyPart(checks []SignatureCheck, valid []bool) {
	batch := ed25519.NewBatchVerifierWithCapacity(len(checks))
	batched := make([]int, 0, len(checks))
	for i, check := range checks {
		if check.Type != registrytypes.OrderKeyTypeEd25519 {
			valid[i] = verifyECDSA(check)
			continue
		}
		// A key or signature of a wrong length stays invalid, and out of the batch.
		if len(check.Key) == ed25519.PublicKeySize && len(check.Signature) == ed25519.SignatureSize {
			batch.AddWithOptions(check.Key, check.Message, check.Signature, zip215)
			batched = append(batched, i)
		}
	}
	if len(batched) == 0 {
		return
	}
	// If one fails in the batch, each result is that of the single verification.
	_, results := batch.Verify(nil)
	for j, i := range batched {
		valid[i] = results[j]
	}
}

// zip215 is what CometBFT passes to the same library.
var zip215 = &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}

func verifyECDSA(check SignatureCheck) bool {
	if len(check.Signature) != SignatureLength {
		return false
	}
	switch check.Type { //nolint:exhaustive // no other is ECDSA
	case registrytypes.OrderKeyTypeSecp256k1:
		key := secp256k1.PubKey{Key: check.Key}
		return key.VerifySignature(check.Message, check.Signature)
	case registrytypes.OrderKeyTypeSecp256r1:
		var key secp256r1.PubKey
		raw, err := encodeSecp256r1(check.Key)
		if err != nil || key.Unmarshal(raw) != nil {
			return false
		}
		return key.VerifySignature(check.Message, check.Signature)
	}
	return false
}

// encodeSecp256r1 returns the protobuf encoding of the SDK's key, which has no other constructor.
func encodeSecp256r1(compressed []byte) ([]byte, error) {
	const fieldOne, length = 0x0a, 33
	if len(compressed) != length {
		return nil, ErrInvalidOrder.Wrapf("expected a public key of %d bytes, got %d", length, len(compressed))
	}
	return append([]byte{fieldOne, length}, compressed...), nil
}

// CheckOwnKey checks that a public key is that of the address that it pays from. It returns ErrBadSignature.
func (m PaymentOrder) CheckOwnKey() error {
	const length = secp256k1.PubKeySize
	if len(m.PublicKey) != length {
		return ErrBadSignature.Wrapf("expected a compressed secp256k1 public_key of %d bytes, got %d", length, len(m.PublicKey))
	}
	key := secp256k1.PubKey{Key: m.PublicKey}
	if !bytes.Equal(key.Address(), m.Payer) {
		return ErrBadSignature.Wrapf("expected the public_key of the payer's address, got that of another; or name a registered key by key_id")
	}
	return nil
}
