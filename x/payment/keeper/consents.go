package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

var _ registrytypes.ConsentSource = (*Keeper)(nil)

// consentStore has what accounts say of payments to them, and the payments that wait by the id of their holds.
type consentStore struct {
	consents collections.Map[sdk.AccAddress, types.Consent]
	waiting  collections.Map[uint64, types.WaitingPayment]
	// byPayee and byPayer list waiting payments as (account, id).
	byPayee collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
	byPayer collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
}

func newConsentStore(builder *collections.SchemaBuilder, cdc codec.BinaryCodec) consentStore {
	ofAccount := collections.PairKeyCodec(sdk.AccAddressKey, collections.Uint64Key)
	return consentStore{
		consents: collections.NewMap(builder, types.ConsentsPrefix, "consents", sdk.AccAddressKey, codec.CollValue[types.Consent](cdc)),
		waiting: collections.NewMap(builder, types.WaitingPaymentsPrefix, "waiting_payments",
			collections.Uint64Key, codec.CollValue[types.WaitingPayment](cdc)),
		byPayee: collections.NewKeySet(builder, types.WaitingPaymentsByPayeePrefix, "waiting_payments_by_payee", ofAccount),
		byPayer: collections.NewKeySet(builder, types.WaitingPaymentsByPayerPrefix, "waiting_payments_by_payer", ofAccount),
	}
}

// GetConsent returns what an account says of payments to it, or ErrConsentNotFound if they arrive at once.
func (k *Keeper) GetConsent(ctx context.Context, account sdk.AccAddress) (types.Consent, error) {
	consent, err := k.consents.consents.Get(ctx, account)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Consent{}, types.ErrConsentNotFound.Wrapf("expected an account that consents to payments, got %s; payments to it arrive at once", account)
	}
	return consent, err
}

// GetWaitingPayment returns a payment that waits for its payee's consent, or ErrWaitingPaymentNotFound.
func (k *Keeper) GetWaitingPayment(ctx context.Context, id uint64) (types.WaitingPayment, error) {
	payment, err := k.consents.waiting.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return types.WaitingPayment{}, types.ErrWaitingPaymentNotFound.Wrapf(
			"expected a payment that waits, got id %d; it may have been accepted, or gone back", id)
	}
	return payment, err
}

// IterateWaitingPayments calls visit with every payment that waits for its payee's consent in ascending order of id, until it says
// stop.
func (k *Keeper) IterateWaitingPayments(ctx context.Context, visit func(types.WaitingPayment) (stop bool, err error)) error {
	return k.consents.waiting.Walk(ctx, nil, func(_ uint64, payment types.WaitingPayment) (bool, error) { return visit(payment) })
}

// AdmitsPayer says whether an account that consents to payments lets those of a payer pass.
func (k *Keeper) AdmitsPayer(ctx context.Context, payee, payer sdk.AccAddress) (bool, error) {
	consent, err := k.GetConsent(ctx, payee)
	return err == nil && consent.Admits(payer.String()), err
}

// setConsent lets payments to an account wait from now on. Those that wait already go on to wait.
func (k *Keeper) setConsent(ctx context.Context, consent types.Consent) error {
	account, err := registrytypes.ParseAddress(consent.Account)
	if err != nil {
		return err
	}
	if err := k.registry.MarkConsent(ctx, account, true); err != nil {
		return err
	}
	return k.consents.consents.Set(ctx, account, consent)
}

// dropConsent lets payments to an account arrive at once. Those that wait already go on to wait.
func (k *Keeper) dropConsent(ctx context.Context, account sdk.AccAddress) error {
	if err := k.registry.MarkConsent(ctx, account, false); err != nil {
		return err
	}
	return k.consents.consents.Remove(ctx, account)
}

// await holds a payment until its payee consents, with the fee that its payer bears. It counts in the payer's limits now. What else
// would have to wait, for compliance or approvals, cannot wait for two things at once and is refused.
func (k *Keeper) await(ctx context.Context, fees types.FeeSchedule, made madePayment) (madePayment, error) {
	consent, err := k.GetConsent(ctx, made.Payee)
	if err != nil {
		return madePayment{}, err
	}
	asking := registrytypes.WithCause(ctx, registrytypes.Cause{Kind: registrytypes.CauseConsentedPayment})
	if err := k.registry.AdmitPayment(asking, made.Payer, made.Payee, made.Amount); err != nil {
		return madePayment{}, errorsmod.Wrapf(err, "payment that waits for the consent of %s", consent.Account)
	}
	if made.PaymentResult, _, err = quoteFee(fees, made); err != nil {
		return madePayment{}, err
	}
	now := blockTime(ctx)
	waiting := types.WaitingPayment{
		Payer: made.Payer.String(), Payee: consent.Account, Amount: made.Amount, Reference: made.Reference,
		Invoice: made.Invoice, MemoHash: made.MemoHash, Method: made.Method, PaidAt: now, ExpiresAt: now.Add(consent.DecisionTime),
		Fee: made.Fee, FeePayer: made.FeePayer, Nonce: made.Nonce,
	}
	waiting.Id, err = k.hold.PlaceUntil(ctx, made.Payer, waiting.Held(), types.ConsentPurpose(consent.Account), waiting.ExpiresAt)
	if err != nil {
		return madePayment{}, err
	}
	if err := k.consents.add(ctx, waiting); err != nil {
		return madePayment{}, err
	}
	made.HoldID = waiting.Id
	if err := k.record(ctx, made, types.PaymentStatusWaiting); err != nil {
		return madePayment{}, err
	}
	return made, event.Emit(ctx, &types.EventPaymentWaiting{
		Id: waiting.Id, Payer: waiting.Payer, Payee: waiting.Payee, Amount: waiting.Amount, Reference: waiting.Reference,
		Invoice: waiting.Invoice, ExpiresAt: waiting.ExpiresAt,
	})
}

// add writes a payment that waits and its index entries.
func (s consentStore) add(ctx context.Context, payment types.WaitingPayment) error {
	payer, payee, err := partiesOf(payment.Payer, payment.Payee)
	if err != nil {
		return err
	}
	if err := s.byPayee.Set(ctx, collections.Join(payee, payment.Id)); err != nil {
		return err
	}
	if err := s.byPayer.Set(ctx, collections.Join(payer, payment.Id)); err != nil {
		return err
	}
	return s.waiting.Set(ctx, payment.Id, payment)
}

// remove forgets a payment that waits no more.
func (s consentStore) remove(ctx context.Context, payment types.WaitingPayment) error {
	payer, payee, err := partiesOf(payment.Payer, payment.Payee)
	if err != nil {
		return err
	}
	if err := s.byPayee.Remove(ctx, collections.Join(payee, payment.Id)); err != nil {
		return err
	}
	if err := s.byPayer.Remove(ctx, collections.Join(payer, payment.Id)); err != nil {
		return err
	}
	return s.waiting.Remove(ctx, payment.Id)
}

// accept pays a payment that waited to its payee, and takes the fee as it was when it was paid. If the members have done away with
// fees since, there is none, and what was held for it goes back.
func (k *Keeper) accept(ctx context.Context, payment types.WaitingPayment) error {
	payer, payee, err := partiesOf(payment.Payer, payment.Payee)
	if err != nil {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	held := payment.Held()
	if params.Fees.IsFree() {
		payment = payment.WithoutFee()
	}
	payouts, err := payoutsOf(payment, payee, params.Fees.Collector)
	if err != nil {
		return err
	}
	if err := k.hold.Capture(ctx, payment.Id, payouts...); err != nil {
		return err
	}
	if !held.Equal(payment.Held()) {
		if err := k.hold.Release(ctx, payment.Id); err != nil {
			return err
		}
	}
	if err := k.consents.remove(ctx, payment); err != nil {
		return err
	}
	made := madePayment{
		Payment: types.Payment{
			Payer: payer, Payee: payee, Amount: payment.Amount, Reference: payment.Reference, Invoice: payment.Invoice,
			MemoHash: payment.MemoHash, Method: payment.Method, Nonce: payment.Nonce,
		},
		PaymentResult: types.PaymentResult{Fee: payment.Fee, FeePayer: payment.FeePayer},
		isYen:         payment.Amount.Denom == k.registry.YenDenom(ctx),
	}
	if err := k.finish(ctx, &made, types.PaymentStatusPaid); err != nil {
		return err
	}
	if err := k.countOne(ctx, made); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentAccepted{
		Id: payment.Id, Payer: payment.Payer, Payee: payment.Payee, Amount: payment.Amount, Reference: payment.Reference,
	})
}

// payoutsOf returns who gets what of a payment that is accepted.
func payoutsOf(payment types.WaitingPayment, payee sdk.AccAddress, collector string) ([]holdtypes.Payout, error) {
	toPayee := payment.Amount
	if payment.FeePayer == types.FeePayerPayee {
		toPayee = toPayee.SubAmount(payment.Fee)
	}
	var payouts []holdtypes.Payout
	if toPayee.IsPositive() {
		payouts = append(payouts, holdtypes.Payout{Payee: payee, Amount: toPayee})
	}
	if payment.Fee.IsZero() {
		return payouts, nil
	}
	address, err := registrytypes.ParseAddress(collector)
	if err != nil {
		return nil, err
	}
	fee := sdk.Coin{Denom: payment.Amount.Denom, Amount: payment.Fee}
	return append(payouts, holdtypes.Payout{Payee: address, Amount: fee, IsFee: true}), nil
}

// refusePayment sends a payment that waited back for its payee.
func (k *Keeper) refusePayment(ctx context.Context, payment types.WaitingPayment, reason string) error {
	if err := k.takeBack(ctx, payment, types.PaymentStatusRefused); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentRefused{
		Id: payment.Id, Payer: payment.Payer, Payee: payment.Payee, Amount: payment.Amount, Reference: payment.Reference, Reason: reason,
	})
}

// cancelPayment takes a payment that waited back for its payer.
func (k *Keeper) cancelPayment(ctx context.Context, payment types.WaitingPayment) error {
	if err := k.takeBack(ctx, payment, types.PaymentStatusCancelled); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentCancelled{
		Id: payment.Id, Payer: payment.Payer, Payee: payment.Payee, Amount: payment.Amount, Reference: payment.Reference,
	})
}

func (k *Keeper) takeBack(ctx context.Context, payment types.WaitingPayment, status types.PaymentStatus) error {
	if err := k.hold.Release(ctx, payment.Id); err != nil {
		return err
	}
	return k.endWaiting(ctx, payment, status)
}

// endWaiting writes down that a payment that waited is back with its payer.
func (k *Keeper) endWaiting(ctx context.Context, payment types.WaitingPayment, status types.PaymentStatus) error {
	if err := k.consents.remove(ctx, payment); err != nil {
		return err
	}
	if payment.Reference == "" {
		return nil
	}
	payer, err := registrytypes.ParseAddress(payment.Payer)
	if err != nil {
		return err
	}
	record, err := k.GetPayment(ctx, payer, payment.Reference)
	if err != nil {
		return err
	}
	record.Status, record.HoldId = status, 0
	return k.payments.Set(ctx, collections.Join(payer, payment.Reference), record)
}

// consentExpired takes note that a payment that waited is back with its payer because its payee did not decide in time.
func (k *Keeper) consentExpired(ctx context.Context, hold holdtypes.Hold) error {
	payment, err := k.GetWaitingPayment(ctx, hold.Id)
	if err != nil {
		return err
	}
	if err := k.endWaiting(ctx, payment, types.PaymentStatusExpired); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentExpired{
		Id: payment.Id, Payer: payment.Payer, Payee: payment.Payee, Amount: payment.Amount, Reference: payment.Reference,
	})
}
