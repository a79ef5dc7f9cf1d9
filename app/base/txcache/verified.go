package txcache

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	lru "github.com/hashicorp/golang-lru/v2"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
)

// rememberedVerifications bounds how many transactions are known to be signed as they must be: some blocks, in some 10 MiB.
const rememberedVerifications = 1 << 16

// VerifyOnce lets a node verify the signature of a transaction of one signer once: when it comes into the mempool, and not again in its
// block. A signature is verified over nothing but the transaction's bytes, the chain, and the signer's account number, sequence and key;
// with all these equal the outcome is. Whatever is not known is verified, and gas is the same either way. It is safe for concurrent use.
type VerifyOnce struct {
	verify   sdk.AnteDecorator
	accounts ante.AccountKeeper
	known    *lru.Cache[digest, struct{}]
}

var _ sdk.AnteDecorator = VerifyOnce{}

// NewVerifyOnce returns the decorator for the SDK's SigVerificationDecorator, whose place it takes.
func NewVerifyOnce(verify ante.SigVerificationDecorator, accounts ante.AccountKeeper) VerifyOnce {
	return newVerifyOnce(verify, accounts)
}

func newVerifyOnce(verify sdk.AnteDecorator, accounts ante.AccountKeeper) VerifyOnce {
	known, err := lru.New[digest, struct{}](rememberedVerifications)
	if err != nil {
		panic(fmt.Errorf("build the cache of verifications: %w", err)) // only of a size that is not positive
	}
	return VerifyOnce{verify: verify, accounts: accounts, known: known}
}

// AnteHandle implements sdk.AnteDecorator.
func (v VerifyOnce) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	// The SDK verifies nothing then, so that there is nothing to remember. In a genesis accounts have no numbers yet.
	if simulate || ctx.IsReCheckTx() || !ctx.IsSigverifyTx() || ctx.BlockHeight() == 0 {
		return v.verify.AnteHandle(ctx, tx, simulate, next)
	}
	before := ctx.GasMeter().GasConsumed()
	key, whole := v.keyOf(ctx, tx)
	if whole && v.known.Contains(key) {
		return next(ctx, tx, simulate)
	}
	// The decorator below reads the account once itself.
	refund(ctx.GasMeter(), before)
	return v.verify.AnteHandle(ctx, tx, simulate, func(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
		if whole {
			v.known.Add(key, struct{}{})
		}
		return next(ctx, tx, simulate)
	})
}

// keyOf returns a digest of all that the verification depends on, and false for a transaction that is not of one signer with a key. It
// reads the signer's account, as the SDK's decorator does.
func (v VerifyOnce) keyOf(ctx sdk.Context, tx sdk.Tx) (digest, bool) {
	signed, ok := tx.(authsigning.SigVerifiableTx)
	if !ok {
		return digest{}, false
	}
	signers, err := signed.GetSigners()
	if err != nil || len(signers) != 1 {
		return digest{}, false
	}
	account := v.accounts.GetAccount(ctx, signers[0])
	if account == nil || account.GetPubKey() == nil {
		return digest{}, false
	}
	whole := sha256.Sum256(ctx.TxBytes())
	buffer := append(make([]byte, 0, 192), whole[:]...)
	buffer = binary.BigEndian.AppendUint64(buffer, account.GetAccountNumber())
	buffer = binary.BigEndian.AppendUint64(buffer, account.GetSequence())
	for _, text := range []string{account.GetPubKey().Type(), string(account.GetPubKey().Bytes()), ctx.ChainID()} {
		buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(text))) //nolint:gosec // of some bytes
		buffer = append(buffer, text...)
	}
	return sha256.Sum256(buffer), true
}

// refund gives back what a meter has counted since.
func refund(meter storetypes.GasMeter, before storetypes.Gas) {
	if used := meter.GasConsumed() - before; used > 0 {
		meter.RefundGas(used, "account read again")
	}
}
