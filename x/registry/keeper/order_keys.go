package keeper

import (
	"context"
	"errors"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/azukari-network/azukari/x/internal/event"
	"github.com/azukari-network/azukari/x/registry/types"
)

// OrderKey returns the key of an account with an id, with which its holder signs payment orders. It returns
// types.ErrAccountNotFound or types.ErrOrderKeyNotFound. What the account may do is for the payment itself to find out.
func (k *Keeper) OrderKey(ctx context.Context, address sdk.AccAddress, id string) (types.OrderKey, error) {
	standing, err := k.standing(ctx, address)
	if err != nil {
		return types.OrderKey{}, err
	}
	keys, err := standing.Keys.All()
	if err != nil {
		return types.OrderKey{}, err
	}
	at := slices.IndexFunc(keys, func(key types.OrderKey) bool { return key.Id == id })
	if at < 0 {
		return types.OrderKey{}, errorsmod.Wrapf(types.ErrOrderKeyNotFound, "expected an order key of %s, got %q; register it", address, id)
	}
	return keys[at], nil
}

// OrderNonces returns the nonces of orders that an account has used, all 0 for none. It returns types.ErrAccountNotFound.
func (k *Keeper) OrderNonces(ctx context.Context, address sdk.AccAddress) (types.OrderNonces, error) {
	standing, err := k.standing(ctx, address)
	return standing.Nonces, err
}

// UpdateOrderNonces replaces an account's nonces of orders by those that update returns for them, and keeps them if it returns an
// error, which is returned. Only x/payment calls it. It returns types.ErrAccountNotFound.
func (k *Keeper) UpdateOrderNonces(
	ctx context.Context, address sdk.AccAddress, update func(types.OrderNonces) (types.OrderNonces, error),
) error {
	standing, err := k.standing(ctx, address)
	if err != nil {
		return err
	}
	if standing.Nonces, err = update(standing.Nonces); err != nil {
		return err
	}
	return k.standings.Set(ctx, address, standing)
}

// IterateOrderNonces calls visit with the nonces of every account that ever had an order, in ascending order of address bytes, until
// it returns an error, which is returned. The visitor must not write accounts.
func (k *Keeper) IterateOrderNonces(ctx context.Context, visit func(sdk.AccAddress, types.OrderNonces) error) error {
	return k.standings.Walk(ctx, nil, func(address sdk.AccAddress, standing types.Standing) (bool, error) {
		if standing.Nonces.Highest == 0 {
			return false, nil
		}
		return false, visit(address, standing.Nonces)
	})
}

// GetPendingOrderKeys returns the order keys that an account will have, or types.ErrNoPendingOrderKeys.
func (k *Keeper) GetPendingOrderKeys(ctx context.Context, address sdk.AccAddress) (types.PendingOrderKeys, error) {
	pending, err := k.pendingKeys.Get(ctx, address)
	if errors.Is(err, collections.ErrNotFound) {
		return types.PendingOrderKeys{}, errorsmod.Wrapf(types.ErrNoPendingOrderKeys, "expected an announced replacement of the order keys of %s, got none", address)
	}
	return pending, err
}

// replaceOrderKeys gives an account other order keys.
func (k *Keeper) replaceOrderKeys(
	ctx context.Context, address sdk.AccAddress, account types.Account, keys []types.OrderKey, why change,
) error {
	account.OrderKeys = keys
	why.kind = types.ChangeKindOrderKeys
	if err := k.save(ctx, address, account, why); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventOrderKeysReplaced{
		Address: account.Address, Bank: account.Bank, Reference: why.reference, Operator: why.operator,
	})
}

// replaceOwnOrderKeys gives an account other order keys on its holder's word, which stands above what its bank announced. A
// frozen account keeps its keys: who has its key may not be its holder.
func (k *Keeper) replaceOwnOrderKeys(ctx context.Context, holder string, keys []types.OrderKey) error {
	address, account, err := k.account(ctx, holder)
	if err != nil {
		return err
	}
	if account.Status != types.AccountStatusOpen {
		if err := account.CheckActive(); err != nil {
			return err
		}
	}
	keys = types.SortOrderKeys(keys)
	if err := types.ValidateOrderKeys(keys); err != nil {
		return err
	}
	if err := k.cancelPendingKeys(ctx, address, "the holder replaced its keys"); err != nil {
		return err
	}
	return k.replaceOrderKeys(ctx, address, account, keys, change{operator: holder})
}

// checkNoPendingKeys refuses a replacement of what no checker has approved yet, and a second one before the first one has come
// to its end.
func (k *Keeper) checkNoPendingKeys(ctx context.Context, address sdk.AccAddress, account types.Account) error {
	if err := account.CheckNotClosed(); err != nil {
		return err
	}
	if account.Status == types.AccountStatusApplied {
		return errorsmod.Wrapf(types.ErrAccountNotActive, "expected account %s open, got applied; apply with other keys", address)
	}
	pending, err := k.pendingKeys.Has(ctx, address)
	if err != nil {
		return err
	}
	if pending {
		return errorsmod.Wrapf(types.ErrPendingOrderKeys, "expected no announced replacement of the order keys of %s, got one; wait for its end", address)
	}
	return nil
}

// announceOrderKeys begins the cooling-off after which an account has the order keys of a request.
func (k *Keeper) announceOrderKeys(
	ctx context.Context, address sdk.AccAddress, account types.Account, keys []types.OrderKey, why change,
) error {
	if err := k.checkNoPendingKeys(ctx, address, account); err != nil {
		return err
	}
	params, err := k.GetParams(ctx)
	if err != nil {
		return err
	}
	pending := types.PendingOrderKeys{
		Account: account.Address, Bank: account.Bank, Reference: why.reference, OrderKeys: keys,
		EffectiveAt: sdk.UnwrapSDKContext(ctx).BlockTime().Add(params.OrderKeyCoolingOff), ApprovedBy: why.operator, Reason: why.reason,
	}
	if err := k.insertPendingKeys(ctx, address, pending); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventOrderKeysAnnounced{
		Address: account.Address, Bank: account.Bank, Reference: why.reference, EffectiveAt: pending.EffectiveAt, Operator: why.operator,
	})
}

func (k *Keeper) insertPendingKeys(ctx context.Context, address sdk.AccAddress, pending types.PendingOrderKeys) error {
	if err := k.addDeadline(ctx, pending.EffectiveAt, deadlineOrderKeys, pending.Account); err != nil {
		return err
	}
	return k.pendingKeys.Set(ctx, address, pending)
}

func (k *Keeper) removePendingKeys(ctx context.Context, address sdk.AccAddress, pending types.PendingOrderKeys) error {
	if err := k.removeDeadline(ctx, pending.EffectiveAt, deadlineOrderKeys, pending.Account); err != nil {
		return err
	}
	return k.pendingKeys.Remove(ctx, address)
}

// cancelPendingKeys ends an announced replacement, if there is one.
func (k *Keeper) cancelPendingKeys(ctx context.Context, address sdk.AccAddress, reason string) error {
	pending, err := k.GetPendingOrderKeys(ctx, address)
	if errors.Is(err, types.ErrNoPendingOrderKeys) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := k.removePendingKeys(ctx, address, pending); err != nil {
		return err
	}
	return event.Emit(ctx, &types.EventOrderKeysCancelled{
		Address: pending.Account, Bank: pending.Bank, Reference: pending.Reference, Reason: reason,
	})
}

// objectOrderKeys keeps the order keys of an account on its holder's word.
func (k *Keeper) objectOrderKeys(ctx context.Context, holder, reason string) error {
	address, err := types.ParseAddress(holder)
	if err != nil {
		return err
	}
	pending, err := k.GetPendingOrderKeys(ctx, address)
	if err != nil {
		return err
	}
	if now := sdk.UnwrapSDKContext(ctx).BlockTime(); !now.Before(pending.EffectiveAt) {
		return errorsmod.Wrapf(types.ErrNoPendingOrderKeys, "expected an objection before %s, got it at %s; replace the keys yourself", pending.EffectiveAt, now)
	}
	return k.cancelPendingKeys(ctx, address, reason)
}

// applyPendingKeys gives an account the order keys whose cooling-off is over.
func (k *Keeper) applyPendingKeys(ctx context.Context, target string) error {
	address, account, err := k.account(ctx, target)
	if err != nil {
		return err
	}
	pending, err := k.GetPendingOrderKeys(ctx, address)
	if err != nil {
		return err
	}
	if err := k.removePendingKeys(ctx, address, pending); err != nil {
		return err
	}
	return k.replaceOrderKeys(ctx, address, account, pending.OrderKeys,
		change{operator: pending.ApprovedBy, reference: pending.Reference, reason: pending.Reason})
}
