package types

import (
	"fmt"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// Word returns the status as people write it, such as "paid".
func (s PaymentStatus) Word() string {
	switch s {
	case PaymentStatusPaid:
		return "paid"
	case PaymentStatusWaiting:
		return "waiting"
	case PaymentStatusRefused:
		return "refused"
	case PaymentStatusCancelled:
		return "cancelled"
	case PaymentStatusExpired:
		return "expired"
	case PaymentStatusScreened:
		return "screened"
	case PaymentStatusUnspecified:
	}
	return "unspecified"
}

// Name returns how errors name the payment.
func (m PaymentRecord) Name() string {
	return fmt.Sprintf("payment %s of %s", m.Reference, m.Payer)
}

// Refundable returns what the payee may still refund.
func (m PaymentRecord) Refundable() math.Int { return m.Amount.Amount.Sub(m.Refunded) }

// Refund returns the record after a refund. It returns ErrNotRefundable for a payment that its payee does not have, or that is a
// refund itself, and for more than is left of it.
func (m PaymentRecord) Refund(amount sdk.Coin) (PaymentRecord, error) {
	if m.Status != PaymentStatusPaid || m.Method == PaymentMethodRefund {
		return PaymentRecord{}, ErrNotRefundable.Wrapf("%s: expected a payment that is paid, and no refund, got one that is %s; send a payment instead", m.Name(), m.Status.Word())
	}
	left := sdk.Coin{Denom: m.Amount.Denom, Amount: m.Refundable()}
	if amount.Denom != left.Denom || amount.Amount.GT(left.Amount) {
		return PaymentRecord{}, ErrNotRefundable.Wrapf("%s: expected at most %s, what is left of it, got %s", m.Name(), left, amount)
	}
	m.Refunded = m.Refunded.Add(amount.Amount)
	return m, nil
}

// validateOutcome checks that status, hold and refunds belong together.
func (m PaymentRecord) validateOutcome() error {
	if _, known := PaymentStatus_name[int32(m.Status)]; !known || m.Status == PaymentStatusUnspecified {
		return ErrInvalidPayment.Wrapf("expected a status, got %d", m.Status)
	}
	if waits := m.Status == PaymentStatusWaiting || m.Status == PaymentStatusScreened; waits != (m.HoldId != 0) {
		return ErrInvalidPayment.Wrapf("expected a hold exactly while it waits or if it is screened, got hold %d of one that is %s", m.HoldId, m.Status.Word())
	}
	if m.Refunded.IsNil() || m.Refunded.IsNegative() || m.Refunded.GT(m.Amount.Amount) {
		return ErrInvalidPayment.Wrapf("expected refunds of 0 to %s, got %s", m.Amount.Amount, m.Refunded)
	}
	isRefund := m.Method == PaymentMethodRefund
	if m.Refunded.IsPositive() && (m.Status != PaymentStatusPaid || isRefund) {
		return ErrInvalidPayment.Wrapf("expected refunds only of a payment that is paid, and no refund, got %s", m.Refunded)
	}
	if isRefund != (m.RefundOf != "") {
		return ErrInvalidPayment.Wrapf("expected refund_of exactly in a refund, got %q", m.RefundOf)
	}
	if isRefund {
		return registrytypes.ValidateReference(m.RefundOf)
	}
	return nil
}
