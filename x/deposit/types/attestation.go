package types

import (
	"fmt"
	"time"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// DocumentHashLength is the length of a SHA-256 in bytes.
const DocumentHashLength = 32

// Name returns how errors name the attestation: bank and reference.
func (m Attestation) Name() string {
	return fmt.Sprintf("attestation %s of %s", m.Reference, m.Bank)
}

// ValidateContent checks what a maker declares: reference, whole seconds that are not after now, amounts of 0 to 2^128-1,
// and a SHA-256.
func (m Attestation) ValidateContent(now time.Time) error {
	if err := ValidateReference(m.Reference); err != nil {
		return err
	}
	if m.AsOf.Unix() <= 0 || m.AsOf.Nanosecond() != 0 || m.AsOf.After(now) {
		return ErrInvalidAttestation.Wrapf("%s: expected a moment in whole seconds not after %s, got %s",
			m.Name(), now.UTC().Format(time.RFC3339), m.AsOf.UTC().Format(time.RFC3339Nano))
	}
	if !inRange(m.Deposits) || !inRange(m.ReserveAssets) {
		return ErrInvalidAttestation.Wrapf("%s: expected deposits and reserve assets of 0 to 2^%d-1 yen, got %s and %s",
			m.Name(), maxTotalBits, m.Deposits, m.ReserveAssets)
	}
	if len(m.DocumentHash) != DocumentHashLength {
		return ErrInvalidAttestation.Wrapf("%s: expected a SHA-256 of %d bytes, got %d", m.Name(), DocumentHashLength, len(m.DocumentHash))
	}
	return nil
}

// Validate checks that the attestation is one that the module can have written.
func (m Attestation) Validate() error {
	if m.Bank == "" {
		return ErrInvalidAttestation.Wrapf("expected a bank for attestation %q, got none", m.Reference)
	}
	if err := m.ValidateContent(m.SubmittedAt); err != nil {
		return err
	}
	if err := validateSigner("submitter", m.SubmittedBy, &m.SubmittedAt, m.Name()); err != nil {
		return err
	}
	if m.ConfirmedAt == nil {
		if m.ConfirmedBy != "" || m.CountersignedAt != nil {
			return ErrInvalidAttestation.Wrapf("%s: expected a time of confirmation by %q, got none", m.Name(), m.ConfirmedBy)
		}
	} else if err := validateSigner("confirmer", m.ConfirmedBy, m.ConfirmedAt, m.Name()); err != nil {
		return err
	}
	if m.ConfirmedBy == m.SubmittedBy {
		return ErrInvalidAttestation.Wrapf("%s: expected another confirmer than the submitter, got %s", m.Name(), m.ConfirmedBy)
	}
	if m.CountersignedAt == nil {
		if m.CountersignedBy != "" || m.Auditor != "" {
			return ErrInvalidAttestation.Wrapf("%s: expected a time of the signature by %q, got none", m.Name(), m.CountersignedBy)
		}
		return nil
	}
	if m.Auditor == "" {
		return ErrInvalidAttestation.Wrapf("%s: expected an auditor for the signature by %s, got none", m.Name(), m.CountersignedBy)
	}
	return validateSigner("countersigner", m.CountersignedBy, m.CountersignedAt, m.Name())
}

// validateSigner checks who signed something in state, and when.
func validateSigner(role, address string, at *time.Time, name string) error {
	if _, err := registrytypes.ParseAddress(address); err != nil {
		return errorsmod.Wrapf(err, "%s: %s", name, role)
	}
	if at.IsZero() {
		return ErrInvalidGenesis.Wrapf("%s: expected a time of the %s %s, got none", name, role, address)
	}
	return nil
}
