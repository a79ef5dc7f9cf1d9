package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Pay makes one payment: the one way of all methods. It moves the coins with the checks of the registry, takes the zone's fee,
// records the payment if it has a reference, counts it for the organizations, and emits EventPaymentMade.
//
// It returns types.ErrInvalidPayment, types.ErrReferenceUsed, types.ErrFeeTooHigh, the registry's errors and x/bank's. A caller
// that survives an error must have paid in a cached context.
func (k *Keeper) Pay(ctx context.Context, payment types.Payment) (types.PaymentResult, error) {
	made, err := k.pay(ctx, payment)
	if err != nil {
		return types.PaymentResult{}, err
	}
	var tally tally
	tally.add(made)
	return made.PaymentResult, k.count(ctx, &tally)
}

// madePayment is a payment that was made, with what is counted of it.
type madePayment struct {
	types.Payment
	types.PaymentResult
	payerBank, payeeBank string
	isYen                bool
}

// pay is Pay without counting.
func (k *Keeper) pay(ctx context.Context, payment types.Payment) (madePayment, error) {
	if err := payment.Validate(); err != nil {
		return madePayment{}, err
	}
	if err := k.requireUnusedReference(ctx, payment); err != nil {
		return madePayment{}, err
	}
	made := madePayment{Payment: payment, isYen: payment.Amount.Denom == k.registry.YenDenom(ctx)}
	made.Fee = math.ZeroInt()
	if err := k.bank.SendCoins(ctx, payment.Payer, payment.Payee, sdk.Coins{payment.Amount}); err != nil {
		return madePayment{}, errorsmod.Wrap(err, "payment")
	}
	if made.isYen && payment.Method != types.PaymentMethodRefund {
		var err error
		if made.PaymentResult, err = k.takeFee(ctx, payment); err != nil {
			return madePayment{}, err
		}
	}
	var err error
	if made.payerBank, err = k.registry.BankOf(ctx, payment.Payer); err != nil {
		return madePayment{}, err
	}
	if made.payeeBank, err = k.registry.BankOf(ctx, payment.Payee); err != nil {
		return madePayment{}, err
	}
	if err := k.record(ctx, made); err != nil {
		return madePayment{}, err
	}
	return made, emit(ctx, &types.EventPaymentMade{
		Payer: payment.Payer.String(), Payee: payment.Payee.String(), Amount: payment.Amount, Fee: made.Fee, FeePayer: made.FeePayer,
		Reference: payment.Reference, Invoice: payment.Invoice, MemoHash: payment.MemoHash, Method: payment.Method, Nonce: payment.Nonce,
	})
}

// takeFee takes the zone's fee for a payment of yen that has just passed.
func (k *Keeper) takeFee(ctx context.Context, payment types.Payment) (types.PaymentResult, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return types.PaymentResult{}, err
	}
	fee := params.Fees.Fee(payment.Amount.Amount)
	if fee.IsZero() {
		return types.PaymentResult{Fee: fee}, nil
	}
	bearer := payment.Payee
	if params.Fees.Payer == types.FeePayerPayer {
		bearer = payment.Payer
		if payment.MaxFee.IsNil() || fee.GT(payment.MaxFee) {
			return types.PaymentResult{}, types.ErrFeeTooHigh.Wrapf(
				"expected a max_fee of %s yen or more, got %s; query quote for the fee", fee, agreed(payment.MaxFee))
		}
	}
	collector, err := registrytypes.ParseAddress(params.Fees.Collector)
	if err != nil {
		return types.PaymentResult{}, err
	}
	yen := sdk.NewCoin(payment.Amount.Denom, fee)
	taking := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseFee})
	if err := k.bank.SendCoins(taking, bearer, collector, sdk.Coins{yen}); err != nil {
		return types.PaymentResult{}, errorsmod.Wrap(err, "fee")
	}
	return types.PaymentResult{Fee: fee, FeePayer: params.Fees.Payer}, nil
}

func agreed(fee math.Int) string {
	if fee.IsNil() {
		return "none"
	}
	return fee.String()
}
