package keeper

import (
	"context"
	"errors"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/membership/types"
)

// GetCertificate returns the certificate with a fingerprint, revoked or expired ones too, or ErrCertificateNotFound.
func (k *Keeper) GetCertificate(ctx context.Context, fingerprint string) (types.Certificate, error) {
	certificate, err := k.certificates.Get(ctx, fingerprint)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Certificate{}, types.ErrCertificateNotFound.Wrapf("expected the fingerprint of a certificate that a member registered, got %q", fingerprint)
	}
	return certificate, err
}

// AdmitCertificate returns ErrCertificateNotAdmitted, with the reason, unless who proves to have the key of a certificate may ask
// the zone's nodes at a moment: an active organization has registered it, it has not expired, and was not revoked. It returns
// the organization too if a member registered the certificate, admitted or not; else none.
func (k *Keeper) AdmitCertificate(ctx context.Context, fingerprint string, now time.Time) (organization string, err error) {
	certificate, err := k.GetCertificate(ctx, fingerprint)
	if errors.Is(err, types.ErrCertificateNotFound) {
		return "", types.ErrCertificateNotAdmitted.Wrapf("expected a certificate that a member registered, got one with fingerprint %s: "+
			"the organization's node operator registers it", fingerprint)
	}
	if err != nil {
		return "", err
	}
	member, err := k.GetOrganization(ctx, certificate.Organization)
	if err != nil {
		return "", err
	}
	refuse := func(format string, args ...any) (string, error) {
		return member.Id, types.ErrCertificateNotAdmitted.Wrapf(format, args...)
	}
	switch {
	case certificate.RevokedAt != nil:
		return refuse("expected a valid certificate, got %q of %s, revoked at %s: make a new one",
			certificate.Name, member.Id, certificate.RevokedAt.UTC().Format(time.RFC3339))
	case certificate.HasExpired(now):
		return refuse("expected a valid certificate, got %q of %s, expired at %s: make or register a new one",
			certificate.Name, member.Id, certificate.ExpiresAt.UTC().Format(time.RFC3339))
	case !member.IsActive():
		return refuse("expected a certificate of an active organization, got %q of %s, which is %s: ask the members",
			certificate.Name, member.Id, member.Status.Word())
	default:
		return member.Id, nil
	}
}

// registerCertificate stores a certificate of an organization, or changes the name and expiry of one.
func (k *Keeper) registerCertificate(ctx context.Context, certificate types.Certificate) error {
	if err := certificate.Validate(); err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	if latest := now.Add(types.MaxCertificateLifetime); certificate.HasExpired(now) || certificate.ExpiresAt.After(latest) {
		return types.ErrInvalidCertificate.Wrapf("expires_at of %s: expected a time after %s and at most %s, got %s", certificate.Fingerprint,
			now.Format(time.RFC3339), latest.Format(time.RFC3339), certificate.ExpiresAt.Format(time.RFC3339))
	}
	kept, err := k.dropExpired(ctx, certificate.Organization, now)
	if err != nil {
		return err
	}
	known, err := k.certificates.Get(ctx, certificate.Fingerprint)
	switch {
	case err != nil && !errors.Is(err, collections.ErrNotFound):
		return err
	case err == nil && !known.HasExpired(now) && known.RevokedAt != nil:
		// Whoever has got hold of the key must not be let in again, by whatever organization.
		return types.ErrInvalidCertificate.Wrapf("expected a new key, got %s, revoked by %s: make another certificate", known.Fingerprint, known.Organization)
	case err == nil && !known.HasExpired(now) && known.Organization != certificate.Organization:
		return types.ErrInvalidCertificate.Wrapf("expected a certificate of %s, got %s of %s: make another certificate",
			certificate.Organization, known.Fingerprint, known.Organization)
	case err == nil && known.Organization == certificate.Organization:
		kept-- // it is replaced
	}
	if kept >= types.MaxCertificatesPerOrganization {
		return types.ErrTooMany.Wrapf("expected at most %d certificates of %s, got %s as one more: revoked ones count until they would have expired",
			types.MaxCertificatesPerOrganization, certificate.Organization, certificate.Fingerprint)
	}
	if err := k.certificates.Set(ctx, certificate.Fingerprint, certificate); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventCertificateRegistered{
		Organization: certificate.Organization, Fingerprint: certificate.Fingerprint, Name: certificate.Name, ExpiresAt: certificate.ExpiresAt,
	})
}

// dropExpired forgets an organization's certificates that have expired, which nobody accepts any more, and returns how many stay.
func (k *Keeper) dropExpired(ctx context.Context, organization string, now time.Time) (kept int, err error) {
	certificates, err := k.certificatesOf(ctx, organization)
	if err != nil {
		return 0, err
	}
	for _, certificate := range certificates {
		if !certificate.HasExpired(now) {
			kept++
			continue
		}
		if err := k.certificates.Remove(ctx, certificate.Fingerprint); err != nil {
			return 0, err
		}
	}
	return kept, nil
}

// revokeCertificate refuses an organization's certificate from now on. What has been revoked, or has expired, cannot be.
func (k *Keeper) revokeCertificate(ctx context.Context, organization, fingerprint string) error {
	certificate, err := k.certificates.Get(ctx, fingerprint)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	if err != nil || certificate.Organization != organization || certificate.RevokedAt != nil || certificate.HasExpired(now) {
		return types.ErrCertificateNotFound.Wrapf("expected the fingerprint of a valid certificate of %s, got %q", organization, fingerprint)
	}
	certificate.RevokedAt = &now
	if err := k.certificates.Set(ctx, fingerprint, certificate); err != nil {
		return err
	}
	return emitRevoked(ctx, certificate)
}

// dropCertificates forgets the certificates of an organization that ends its membership.
func (k *Keeper) dropCertificates(ctx context.Context, organization string) error {
	certificates, err := k.certificatesOf(ctx, organization)
	if err != nil {
		return err
	}
	now := sdk.UnwrapSDKContext(ctx).BlockTime()
	for _, certificate := range certificates {
		if err := k.certificates.Remove(ctx, certificate.Fingerprint); err != nil {
			return err
		}
		if certificate.RevokedAt != nil || certificate.HasExpired(now) {
			continue
		}
		if err := emitRevoked(ctx, certificate); err != nil {
			return err
		}
	}
	return nil
}

// certificatesOf lists an organization's certificates in ascending order of fingerprint.
func (k *Keeper) certificatesOf(ctx context.Context, organization string) ([]types.Certificate, error) {
	iterator, err := k.certificates.Indexes.organization.MatchExact(ctx, organization)
	if err != nil {
		return nil, err
	}
	fingerprints, err := iterator.PrimaryKeys()
	if err != nil {
		return nil, err
	}
	return collect(fingerprints, func(fingerprint string) (types.Certificate, error) { return k.certificates.Get(ctx, fingerprint) })
}

func emitRevoked(ctx context.Context, certificate types.Certificate) error {
	return event.Emit(ctx, &types.EventCertificateRevoked{
		Organization: certificate.Organization, Fingerprint: certificate.Fingerprint,
	})
}
