package types

import (
	"slices"

	errorsmod "cosmossdk.io/errors"
)

// MaxPaymentOperators is how many operators an account may have, so that a proposal stays small.
const MaxPaymentOperators = 16

// Validate returns ErrInvalidApprovals, ErrInvalidAccount or ErrInvalidAmount.
func (a *PaymentApprovals) Validate() error {
	if err := ValidateYen(a.Threshold); err != nil {
		return errorsmod.Wrap(err, "threshold")
	}
	if len(a.Operators) > MaxPaymentOperators {
		return errorsmod.Wrapf(ErrInvalidApprovals, "expected at most %d operators, got %d", MaxPaymentOperators, len(a.Operators))
	}
	for i, operator := range a.Operators {
		if _, err := ParseAddress(operator); err != nil {
			return err
		}
		if i > 0 && a.Operators[i-1] >= operator {
			return errorsmod.Wrapf(ErrInvalidApprovals, "expected operators in ascending order without repeats, got %s after %s", operator, a.Operators[i-1])
		}
	}
	if a.Required < 1 || int(a.Required) > len(a.Operators) {
		return errorsmod.Wrapf(ErrInvalidApprovals, "expected 1 to %d required approvals, which is the number of operators, got %d", len(a.Operators), a.Required)
	}
	return nil
}

// HasOperator says whether an address is one of the operators. Nobody is without approvals.
func (a *PaymentApprovals) HasOperator(address string) bool {
	return a != nil && slices.Contains(a.Operators, address)
}

// ThresholdYen is the amount from which on a payment needs approvals, in yen; 0 without approvals.
func (a *PaymentApprovals) ThresholdYen() uint64 {
	if a == nil {
		return 0
	}
	return a.Threshold.Uint64()
}

// CheckApprovals returns ErrInvalidApprovals unless an account of the kind and with the links may have such approvals: a
// business may, whose links let no payment in a Business Zone reach the threshold, because nobody approves there.
func CheckApprovals(approvals *PaymentApprovals, kind AccountKind, links []Link) error {
	if approvals == nil {
		return nil
	}
	if kind != AccountKindBusiness {
		return errorsmod.Wrapf(ErrInvalidApprovals, "expected approvals of a business only, got a %s", kind)
	}
	for _, link := range links {
		if link.Limits.PerPayment.GTE(approvals.Threshold) {
			return errorsmod.Wrapf(ErrInvalidApprovals,
				"expected less than %s yen per payment in zone %s, where nobody approves, got %s; lower the link's limit or raise the threshold",
				approvals.Threshold, link.Zone, link.Limits.PerPayment)
		}
	}
	return nil
}

// IsOpen says whether the payment still waits for approvals, if its time is not over.
func (p ProposedPayment) IsOpen() bool {
	return p.Status == ProposalStatusProposed
}

// HasApproved says whether an operator has given its word.
func (p ProposedPayment) HasApproved(operator string) bool {
	return slices.ContainsFunc(p.Approvals, func(one ProposalApproval) bool { return one.Operator == operator })
}

// Validate checks that the payment is one that the module can have written. It returns ErrInvalidProposal,
// ErrInvalidAccount, ErrInvalidReference, ErrInvalidAmount or ErrInvalidReason.
func (p ProposedPayment) Validate() error {
	for _, address := range []string{p.Account, p.Payee, p.ProposedBy} {
		if _, err := ParseAddress(address); err != nil {
			return err
		}
	}
	if p.Account == p.Payee {
		return errorsmod.Wrapf(ErrInvalidProposal, "expected a payee beside the payer %s, got itself", p.Account)
	}
	if err := ValidateReference(p.Reference); err != nil {
		return err
	}
	if err := ValidateYen(p.Amount); err != nil {
		return err
	}
	if !p.ExpiresAt.After(p.ProposedAt) {
		return errorsmod.Wrapf(ErrInvalidProposal, "expected an expiry after %s, got %s", p.ProposedAt, p.ExpiresAt)
	}
	if len(p.Approvals) > MaxPaymentOperators {
		return errorsmod.Wrapf(ErrInvalidProposal, "expected at most %d approvals, got %d", MaxPaymentOperators, len(p.Approvals))
	}
	for i, approval := range p.Approvals {
		if _, err := ParseAddress(approval.Operator); err != nil {
			return err
		}
		before := ProposedPayment{Approvals: p.Approvals[:i]}
		if approval.Operator == p.ProposedBy || before.HasApproved(approval.Operator) {
			return errorsmod.Wrapf(ErrInvalidProposal, "expected approvals by others than the proposer, each once, got one more by %s", approval.Operator)
		}
	}
	return p.validateStatus()
}

func (p ProposedPayment) validateStatus() error {
	if p.Status == ProposalStatusWithdrawn {
		return ValidateReason(p.WithdrawalReason)
	}
	if p.WithdrawalReason != "" {
		return errorsmod.Wrapf(ErrInvalidProposal, "expected no reason of a payment that is %s, got %q", p.Status, p.WithdrawalReason)
	}
	switch p.Status {
	case ProposalStatusProposed, ProposalStatusExpired:
		return nil
	case ProposalStatusExecuted:
		if len(p.Approvals) > 0 {
			return nil
		}
		return errorsmod.Wrap(ErrInvalidProposal, "expected approvals of an executed payment, got none")
	case ProposalStatusUnspecified, ProposalStatusWithdrawn:
	}
	return errorsmod.Wrapf(ErrInvalidProposal, "expected a known status, got %s", p.Status)
}
