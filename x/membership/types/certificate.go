package types

import (
	"regexp"
	"time"
	"unicode/utf8"
)

const (
	// MaxCertificateNameLen is the longest name of a certificate, in bytes.
	MaxCertificateNameLen = 64
	// MaxCertificateLifetime is how far ahead of the block's time a certificate may expire. A year, and a month to renew it in.
	MaxCertificateLifetime = 398 * 24 * time.Hour
	// MaxCertificatesPerOrganization bounds the work of a removal. Revoked ones count until they would have expired.
	MaxCertificatesPerOrganization = 256
)

var fingerprint = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ValidateFingerprint checks the fingerprint of a certificate's public key. It returns ErrInvalidCertificate.
func ValidateFingerprint(text string) error {
	if !fingerprint.MatchString(text) {
		return ErrInvalidCertificate.Wrapf("fingerprint: expected 64 hexadecimal digits in lower case, as `azukari certificate new` prints, got %q", text)
	}
	return nil
}

// Validate checks fingerprint, name, organization and times. It returns ErrInvalidCertificate or ErrInvalidOrganization.
func (c Certificate) Validate() error {
	if err := ValidateFingerprint(c.Fingerprint); err != nil {
		return err
	}
	if c.Name == "" || len(c.Name) > MaxCertificateNameLen || !utf8.ValidString(c.Name) {
		return ErrInvalidCertificate.Wrapf("name of %s: expected 1 to %d bytes of UTF-8, got %q", c.Fingerprint, MaxCertificateNameLen, c.Name)
	}
	if c.ExpiresAt.IsZero() {
		return ErrInvalidCertificate.Wrapf("expires_at of %s: expected a time, got none", c.Fingerprint)
	}
	if c.RevokedAt != nil && !c.RevokedAt.Before(c.ExpiresAt) {
		return ErrInvalidCertificate.Wrapf("revoked_at of %s: expected a time before %s, when it expires, got %s",
			c.Fingerprint, c.ExpiresAt.Format(time.RFC3339), c.RevokedAt.Format(time.RFC3339))
	}
	return ValidateOrganizationID(c.Organization)
}

// HasExpired says whether the certificate is refused at a moment because of its age.
func (c Certificate) HasExpired(now time.Time) bool { return !now.Before(c.ExpiresAt) }
