package keeper

import (
	"context"
	"crypto/sha256"
	"encoding/binary"

	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/azukari-network/azukari/x/payment/types"
)

// rememberedSignatures bounds what is kept of signatures that were found valid: bundles of a few blocks, in some 30 MiB.
const rememberedSignatures = 1 << 18

// verifiedSignatures remembers signatures that this node has verified and found valid, so that it verifies each once: when its bundle
// comes into the mempool, and not again in the block. It is a node's own: what it remembers decides how long a block takes, and never
// results, gas or events. It is safe for concurrent use.
type verifiedSignatures struct {
	known *lru.Cache[signatureDigest, struct{}]
}

// signatureDigest identifies a signature with all that it depends on.
type signatureDigest [sha256.Size]byte

func newVerifiedSignatures() *verifiedSignatures {
	known, err := lru.New[signatureDigest, struct{}](rememberedSignatures)
	if err != nil {
		panic(err) // only of a size that is not positive
	}
	return &verifiedSignatures{known: known}
}

// digest is the SHA-256 of a signature's key type, key, signature and message. The lengths of the first ones come before them, so
// that no two checks have one digest.
func digest(check types.SignatureCheck) signatureDigest {
	buffer := make([]byte, 0, 512)
	buffer = binary.BigEndian.AppendUint32(buffer, uint32(check.Type))     //nolint:gosec // an enum
	buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(check.Key))) //nolint:gosec // part of a transaction
	buffer = append(buffer, check.Key...)
	buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(check.Signature))) //nolint:gosec // part of a transaction
	buffer = append(buffer, check.Signature...)
	return sha256.Sum256(append(buffer, check.Message...))
}

// verify says of each signature whether it is valid, and remembers those that are.
func (v *verifiedSignatures) verify(checks []types.SignatureCheck) []bool {
	valid, digests := make([]bool, len(checks)), make([]signatureDigest, len(checks))
	var unknown []types.SignatureCheck
	var of []int
	for i, check := range checks {
		digests[i] = digest(check)
		if valid[i] = v.known.Contains(digests[i]); !valid[i] {
			unknown, of = append(unknown, check), append(of, i)
		}
	}
	for j, good := range types.VerifySignatures(unknown) {
		if good {
			valid[of[j]] = true
			v.known.Add(digests[of[j]], struct{}{})
		}
	}
	return valid
}

// VerifyAhead verifies the signatures of a bundle that may come into a block, so that the block need not. It changes no state, and
// leaves it to the block to refuse what is not valid.
func (k *Keeper) VerifyAhead(ctx context.Context, orders []types.SignedPaymentOrder) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	if len(orders) > int(params.BundleOrdersMax) {
		return nil // the block refuses it without looking at them
	}
	b := &bundle{keeper: k, yen: k.registry.YenDenom(ctx), orders: orders, failures: make([]error, len(orders))}
	b.authenticate(ctx)
	return nil
}
