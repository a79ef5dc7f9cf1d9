package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// checkApprovals checks approvals that the payments of an account shall need. Operators are natural persons whom a bank has
// identified: each has an account, at whichever bank.
func (k *Keeper) checkApprovals(ctx context.Context, account types.Account, approvals *types.PaymentApprovals) error {
	if err := account.CheckNotClosed(); err != nil {
		return err
	}
	if approvals == nil {
		return nil
	}
	if err := approvals.Validate(); err != nil {
		return err
	}
	if err := types.CheckApprovals(approvals, account.Kind, account.Links); err != nil {
		return err
	}
	for _, operator := range approvals.Operators {
		address, err := types.ParseAddress(operator)
		if err != nil {
			return err
		}
		standing, err := k.standing(ctx, address)
		if err != nil {
			return errorsmod.Wrap(err, "operator")
		}
		if err := standing.CheckNotClosed(address); err != nil {
			return errorsmod.Wrap(err, "operator")
		}
		if standing.Kind != types.AccountKindIndividual {
			return errorsmod.Wrapf(types.ErrInvalidApprovals, "expected operators who are natural persons, got %s, a %s", operator, standing.Kind)
		}
	}
	return nil
}

// setApprovals gives an account other approvals, or with nil none.
func (k *Keeper) setApprovals(
	ctx context.Context, address sdk.AccAddress, account types.Account, approvals *types.PaymentApprovals, why change,
) error {
	if err := k.checkApprovals(ctx, account, approvals); err != nil {
		return err
	}
	account.Approvals = approvals
	why.kind = types.ChangeKindApprovals
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAccountApprovalsChanged{
		Address: account.Address, Bank: account.Bank, Approvals: approvals, Reference: why.reference, Operator: why.operator,
	})
}

// checkThreshold refuses a payment that needs approvals.
func checkThreshold(payer party, amount uint64) error {
	if payer.Threshold > 0 && amount >= payer.Threshold {
		return errorsmod.Wrapf(types.ErrApprovalsNeeded,
			"expected less than %d yen in one payment of %s without approvals, got %d; propose it to the operators", payer.Threshold, payer.address, amount)
	}
	return nil
}
