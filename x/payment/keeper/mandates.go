package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/payment/types"
)

// mandateStore has mandates by (payer, reference).
type mandateStore struct {
	mandates collections.Map[accountReference, types.Mandate]
	// byPayee lists mandates as (payee, payer, reference).
	byPayee collections.KeySet[collections.Triple[sdk.AccAddress, sdk.AccAddress, string]]
}

func newMandateStore(builder *collections.SchemaBuilder, cdc codec.BinaryCodec) mandateStore {
	return mandateStore{
		mandates: collections.NewMap(builder, types.MandatesPrefix, "mandates",
			collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey), codec.CollValue[types.Mandate](cdc)),
		byPayee: collections.NewKeySet(builder, types.MandatesByPayeePrefix, "mandates_by_payee",
			collections.TripleKeyCodec(sdk.AccAddressKey, sdk.AccAddressKey, collections.StringKey)),
	}
}

// GetMandate returns the mandate that a payer granted under a reference, or ErrMandateNotFound.
func (k *Keeper) GetMandate(ctx context.Context, payer sdk.AccAddress, reference string) (types.Mandate, error) {
	mandate, err := k.mandates.mandates.Get(ctx, collections.Join(payer, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Mandate{}, types.ErrMandateNotFound.Wrapf(
			"expected a mandate of %s, got reference %q; list the payer's mandates for those in use", payer, reference)
	}
	return mandate, err
}

// add writes a mandate and its index entry.
func (s mandateStore) add(ctx context.Context, mandate types.Mandate) error {
	payer, payee, err := partiesOf(mandate.Payer, mandate.Payee)
	if err != nil {
		return err
	}
	if err := s.byPayee.Set(ctx, collections.Join3(payee, payer, mandate.Reference)); err != nil {
		return err
	}
	return s.mandates.Set(ctx, collections.Join(payer, mandate.Reference), mandate)
}

// grant stores a new mandate.
func (k *Keeper) grant(ctx context.Context, payer sdk.AccAddress, mandate types.Mandate) error {
	used, err := k.mandates.mandates.Has(ctx, collections.Join(payer, mandate.Reference))
	if err != nil {
		return err
	}
	if used {
		return types.ErrReferenceUsed.Wrapf("expected a reference that %s has not used for a mandate, got %q; choose a new one", payer, mandate.Reference)
	}
	if err := k.mandates.add(ctx, mandate); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventMandateGranted{
		Payer: mandate.Payer, Mandate: mandate.Reference, Payee: mandate.Payee, Puller: mandate.Puller, Denom: mandate.Denom,
		PerPull: mandate.PerPull, PerPeriod: mandate.PerPeriod, Period: mandate.Period, Total: mandate.Total,
		StartsAt: mandate.StartsAt, EndsAt: mandate.EndsAt,
	})
}

// pull makes one payment under a mandate. Whoever pulls for the payee does not consent for it.
func (k *Keeper) pull(
	ctx context.Context, payer sdk.AccAddress, mandate types.Mandate, puller, reference string, payment types.Payment,
) (types.PaymentResult, error) {
	after, err := mandate.Pull(blockTime(ctx), payment.Amount)
	if err != nil {
		return types.PaymentResult{}, err
	}
	result, err := k.Pay(ctx, payment)
	if err != nil {
		return types.PaymentResult{}, err
	}
	if err := k.mandates.mandates.Set(ctx, collections.Join(payer, mandate.Reference), after); err != nil {
		return types.PaymentResult{}, err
	}
	return result, event.Emit(ctx, &types.EventPaymentPulled{
		Payer: mandate.Payer, Mandate: mandate.Reference, Payee: mandate.Payee, Puller: puller, Reference: reference,
		Amount: payment.Amount, LeftInPeriod: after.LeftInPeriod(blockTime(ctx)), Left: after.Left(),
	})
}

// endMandate ends a mandate that stands.
func (k *Keeper) endMandate(ctx context.Context, payer sdk.AccAddress, mandate types.Mandate, status types.MandateStatus) error {
	if mandate.Status != types.MandateStatusActive {
		return types.ErrMandateStatus.Wrapf("%s: expected it active, got %s", mandate.Name(), mandate.Status.Word())
	}
	return k.mandates.mandates.Set(ctx, collections.Join(payer, mandate.Reference), mandate.Ended(status, blockTime(ctx)))
}
