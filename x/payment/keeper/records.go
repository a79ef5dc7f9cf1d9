package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
)

// GetPayment returns the payment that a payer made under a reference, or types.ErrPaymentNotFound.
func (k *Keeper) GetPayment(ctx context.Context, payer sdk.AccAddress, reference string) (types.PaymentRecord, error) {
	record, err := k.payments.Get(ctx, collections.Join(payer, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.PaymentRecord{}, types.ErrPaymentNotFound.Wrapf(
			"expected a payment of %s, got reference %q; only payments with a reference are recorded", payer, reference)
	}
	return record, err
}

// requireUnusedReference refuses a reference that the payer has used before.
func (k *Keeper) requireUnusedReference(ctx context.Context, payment types.Payment) error {
	if payment.Reference == "" {
		return nil
	}
	used, err := k.payments.Has(ctx, collections.Join(payment.Payer, payment.Reference))
	if err != nil || !used {
		return err
	}
	return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used, got %q of a payment that was made; choose a new one",
		payment.Payer, payment.Reference)
}

// record writes a payment that has a reference.
func (k *Keeper) record(ctx context.Context, made madePayment, status types.PaymentStatus) error {
	if made.Reference == "" {
		return nil
	}
	now := sdk.UnwrapSDKContext(ctx)
	return k.addPayment(ctx, made.Payer, made.Payee, types.PaymentRecord{
		Payer: made.Payer.String(), Reference: made.Reference, Payee: made.Payee.String(), Amount: made.Amount,
		Fee: made.Fee, FeePayer: made.FeePayer, Invoice: made.Invoice, MemoHash: made.MemoHash, Method: made.Method,
		PaidAt: now.BlockTime(), Height: now.BlockHeight(), Status: status, HoldId: made.HoldID,
		Refunded: math.ZeroInt(), RefundOf: made.RefundOf,
	})
}

// addPayment writes a record and its index entry.
func (k *Keeper) addPayment(ctx context.Context, payer, payee sdk.AccAddress, record types.PaymentRecord) error {
	if err := k.paymentsByPayee.Set(ctx, collections.Join4(payee, record.Invoice, payer, record.Reference)); err != nil {
		return err
	}
	return k.payments.Set(ctx, collections.Join(payer, record.Reference), record)
}

// restorePayment writes the record of a genesis.
func (k *Keeper) restorePayment(ctx context.Context, record types.PaymentRecord) error {
	payer, payee, err := partiesOf(record.Payer, record.Payee)
	if err != nil {
		return err
	}
	return k.addPayment(ctx, payer, payee, record)
}
