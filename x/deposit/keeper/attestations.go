package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/deposit/types"
	"github.com/azukari-network/azukari/x/internal/event"
)

// GetAttestation returns the attestation of a bank with that reference, or ErrAttestationNotFound.
func (k *Keeper) GetAttestation(ctx context.Context, bank, reference string) (types.Attestation, error) {
	attestation, err := k.attestations.Get(ctx, collections.Join(bank, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Attestation{}, types.ErrAttestationNotFound.Wrapf("expected an attestation of %s, got reference %q", bank, reference)
	}
	return attestation, err
}

// NewestAttestation returns the confirmed attestation of a bank that speaks of the latest moment, and of several for the
// same moment that with the last reference; ErrAttestationNotFound if it has confirmed none.
func (k *Keeper) NewestAttestation(ctx context.Context, bank string) (types.Attestation, error) {
	reference := ""
	newestFirst := new(collections.Range[collections.Triple[string, int64, string]]).
		Prefix(collections.TriplePrefix[string, int64, string](bank)).Descending()
	err := k.confirmed.Walk(ctx, newestFirst, func(key collections.Triple[string, int64, string]) (bool, error) {
		reference = key.K3()
		return true, nil
	})
	if err != nil {
		return types.Attestation{}, err
	}
	if reference == "" {
		return types.Attestation{}, types.ErrAttestationNotFound.Wrapf("expected a bank with a confirmed attestation, got %q", bank)
	}
	return k.GetAttestation(ctx, bank, reference)
}

func (k *Keeper) submitAttestation(ctx context.Context, attestation types.Attestation) error {
	if err := attestation.ValidateContent(attestation.SubmittedAt); err != nil {
		return err
	}
	key := collections.Join(attestation.Bank, attestation.Reference)
	used, err := k.attestations.Has(ctx, key)
	if err != nil {
		return err
	}
	if used {
		return types.ErrReferenceUsed.Wrapf("expected a reference that no attestation of %s has, got %s; choose a new one",
			attestation.Bank, attestation.Reference)
	}
	if err := k.attestations.Set(ctx, key, attestation); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAttestationSubmitted{
		Bank: attestation.Bank, Reference: attestation.Reference, AsOf: attestation.AsOf, Deposits: attestation.Deposits,
		ReserveAssets: attestation.ReserveAssets, DocumentHash: attestation.DocumentHash, SubmittedBy: attestation.SubmittedBy,
	})
}

func (k *Keeper) confirmAttestation(ctx context.Context, bank, reference, checker string) error {
	attestation, err := k.GetAttestation(ctx, bank, reference)
	if err != nil {
		return err
	}
	if attestation.ConfirmedAt != nil {
		return types.ErrAttestationSigned.Wrapf("%s: expected no confirmation, got that of %s", attestation.Name(), attestation.ConfirmedBy)
	}
	if attestation.SubmittedBy == checker {
		return types.ErrSameOperator.Wrapf("%s: expected another checker than who submitted it, got %s", attestation.Name(), checker)
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	attestation.ConfirmedBy, attestation.ConfirmedAt = checker, &now
	if err := k.insertAttestation(ctx, attestation); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAttestationConfirmed{Bank: bank, Reference: reference, ConfirmedBy: checker})
}

func (k *Keeper) countersignAttestation(ctx context.Context, bank, reference, auditor, operator string) error {
	attestation, err := k.GetAttestation(ctx, bank, reference)
	if err != nil {
		return err
	}
	if attestation.ConfirmedAt == nil || attestation.CountersignedAt != nil {
		return types.ErrAttestationSigned.Wrapf("%s: expected a confirmation by %q and no auditor, got confirmation by %q and auditor %q",
			attestation.Name(), "a checker of the bank", attestation.ConfirmedBy, attestation.Auditor)
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	attestation.Auditor, attestation.CountersignedBy, attestation.CountersignedAt = auditor, operator, &now
	if err := k.insertAttestation(ctx, attestation); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAttestationCountersigned{
		Bank: bank, Reference: reference, Auditor: auditor, CountersignedBy: operator,
	})
}

// insertAttestation writes an attestation and, once it counts, its index entry.
func (k *Keeper) insertAttestation(ctx context.Context, attestation types.Attestation) error {
	if attestation.ConfirmedAt != nil {
		key := collections.Join3(attestation.Bank, attestation.AsOf.Unix(), attestation.Reference)
		if err := k.confirmed.Set(ctx, key); err != nil {
			return err
		}
	}
	return k.attestations.Set(ctx, collections.Join(attestation.Bank, attestation.Reference), attestation)
}
