package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/registry/types"
)

// GetAccount returns the account of an address, closed ones too. It returns types.ErrAccountNotFound if there is none.
func (k *Keeper) GetAccount(ctx context.Context, address sdk.AccAddress) (types.Account, error) {
	standing, err := k.standing(ctx, address)
	if err != nil {
		return types.Account{}, err
	}
	return k.assemble(ctx, address, standing)
}

// KindOf returns the kind of an account, closed ones too, or types.ErrAccountNotFound. It reads less than GetAccount.
func (k *Keeper) KindOf(ctx context.Context, address sdk.AccAddress) (types.AccountKind, error) {
	standing, err := k.standing(ctx, address)
	return standing.Kind, err
}

// standing returns what payments read of an account, or types.ErrAccountNotFound.
func (k *Keeper) standing(ctx context.Context, address sdk.AccAddress) (types.Standing, error) {
	standing, err := k.standings.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return types.Standing{}, errorsmod.Wrapf(types.ErrAccountNotFound,
			"expected a registered account, got %s; ask a bank to open it", address)
	}
	return standing, err
}

// BankOf returns the account bank of an address, or types.ErrAccountNotFound.
func (k *Keeper) BankOf(ctx context.Context, address sdk.AccAddress) (string, error) {
	standing, err := k.standing(ctx, address)
	return standing.Bank, err
}

// YenDenom returns the denom of yen in this zone, or the empty string while there is none.
func (k *Keeper) YenDenom(ctx context.Context) string {
	if k.yen == nil {
		return ""
	}
	return k.yen.YenDenom(ctx)
}

// assemble puts the two parts of an account together.
func (k *Keeper) assemble(ctx context.Context, address sdk.AccAddress, standing types.Standing) (types.Account, error) {
	details, err := k.details.Get(ctx, address)
	if err != nil {
		return types.Account{}, errorsmod.Wrapf(err, "details of account %s", address)
	}
	keys, err := standing.Keys.All()
	if err != nil {
		return types.Account{}, errorsmod.Wrapf(err, "account %s", address)
	}
	limits := standing.Limits
	if !standing.OwnLimits {
		rules, err := k.bankRules(ctx, standing)
		if err != nil {
			return types.Account{}, err
		}
		limits = rules.Tier(standing.Kind)
	}
	return types.Account{
		Address: address.String(), Bank: standing.Bank, Status: standing.Status, Kind: standing.Kind,
		IdentityHash: details.IdentityHash, Limits: limits.Limits(), OrderKeys: keys, Links: details.Links,
		Revision: details.Revision, StatusReason: details.StatusReason, Activated: details.Activated,
		TierLimits: !standing.OwnLimits, Approvals: details.Approvals,
	}, nil
}

// IsAdmitted says whether an address may send transactions as a holder: its account is open, active or frozen. What an
// account that is not active may still do is for each module and for SendRestriction to say.
func (k *Keeper) IsAdmitted(ctx context.Context, address sdk.AccAddress) (bool, error) {
	standing, err := k.standings.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch standing.Status {
	case types.AccountStatusOpen, types.AccountStatusActive, types.AccountStatusFrozen:
		return true, nil
	case types.AccountStatusApplied, types.AccountStatusClosed, types.AccountStatusUnlinked, types.AccountStatusUnspecified:
	}
	return false, nil
}

// IterateAccounts calls visit with every account in ascending order of address bytes, until it returns stop or an error,
// which is returned. The visitor must not write accounts.
func (k *Keeper) IterateAccounts(ctx context.Context, visit func(account types.Account) (stop bool, err error)) error {
	return k.standings.Walk(ctx, nil, func(address sdk.AccAddress, standing types.Standing) (bool, error) {
		account, err := k.assemble(ctx, address, standing)
		if err != nil {
			return true, err
		}
		return visit(account)
	})
}

// UpdateLinks replaces an account's links by those that update returns for it. Only zonelink calls it. It returns
// types.ErrAccountNotFound, types.ErrAccountClosed, what update returns, types.ErrInvalidLimits, types.ErrInvalidApprovals
// if a link lets payments pass that need approvals, and types.ErrInvalidLinks if the links contradict themselves or get more of the day limit than the account has.
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
	if err := types.ValidateLinks(links); err != nil {
		return err
	}
	if err := types.CheckApprovals(account.Approvals, account.Kind, links); err != nil {
		return err
	}
	// A tier lowered below what the links have must not keep them from giving some of it back.
	if types.LinkedDayLimit(links).GT(types.LinkedDayLimit(account.Links)) || !account.TierLimits {
		if err := types.CheckLinkedDayLimit(account.Limits, links); err != nil {
			return err
		}
	}
	account.Links = links
	return k.save(ctx, address, account, change{kind: types.ChangeKindLinks})
}

// change says what happened to an account, for its history.
type change struct {
	kind                        types.ChangeKind
	operator, reference, reason string
}

// save stores the next revision of an account and the change that led to it, and tells the hooks.
func (k *Keeper) save(ctx context.Context, address sdk.AccAddress, account types.Account, change change) error {
	account.Revision++
	if err := k.store(ctx, address, account); err != nil {
		return err
	}
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	err := k.history.Set(ctx, collections.Join(address, account.Revision), types.AccountChange{
		Kind: change.kind, Height: sdkCtx.BlockHeight(), Time: sdkCtx.BlockTime(),
		Operator: change.operator, Reference: change.reference, Reason: change.reason, Account: account,
	})
	if err != nil {
		return err
	}
	if k.hooks == nil {
		return nil
	}
	return k.hooks.AccountChanged(ctx, account)
}

// store writes an account and its place among its bank's accounts. What the account has paid and what is frozen of it
// stays as it is.
func (k *Keeper) store(ctx context.Context, address sdk.AccAddress, account types.Account) error {
	standing, err := k.standings.Get(ctx, address)
	switch {
	case errors.Is(err, collections.ErrNotFound):
	case err != nil:
		return err
	case standing.Bank != account.Bank:
		if err := k.accountsByBank.Remove(ctx, collections.Join(standing.Bank, address)); err != nil {
			return err
		}
	}
	if err := k.accountsByBank.Set(ctx, collections.Join(account.Bank, address)); err != nil {
		return err
	}
	standing.Bank, standing.Status, standing.Kind = account.Bank, account.Status, account.Kind
	// Only the Financial Zone knows whose account it is.
	standing.Replica = len(account.IdentityHash) == 0
	standing.OwnLimits, standing.Limits = !account.TierLimits, types.Bounds{}
	if standing.OwnLimits {
		standing.Limits = types.BoundsOf(account.Limits)
	}
	standing.Threshold = account.Approvals.ThresholdYen()
	standing.Linked = types.YenOf(types.LinkedDayLimit(account.Links))
	standing.Keys = types.EncodeOrderKeys(account.OrderKeys)
	if err := k.standings.Set(ctx, address, standing); err != nil {
		return err
	}
	return k.details.Set(ctx, address, account.Details())
}

// createSigner gives an address an x/auth account, if it has none, so that its holder can sign before anybody has paid it.
func (k *Keeper) createSigner(ctx context.Context, address sdk.AccAddress) {
	if !k.accountKeeper.HasAccount(ctx, address) {
		k.accountKeeper.SetAccount(ctx, k.accountKeeper.NewAccountWithAddress(ctx, address))
	}
}

// SpentToday returns the yen that an account has paid so far in the Japan-time day of the block.
func (k *Keeper) SpentToday(ctx context.Context, address sdk.AccAddress) (math.Int, error) {
	standing, err := k.standings.Get(ctx, address)
	if err != nil && !errors.Is(err, collections.ErrNotFound) {
		return math.Int{}, err
	}
	return math.NewIntFromUint64(standing.SpentOn(thisHour(ctx))), nil
}
