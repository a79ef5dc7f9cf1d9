package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// application is one application for an account, of a message or of a line of a batch.
type application struct {
	bank, operator, reference, address string
	types.Application
}

// apply takes an address for an account that waits for a checker.
func (k *Keeper) apply(ctx context.Context, wanted application) error {
	wanted.OrderKeys = types.SortOrderKeys(wanted.OrderKeys)
	request, err := k.newRequest(ctx, types.AccountRequest{
		Bank: wanted.bank, Reference: wanted.reference, Kind: types.RequestKindOpen, Account: wanted.address,
		Payload:     &types.AccountRequest_Application{Application: &wanted.Application},
		RequestedBy: wanted.operator,
	})
	if err != nil {
		return err
	}
	address, err := types.ParseAddress(wanted.address)
	if err != nil {
		return err
	}
	revision, err := k.checkFree(ctx, address)
	if err != nil {
		return err
	}
	limits, err := k.checkLimits(ctx, wanted.bank, wanted.Kind, wanted.Limits)
	if err != nil {
		return err
	}
	account := types.Account{
		Address: wanted.address, Bank: wanted.bank, Status: types.AccountStatusApplied, Kind: wanted.Kind,
		IdentityHash: wanted.IdentityHash, Limits: limits.Limits(), TierLimits: wanted.Limits == nil,
		OrderKeys: wanted.OrderKeys, Revision: revision,
	}
	why := change{kind: types.ChangeKindApplied, operator: wanted.operator, reference: wanted.reference}
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	return k.addRequest(ctx, request)
}

// executeOpen opens an account that was applied for. Its holder can sign from now on.
func (k *Keeper) executeOpen(ctx context.Context, address sdk.AccAddress, account types.Account, why change) error {
	if account.Status != types.AccountStatusApplied {
		return errorsmod.Wrapf(types.ErrInvalidRequest, "expected account %s applied for, got %s", account.Address, account.Status)
	}
	// Since the application the address may have become an operator's.
	if err := k.checkHolderAddress(ctx, address); err != nil {
		return err
	}
	account.Status = types.AccountStatusOpen
	why.kind = types.ChangeKindOpened
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	k.createSigner(ctx, address)
	return event.Emit(ctx, &types.EventAccountOpened{
		Address: account.Address, Bank: account.Bank, Kind: account.Kind, Reference: why.reference, Operator: why.operator,
	})
}

// activate makes an open account active on its holder's word.
func (k *Keeper) activate(ctx context.Context, holder string) error {
	address, err := types.ParseAddress(holder)
	if err != nil {
		return err
	}
	account, err := k.GetAccount(ctx, address)
	if err != nil {
		return err
	}
	if account.Status != types.AccountStatusOpen {
		return errorsmod.Wrapf(types.ErrAccountNotActive, "expected account %s open, got %s; only an open account can be activated", holder, account.Status)
	}
	account.Activated = true
	return k.setStatus(ctx, address, account, types.AccountStatusActive, change{kind: types.ChangeKindActivated, operator: holder})
}

// freeze stops an account.
func (k *Keeper) freeze(ctx context.Context, address sdk.AccAddress, account types.Account, why change) error {
	if account.Status != types.AccountStatusOpen {
		if err := account.CheckActive(); err != nil {
			return err
		}
	}
	why.kind = types.ChangeKindFrozen
	return k.setStatus(ctx, address, account, types.AccountStatusFrozen, why)
}

func checkFrozen(account types.Account) error {
	if err := account.CheckNotClosed(); err != nil {
		return err
	}
	if account.Status != types.AccountStatusFrozen {
		return errorsmod.Wrapf(types.ErrAccountNotFrozen, "expected account %s frozen, got %s", account.Address, account.Status)
	}
	return nil
}

// executeUnfreeze makes a frozen account what it was before: open, if its holder has never shown its key.
func (k *Keeper) executeUnfreeze(ctx context.Context, address sdk.AccAddress, account types.Account, why change) error {
	if err := checkFrozen(account); err != nil {
		return err
	}
	status := types.AccountStatusActive
	if !account.Activated {
		status = types.AccountStatusOpen
	}
	why.kind = types.ChangeKindUnfrozen
	return k.setStatus(ctx, address, account, status, why)
}

// close ends an account of which nothing is left.
func (k *Keeper) close(ctx context.Context, address sdk.AccAddress, account types.Account, why change) error {
	if err := k.checkClose(ctx, address, account); err != nil {
		return err
	}
	if err := k.cancelPendingKeys(ctx, address, "the account is closed"); err != nil {
		return err
	}
	why.kind = types.ChangeKindClosed
	return k.setStatus(ctx, address, account, types.AccountStatusClosed, why)
}

// setStatus stores an account with another status and tells of it.
func (k *Keeper) setStatus(
	ctx context.Context, address sdk.AccAddress, account types.Account, status types.AccountStatus, why change,
) error {
	old := account.Status
	account.Status, account.StatusReason = status, why.reason
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAccountStatusChanged{
		Address: account.Address, Bank: account.Bank, OldStatus: old, NewStatus: status, Reason: why.reason, Operator: why.operator,
	})
}

// setLimits gives an account limits of its own, or with nil those of its bank's tier.
func (k *Keeper) setLimits(
	ctx context.Context, address sdk.AccAddress, account types.Account, own *types.Limits, why change,
) error {
	limits, err := k.checkNewLimits(ctx, account, own)
	if err != nil {
		return err
	}
	old := account.Limits
	account.Limits, account.TierLimits = limits, own == nil
	why.kind = types.ChangeKindLimits
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventAccountLimitsChanged{
		Address: account.Address, Bank: account.Bank, OldLimits: &old, NewLimits: &limits, TierLimits: own == nil, Operator: why.operator,
	})
}

// checkNewLimits checks limits that an account shall get, and returns those that it will have.
func (k *Keeper) checkNewLimits(ctx context.Context, account types.Account, own *types.Limits) (types.Limits, error) {
	if err := account.CheckNotClosed(); err != nil {
		return types.Limits{}, err
	}
	bounds, err := k.checkLimits(ctx, account.Bank, account.Kind, own)
	if err != nil {
		return types.Limits{}, err
	}
	limits := bounds.Limits()
	return limits, types.CheckLinkedDayLimit(limits, account.Links)
}
