package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	"github.com/azukari-network/azukari/x/registry/types"
)

// ownAccount returns the account on which an operator may act with the message: one of its own bank.
func (k *Keeper) ownAccount(ctx context.Context, operator, target string, msg sdk.Msg) (sdk.AccAddress, types.Account, error) {
	bank, err := k.membership.Authorize(ctx, operator, msg)
	if err != nil {
		return nil, types.Account{}, err
	}
	address, err := types.ParseAddress(target)
	if err != nil {
		return nil, types.Account{}, err
	}
	account, err := k.GetAccount(ctx, address)
	if err != nil {
		return nil, types.Account{}, err
	}
	if account.Bank != bank.Id {
		return nil, types.Account{}, errorsmod.Wrapf(types.ErrWrongBank,
			"expected an account of bank %s, got %s of bank %s; ask that bank", bank.Id, address, account.Bank)
	}
	return address, account, nil
}

// checkOpen checks that an address can become an account. Operators stay apart from holders, so that nobody approves
// for a bank what the same key asked as its customer.
func (k *Keeper) checkOpen(ctx context.Context, address sdk.AccAddress) error {
	existing, err := k.accounts.Get(ctx, address)
	if err == nil {
		return errorsmod.Wrapf(types.ErrAccountExists,
			"expected a new address, got %s of bank %s; use another address", address, existing.Bank)
	}
	if !errors.Is(err, collections.ErrNotFound) {
		return err
	}
	if k.reserved(ctx, address) {
		return errorsmod.Wrapf(types.ErrReservedAddress,
			"expected an address of a holder, got %s of a module or an escrow", address)
	}
	operator, err := k.membership.GetOperator(ctx, address)
	if err == nil {
		return errorsmod.Wrapf(types.ErrReservedAddress,
			"expected an address of a holder, got %s, an operator of %s; use another address", address, operator.Organization)
	}
	if !errors.Is(err, membershiptypes.ErrNotOperator) {
		return err
	}
	return nil
}

// checkClose checks that nothing of an account is left, here or in any module that guards it.
func (k *Keeper) checkClose(ctx context.Context, address sdk.AccAddress, account types.Account) error {
	if err := account.CheckNotClosed(); err != nil {
		return err
	}
	if balances := k.bankKeeper.GetAllBalances(ctx, address); !balances.IsZero() {
		return errorsmod.Wrapf(types.ErrAccountInUse,
			"expected no balance of %s, got %s; pay it out or redeem it first", address, balances)
	}
	if len(account.Links) > 0 {
		return errorsmod.Wrapf(types.ErrAccountInUse,
			"expected no links of %s, got %d, the first to zone %s; unlink first", address, len(account.Links), account.Links[0].Zone)
	}
	for _, guard := range k.closeGuards {
		if err := guard.MayClose(ctx, account); err != nil {
			return err
		}
	}
	return nil
}
