package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// timedReference is (Unix time in nanoseconds, account, reference of the account).
type timedReference = collections.Triple[int64, sdk.AccAddress, string]

// requestStore has payment requests by (payee, reference).
type requestStore struct {
	requests collections.Map[accountReference, types.PaymentRequest]
	// byPayee lists requests as (payee, status, reference).
	byPayee collections.KeySet[collections.Triple[sdk.AccAddress, int32, string]]
	// byPayer lists requests as (payer, status, payee, reference).
	byPayer collections.KeySet[collections.Quad[sdk.AccAddress, int32, sdk.AccAddress, string]]
	// expiries lists open requests as (expiry, payee, reference).
	expiries collections.KeySet[timedReference]
}

func newRequestStore(builder *collections.SchemaBuilder, cdc codec.BinaryCodec) requestStore {
	return requestStore{
		requests: collections.NewMap(builder, types.PaymentRequestsPrefix, "payment_requests",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), codec.CollValue[types.PaymentRequest](cdc)),
		byPayee: collections.NewKeySet(builder, types.PaymentRequestsByPayeePrefix, "payment_requests_by_payee",
			collections.TripleKeyCodec(sdk.AccAddressKey, collections.Int32Key, collections.StringKey)),
		byPayer: collections.NewKeySet(builder, types.PaymentRequestsByPayerPrefix, "payment_requests_by_payer",
			collections.QuadKeyCodec(sdk.AccAddressKey, collections.Int32Key, sdk.AccAddressKey, collections.StringKey)),
		expiries: collections.NewKeySet(builder, types.PaymentRequestExpiriesPrefix, "payment_request_expiries",
			collections.TripleKeyCodec(collections.Int64Key, sdk.AccAddressKey, collections.StringKey)),
	}
}

// GetPaymentRequest returns the request that a payee made under a reference, as it is stored, or ErrPaymentRequestNotFound.
func (k *Keeper) GetPaymentRequest(ctx context.Context, payee sdk.AccAddress, reference string) (types.PaymentRequest, error) {
	request, err := k.requests.requests.Get(ctx, collections.Join(payee, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.PaymentRequest{}, types.ErrPaymentRequestNotFound.Wrapf(
			"expected a request of %s, got reference %q; list the payee's requests for those in use", payee, reference)
	}
	return request, err
}

// add writes a request and its index entries.
func (s requestStore) add(ctx context.Context, request types.PaymentRequest) error {
	payer, payee, err := partiesOf(request.Payer, request.Payee)
	if err != nil {
		return err
	}
	if err := s.byPayee.Set(ctx, collections.Join3(payee, int32(request.Status), request.Reference)); err != nil {
		return err
	}
	if err := s.byPayer.Set(ctx, collections.Join4(payer, int32(request.Status), payee, request.Reference)); err != nil {
		return err
	}
	if request.Status == types.PaymentRequestStatusOpen {
		if err := s.expiries.Set(ctx, collections.Join3(request.ExpiresAt.UnixNano(), payee, request.Reference)); err != nil {
			return err
		}
	}
	return s.requests.Set(ctx, collections.Join(payee, request.Reference), request)
}

// replace writes an open request after a change, which moves it in the indexes if it ended.
func (s requestStore) replace(ctx context.Context, after types.PaymentRequest) error {
	payer, payee, err := partiesOf(after.Payer, after.Payee)
	if err != nil {
		return err
	}
	if after.Status == types.PaymentRequestStatusOpen {
		return s.requests.Set(ctx, collections.Join(payee, after.Reference), after)
	}
	open := int32(types.PaymentRequestStatusOpen)
	if err := s.byPayee.Remove(ctx, collections.Join3(payee, open, after.Reference)); err != nil {
		return err
	}
	if err := s.byPayer.Remove(ctx, collections.Join4(payer, open, payee, after.Reference)); err != nil {
		return err
	}
	if err := s.expiries.Remove(ctx, collections.Join3(after.ExpiresAt.UnixNano(), payee, after.Reference)); err != nil {
		return err
	}
	return s.add(ctx, after)
}

// requestPayment stores a new request.
func (k *Keeper) requestPayment(ctx context.Context, payee sdk.AccAddress, request types.PaymentRequest) error {
	used, err := k.requests.requests.Has(ctx, collections.Join(payee, request.Reference))
	if err != nil {
		return err
	}
	if used {
		return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used for a request, got %q; choose a new one", payee, request.Reference)
	}
	if err := k.requests.add(ctx, request); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentRequested{
		Payee: request.Payee, Reference: request.Reference, Payer: request.Payer, Amount: request.Amount,
		Invoice: request.Invoice, MemoHash: request.MemoHash, Partial: request.Partial, ExpiresAt: request.ExpiresAt,
	})
}

// openRequest returns a request on which its parties can act now.
func (k *Keeper) openRequest(ctx context.Context, payee sdk.AccAddress, reference string) (types.PaymentRequest, error) {
	request, err := k.GetPaymentRequest(ctx, payee, reference)
	if err != nil {
		return types.PaymentRequest{}, err
	}
	if request.Status != types.PaymentRequestStatusOpen {
		return types.PaymentRequest{}, types.ErrPaymentRequestEnded.Wrapf("%s: expected it open, got %s; ask for a new one",
			request.Name(), request.Status.Word())
	}
	if request.IsOverdue(blockTime(ctx)) {
		return types.PaymentRequest{}, types.ErrPaymentRequestEnded.Wrapf("%s: expected block time before %s, got %s; ask for a new one",
			request.Name(), text(request.ExpiresAt), text(blockTime(ctx)))
	}
	return request, nil
}

// payRequest pays a request, whole or in part. The payee asked for it, so it does not wait for the payee's consent.
func (k *Keeper) payRequest(
	ctx context.Context, request types.PaymentRequest, payment types.Payment,
) (types.PaymentRequest, types.PaymentResult, error) {
	if err := request.CheckPayment(payment.Amount); err != nil {
		return types.PaymentRequest{}, types.PaymentResult{}, err
	}
	result, err := k.Pay(ctx, payment)
	if err != nil {
		return types.PaymentRequest{}, types.PaymentResult{}, err
	}
	after := request.With(types.RequestPayment{Reference: payment.Reference, Amount: payment.Amount.Amount, At: blockTime(ctx)})
	if err := k.requests.replace(ctx, after); err != nil {
		return types.PaymentRequest{}, types.PaymentResult{}, err
	}
	return after, result, event.Emit(ctx, &types.EventRequestPaid{
		Payee: after.Payee, Reference: after.Reference, Payer: after.Payer, Amount: payment.Amount,
		Payment: payment.Reference, Left: after.Left(), Invoice: after.Invoice,
	})
}

// rejectRequest ends a request for its payer.
func (k *Keeper) rejectRequest(ctx context.Context, request types.PaymentRequest, reason string) error {
	if err := k.requests.replace(ctx, request.Ended(types.PaymentRequestStatusRejected, blockTime(ctx), reason)); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRequestRejected{
		Payee: request.Payee, Reference: request.Reference, Payer: request.Payer, Amount: request.Amount,
		Left: request.Left(), Reason: reason,
	})
}

// cancelRequest ends a request for its payee.
func (k *Keeper) cancelRequest(ctx context.Context, request types.PaymentRequest, reason string) error {
	if err := k.requests.replace(ctx, request.Ended(types.PaymentRequestStatusCancelled, blockTime(ctx), reason)); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventRequestCancelled{
		Payee: request.Payee, Reference: request.Reference, Payer: request.Payer, Amount: request.Amount,
		Left: request.Left(), Reason: reason,
	})
}

// ExpireRequests writes down requests whose time is over, the oldest first and at most types.MaxRequestExpiriesPerBlock of them.
// It is called once per block.
func (k *Keeper) ExpireRequests(ctx context.Context) error {
	due, err := firstDue(ctx, k.requests.expiries, types.MaxRequestExpiriesPerBlock)
	if err != nil {
		return err
	}
	for _, key := range due {
		request, err := k.GetPaymentRequest(ctx, key.K2(), key.K3())
		if err != nil {
			return err
		}
		if err := k.requests.replace(ctx, request.Ended(types.PaymentRequestStatusExpired, blockTime(ctx), "")); err != nil {
			return err
		}
		err = event.Emit(ctx, &types.EventRequestExpired{
			Payee: request.Payee, Reference: request.Reference, Payer: request.Payer, Amount: request.Amount, Left: request.Left(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// firstDue returns the oldest entries whose time is not after the block's, at most so many.
func firstDue(ctx context.Context, times collections.KeySet[timedReference], most int) ([]timedReference, error) {
	// A prefix of the first nanosecond behind the block time ends the range.
	until := new(collections.Range[timedReference]).
		EndExclusive(collections.TriplePrefix[int64, sdk.AccAddress, string](blockTime(ctx).UnixNano() + 1))
	var due []timedReference
	err := times.Walk(ctx, until, func(key timedReference) (bool, error) {
		due = append(due, key)
		return len(due) == most, nil
	})
	return due, err
}

// partiesOf returns addresses that Validate has checked.
func partiesOf(payer, payee string) (payerAddress, payeeAddress sdk.AccAddress, err error) {
	if payerAddress, err = registrytypes.ParseAddress(payer); err != nil {
		return nil, nil, err
	}
	payeeAddress, err = registrytypes.ParseAddress(payee)
	return payerAddress, payeeAddress, err
}
