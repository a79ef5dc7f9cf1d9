package types

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// CheckApproval returns what an approval carries out and what it leaves: amount of 1 yen to all of the order, or nil for
// all. A rest needs a reason and a whole order none. It returns ErrInvalidOrder and ErrInvalidReject.
func (m Order) CheckApproval(amount *sdk.Coin, code RejectCode, reason string) (approved, rest sdk.Coin, err error) {
	if amount == nil {
		amount = &m.Amount
	}
	if err := ValidateAmount(*amount); err != nil {
		return sdk.Coin{}, sdk.Coin{}, errorsmod.Wrapf(err, "%s: to approve nothing, reject it", m.Name())
	}
	if amount.Amount.GT(m.Amount.Amount) {
		return sdk.Coin{}, sdk.Coin{}, ErrInvalidOrder.Wrapf("%s: expected to approve at most %s, got %s", m.Name(), m.Amount, amount)
	}
	rest = m.Amount.Sub(*amount)
	if rest.IsPositive() {
		if err := ValidateReject(code, reason); err != nil {
			return sdk.Coin{}, sdk.Coin{}, errorsmod.Wrapf(err, "%s: rest of %s", m.Name(), rest)
		}
	} else if code != RejectCodeUnspecified || reason != "" {
		return sdk.Coin{}, sdk.Coin{}, ErrInvalidReject.Wrapf("%s: expected no reject code and no reason for all of it, got %s and %q",
			m.Name(), code, reason)
	}
	return *amount, rest, nil
}

// validateDecision checks that the order says who decided it, when, on which date and why, exactly when it is decided.
func (m Order) validateDecision() error {
	switch m.Status {
	case OrderStatusRequested:
		if m.Kind == OrderKindIssue && !m.ByHolder() {
			return ErrInvalidOrder.Wrapf("%s: expected status %s for an issue order of a maker, got %s", m.Name(), OrderStatusDebited, m.Status)
		}
		return m.validateUndecided()
	case OrderStatusDebited:
		if m.Kind != OrderKindIssue {
			return ErrInvalidOrder.Wrapf("%s: expected no status %s for it", m.Name(), m.Status)
		}
		return m.validateUndecided()
	case OrderStatusApproved:
		if m.ApprovedAmount == nil {
			return ErrInvalidOrder.Wrapf("%s: expected an approved amount, got none", m.Name())
		}
		if _, _, err := m.CheckApproval(m.ApprovedAmount, m.RejectCode, m.Reason); err != nil {
			return err
		}
	case OrderStatusRejected:
		if err := ValidateReject(m.RejectCode, m.Reason); err != nil {
			return errorsmod.Wrapf(err, "%s", m.Name())
		}
	case OrderStatusCancelled:
		if m.RejectCode != RejectCodeUnspecified || m.Reason != "" {
			return ErrInvalidOrder.Wrapf("%s: expected no reason for a cancellation, got %q", m.Name(), m.Reason)
		}
	case OrderStatusUnspecified:
		fallthrough
	default:
		return ErrInvalidOrder.Wrapf("%s: expected a status, got %s", m.Name(), m.Status)
	}
	if m.Status != OrderStatusApproved && m.ApprovedAmount != nil {
		return ErrInvalidOrder.Wrapf("%s: expected no approved amount at %s, got %s", m.Name(), m.Status, m.ApprovedAmount)
	}
	return m.validateDecider()
}

func (m Order) validateUndecided() error {
	if m.DecidedBy != "" || m.DecidedAt != nil || m.DecidedDate != "" || m.ApprovedAmount != nil ||
		m.RejectCode != RejectCodeUnspecified || m.Reason != "" {
		return ErrInvalidOrder.Wrapf("%s: expected no decision while it is open, got one by %q", m.Name(), m.DecidedBy)
	}
	return nil
}

func (m Order) validateDecider() error {
	if _, err := registrytypes.ParseAddress(m.DecidedBy); err != nil {
		return errorsmod.Wrapf(err, "%s: decided_by", m.Name())
	}
	own := m.DecidedBy == m.RequestedBy
	if own != (m.Status == OrderStatusCancelled) || m.DecidedBy == m.ConfirmedBy {
		return ErrInvalidOrder.Wrapf("%s: expected decided_by to be the requester exactly if cancelled, and never who confirmed the debit, got %s at %s",
			m.Name(), m.DecidedBy, m.Status)
	}
	if m.DecidedAt == nil || m.DecidedAt.IsZero() {
		return ErrInvalidOrder.Wrapf("%s: expected a time as decided_at, got none", m.Name())
	}
	if err := ValidateDate(m.DecidedDate); err != nil {
		return errorsmod.Wrapf(err, "%s: decided date", m.Name())
	}
	if m.DecidedDate < m.BusinessDate {
		return ErrInvalidOrder.Wrapf("%s: expected a decided date of %s or later, got %s", m.Name(), m.BusinessDate, m.DecidedDate)
	}
	return nil
}
