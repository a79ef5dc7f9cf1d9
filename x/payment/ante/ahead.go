// Package ante prepares, when a transaction comes into the mempool, what its block needs.
package ante

import (
	"context"

	storetypes "cosmossdk.io/store/types"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
)

// Verifier verifies the signatures of payment orders ahead of the block that has them.
type Verifier interface {
	VerifyAhead(ctx context.Context, orders []types.SignedPaymentOrder) error
}

// VerifyAheadDecorator verifies the payment orders of a bundle when it first comes into a node's mempool, on all processors: a
// block is carried out while all other nodes wait, the mempool is not. It refuses nothing but what cannot be read, takes no part in blocks,
// and stands last, so that only admitted gateways cause the work.
type VerifyAheadDecorator struct {
	verifier Verifier
}

// NewVerifyAheadDecorator returns a decorator on x/payment's keeper.
func NewVerifyAheadDecorator(verifier Verifier) VerifyAheadDecorator {
	return VerifyAheadDecorator{verifier}
}

// AnteHandle implements sdk.AnteDecorator.
func (d VerifyAheadDecorator) AnteHandle(ctx sdk.Context, tx sdk.Tx, simulate bool, next sdk.AnteHandler) (sdk.Context, error) {
	if !ctx.IsCheckTx() || ctx.IsReCheckTx() || simulate {
		return next(ctx, tx, simulate)
	}
	// The transaction does not pay for it: what it may use is for the block.
	free := ctx.WithGasMeter(storetypes.NewInfiniteGasMeter())
	for _, msg := range tx.GetMsgs() {
		bundle, ok := msg.(*types.MsgExecuteOrders)
		if !ok {
			continue
		}
		if err := d.verifier.VerifyAhead(free, bundle.Orders); err != nil {
			return ctx, err
		}
	}
	return next(ctx, tx, simulate)
}
