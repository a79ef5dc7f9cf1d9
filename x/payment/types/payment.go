package types

import (
	"crypto/sha256"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// MaxAmount is the largest payment in smallest units, and the largest fee in yen: 10^15.
var MaxAmount = registrytypes.MaxLimit

// Payment is one payment, whatever way it came.
type Payment struct {
	Payer, Payee sdk.AccAddress
	// 1 to MaxAmount smallest units of any denom.
	Amount sdk.Coin
	// The payer's own id of the payment, accepted once; empty for a payment that leaves no record.
	Reference string
	// The payee's invoice reference; empty for none, and always without reference.
	Invoice string
	// Hash of what payer and payee know about the payment: 32 bytes, or none.
	MemoHash []byte
	// Most yen that the payer bears as a fee on top; nil for none.
	MaxFee math.Int
	Method PaymentMethod
	// Nonce of a payment order; 0 for other methods.
	Nonce uint64
	// Consented says that the payee agreed to this payment, by asking for it: it does not wait for the payee's consent.
	Consented bool
	// RefundOf is the payee's reference of the payment that a refund gives back; empty for other methods.
	RefundOf string
}

// Cause returns why x/bank moves the coins of the payment.
func (p Payment) Cause() registrytypes.CauseKind {
	switch {
	case p.Method == PaymentMethodRefund:
		return registrytypes.CauseReturnPayment
	case p.Consented:
		return registrytypes.CauseConsentedPayment
	}
	return registrytypes.CausePayment
}

// PaymentResult is what became of a payment.
type PaymentResult struct {
	// Fee in yen, and who bore it; of a payment that waits, what it is once it is accepted.
	Fee      math.Int
	FeePayer FeePayer
	// HoldID is the hold of a payment that waits for its payee's consent, or for the compliance of the payer's bank; 0 of one that
	// was paid.
	HoldID uint64
}

// Validate checks the payment's amount, references and hash. It returns ErrInvalidPayment, or the registry's
// ErrInvalidReference.
func (p Payment) Validate() error {
	if err := ValidateAmount(p.Amount); err != nil {
		return err
	}
	if err := ValidateReferences(p.Reference, p.Invoice); err != nil {
		return err
	}
	if err := ValidateMemoHash(p.MemoHash); err != nil {
		return err
	}
	if !p.MaxFee.IsNil() && p.MaxFee.IsNegative() {
		return ErrInvalidPayment.Wrapf("expected a max_fee of 0 or more, got %s", p.MaxFee)
	}
	return nil
}

// ValidateAmount checks a coin of any denom: 1 to MaxAmount. It returns ErrInvalidPayment.
func ValidateAmount(amount sdk.Coin) error {
	if err := amount.Validate(); err != nil {
		return ErrInvalidPayment.Wrapf("expected an amount such as 30000jpy: %s", err)
	}
	if !amount.IsPositive() || amount.Amount.GT(MaxAmount) {
		return ErrInvalidPayment.Wrapf("expected an amount of 1 to %s, got %s", MaxAmount, amount.Amount)
	}
	return nil
}

// ValidateReferences checks a payer's reference and a payee's invoice, either of which may be missing; an invoice needs a
// reference, because only payments with a reference are recorded.
func ValidateReferences(reference, invoice string) error {
	if reference == "" {
		if invoice != "" {
			return ErrInvalidPayment.Wrapf("expected a reference beside invoice %q, got none; choose one", invoice)
		}
		return nil
	}
	if err := registrytypes.ValidateReference(reference); err != nil {
		return errorsmod.Wrap(err, "reference")
	}
	if invoice == "" {
		return nil
	}
	return errorsmod.Wrap(registrytypes.ValidateReference(invoice), "invoice")
}

// ValidateMemoHash checks a SHA-256 hash that may be missing. It returns ErrInvalidPayment.
func ValidateMemoHash(hash []byte) error {
	if len(hash) != 0 && len(hash) != sha256.Size {
		return ErrInvalidPayment.Wrapf("expected a memo_hash of %d bytes or none, got %d", sha256.Size, len(hash))
	}
	return nil
}

// Validate checks that the record is one that the module can have written. It returns ErrInvalidPayment or the registry's
// errors for addresses and references.
func (m PaymentRecord) Validate() error {
	payment := Payment{Amount: m.Amount, Reference: m.Reference, Invoice: m.Invoice, MemoHash: m.MemoHash}
	for _, party := range []struct{ name, address string }{{"payer", m.Payer}, {"payee", m.Payee}} {
		if _, err := registrytypes.ParseAddress(party.address); err != nil {
			return errorsmod.Wrap(err, party.name)
		}
	}
	if m.Reference == "" {
		return ErrInvalidPayment.Wrapf("expected a reference, got none in a record of %s", m.Payer)
	}
	if err := payment.Validate(); err != nil {
		return errorsmod.Wrapf(err, "payment %s of %s", m.Reference, m.Payer)
	}
	if m.Fee.IsNil() || m.Fee.IsNegative() || m.Fee.GT(MaxAmount) || m.Fee.IsPositive() != (m.FeePayer != FeePayerUnspecified) {
		return ErrInvalidPayment.Wrapf("payment %s of %s: expected a fee of 0 to %s and who bears it, got %s by %s",
			m.Reference, m.Payer, MaxAmount, m.Fee, m.FeePayer)
	}
	if _, known := PaymentMethod_name[int32(m.Method)]; !known || m.Method == PaymentMethodUnspecified {
		return ErrInvalidPayment.Wrapf("payment %s of %s: expected a method, got %d", m.Reference, m.Payer, m.Method)
	}
	if m.Height < 0 {
		return ErrInvalidPayment.Wrapf("payment %s of %s: expected a height, got %d", m.Reference, m.Payer, m.Height)
	}
	return errorsmod.Wrap(m.validateOutcome(), m.Name())
}
