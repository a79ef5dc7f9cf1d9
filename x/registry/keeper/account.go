package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// GetAccount returns the account of an address. It returns types.ErrAccountNotFound if there is none.
func (k *Keeper) GetAccount(ctx context.Context, address sdk.AccAddress) (types.Account, error) {
	account, err := k.accounts.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Account{}, errorsmod.Wrapf(types.ErrAccountNotFound,
			"expected a registered account, got %s; ask a bank to open it", address)
	}
	return account, err
}

// IsAdmitted says whether an address may send transactions as a holder: its account is active or frozen. What a frozen
// account may still do is for each module and for SendRestriction to say.
func (k *Keeper) IsAdmitted(ctx context.Context, address sdk.AccAddress) (bool, error) {
	account, err := k.accounts.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return account.Status == types.AccountStatusActive || account.Status == types.AccountStatusFrozen, nil
}

// IterateAccounts calls visit with every account in ascending order of address bytes, until it returns stop or an error,
// which is returned. The visitor must not write accounts.
func (k *Keeper) IterateAccounts(ctx context.Context, visit func(account types.Account) (stop bool, err error)) error {
	return k.accounts.Walk(ctx, nil, func(_ sdk.AccAddress, account types.Account) (bool, error) {
		return visit(account)
	})
}

// UpdateLinks replaces an account's links by those that update returns for it. Only zonelink calls it. It returns
// types.ErrAccountNotFound, types.ErrAccountClosed, what update returns, and types.ErrInvalidLinks or
// types.ErrInvalidLimits if the links do not fit the account's limits.
func (k *Keeper) UpdateLinks(
	ctx context.Context, address sdk.AccAddress, update func(account types.Account) ([]types.Link, error),
) error {
	account, err := k.GetAccount(ctx, address)
	if err != nil {
		return err
	}
	if err := account.CheckNotClosed(); err != nil {
		return err
	}
	links, err := update(account)
	if err != nil {
		return err
	}
	if err := types.ValidateLinks(account.Limits, links); err != nil {
		return err
	}
	account.Links = links
	account.Revision++
	return k.save(ctx, address, account)
}

// save stores a changed account and tells the hooks.
func (k *Keeper) save(ctx context.Context, address sdk.AccAddress, account types.Account) error {
	if err := k.store(ctx, address, account); err != nil {
		return err
	}
	if k.hooks == nil {
		return nil
	}
	return k.hooks.AccountChanged(ctx, account)
}

// store writes an account and its place among its bank's accounts. A new address gets an x/auth account too, so that
// its holder can sign before anybody has paid it.
func (k *Keeper) store(ctx context.Context, address sdk.AccAddress, account types.Account) error {
	previous, err := k.accounts.Get(ctx, address)
	switch {
	case errors.Is(err, collections.ErrNotFound):
		if !k.accountKeeper.HasAccount(ctx, address) {
			k.accountKeeper.SetAccount(ctx, k.accountKeeper.NewAccountWithAddress(ctx, address))
		}
	case err != nil:
		return err
	case previous.Bank != account.Bank:
		if err := k.accountsByBank.Remove(ctx, collections.Join(previous.Bank, address)); err != nil {
			return err
		}
	}
	if err := k.accountsByBank.Set(ctx, collections.Join(account.Bank, address)); err != nil {
		return err
	}
	return k.accounts.Set(ctx, address, account)
}
