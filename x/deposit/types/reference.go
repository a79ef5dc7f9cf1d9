package types

import (
	"regexp"
	"strings"

	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// HolderSeparator stands between the account and the holder's own reference in the reference of a holder's order. No
// bank's own reference can contain it, so holders and their bank never take a reference from each other.
const HolderSeparator = "@"

// MaxOpenOrdersOfHolder is how many orders that one holder requested may be open at a time, so that nobody fills a bank's
// list of open orders for free.
const MaxOpenOrdersOfHolder = 20

// referencePattern keeps references readable, and the purpose of a redeem order's hold within what a hold may carry.
var referencePattern = regexp.MustCompile(`^[A-Za-z0-9._/-]{1,64}$`)

// ValidateReference checks the id that somebody chose for an order, a batch, a debit or an attestation: 1 to 64
// characters of A-Z a-z 0-9 . _ / -.
func ValidateReference(reference string) error {
	if !referencePattern.MatchString(reference) {
		return ErrInvalidOrder.Wrapf("expected a reference of 1 to 64 characters of A-Z a-z 0-9 . _ / -, got %q", reference)
	}
	return nil
}

// HolderReference returns the reference of the order that the holder of an account requested under a reference of the
// holder's own.
func HolderReference(account, reference string) string {
	return account + HolderSeparator + reference
}

// SplitReference returns the account whose holder requested the order with a reference, and the holder's own reference;
// an account of "" if a maker requested it.
func SplitReference(reference string) (account, own string) {
	account, own, found := strings.Cut(reference, HolderSeparator)
	if !found {
		return "", reference
	}
	return account, own
}

// validateReference checks the reference of an order in state against who requested it.
func (m Order) validateReference() error {
	account, own := SplitReference(m.Reference)
	if err := ValidateReference(own); err != nil {
		return err
	}
	if want := m.ByHolder(); want != (account != "") || want && account != m.Account {
		return ErrInvalidOrder.Wrapf("%s: expected a reference with the account exactly if the holder requested it, got requester %q of %s",
			m.Name(), m.RequestedBy, m.Account)
	}
	if m.CoreReference != "" {
		if err := ValidateReference(m.CoreReference); err != nil {
			return errorsmod.Wrapf(err, "%s: core reference", m.Name())
		}
	}
	return nil
}

// ValidateReject checks why an order or a part of it is refused: a code that exists, and 1 to 256 bytes of text.
func ValidateReject(code RejectCode, reason string) error {
	if _, known := RejectCode_name[int32(code)]; !known || code == RejectCodeUnspecified {
		return ErrInvalidReject.Wrapf("expected a reject code, got %s; choose the nearest, or other", code)
	}
	return registrytypes.ValidateReason(reason)
}
