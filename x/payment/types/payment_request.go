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
	// MaxRequestDuration is the longest time that a request may wait for its payment.
	MaxRequestDuration = 366 * day
	// MaxRequestPayments is in how many parts a request may be paid.
	MaxRequestPayments = 100
	// MaxRequestExpiriesPerBlock is how many requests whose time is over are written down as expired in one block. Nobody can act
	// on those that wait for it.
	MaxRequestExpiriesPerBlock = 200
)

// Word returns the status as people write it, such as "open".
func (s PaymentRequestStatus) Word() string {
	switch s {
	case PaymentRequestStatusOpen:
		return "open"
	case PaymentRequestStatusPaid:
		return "paid"
	case PaymentRequestStatusRejected:
		return "rejected"
	case PaymentRequestStatusCancelled:
		return "cancelled"
	case PaymentRequestStatusExpired:
		return "expired"
	case PaymentRequestStatusUnspecified:
	}
	return "unspecified"
}

// Name returns how errors name the request.
func (m PaymentRequest) Name() string {
	return fmt.Sprintf("request %s of %s", m.Reference, m.Payee)
}

// Paid returns the sum of the request's payments.
func (m PaymentRequest) Paid() math.Int {
	paid := math.ZeroInt()
	for _, payment := range m.Payments {
		paid = paid.Add(payment.Amount)
	}
	return paid
}

// Left returns what is left to pay.
func (m PaymentRequest) Left() math.Int { return m.Amount.Amount.Sub(m.Paid()) }

// IsOverdue says whether the time of an open request is over at a block time.
func (m PaymentRequest) IsOverdue(now time.Time) bool {
	return m.Status == PaymentRequestStatusOpen && !now.Before(m.ExpiresAt)
}

// CheckPayment checks that an amount may be paid now: what is left, or a part of it if the request admits parts. It returns
// ErrPaymentRequestAmount.
func (m PaymentRequest) CheckPayment(amount sdk.Coin) error {
	left := sdk.Coin{Denom: m.Amount.Denom, Amount: m.Left()}
	inParts := m.Partial && len(m.Payments) < MaxRequestPayments-1
	switch {
	case amount.Denom == left.Denom && amount.Amount.Equal(left.Amount):
		return nil
	case !inParts:
		return ErrPaymentRequestAmount.Wrapf("%s: expected %s, what is left of it, got %s", m.Name(), left, amount)
	case amount.Denom != left.Denom || amount.Amount.GT(left.Amount):
		return ErrPaymentRequestAmount.Wrapf("%s: expected at most %s, what is left of it, got %s", m.Name(), left, amount)
	}
	return nil
}

// With returns the request after one more payment, which ends it if nothing is left. The request itself stays as it is.
func (m PaymentRequest) With(payment RequestPayment) PaymentRequest {
	m.Payments = append(slices.Clone(m.Payments), payment)
	if m.Left().IsZero() {
		return m.Ended(PaymentRequestStatusPaid, payment.At, "")
	}
	return m
}

// Ended returns the request after its end.
func (m PaymentRequest) Ended(status PaymentRequestStatus, at time.Time, reason string) PaymentRequest {
	m.Status, m.EndedAt, m.Reason = status, &at, reason
	return m
}

// Validate checks that the request is one that the module can have written. It returns ErrInvalidPaymentRequest, or the
// registry's errors for addresses, references and reasons.
func (m PaymentRequest) Validate() error {
	if err := registrytypes.ValidateReference(m.Reference); err != nil {
		return err
	}
	if err := m.validateTerms(); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	if err := m.validatePayments(); err != nil {
		return errorsmod.Wrap(err, m.Name())
	}
	return errorsmod.Wrap(m.validateEnd(), m.Name())
}

// validateTerms checks what the payee asks for.
func (m PaymentRequest) validateTerms() error {
	if err := validateParties(m.Payer, m.Payee, ErrInvalidPaymentRequest); err != nil {
		return err
	}
	if err := ValidateAmount(m.Amount); err != nil {
		return err
	}
	if err := validateDetails(m.Reference, m.Invoice, m.MemoHash); err != nil {
		return err
	}
	if err := validateTime("expires_at", m.ExpiresAt, ErrInvalidPaymentRequest); err != nil {
		return err
	}
	if !m.ExpiresAt.After(m.RequestedAt) || m.ExpiresAt.After(m.RequestedAt.Add(MaxRequestDuration)) {
		return ErrInvalidPaymentRequest.Wrapf("expected an expiry after %s and at most 366 days later, got %s", text(m.RequestedAt), text(m.ExpiresAt))
	}
	return nil
}

// validatePayments checks that the payments are as CheckPayment admits them.
func (m PaymentRequest) validatePayments() error {
	sofar, at := m, m.RequestedAt
	sofar.Payments = nil
	for i, payment := range m.Payments {
		if err := registrytypes.ValidateReference(payment.Reference); err != nil {
			return errorsmod.Wrapf(err, "payments[%d]", i)
		}
		if err := validateUnits("amount", payment.Amount, 1, ErrInvalidPaymentRequest); err != nil {
			return errorsmod.Wrapf(err, "payments[%d]", i)
		}
		if payment.At.Before(at) || !payment.At.Before(m.ExpiresAt) {
			return ErrInvalidPaymentRequest.Wrapf("payments[%d]: expected a time from %s and before the expiry, got %s", i, text(at), text(payment.At))
		}
		if err := sofar.CheckPayment(sdk.Coin{Denom: m.Amount.Denom, Amount: payment.Amount}); err != nil {
			return ErrInvalidPaymentRequest.Wrapf("payments[%d]: %s", i, err)
		}
		sofar, at = sofar.With(payment), payment.At
	}
	return nil
}

// validateEnd checks that status, end and reason belong together.
func (m PaymentRequest) validateEnd() error {
	paid := m.Left().IsZero()
	switch m.Status {
	case PaymentRequestStatusOpen:
		if m.EndedAt != nil || paid || m.Reason != "" {
			return ErrInvalidPaymentRequest.Wrap("expected an open request without end and reason, and something left of it")
		}
		return nil
	case PaymentRequestStatusPaid, PaymentRequestStatusRejected, PaymentRequestStatusCancelled, PaymentRequestStatusExpired:
	case PaymentRequestStatusUnspecified:
		return ErrInvalidPaymentRequest.Wrap("expected a status, got none")
	default:
		return ErrInvalidPaymentRequest.Wrapf("expected a known status, got %d", m.Status)
	}
	if m.EndedAt == nil || m.EndedAt.Before(m.RequestedAt) {
		return ErrInvalidPaymentRequest.Wrapf("expected an end of a request that is %s", m.Status.Word())
	}
	if paid != (m.Status == PaymentRequestStatusPaid) {
		return ErrInvalidPaymentRequest.Wrapf("expected a request to be paid exactly if nothing is left of it, got %s with %s left", m.Status.Word(), m.Left())
	}
	if m.Status == PaymentRequestStatusRejected || m.Status == PaymentRequestStatusCancelled {
		return registrytypes.ValidateReason(m.Reason)
	}
	if m.Reason != "" {
		return ErrInvalidPaymentRequest.Wrapf("expected no reason of a request that is %s, got %q", m.Status.Word(), m.Reason)
	}
	return nil
}
