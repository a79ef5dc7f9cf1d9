package types

import (
	"fmt"
	"slices"
	"time"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// ConsentPurposePrefix starts the purpose of every hold of a payment that waits for its payee's consent.
	ConsentPurposePrefix = "consent/"
	// MinDecisionTime is the shortest time that a payment may wait for its payee's consent.
	MinDecisionTime = time.Minute
	// MaxDecisionTime is the longest.
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

// Held returns what is held of the payment: its amount, and the fee if the payer bears it.
func (m WaitingPayment) Held() sdk.Coin {
	if m.FeePayer == FeePayerPayer {
		return m.Amount.AddAmount(m.Fee)
	}
	return m.Amount
}

// WithoutFee returns the payment without its fee.
func (m WaitingPayment) WithoutFee() WaitingPayment {
	m.Fee, m.FeePayer = math.ZeroInt(), FeePayerUnspecified
	return m
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
	if err := ValidateAmount(m.Amount); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if _, known := PaymentMethod_name[int32(m.Method)]; !known || m.Method == PaymentMethodUnspecified || m.Method == PaymentMethodRefund {
		return ErrInvalidConsent.Wrapf("%s: expected a method of a payment that may wait, got %d", m.Name(), m.Method)
	}
	if m.Fee.IsNil() || m.Fee.IsNegative() || m.Fee.GT(MaxAmount) || m.Fee.IsPositive() != (m.FeePayer != FeePayerUnspecified) ||
		m.FeePayer == FeePayerPayee && m.Fee.GT(m.Amount.Amount) {
		return ErrInvalidConsent.Wrapf("%s: expected a fee of 0 or more and who bears it, got %s by %s", m.Name(), m.Fee, m.FeePayer)
	}
	if err := validateDetails(m.Reference, m.Invoice, m.MemoHash); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if !m.ExpiresAt.After(m.PaidAt) || m.ExpiresAt.After(m.PaidAt.Add(MaxDecisionTime)) {
		return ErrInvalidConsent.Wrapf("%s: expected an expiry after %s and at most 30 days later, got %s", m.Name(), text(m.PaidAt), text(m.ExpiresAt))
	}
	return errorsmod.Wrap(validateTime("expires_at", m.ExpiresAt, ErrInvalidConsent), m.Name())
}
