package types

import (
	"fmt"
	"slices"
	"time"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// ConsentPurposePrefix starts the purpose of every hold of a payment that waits for its payee's consent.
	ConsentPurposePrefix = "consent/"
	// MinDecisionTime and MaxDecisionTime bound how long a payment may wait for its payee's consent.
	MinDecisionTime = time.Minute
	MaxDecisionTime = 30 * day
	// MaxAllowedPayers is how many payers an account may name whose payments do not wait.
	MaxAllowedPayers = 100
)

// ConsentPurpose returns the purpose of the hold of a payment that waits for a payee.
func ConsentPurpose(payee string) string { return ConsentPurposePrefix + payee }

// Name returns how errors and findings name the payment.
func (m WaitingPayment) Name() string {
	return fmt.Sprintf("waiting payment %d to %s", m.Id, m.Payee)
}

// Admits says whether payments of a payer do not wait.
func (m Consent) Admits(payer string) bool {
	_, found := slices.BinarySearch(m.AllowedPayers, payer)
	return found
}

// Validate checks what an account says of payments to it. It returns ErrInvalidConsent, or the registry's errors for addresses.
func (m Consent) Validate() error {
	if _, err := registrytypes.ParseAddress(m.Account); err != nil {
		return err
	}
	if m.DecisionTime < MinDecisionTime || m.DecisionTime > MaxDecisionTime {
		return ErrInvalidConsent.Wrapf("expected a decision_time of 1 minute to 30 days, got %s", m.DecisionTime)
	}
	if len(m.AllowedPayers) > MaxAllowedPayers {
		return ErrInvalidConsent.Wrapf("expected at most %d allowed payers, got %d", MaxAllowedPayers, len(m.AllowedPayers))
	}
	for i, payer := range m.AllowedPayers {
		if _, err := registrytypes.ParseAddress(payer); err != nil {
			return errorsmod.Wrapf(err, "allowed_payers[%d]", i)
		}
		if payer == m.Account || i > 0 && payer <= m.AllowedPayers[i-1] {
			return ErrInvalidConsent.Wrapf("allowed_payers[%d]: expected other accounts in ascending order without repeats, got %s", i, payer)
		}
	}
	return nil
}

// Validate checks that the payment is one that the module can have written. It returns ErrInvalidConsent, or the registry's errors
// for addresses and references.
func (m WaitingPayment) Validate() error {
	if m.Id == 0 {
		return ErrInvalidConsent.Wrap("expected a hold of a waiting payment, got 0")
	}
	if err := validateParties(m.Payer, m.Payee, ErrInvalidConsent); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if err := validateCoin(m.Amount, ErrInvalidConsent); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if m.Reference != "" {
		if err := registrytypes.ValidateReference(m.Reference); err != nil {
			return errorsmod.Wrap(err, m.Name())
		}
	}
	if err := validateDetails(m.Invoice, m.MemoHash, ErrInvalidConsent); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if !m.ExpiresAt.After(m.PaidAt) || m.ExpiresAt.After(m.PaidAt.Add(MaxDecisionTime)) {
		return ErrInvalidConsent.Wrapf("%s: expected an expiry after %s and at most 30 days later, got %s", m.Name(), text(m.PaidAt), text(m.ExpiresAt))
	}
	return errorsmod.Wrap(validateTime("expires_at", m.ExpiresAt, ErrInvalidConsent), m.Name())
}
