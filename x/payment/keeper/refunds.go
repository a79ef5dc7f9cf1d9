package keeper

import (
	"context"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
)

// refund gives a recorded payment back, whole or in part, and returns what may still be refunded. The refund is a payment of its own.
func (k *Keeper) refund(ctx context.Context, record types.PaymentRecord, amount sdk.Coin, reference string) (math.Int, error) {
	after, err := record.Refund(amount)
	if err != nil {
		return math.Int{}, err
	}
	payer, payee, err := partiesOf(record.Payer, record.Payee)
	if err != nil {
		return math.Int{}, err
	}
	_, err = k.Pay(ctx, types.Payment{
		Payer: payee, Payee: payer, Amount: amount, Reference: reference, Invoice: record.Invoice,
		Method: types.PaymentMethodRefund, RefundOf: record.Reference,
	})
	if err != nil {
		return math.Int{}, err
	}
	if err := k.payments.Set(ctx, collections.Join(payer, record.Reference), after); err != nil {
		return math.Int{}, err
	}
	return after.Refundable(), event.Emit(ctx, &types.EventPaymentRefunded{
		Payer: record.Payer, Payment: record.Reference, Payee: record.Payee, Amount: amount, Reference: reference, Refunded: after.Refunded,
	})
}
