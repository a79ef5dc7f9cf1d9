package keeper

import (
	"context"
	"errors"
	"slices"

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
	return k.accountOf(ctx, bank.Id, target)
}

// accountOf returns an account of a bank.
func (k *Keeper) accountOf(ctx context.Context, bank, target string) (sdk.AccAddress, types.Account, error) {
	address, account, err := k.account(ctx, target)
	if err != nil {
		return nil, types.Account{}, err
	}
	if account.Bank != bank {
		return nil, types.Account{}, errorsmod.Wrapf(types.ErrWrongBank,
			"expected an account of bank %s, got %s of bank %s; ask that bank", bank, address, account.Bank)
	}
	return address, account, nil
}

// account returns the account of an address in text.
func (k *Keeper) account(ctx context.Context, target string) (sdk.AccAddress, types.Account, error) {
	address, err := types.ParseAddress(target)
	if err != nil {
		return nil, types.Account{}, err
	}
	account, err := k.GetAccount(ctx, address)
	return address, account, err
}

// decider is an operator who decides requests of its bank.
type decider struct {
	bank, operator string
	roles          []membershiptypes.Role
}

// newDecider returns the operator that signed the message.
func (k *Keeper) newDecider(ctx context.Context, operator string, msg sdk.Msg) (decider, error) {
	bank, err := k.membership.Authorize(ctx, operator, msg)
	if err != nil {
		return decider{}, err
	}
	roles, err := k.rolesOf(ctx, operator)
	return decider{bank: bank.Id, operator: operator, roles: roles}, err
}

// checkRole checks that the operator's role decides requests of the kind.
func (d decider) checkRole(kind types.RequestKind) error {
	role, err := kind.Decider()
	if err != nil {
		return err
	}
	return checkRole(d.operator, d.roles, role)
}

// requireRole checks that an operator has a role where the permission table admits several.
func (k *Keeper) requireRole(ctx context.Context, operator string, role membershiptypes.Role) error {
	roles, err := k.rolesOf(ctx, operator)
	if err != nil {
		return err
	}
	return checkRole(operator, roles, role)
}

func (k *Keeper) rolesOf(ctx context.Context, operator string) ([]membershiptypes.Role, error) {
	address, err := types.ParseAddress(operator)
	if err != nil {
		return nil, err
	}
	known, err := k.membership.GetOperator(ctx, address)
	return known.Roles, err
}

func checkRole(operator string, roles []membershiptypes.Role, role membershiptypes.Role) error {
	if !slices.Contains(roles, role) {
		return errorsmod.Wrapf(membershiptypes.ErrRoleMissing, "expected an operator with the role %s, got %s", role.Word(), operator)
	}
	return nil
}

// checkFree checks that an address can become an account, and returns the revision that it has.
func (k *Keeper) checkFree(ctx context.Context, address sdk.AccAddress) (revision uint64, err error) {
	existing, err := k.GetAccount(ctx, address)
	switch {
	case errors.Is(err, types.ErrAccountNotFound):
	case err != nil:
		return 0, err
	case !existing.IsFree():
		return 0, errorsmod.Wrapf(types.ErrAccountExists,
			"expected a new address, got %s of bank %s; use another address", address, existing.Bank)
	}
	return existing.Revision, k.checkHolderAddress(ctx, address)
}

// checkHolderAddress checks that an address is neither a module's nor an operator's. Operators stay apart from holders, so
// that nobody approves for a bank what the same key asked as its customer.
func (k *Keeper) checkHolderAddress(ctx context.Context, address sdk.AccAddress) error {
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
	if account.Status == types.AccountStatusApplied {
		return errorsmod.Wrapf(types.ErrAccountNotActive, "expected account %s open, got applied; let a checker reject the application", address)
	}
	if balances := k.bankKeeper.GetAllBalances(ctx, address); !balances.IsZero() {
		return errorsmod.Wrapf(types.ErrAccountInUse,
			"expected no balance of %s, got %s; pay it out or redeem it first", address, balances)
	}
	return k.checkNothingElsewhere(ctx, address, account)
}

// checkNothingElsewhere checks that nothing of an account is in a Business Zone, on its way, in a hold or under an order, where
// neither a close nor a change of bank could reach it.
func (k *Keeper) checkNothingElsewhere(ctx context.Context, address sdk.AccAddress, account types.Account) error {
	if len(account.Links) > 0 {
		return errorsmod.Wrapf(types.ErrAccountInUse,
			"expected no links of %s, got %d, the first to zone %s; unlink first", address, len(account.Links), account.Links[0].Zone)
	}
	standing, err := k.standing(ctx, address)
	if err != nil {
		return err
	}
	if standing.Frozen > 0 {
		return errorsmod.Wrapf(types.ErrAccountInUse,
			"expected no yen of %s frozen by orders, got %d; release it first", address, standing.Frozen)
	}
	for _, guard := range k.closeGuards {
		if err := guard.MayClose(ctx, account); err != nil {
			return err
		}
	}
	return nil
}
