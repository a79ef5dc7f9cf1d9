package keeper

import (
	"context"
	"errors"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Pay makes one payment: the one way of all methods. It moves the coins with the checks of the registry, takes the zone's fee,
// records the payment if it has a reference, counts it for the organizations, and emits EventPaymentMade. A payment to an account
// whose holder wants to consent to it waits in a hold instead, which the result says; see await.
//
// It returns types.ErrInvalidPayment, types.ErrReferenceUsed, types.ErrFeeTooHigh, the registry's errors and x/bank's. A caller
// that survives an error must have paid in a cached context.
func (k *Keeper) Pay(ctx context.Context, payment types.Payment) (types.PaymentResult, error) {
	made, err := k.pay(ctx, payment)
	if err != nil {
		return types.PaymentResult{}, err
	}
	return made.PaymentResult, k.countOne(ctx, made)
}

// madePayment is a payment that was made, with what is counted of it.
type madePayment struct {
	types.Payment
	types.PaymentResult
	payerBank, payeeBank string
	// payer and payee are the addresses as text; empty if nobody has needed them yet.
	payer, payee string
	isYen        bool
}

// pay is Pay without counting.
func (k *Keeper) pay(ctx context.Context, payment types.Payment) (madePayment, error) {
	params, err := k.params.Get(ctx)
	if err != nil {
		return madePayment{}, err
	}
	return k.payUnder(ctx, params.Fees, payment)
}

// payUnder is pay under a fee schedule, which payments that come by the thousand read once.
func (k *Keeper) payUnder(ctx context.Context, fees types.FeeSchedule, payment types.Payment) (madePayment, error) {
	if err := payment.Validate(); err != nil {
		return madePayment{}, err
	}
	if err := k.requireUnusedReference(ctx, payment); err != nil {
		return madePayment{}, err
	}
	made := madePayment{Payment: payment, isYen: payment.Amount.Denom == k.registry.YenDenom(ctx)}
	var outcome registrytypes.PaymentOutcome
	cause := registrytypes.Cause{Kind: payment.Cause(), Outcome: &outcome, TakesFee: true}
	if payment.Method == types.PaymentMethodOrder {
		cause.Events = registrytypes.TransferEvent
	}
	err := registrytypes.Under(ctx, cause, func(ctx context.Context) error {
		return k.bank.SendCoins(ctx, payment.Payer, payment.Payee, sdk.Coins{payment.Amount})
	})
	if errors.Is(err, registrytypes.ErrConsentNeeded) {
		return k.await(ctx, fees, made)
	}
	if err != nil {
		return madePayment{}, errorsmod.Wrap(err, "payment")
	}
	made.payerBank, made.payeeBank = outcome.PayerBank, outcome.PayeeBank
	made.payer = outcome.Payer
	if outcome.Screened != 0 {
		if payment.Consented || payment.Method == types.PaymentMethodRefund {
			return madePayment{}, registrytypes.ErrScreened.Wrapf(
				"expected a payment that the payer's bank does not screen, got one that it does; pay %s directly", payment.Payee)
		}
		// Whether the payee ever gets it is open: no fee.
		made.PaymentResult = types.PaymentResult{Fee: math.ZeroInt(), HoldID: outcome.Screened}
		return made, k.finish(ctx, &made, types.PaymentStatusScreened)
	}
	made.payee = outcome.Payee
	if made.PaymentResult, err = k.takeFee(ctx, fees, made); err != nil {
		return madePayment{}, err
	}
	return made, k.finish(ctx, &made, types.PaymentStatusPaid)
}

// finish records a payment that has passed, or is screened, and tells of it.
func (k *Keeper) finish(ctx context.Context, made *madePayment, status types.PaymentStatus) error {
	if made.payerBank == "" {
		var err error
		if made.payerBank, err = k.registry.BankOf(ctx, made.Payer); err != nil {
			return err
		}
		if made.payeeBank, err = k.registry.BankOf(ctx, made.Payee); err != nil {
			return err
		}
	}
	if made.payer == "" {
		made.payer = made.Payer.String()
	}
	if made.payee == "" {
		made.payee = made.Payee.String()
	}
	if err := k.record(ctx, *made, status); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentMade{
		Payer: made.payer, Payee: made.payee, Amount: made.Amount, Fee: made.Fee, FeePayer: made.FeePayer,
		Reference: made.Reference, Invoice: made.Invoice, MemoHash: made.MemoHash, Method: made.Method, Nonce: made.Nonce,
	})
}

// quoteFee returns the zone's fee for a payment, and the account that gets it if there is one. Refunds and payments of other units
// than yen are free. It returns types.ErrFeeTooHigh if the payer did not agree to bear so much.
func quoteFee(fees types.FeeSchedule, made madePayment) (result types.PaymentResult, collector sdk.AccAddress, err error) {
	free := types.PaymentResult{Fee: math.ZeroInt()}
	if !made.isYen || made.Method == types.PaymentMethodRefund {
		return free, nil, nil
	}
	fee := fees.Fee(made.Amount.Amount)
	if fee.IsZero() {
		return free, nil, nil
	}
	if fees.Payer == types.FeePayerPayer && (made.MaxFee.IsNil() || fee.GT(made.MaxFee)) {
		return types.PaymentResult{}, nil, types.ErrFeeTooHigh.Wrapf(
			"expected a max_fee of %s yen or more, got %s; query quote for the fee", fee, agreed(made.MaxFee))
	}
	collector, err = registrytypes.ParseAddress(fees.Collector)
	return types.PaymentResult{Fee: fee, FeePayer: fees.Payer}, collector, err
}

// takeFee takes the zone's fee for a payment that has just passed.
func (k *Keeper) takeFee(ctx context.Context, fees types.FeeSchedule, made madePayment) (types.PaymentResult, error) {
	result, collector, err := quoteFee(fees, made)
	if err != nil || result.Fee.IsZero() {
		return result, err
	}
	bearer := made.Payee
	if result.FeePayer == types.FeePayerPayer {
		bearer = made.Payer
	}
	yen := sdk.NewCoin(made.Amount.Denom, result.Fee)
	taking := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseFee})
	if err := k.bank.SendCoins(taking, bearer, collector, sdk.Coins{yen}); err != nil {
		return types.PaymentResult{}, errorsmod.Wrap(err, "fee")
	}
	return result, nil
}

func agreed(fee math.Int) string {
	if fee.IsNil() {
		return "none"
	}
	return fee.String()
}
