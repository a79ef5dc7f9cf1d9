package types

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// ValidateAmount checks the amount of an order: 1 to 10^15 jpy, which is also the most that an account can hold.
func ValidateAmount(amount sdk.Coin) error {
	if amount.Denom != registrytypes.YenDenom {
		return ErrInvalidOrder.Wrapf("expected an amount in %s, got denom %q", registrytypes.YenDenom, amount.Denom)
	}
	if amount.Amount.IsNil() || !amount.Amount.IsPositive() || amount.Amount.GT(registrytypes.MaxLimit) {
		return ErrInvalidOrder.Wrapf("expected an amount of 1 to %s %s, got %s", registrytypes.MaxLimit, registrytypes.YenDenom, amount.Amount)
	}
	return nil
}

// ValidateKind checks that the kind is issue or redeem.
func ValidateKind(kind OrderKind) error {
	if kind != OrderKindIssue && kind != OrderKindRedeem {
		return ErrInvalidOrder.Wrapf("expected kind issue or redeem, got %s", kind)
	}
	return nil
}

// IsOpen tells whether the order still waits for somebody.
func (m Order) IsOpen() bool {
	return m.Status == OrderStatusRequested || m.Status == OrderStatusDebited
}

// ByHolder tells whether the holder requested the order, and not a maker of the bank.
func (m Order) ByHolder() bool {
	return m.RequestedBy == m.Account
}

// CoreID returns the id by which the bank's core ledger knows the order: that of the debit that a maker confirmed, or else
// the reference.
func (m Order) CoreID() string {
	if m.CoreReference != "" {
		return m.CoreReference
	}
	return m.Reference
}

// Name returns how errors and findings name the order: kind, bank and reference.
func (m Order) Name() string {
	kind := "order"
	switch m.Kind {
	case OrderKindIssue:
		kind = "issue order"
	case OrderKindRedeem:
		kind = "redeem order"
	case OrderKindUnspecified:
	}
	return fmt.Sprintf("%s %s of %s", kind, m.Reference, m.Bank)
}

// Validate checks that the order is one that the module can have written.
func (m Order) Validate() error {
	if m.Bank == "" {
		return ErrInvalidOrder.Wrapf("expected a bank for order %q, got none", m.Reference)
	}
	if err := ValidateKind(m.Kind); err != nil {
		return errorsmod.Wrapf(err, "%s", m.Name())
	}
	if err := ValidateAmount(m.Amount); err != nil {
		return errorsmod.Wrapf(err, "%s", m.Name())
	}
	if _, err := registrytypes.ParseAddress(m.Account); err != nil {
		return errorsmod.Wrapf(err, "%s: account", m.Name())
	}
	if _, err := registrytypes.ParseAddress(m.RequestedBy); err != nil {
		return errorsmod.Wrapf(err, "%s: requested_by", m.Name())
	}
	if err := m.validateReference(); err != nil {
		return err
	}
	if m.RequestedAt.IsZero() {
		return ErrInvalidOrder.Wrapf("%s: expected a time as requested_at, got none", m.Name())
	}
	if err := ValidateDate(m.BusinessDate); err != nil {
		return errorsmod.Wrapf(err, "%s", m.Name())
	}
	if err := m.validateBatch(); err != nil {
		return err
	}
	if err := m.validateHold(); err != nil {
		return err
	}
	if err := m.validateDebit(); err != nil {
		return err
	}
	return m.validateDecision()
}

func (m Order) validateBatch() error {
	if m.Batch == "" {
		return nil
	}
	if m.ByHolder() {
		return ErrInvalidOrder.Wrapf("%s: expected no batch for an order of a holder, got %s", m.Name(), m.Batch)
	}
	if err := ValidateReference(m.Batch); err != nil {
		return errorsmod.Wrapf(err, "%s: batch", m.Name())
	}
	return nil
}

// validateHold checks that the order names a hold exactly while it has one.
func (m Order) validateHold() error {
	held := m.Kind == OrderKindRedeem && m.IsOpen()
	if held != (m.HoldId != 0) {
		return ErrInvalidOrder.Wrapf("%s: expected a hold exactly while a redeem order waits, got hold %d at %s",
			m.Name(), m.HoldId, m.Status)
	}
	return nil
}

// validateDebit checks that the order says who confirmed the debit, when and where, exactly if a maker had to.
func (m Order) validateDebit() error {
	confirmable := m.Kind == OrderKindIssue && m.ByHolder()
	required := confirmable && (m.Status == OrderStatusDebited || m.Status == OrderStatusApproved)
	allowed := required || confirmable && m.Status == OrderStatusRejected
	confirmed := m.ConfirmedBy != ""
	if confirmed && !allowed || !confirmed && required {
		return ErrInvalidOrder.Wrapf("%s: expected a confirmed debit exactly for a holder's issue order from %s on, got one by %q at %s",
			m.Name(), OrderStatusDebited, m.ConfirmedBy, m.Status)
	}
	if confirmed != (m.ConfirmedAt != nil) || confirmed != (m.CoreReference != "") {
		return ErrInvalidOrder.Wrapf("%s: expected confirmed_by, confirmed_at and core_reference together, got %q, %v and %q",
			m.Name(), m.ConfirmedBy, m.ConfirmedAt, m.CoreReference)
	}
	if !confirmed {
		return nil
	}
	if _, err := registrytypes.ParseAddress(m.ConfirmedBy); err != nil {
		return errorsmod.Wrapf(err, "%s: confirmed_by", m.Name())
	}
	if m.ConfirmedBy == m.RequestedBy || m.ConfirmedAt.IsZero() {
		return ErrInvalidOrder.Wrapf("%s: expected another address than the requester as confirmed_by, and a time, got %s at %s",
			m.Name(), m.ConfirmedBy, m.ConfirmedAt)
	}
	return nil
}
