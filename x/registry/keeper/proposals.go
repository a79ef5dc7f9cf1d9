package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// GetProposedPayment returns a proposed payment. It returns types.ErrProposalNotFound if the account never used the
// reference.
func (k *Keeper) GetProposedPayment(ctx context.Context, account sdk.AccAddress, reference string) (types.ProposedPayment, error) {
	payment, err := k.proposals.Get(ctx, collections.Join(account, reference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.ProposedPayment{}, errorsmod.Wrapf(types.ErrProposalNotFound, "expected a proposed payment of %s, got reference %q", account, reference)
	}
	return payment, err
}

// actor returns the account of a proposal, for which the signer acts: itself or one of its operators.
func (k *Keeper) actor(ctx context.Context, target, signer string) (sdk.AccAddress, types.Account, error) {
	address, account, err := k.account(ctx, target)
	if err != nil {
		return nil, types.Account{}, err
	}
	if signer != target && !account.Approvals.HasOperator(signer) {
		return nil, types.Account{}, errNotOperator(target, signer)
	}
	return address, account, nil
}

func errNotOperator(target, signer string) error {
	return errorsmod.Wrapf(types.ErrNotPaymentOperator, "expected the account %s or one of its operators, got %s", target, signer)
}

// propose stores a payment that waits for its approvals.
func (k *Keeper) propose(ctx context.Context, payment types.ProposedPayment) error {
	params, err := k.GetParams(ctx)
	if err != nil {
		return err
	}
	payment.ProposedAt = sdk.UnwrapSDKContext(ctx).BlockTime()
	payment.ExpiresAt = payment.ProposedAt.Add(params.ProposalExpiry)
	payment.Status = types.ProposalStatusProposed
	if err := payment.Validate(); err != nil {
		return err
	}
	address, account, err := k.actor(ctx, payment.Account, payment.ProposedBy)
	if err != nil {
		return err
	}
	if err := account.CheckActive(); err != nil {
		return err
	}
	if threshold := account.Approvals.ThresholdYen(); threshold == 0 || types.YenOf(payment.Amount) < threshold {
		return errorsmod.Wrapf(types.ErrInvalidProposal,
			"expected a payment of %s that needs approvals, got %s yen; send it as a plain payment", payment.Account, payment.Amount)
	}
	used, err := k.proposals.Has(ctx, collections.Join(address, payment.Reference))
	if err != nil {
		return err
	}
	if used {
		return errorsmod.Wrapf(types.ErrReferenceUsed, "expected a reference that %s has not used, got %q; choose a new one", address, payment.Reference)
	}
	if err := k.insertProposal(ctx, address, payment); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventPaymentProposed{
		Account: payment.Account, Reference: payment.Reference, Payee: payment.Payee, Amount: payment.Amount,
		Proposer: payment.ProposedBy, ExpiresAt: payment.ExpiresAt,
	})
}

// insertProposal stores a proposed payment, and when it ends if it waits.
func (k *Keeper) insertProposal(ctx context.Context, address sdk.AccAddress, payment types.ProposedPayment) error {
	if payment.IsOpen() {
		if err := k.addDeadline(ctx, payment.ExpiresAt, deadlineProposal, joinKey(payment.Account, payment.Reference)); err != nil {
			return err
		}
	}
	return k.proposals.Set(ctx, collections.Join(address, payment.Reference), payment)
}

// endProposal stores a proposed payment that waits no more.
func (k *Keeper) endProposal(ctx context.Context, address sdk.AccAddress, payment types.ProposedPayment, status types.ProposalStatus) error {
	payment.Status = status
	if err := k.removeDeadline(ctx, payment.ExpiresAt, deadlineProposal, joinKey(payment.Account, payment.Reference)); err != nil {
		return err
	}
	return k.proposals.Set(ctx, collections.Join(address, payment.Reference), payment)
}

// openProposal returns a proposed payment that waits for approvals and whose time is not over.
func (k *Keeper) openProposal(ctx context.Context, address sdk.AccAddress, reference string) (types.ProposedPayment, error) {
	payment, err := k.GetProposedPayment(ctx, address, reference)
	if err != nil {
		return types.ProposedPayment{}, err
	}
	if !payment.IsOpen() {
		return types.ProposedPayment{}, errorsmod.Wrapf(types.ErrProposalEnded, "expected payment %s of %s to wait for approvals, got %s", reference, address, payment.Status)
	}
	if now := sdk.UnwrapSDKContext(ctx).BlockTime(); !now.Before(payment.ExpiresAt) {
		return types.ProposedPayment{}, errorsmod.Wrapf(types.ErrProposalEnded, "expected payment %s of %s before %s, got %s", reference, address, payment.ExpiresAt, now)
	}
	return payment, nil
}

// approvePayment adds an operator's word, and carries the payment out with the last one that it needs. Of the words that were
// given only those count whose operators are still operators of the account.
func (k *Keeper) approvePayment(ctx context.Context, operator, target, reference string) (executed bool, err error) {
	address, account, err := k.account(ctx, target)
	if err != nil {
		return false, err
	}
	if !account.Approvals.HasOperator(operator) {
		return false, errNotOperator(target, operator)
	}
	payment, err := k.openProposal(ctx, address, reference)
	if err != nil {
		return false, err
	}
	if payment.ProposedBy == operator {
		return false, errorsmod.Wrapf(types.ErrSameOperator, "expected another operator than %s, who proposed payment %s", operator, reference)
	}
	if payment.HasApproved(operator) {
		return false, errorsmod.Wrapf(types.ErrOperatorApproved, "expected another operator than %s, who has approved payment %s", operator, reference)
	}
	if err := k.checkOperatorActive(ctx, operator); err != nil {
		return false, err
	}
	payment.Approvals = append(payment.Approvals, types.ProposalApproval{Operator: operator, Time: sdk.UnwrapSDKContext(ctx).BlockTime()})
	given := uint32(0)
	for _, approval := range payment.Approvals {
		if account.Approvals.HasOperator(approval.Operator) {
			given++
		}
	}
	err = event.Emit(ctx, &types.EventPaymentApproved{Account: target, Reference: reference, Operator: operator})
	if err != nil {
		return false, err
	}
	if given < account.Approvals.Required {
		return false, k.proposals.Set(ctx, collections.Join(address, reference), payment)
	}
	return true, k.executeProposal(ctx, address, payment)
}

// checkOperatorActive refuses the word of somebody whose own account is frozen: its key may be somebody else's.
func (k *Keeper) checkOperatorActive(ctx context.Context, operator string) error {
	address, err := types.ParseAddress(operator)
	if err != nil {
		return err
	}
	standing, err := k.standing(ctx, address)
	if err != nil {
		return errorsmod.Wrap(err, "operator")
	}
	return errorsmod.Wrap(standing.CheckActive(address), "operator")
}

// executeProposal makes a payment that has all its approvals.
func (k *Keeper) executeProposal(ctx context.Context, from sdk.AccAddress, payment types.ProposedPayment) error {
	to, err := types.ParseAddress(payment.Payee)
	if err != nil {
		return err
	}
	paying := types.WithCause(ctx, types.Cause{Kind: types.CauseApprovedPayment})
	if err := k.bankKeeper.SendCoins(paying, from, to, sdk.NewCoins(sdk.NewCoin(k.yen.YenDenom(ctx), payment.Amount))); err != nil {
		return err
	}
	if err := k.endProposal(ctx, from, payment, types.ProposalStatusExecuted); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventProposedPaymentExecuted{
		Account: payment.Account, Reference: payment.Reference, Payee: payment.Payee, Amount: payment.Amount,
	})
}

// withdraw ends a proposed payment on the word of the holder or of any one operator.
func (k *Keeper) withdraw(ctx context.Context, operator, target, reference, reason string) error {
	address, _, err := k.actor(ctx, target, operator)
	if err != nil {
		return err
	}
	payment, err := k.openProposal(ctx, address, reference)
	if err != nil {
		return err
	}
	payment.WithdrawalReason = reason
	if err := k.endProposal(ctx, address, payment, types.ProposalStatusWithdrawn); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventProposedPaymentWithdrawn{Account: target, Reference: reference, Reason: reason, Operator: operator})
}

// expireProposal ends a proposed payment whose time is over.
func (k *Keeper) expireProposal(ctx context.Context, target, reference string) error {
	address, err := types.ParseAddress(target)
	if err != nil {
		return err
	}
	payment, err := k.GetProposedPayment(ctx, address, reference)
	if err != nil {
		return err
	}
	if err := k.endProposal(ctx, address, payment, types.ProposalStatusExpired); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventProposedPaymentExpired{Account: target, Reference: reference})
}
