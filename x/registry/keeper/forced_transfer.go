package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

// GetForcedTransfer returns a forced transfer. It returns types.ErrForcedTransferNotFound if the bank never asked for it.
func (k *Keeper) GetForcedTransfer(ctx context.Context, bank, orderReference string) (types.ForcedTransfer, error) {
	transfer, err := k.forcedTransfers.Get(ctx, collections.Join(bank, orderReference))
	if errors.Is(err, collections.ErrNotFound) {
		return types.ForcedTransfer{}, errorsmod.Wrapf(types.ErrForcedTransferNotFound,
			"expected an order that bank %s asked to carry out, got %q", bank, orderReference)
	}
	return transfer, err
}

// requestForcedTransfer stores a forced transfer that waits for its approvals.
func (k *Keeper) requestForcedTransfer(ctx context.Context, transfer types.ForcedTransfer) error {
	params, err := k.GetParams(ctx)
	if err != nil {
		return err
	}
	transfer.RequestedAt = sdk.UnwrapSDKContext(ctx).BlockTime()
	transfer.ExpiresAt = transfer.RequestedAt.Add(params.ForcedTransferExpiry)
	transfer.Status = types.ForcedTransferStatusRequested
	if err := transfer.Validate(); err != nil {
		return err
	}
	from, payer, err := k.accountOf(ctx, transfer.Bank, transfer.From)
	if err != nil {
		return err
	}
	if err := payer.CheckNotClosed(); err != nil {
		return err
	}
	if _, _, err := k.account(ctx, transfer.To); err != nil {
		return err
	}
	if transfer.FreezeOrderReference != "" {
		if _, err := k.openFrozenAmount(ctx, from, transfer.FreezeOrderReference); err != nil {
			return err
		}
	}
	key := collections.Join(transfer.Bank, transfer.OrderReference)
	used, err := k.forcedTransfers.Has(ctx, key)
	if err != nil {
		return err
	}
	if used {
		return errorsmod.Wrapf(types.ErrReferenceUsed,
			"expected an order that bank %s has not asked to carry out, got %q; an order is carried out once", transfer.Bank, transfer.OrderReference)
	}
	if err := k.forcedTransfers.Set(ctx, key, transfer); err != nil {
		return err
	}
	if err := k.addDeadline(ctx, transfer.ExpiresAt, deadlineForcedTransfer, joinKey(transfer.Bank, transfer.OrderReference)); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventForcedTransferRequested{
		Bank: transfer.Bank, OrderReference: transfer.OrderReference, From: transfer.From, To: transfer.To,
		Amount: transfer.Amount, Operator: transfer.RequestedBy,
	})
}

// openForcedTransfer returns a forced transfer that still waits for approvals and whose time is not over.
func (k *Keeper) openForcedTransfer(ctx context.Context, bank, orderReference string) (types.ForcedTransfer, error) {
	transfer, err := k.GetForcedTransfer(ctx, bank, orderReference)
	if err != nil {
		return types.ForcedTransfer{}, err
	}
	if !transfer.IsOpen() {
		return types.ForcedTransfer{}, errorsmod.Wrapf(types.ErrForcedTransferEnded,
			"expected order %s of bank %s to wait for approvals, got %s", orderReference, bank, transfer.Status)
	}
	if now := sdk.UnwrapSDKContext(ctx).BlockTime(); !now.Before(transfer.ExpiresAt) {
		return types.ForcedTransfer{}, errorsmod.Wrapf(types.ErrForcedTransferEnded,
			"expected order %s of bank %s before %s, got %s", orderReference, bank, transfer.ExpiresAt, now)
	}
	return transfer, nil
}

// approveForcedTransfer adds an organization's word, and carries the transfer out with the second one.
func (k *Keeper) approveForcedTransfer(
	ctx context.Context, organization membershiptypes.Organization, operator, bank, orderReference string,
) error {
	transfer, err := k.openForcedTransfer(ctx, bank, orderReference)
	if err != nil {
		return err
	}
	if err := k.checkApproval(ctx, transfer, organization, operator); err != nil {
		return err
	}
	transfer.Approvals = append(transfer.Approvals, types.ForcedTransferApproval{
		Organization: organization.Id, Operator: operator, Time: sdk.UnwrapSDKContext(ctx).BlockTime(),
	})
	if transfer.IsApproved() {
		if err := k.executeForcedTransfer(ctx, &transfer, operator); err != nil {
			return err
		}
	}
	if err := k.forcedTransfers.Set(ctx, collections.Join(bank, orderReference), transfer); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventForcedTransferApproved{
		Bank: bank, OrderReference: orderReference, Organization: organization.Id, Operator: operator,
	})
}

// checkApproval checks that an approval is one of the two that are needed: by compliance of the payer's bank, and by
// compliance of another bank or an auditor.
func (k *Keeper) checkApproval(
	ctx context.Context, transfer types.ForcedTransfer, organization membershiptypes.Organization, operator string,
) error {
	if operator == transfer.RequestedBy {
		return errorsmod.Wrapf(types.ErrSameOperator, "expected another operator than %s, who asked to carry out order %s", operator, transfer.OrderReference)
	}
	role := membershiptypes.RoleCompliance
	if organization.Kind == membershiptypes.OrganizationKindAuditor {
		role = membershiptypes.RoleAuditor
	}
	if err := k.requireRole(ctx, operator, role); err != nil {
		return err
	}
	own := organization.Id == transfer.Bank
	if slices.ContainsFunc(transfer.Approvals, func(one types.ForcedTransferApproval) bool {
		return (one.Organization == transfer.Bank) == own
	}) {
		needed := "another organization than bank " + transfer.Bank
		if !own {
			needed = "bank " + transfer.Bank
		}
		return errorsmod.Wrapf(types.ErrOrganizationApproved, "expected an approval by %s, got one more by %s", needed, organization.Id)
	}
	return nil
}

// executeForcedTransfer moves the yen.
func (k *Keeper) executeForcedTransfer(ctx context.Context, transfer *types.ForcedTransfer, operator string) error {
	from, payer, err := k.accountOf(ctx, transfer.Bank, transfer.From)
	if err != nil {
		return err
	}
	to, payee, err := k.account(ctx, transfer.To)
	if err != nil {
		return err
	}
	if transfer.FreezeOrderReference != "" {
		frozen, err := k.openFrozenAmount(ctx, from, transfer.FreezeOrderReference)
		if err != nil {
			return err
		}
		why := change{operator: operator, reference: transfer.OrderReference, reason: transfer.Reason}
		if err := k.thaw(ctx, from, payer, frozen, math.MinInt(frozen.Frozen, transfer.Amount), why); err != nil {
			return err
		}
	}
	forced := types.WithCause(ctx, types.Cause{Kind: types.CauseForcedTransfer})
	if err := k.bankKeeper.SendCoins(forced, from, to, sdk.NewCoins(sdk.NewCoin(k.yen.YenDenom(ctx), transfer.Amount))); err != nil {
		return err
	}
	transfer.Status = types.ForcedTransferStatusExecuted
	if err := k.removeDeadline(ctx, transfer.ExpiresAt, deadlineForcedTransfer, joinKey(transfer.Bank, transfer.OrderReference)); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventForcedTransferExecuted{
		Bank: transfer.Bank, OrderReference: transfer.OrderReference, From: transfer.From, To: transfer.To,
		Amount: transfer.Amount, PayeeBank: payee.Bank,
	})
}

// cancelForcedTransfer withdraws a forced transfer.
func (k *Keeper) cancelForcedTransfer(ctx context.Context, operator, bank, orderReference, reason string) error {
	transfer, err := k.openForcedTransfer(ctx, bank, orderReference)
	if err != nil {
		return err
	}
	transfer.Status = types.ForcedTransferStatusCancelled
	if err := k.forcedTransfers.Set(ctx, collections.Join(bank, orderReference), transfer); err != nil {
		return err
	}
	if err := k.removeDeadline(ctx, transfer.ExpiresAt, deadlineForcedTransfer, joinKey(bank, orderReference)); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventForcedTransferCancelled{
		Bank: bank, OrderReference: orderReference, Reason: reason, Operator: operator,
	})
}

// expireForcedTransfer ends a forced transfer whose time is over.
func (k *Keeper) expireForcedTransfer(ctx context.Context, bank, orderReference string) error {
	transfer, err := k.GetForcedTransfer(ctx, bank, orderReference)
	if err != nil {
		return err
	}
	transfer.Status = types.ForcedTransferStatusExpired
	if err := k.forcedTransfers.Set(ctx, collections.Join(bank, orderReference), transfer); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventForcedTransferExpired{Bank: bank, OrderReference: orderReference})
}
