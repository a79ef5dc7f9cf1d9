package keeper

import (
	"context"
	"errors"
	"slices"
	"time"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/azukari-network/azukari/x/asset/types"
)

// CheckEligible returns why an amount may not go from one account to another now, and why it could not do so any more at a later
// time because its units would have expired; a zero time asks for now only. Coins that are no assets always may. What the registry
// says of the accounts, and whether from has the amount, is for others to check. It returns types.ErrInvalidOperation,
// types.ErrClassNotFound, types.ErrUnitNotFound, types.ErrExpired, types.ErrFrozen, types.ErrRuleForbids or types.ErrNotEligible.
func (k *Keeper) CheckEligible(ctx context.Context, from, to sdk.AccAddress, amount sdk.Coin, until time.Time) error {
	if !types.IsAsset(amount.Denom) {
		return nil
	}
	if err := types.ValidateCoin(amount); err != nil {
		return err
	}
	moved, err := k.assetOf(ctx, amount)
	if err != nil {
		return err
	}
	if err := k.checkMove(ctx, moved, from, to); err != nil {
		return err
	}
	if expiry := moved.expiresAt(); expiry != nil && until.After(*expiry) {
		return types.ErrExpired.Wrapf("expected %s to be valid until %s, got units that expire at %s", amount.Denom, until.UTC(), expiry.UTC())
	}
	return nil
}

// checkMove checks both sides of a movement.
func (k *Keeper) checkMove(ctx context.Context, moved asset, from, to sdk.AccAddress) error {
	if err := k.checkUsable(ctx, moved, from); err != nil {
		return err
	}
	return k.checkTaker(ctx, moved, from, to)
}

// checkUsable checks what does not depend on who gets units: that their time is not over and nothing is frozen.
func (k *Keeper) checkUsable(ctx context.Context, moved asset, owner sdk.AccAddress) error {
	if err := checkValid(ctx, moved); err != nil {
		return err
	}
	if err := checkNotFrozen(moved); err != nil {
		return err
	}
	return k.checkHolderNotFrozen(ctx, moved.class, owner)
}

// checkOwner returns x/bank's ErrInsufficientFunds for a unique unit of another holder.
func checkOwner(moved asset, owner sdk.AccAddress) error {
	if moved.isUnique() && moved.unit.Holder != owner.String() {
		return sdkerrors.ErrInsufficientFunds.Wrapf("expected %s of %s, got that of %s", moved.coin.Denom, owner, moved.unit.Holder)
	}
	return nil
}

// checkTaker checks that units may go from an owner to somebody.
func (k *Keeper) checkTaker(ctx context.Context, moved asset, owner, to sdk.AccAddress) error {
	if err := k.checkTransfers(ctx, moved.class, owner, to); err != nil {
		return err
	}
	return k.checkHolder(ctx, moved.class, to)
}

// checkValid returns types.ErrExpired if the time of units is over, destroyed or not.
func checkValid(ctx context.Context, moved asset) error {
	if now := blockTime(ctx); moved.isExpired(now) {
		return types.ErrExpired.Wrapf("expected %s before %s, got block time %s", moved.coin.Denom, moved.expiresAt().UTC(), now.UTC())
	}
	return nil
}

func checkNotFrozen(moved asset) error {
	if freeze := moved.class.Freeze; freeze != nil {
		return types.ErrFrozen.Wrapf("expected class %s not to be frozen, got frozen by %s: %s", moved.class.Id, freeze.By, freeze.Reason)
	}
	if freeze := moved.unit.Freeze; freeze != nil {
		return types.ErrFrozen.Wrapf("expected %s not to be frozen, got frozen by %s: %s", moved.coin.Denom, freeze.By, freeze.Reason)
	}
	return nil
}

func (k *Keeper) checkHolderNotFrozen(ctx context.Context, class types.Class, holder sdk.AccAddress) error {
	freeze, err := k.frozenHolders.Get(ctx, collections.Join(class.Id, holder))
	if errors.Is(err, collections.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return types.ErrFrozen.Wrapf("expected holder %s not to be frozen in class %s, got frozen by %s: %s", holder, class.Id, freeze.By, freeze.Reason)
}

// checkTransfers returns types.ErrRuleForbids unless units of the class move between two accounts.
func (k *Keeper) checkTransfers(ctx context.Context, class types.Class, from, to sdk.AccAddress) error {
	switch class.Rules.Transfers {
	case types.TransfersFree:
		return nil
	case types.TransfersIssuer:
		if from.String() == class.Issuer || to.String() == class.Issuer {
			return nil
		}
		manager, err := k.manager(ctx, class.Id, to)
		if err != nil || manager.Has(types.RightAccept) {
			return err
		}
		return types.ErrRuleForbids.Wrapf("expected a transfer of class %s with its issuer %s, or to a manager who accepts units, got %s to %s",
			class.Id, class.Issuer, from, to)
	case types.TransfersNone, types.TransfersUnspecified:
	}
	return types.ErrRuleForbids.Wrapf("expected units of class %s to stay with whom they were issued to, got a transfer from %s to %s", class.Id, from, to)
}

// checkHolder returns types.ErrNotEligible or types.ErrFrozen unless an account may receive units of the class. Its issuer may, and
// managers who accept units.
func (k *Keeper) checkHolder(ctx context.Context, class types.Class, to sdk.AccAddress) error {
	if err := k.checkHolderNotFrozen(ctx, class, to); err != nil {
		return err
	}
	rules := class.Rules
	if len(rules.HolderKinds) == 0 && !rules.AllowList || to.String() == class.Issuer {
		return nil
	}
	manager, err := k.manager(ctx, class.Id, to)
	if err != nil || manager.Has(types.RightAccept) {
		return err
	}
	if len(rules.HolderKinds) > 0 {
		kind, err := k.registry.KindOf(ctx, to)
		if err != nil {
			return err
		}
		if !slices.Contains(rules.HolderKinds, kind) {
			return types.ErrNotEligible.Wrapf("expected a holder of class %s of kind %v, got %s of kind %s", class.Id, rules.HolderKinds, to, kind)
		}
	}
	if !rules.AllowList {
		return nil
	}
	listed, err := k.allowed.Has(ctx, collections.Join(class.Id, to))
	if err != nil {
		return err
	}
	if !listed {
		return types.ErrNotEligible.Wrapf("expected a holder on the allow list of class %s, got %s; ask its issuer %s", class.Id, to, class.Issuer)
	}
	return nil
}
